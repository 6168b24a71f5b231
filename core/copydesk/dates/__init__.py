"""Dates as pages print them and as metadata states them."""

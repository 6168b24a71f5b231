"""Outputs for articles."""

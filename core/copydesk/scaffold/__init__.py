"""Scaffolding: from pages of an outlet to the adapter that they need, and no more."""

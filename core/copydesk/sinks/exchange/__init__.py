"""Formats of other standards: schema.org and ninjs, one object of JSON per line."""

"""Watching outlets: how fresh records differ from earlier ones."""

"""Runs as commands start them: into one file, or in shards."""

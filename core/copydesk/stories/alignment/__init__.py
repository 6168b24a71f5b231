"""What the versions of a story share, and where they differ."""

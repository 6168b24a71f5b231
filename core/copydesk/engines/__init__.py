"""Engines that distribute the shards of a job. Each module needs its own package."""

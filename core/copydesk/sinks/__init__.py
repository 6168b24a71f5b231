"""Where the articles of a run are written."""

from copydesk.sinks.base import Output, Sink

__all__ = ["Output", "Sink"]

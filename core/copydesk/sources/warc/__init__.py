"""Web archives: WARC files."""

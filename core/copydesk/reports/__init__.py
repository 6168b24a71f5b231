"""Reports of runs, read back and shown: as tables in a terminal, and as one web page."""

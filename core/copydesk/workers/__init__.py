"""Worker processes, which contain documents that hang or crash."""

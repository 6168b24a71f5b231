"""The values that pass through a reading: document, draft, article, reject."""

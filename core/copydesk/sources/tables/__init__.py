"""Tables of pages: JSON Lines and CSV with a URL and a page, or the path of one, in each row."""

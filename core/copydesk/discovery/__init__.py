"""Discovery: the feeds and sitemaps of a site, from its home page."""

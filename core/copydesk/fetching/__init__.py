"""HTTP: the only package that opens network connections."""

"""The element tree of a page, walked once: elements, text runs, visibility."""

"""What a page states about itself: JSON-LD, meta elements, microdata."""

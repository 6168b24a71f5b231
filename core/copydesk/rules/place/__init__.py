"""The place pass: the remaining lines by their markup, or without markup by shape and place."""

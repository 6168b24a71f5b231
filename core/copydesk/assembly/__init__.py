"""Assembly of the article: fields, text blocks, comments, and one value for each field."""

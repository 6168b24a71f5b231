"""An article as Markdown, HTML or plain text. The methods of `Article` are the way to these."""

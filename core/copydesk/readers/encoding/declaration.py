"""The encodings that a page declares, in meta elements or its XML declaration."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Every alternative runs to the next tag or to the end, so each byte is read once. Meta tags inside
# scripts, comments and text fields are skipped.
_TAG = re.compile(
    rb"<!--.*?(?:-->|\Z)"
    rb"|<(script|style|title|textarea|iframe|xmp)(?![\w-])[^<>]*+.*?(?:</\1|\Z)"
    rb"|<meta[\s/]([^<>]*+)>",
    re.I | re.S,
)
_ATTRIBUTE = re.compile(rb"""([^\s=/"'<>]++)(?:\s*+=\s*+("[^"]*+"?|'[^']*+'?|[^\s>]*+))?""")
_CHARSET = re.compile(rb"charset\s*+=\s*+[\"']?\s*+([^\s\"';,/>]++)", re.I)
_XML = re.compile(rb"\s*<\?xml\s[^>]*?encoding\s*=\s*[\"']\s*([\w.:-]{1,40})", re.I)
_PROLOG_BYTES = 1024


def declared_labels(content: bytes) -> Iterator[str]:
    """Yield the labels that a page declares, in the order of the Encoding Standard.

    Meta elements come first, wherever they are; then the XML declaration at the start.
    """
    for tag in _TAG.finditer(content):
        if tag[2] and (label := _meta_charset(tag[2])):
            yield label.decode("latin-1")
    if found := _XML.match(content[:_PROLOG_BYTES].removeprefix(b"\xef\xbb\xbf")):
        yield found[1].decode("latin-1")


def content_type_charset(media_type: str) -> str | None:
    """Return the charset parameter of a media type."""
    found = _CHARSET.search(media_type.encode("utf-8", "replace"))
    return found[1].decode("utf-8", "replace") if found else None


def _meta_charset(attributes: bytes) -> bytes | None:
    """Return the label in a meta tag: its charset, or the one in its content type."""
    content, is_type = b"", False
    for attribute in _ATTRIBUTE.finditer(attributes):
        name, value = attribute[1].lower(), (attribute[2] or b"").strip(b"\"' \t\r\n\f")
        if name == b"charset" and value:
            return value
        if name == b"content":
            content = value
        elif name == b"http-equiv":
            is_type = value.lower() == b"content-type"
    found = _CHARSET.search(content) if is_type else None
    return found[1] if found else None

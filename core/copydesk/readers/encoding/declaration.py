"""The encodings that a page declares, in meta elements or its XML declaration."""

from __future__ import annotations

import re
from collections.abc import Iterator

from copydesk.util.media_types import charset_of

# Every alternative runs to the next tag or to the end, so each byte is read once. Meta tags inside
# scripts, comments and text fields are skipped.
_TAG = re.compile(
    rb"<!--(?:[^-]++|-(?!->))*+(?:-->|\Z)"
    rb"|<(script|style|title|textarea|iframe|xmp)(?![\w-])(?:[^<]++|<(?!/\1))*+(?:</\1|\Z)"
    rb"|<meta[\s/]([^<>]*+)>",
    re.I,
)
_ATTRIBUTE = re.compile(rb"""([^\s=/"'<>]++)(?:\s*+=\s*+("[^"]*+"?|'[^']*+'?|[^\s>]*+))?""")
_XML = re.compile(rb"\s*<\?xml\s[^>]*?encoding\s*=\s*[\"']\s*([\w.:-]{1,40})", re.I)
_PROLOG_BYTES = 1024


def declared_labels(content: bytes) -> Iterator[str]:
    """Yield the labels that a page declares, in the order of the Encoding Standard.

    Meta elements come first, wherever they are; then the XML declaration at the start.
    """
    for tag in _TAG.finditer(content):
        if tag[2] and (label := _meta_charset(tag[2])):
            yield label
    if found := _XML.match(content[:_PROLOG_BYTES].removeprefix(b"\xef\xbb\xbf")):
        yield found[1].decode("latin-1")


def _meta_charset(attributes: bytes) -> str | None:
    """Return the label in a meta tag: its charset, or the one in its content type."""
    if b"charset" not in attributes.lower():
        return None
    content, is_type = b"", False
    for attribute in _ATTRIBUTE.finditer(attributes):
        name, value = attribute[1].lower(), (attribute[2] or b"").strip(b"\"' \t\r\n\f")
        if name == b"charset" and value:
            return value.decode("latin-1")
        if name == b"content":
            content = value
        elif name == b"http-equiv":
            is_type = value.lower() == b"content-type"
    return charset_of(content.decode("latin-1")) if is_type else None

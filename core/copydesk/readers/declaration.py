"""The encoding that a page declares about itself: in a meta element, or an XML declaration."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Every alternative ends at the next tag or at the end, so no byte is looked at twice. A meta tag
# in a script, a comment or a text field is not one of the page.
_TAG = re.compile(
    rb"<!--.*?(?:-->|\Z)"
    rb"|<(script|style|title|textarea|iframe|xmp)(?![\w-])[^<>]*+.*?(?:</\1|\Z)"
    rb"|<meta[\s/]([^<>]*+)>",
    re.I | re.S,
)
_ATTRIBUTE = re.compile(rb"""([^\s=/"'<>]++)(?:\s*+=\s*+("[^"]*+"?|'[^']*+'?|[^\s>]*+))?""")
_CHARSET = re.compile(rb"charset\s*+=\s*+[\"']?\s*+([^\s\"';,/>]++)", re.I)
_XML = re.compile(rb"\s*<\?xml\s[^>]*?encoding\s*=\s*[\"']\s*([\w.:-]{1,40})", re.I)
_PROLOG = 1024


def labels(content: bytes) -> Iterator[str]:
    """The labels that a page gives, in the order in which the standard asks for them.

    Meta elements come first, wherever they stand; then the XML declaration at the start.
    """
    for tag in _TAG.finditer(content):
        if tag[2] and (label := _label(tag[2])):
            yield label.decode("latin-1")
    if found := _XML.match(content[:_PROLOG].removeprefix(b"\xef\xbb\xbf")):
        yield found[1].decode("latin-1")


def stated(media_type: str) -> str | None:
    """The label in the parameters of a media type."""
    found = _CHARSET.search(media_type.encode("utf-8", "replace"))
    return found[1].decode("utf-8", "replace") if found else None


def _label(attributes: bytes) -> bytes | None:
    """The label of a meta tag: its charset, or that of the content type it stands for."""
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

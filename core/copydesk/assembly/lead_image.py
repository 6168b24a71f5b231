"""Choice of the picture that an outlet shows for an article."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import unquote

from copydesk.assembly.blocks import Record
from copydesk.model.metadata import Statement
from copydesk.readers.html import pictures

FIRST = "html.picture"
"""The rule of the lead picture that is the first one of the article."""

# The start of a URL that may be inside that of a service which serves pictures.
_START = re.compile(r"https?(?::|%3A)(?:/|%2F){1,2}", re.IGNORECASE)
_EXTENSION = re.compile(r"(?:\.(?:jpe?g|jfif|png|webp|avif|gif|heic|bmp|tiff?))+$", re.IGNORECASE)
_SIZES = re.compile(
    r"(?:[-_.@](?:\d{2,5}x\d{2,5}|\d{2,5}w|[wh]\d{3,4}|[1-4]x|scaled|crop))+$", re.IGNORECASE
)
# A shorter name ("image", "large", "1x1") may be that of many files.
_SHORTEST_NAME = 8
# The picture of a site, used for articles without one; "default" is also a size of pictures.
_OF_SITE = re.compile(
    r"(?:^|[^a-z])(?:logos?|logotype|favicons?|placeholder|fallback|no-?image)(?:[^a-z]|$)|"
    r"/(?:[^a-z/]|[a-z]{1,4}[_-])?default(?:[_-][a-z0-9_-]{0,12})?(?:\.|$)",
    re.IGNORECASE,
)


def choose(
    stated: Sequence[Statement], images: Sequence[Record]
) -> tuple[Record | None, Statement | None]:
    """Choose the lead picture, as in the record, and the statement that gives it.

    The most trusted statement is taken, but one that is the article's first picture precedes one
    that is none of its pictures. A picture of the site is none of the article. Without a statement
    the article's first picture is taken.

    stated: the page's statements about its image, most trusted first.
    images: the article's pictures, as in the record.
    """
    shown = [one for one in images if one["url"]]
    found = [(one, _same(one.value["url"], shown)) for one in stated]
    found = [(one, same) for one, same in found if same or not is_of_site(one.value["url"])]
    if not found:
        first = next((one for one in shown if not is_of_site(one["url"])), None)
        if first is None:
            return None, None
        return _lead(Statement("image", first, "html", FIRST, first["url"], FIRST), [])
    best, same = found[0]
    if same is None:
        best, same = next((f for f in found if f[1] is not None and f[1] is shown[0]), found[0])
    others = [one.value for one, _ in found if is_same_file(one.value["url"], best.value["url"])]
    return _lead(best, [same, *others] if same else others)


def _lead(best: Statement, others: list[Record]) -> tuple[Record, Statement]:
    """The lead picture with the words of a statement and of others about the same picture."""
    lead = {"url": best.value["url"], "caption": None, "credit": None, "source": best.source}
    for name in ("caption", "credit"):
        lead[name] = next((one[name] for one in (*others, best.value) if one[name]), None)
    return lead, best


def is_of_site(address: str) -> bool:
    """Whether a picture's URL has the name of a logo or placeholder."""
    if not pictures.is_picture(address, framed=True):
        return True
    path = _inner(address).partition("?")[0]
    return _OF_SITE.search("/" + "/".join(path.split("/")[3:][-2:])) is not None


def is_same_file(one: str, other: str) -> bool:
    """Whether two URLs are those of one picture, perhaps in another size or from another server."""
    (name, file), (other_name, other_file) = _names(one), _names(other)
    return name == other_name or (len(file) >= _SHORTEST_NAME and file == other_file)


@lru_cache(maxsize=512)
def _names(address: str) -> tuple[str, str]:
    """The name of a picture and that of its file; a page compares each of its URLs with others."""
    return pictures.name(address), _file_name(address)


def _same(address: str, shown: list[Record]) -> Record | None:
    return next((one for one in shown if is_same_file(address, one["url"])), None)


def _inner(address: str) -> str:
    """The last URL in one that contains another, such as "https://cdn/w=90/https://site/a.jpg"."""
    starts = [found.start() for found in _START.finditer(address)]
    return unquote(address[starts[-1] :]) if len(starts) > 1 else address


def _file_name(address: str) -> str:
    """The last part of a picture's path, without extension and size."""
    path = re.split(r"[?&#]", _inner(address), maxsplit=1)[0].rstrip("/")
    return _SIZES.sub("", _EXTENSION.sub("", unquote(path.rpartition("/")[2]))).casefold()

"""How the parts of a reader's comment are named, and the line that ends one."""

from __future__ import annotations

import re
from functools import lru_cache

# "Dec 24th, 2020 - 09:34 am - Link - Report abuse -2", "Posted 3 hours ago - Link - Report abuse 0"
CLOSING = re.compile(
    r"\s[-–|·]\s+(?:link|permalink|reply|share)\s+[-–|·]\s+"
    r"(?:report(?:\sabuse)?|flag|reply)\s*(?P<score>[+\-−]?\d{1,6})?$",
    re.IGNORECASE,
)
"""What follows the time in the line that ends a comment: at least two actions and maybe a score."""

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
# Names of parts; a higher number means more certainty.
_AUTHOR = (
    dict.fromkeys("fn name username nick nickname displayname".split(), 3)
    | dict.fromkeys("author creator commenter poster autor auteur writer byline".split(), 2)
    | {"user": 1}
)
_NO_AUTHOR = frozenset(
    "avatar image img photo pic picture icon gravatar thumb badge says bio text body content "
    "count reply replies date time form".split()
)
_TIME = frozenset(
    "time date timestamp datetime ago published posted when created pubdate datum fecha".split()
)
_TEXT = frozenset("text body content message copy msg bodytext txt commenttext".split())
_NO_TEXT = frozenset(
    "reply replies author user avatar count date time meta more edit report share like form label "
    "button btn link toggle actions header footer".split()
)
_SCORE = frozenset("score votes vote likes like points rating karma upvotes upvote".split())
_NO_SCORE = frozenset("down downvote downvotes dislike dislikes".split())
_CHROME = frozenset(
    "reply report flag edit share permalink actions tools controls buttons moderation vote votes "
    "likes like".split()
)

NOTHING: dict[str, int] = {}
_COMMENT = frozenset(("comment",))


@lru_cache(maxsize=4096)
def words_of(name: str) -> frozenset[str]:
    """Return the words of a class or id, in lower case."""
    return frozenset(w.lower() for w in _WORD.findall(name))


@lru_cache(maxsize=4096)
def parts_of(name: str) -> dict[str, int]:
    """Return the parts that an element's names stand for, with their certainty."""
    words, found = words_of(name), {}
    author = max((_AUTHOR[w] for w in words if w in _AUTHOR), default=0)
    if author and _NO_AUTHOR.isdisjoint(words):
        found["author"] = author
    if not _TIME.isdisjoint(words):
        found["time"] = 1
    if not _TEXT.isdisjoint(words) and _NO_TEXT.isdisjoint(words):
        found["text"] = 1
    if not _SCORE.isdisjoint(words) and _NO_SCORE.isdisjoint(words):
        found["score"] = 1
    if not _CHROME.isdisjoint(words):
        found["chrome"] = 1
    if words == _COMMENT:
        found["comment"] = 1
    return found

"""Authors in links and elements of a page's body: those beside the headline, or of the whole page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from copydesk.readers.elements import element_text, is_in_comment
from copydesk.util.text import bare
from copydesk.util.urls import ascii_words, path_parts

# Parts of the addresses of authors' pages; the others are also those of other people.
_AUTHORS = "author auteur autor autore writer contributor reporter journalist columnist".split()
_PEOPLE = "staff people".split()
_LINKS = ", ".join(f'a[href*="/{word}" i]' for word in (*_AUTHORS, *_PEOPLE)) + ", a[rel~=author]"
_NAMES = "author autor byline writer contributor username".split()
_NAME = re.compile("|".join(_NAMES))
_NAMED = ", ".join(f"[class*={word} i]" for word in _NAMES)
_ALL = f"h1, h2, h3, p, address, {_LINKS}, {_NAMED}"
_LONGEST = 60
_MOST_WORDS = 6
_SHORT = 3
_PROSE = 80
# Authors are printed before the first paragraphs; links to their pages perhaps after a few.
_MOST_PROSE = 320
_LAST_PROSE = 1500
_ABOVE = 6
_BELOW = 40
_MOST = 400
_LEVELS = 5
_DEEP = 16
_FEW = 2


class Candidate(NamedTuple):
    """An element with an author's name; linked: whether it links to that person's page."""

    node: LexborNode
    text: str
    linked: bool


def find(body: LexborNode, headline: int, titles: frozenset[str]) -> list[Candidate]:
    """Return the authors beside the headline, else the one whom all author links of the page name.

    headline: the `mem_id` of the headline's element, 0 if unknown; then it is a heading that equals
    one of the titles, by `text.bare`.
    """
    nodes = _distinct(body.css(_ALL)[:_MOST])
    at = next((i for i, node in enumerate(nodes) if _is_headline(node, headline, titles)), -1)
    if at >= 0:
        below = list(_near(nodes[at + 1 : at + 1 + _BELOW]))
        if found := _group(below) or _group(list(_near(nodes[max(0, at - _ABOVE) : at]))):
            return found
        if found := _alone(nodes[at], nodes[at + 1 :]):
            return found
    everywhere = [c for node in nodes if (c := _candidate(node)) is not None and c.linked]
    everywhere = [c for c in everywhere if " " in c.text and not is_in_comment(c.node)]
    return everywhere[:1] if len({bare(c.text) for c in everywhere}) == 1 else []


def _alone(headline: LexborNode, nodes: list[LexborNode]) -> list[Candidate]:
    """The authors farther below in the headline's block, if hardly any others are there."""
    around = set(_ancestors(headline, _LEVELS))
    every = [c for n in nodes if (c := _candidate(n)) is not None]
    inside = [c for c in every if not around.isdisjoint(_ancestors(c.node, _DEEP))]
    found = _group(inside)
    return found if len(inside) - len(found) <= _FEW else []


def _distinct(nodes: list[LexborNode]) -> list[LexborNode]:
    """The elements once each: one that matches two selectors is listed twice in a row."""
    return [n for i, n in enumerate(nodes) if not i or n.mem_id != nodes[i - 1].mem_id]


def _is_headline(node: LexborNode, headline: int, titles: frozenset[str]) -> bool:
    if headline:
        return bool(node.mem_id == headline)
    return node.tag in ("h1", "h2", "h3") and bare(element_text(node)) in titles


def _near(nodes: list[LexborNode]) -> Iterator[Candidate]:
    """Yield the candidates up to the running text."""
    prose = 0
    for node in nodes:
        found = _candidate(node)
        if found is not None:
            if found.linked or prose <= _MOST_PROSE:
                yield found
        elif node.tag == "p" and len(text := element_text(node)) > _PROSE:
            prose += len(text)
            if prose > _LAST_PROSE:
                return


def _candidate(node: LexborNode) -> Candidate | None:
    named = node.tag == "address" or _is_named(node)
    if not named and node.tag != "a":
        return None
    text = element_text(node)
    if not 1 < len(text) <= _LONGEST or text[-1] in ":?!":
        return None
    linked = node.tag == "a" and _is_of(node, text, named)
    return Candidate(node, text, linked) if named or linked or _is_listed(node, text) else None


def _is_listed(link: LexborNode, text: str) -> bool:
    """Whether a link with a full name leads to a page among those of authors or other people."""
    if " " not in text or not text.istitle():
        return False
    parts = path_parts(link.attributes.get("href") or "")[:-1]
    return any(part.startswith(word) for part in parts for word in (*_AUTHORS, *_PEOPLE))


def _is_named(node: LexborNode) -> bool:
    names = (node.attributes.get("class") or "").casefold()
    return _NAME.search(names) is not None and "comment" not in names


def _is_of(link: LexborNode, text: str, named: bool) -> bool:
    """Whether the address of a link is made of the name that it shows."""
    words = [w for w in ascii_words(text) if len(w) > 1]
    parts = path_parts(link.attributes.get("href") or "")
    if not words or len(words) > _MOST_WORDS or not parts:
        return False
    slug = "".join(ascii_words(parts[-1].partition(".")[0]))
    named = named or (link.attributes.get("rel") or "").casefold() == "author"
    if named or any(part.startswith(word) for part in parts[:-1] for word in _AUTHORS):
        return words[-1] in slug or (len(words[0]) > _SHORT and words[0] in slug)
    known = any(part.startswith(word) for part in parts[:-1] for word in _PEOPLE)
    return known and len(words) > 1 and text.istitle() and all(word in slug for word in words)


def _group(found: list[Candidate]) -> list[Candidate]:
    """The first of the candidates, links first, with those beside it."""
    outer = {mem for c in found for mem in _ancestors(c.node, _LEVELS)}
    inner = [c for c in found if c.node.mem_id not in outer]
    chosen = [c for c in inner if c.linked] or [c for c in inner if _is_named(c.node)] or inner
    if not chosen:
        return []
    place = set(_ancestors(chosen[0].node, 2 if len(chosen) > 1 else 1))
    beside: list[Candidate] = []
    elsewhere: list[Candidate] = []
    for c in chosen:
        (elsewhere if place.isdisjoint(_ancestors(c.node, 2)) else beside).append(c)
    # Elements of one class in several places name the authors of entries.
    kind = chosen[0].node.attributes.get("class")
    alike = [c for c in elsewhere if c.node.attributes.get("class") == kind]
    return beside if len(alike) < _FEW or not kind else []


def _ancestors(node: LexborNode, levels: int) -> list[int]:
    """Return the `mem_id` of the elements around an element, the innermost first."""
    found: list[int] = []
    outer = node.parent
    while outer is not None and outer.tag != "body" and len(found) < levels:
        found.append(int(outer.mem_id))
        outer = outer.parent
    return found

"""The search for the article in a page's embedded state."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from copydesk.readers.metadata.jsonld import clean, parse_values
from copydesk.readers.state.blocks import Blocks, Budget
from copydesk.readers.state.nodes import Object
from copydesk.util.text import bare, ends_sentence

MIN_STORY = 300
"""Fewest characters in sentences that a story in the state has."""

_MOST_AGREEING = 60
# Objects around one with the headline that are searched, and how deep any is searched.
_AROUND = 3
_DEEPEST = 6
_LONG_TITLE = 15
_LONGEST_TITLE = 400
_MIN_SLUG = 12
_SENTENCE = 25
_OPENING = 80
_MIN_SHARE = 0.4
# HTML and blocks count for more than the same text without them.
_WITH_BLOCKS = 1.1
_TITLES = frozenset("title headline heading name".split())
_JSON = ('{"', '[{"')
_MOST_DECODED = 200
# Code and lists of keywords have many of these signs.
_SIGNS = re.compile(r"[{};=|]")
_MOST_SIGNS = 0.02
_END = re.compile(
    r"</?(?:p|div|h[1-6]|li|tr|td|blockquote|figcaption|figure|aside|br|pre|section)\b[^<>]*>"
)
_TAG = re.compile(r"<[^<>]*>")
_ASIDE = re.compile(r"(</?(?:aside|figure|script|style)\b[^<>]*>)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What is known of a page for which a story is looked for.

    titles: the page's titles, as keys of comparison.
    path: the path of its URL.
    others: texts that are not the story, such as the description, as a key of comparison.
    words: beginnings of the long words of its titles.
    """

    titles: frozenset[str]
    path: str
    others: str = ""
    words: frozenset[str] = frozenset()

    @property
    def slug(self) -> str:
        """The last part of the path if it is long enough to name one page."""
        last = self.path.rpartition("/")[2]
        return last if len(last) >= _MIN_SLUG else ""


class Match(NamedTuple):
    """An article in the state.

    html: its text. size: characters of it in sentences. owner: the object that it is in.
    """

    html: str
    size: int
    owner: Object


class _Agreeing(NamedTuple):
    """An object that agrees with the page, and the objects around it, the innermost first.

    headline: the headline, "" if only the address agrees.
    """

    around: tuple[Object, ...]
    headline: str


def find(value: Any, page: Page, budget: Budget) -> Match | None:
    """Find the longest text of an object whose headline or address is the page's."""
    walk = _Walk(page)
    walk.read(value, budget)
    blocks = Blocks(walk.stores, budget)
    tried: set[int] = set()
    for depth in range(_AROUND):
        best: Match | None = None
        best_score = 0.0
        for found in walk.agreeing:
            # An address alone says nothing of the objects around it.
            if depth and (not found.headline or depth >= len(found.around)):
                continue
            for html, size in _texts(found.around[depth], page, blocks, tried):
                score = size * (_WITH_BLOCKS if "<" in html.replace("<p>", "") else 1.0)
                if score > best_score and _is_about(html, page):
                    best, best_score = Match(html, size, found.around[depth]), score
        if best is not None:
            return best
    return None


def prose_size(html: str) -> int:
    """Return the number of characters in sentences, without those of pictures and links.

    0 if most of the text is no sentences, or if it is code.
    """
    size = total = signs = 0
    for part in _END.split(_without_asides(html)):
        line = " ".join(_TAG.sub("", part).split())
        total += len(line)
        signs += len(_SIGNS.findall(unescape(line)))
        if len(line) >= _SENTENCE:
            size += len(line) if ends_sentence(line) else _last_stop(line)
    return size if size >= total * _MIN_SHARE and signs <= total * _MOST_SIGNS else 0


def _without_asides(html: str) -> str:
    kept: list[str] = []
    depth = 0
    for part in _ASIDE.split(html):
        if _ASIDE.match(part):
            depth = max(0, depth - 1) if part[1] == "/" else depth + 1
        elif not depth:
            kept.append(part)
    return " ".join(kept)


def _last_stop(line: str) -> int:
    """Return where the last sentence inside a line ends, 0 if none does."""
    return max(line.rfind(stop) + 1 for stop in (". ", "! ", "? ", "。", "؟ ", "। ", '." '))


class _Walk:
    """One pass over a value, which collects the objects that agree with the page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.initials = frozenset(title[:1] for title in page.titles)
        self.agreeing: list[_Agreeing] = []
        self.stores: list[Object] = []
        # Objects are told apart by their ids, so those made here must last.
        self.kept: list[Any] = []
        self.decoded = 0

    def read(self, value: Any, budget: Budget) -> None:
        waiting: list[tuple[Any, tuple[Object, ...]]] = [(value, ())]
        seen: set[int] = set()
        while waiting and budget.values > 0 and len(self.agreeing) < _MOST_AGREEING:
            budget.values -= 1
            one, around = waiting.pop()
            if not isinstance(one, dict | list) or id(one) in seen:
                continue
            seen.add(id(one))
            if isinstance(one, list):
                # Objects of a list are beside others of their kind.
                waiting += [(v, ()) for v in reversed(one) if isinstance(v, dict | list)]
                continue
            if "ROOT_QUERY" in one:
                self.stores.append(one)
                around = ()
            inside = (one, *around[: _AROUND - 1])
            headline = self._headline(one)
            if headline is not None:
                self.agreeing.append(_Agreeing(inside, headline))
            children = [v for v in map(self._value, one.values()) if isinstance(v, dict | list)]
            waiting += [(v, () if "ROOT_QUERY" in one else inside) for v in reversed(children)]

    def _value(self, value: Any) -> Any:
        """Return a value, or what a string of JSON stands for."""
        if not isinstance(value, str) or len(value) < MIN_STORY or not value.startswith(_JSON):
            return value
        self.decoded += 1
        found = parse_values(value) if self.decoded < _MOST_DECODED else []
        if found:
            self.kept.append(found[0])
        return found[0] if found else value

    def _headline(self, one: Object) -> str | None:
        """Return an object's headline if it is the page's, "" if its address is, else None."""
        found = None
        for value in one.values():
            if not isinstance(value, str) or not 4 < len(value) < _LONGEST_TITLE:
                continue
            if self._is_title(value):
                return clean(value)
            if found is None and self._is_address(value):
                found = ""
        return found

    def _is_title(self, value: str) -> bool:
        text = bare(clean(value))
        if text[:1] not in self.initials:
            return False
        return text in self.page.titles or any(
            text in title for title in self.page.titles if _LONG_TITLE < len(title) < len(text) * 2
        )

    def _is_address(self, value: str) -> bool:
        slug = self.page.slug
        if not slug or slug not in value or " " in value:
            return False
        return value == slug or _path(value) == self.page.path


def _path(address: str) -> str:
    try:
        return urlsplit(address).path.rstrip("/")
    except ValueError:
        return ""


def _texts(
    holder: Object, page: Page, blocks: Blocks, tried: set[int]
) -> Iterator[tuple[str, int]]:
    """Yield the texts in an object as HTML: strings, and lists of blocks; not those of other articles."""
    budget = blocks.budget
    waiting: list[tuple[Any, int]] = [(holder, 0)]
    seen: set[int] = set()
    while waiting and budget.values > 0 and budget.texts > 0:
        one, depth = waiting.pop()
        if id(one) in tried or id(one) in seen:
            continue
        if isinstance(one, dict):
            budget.values -= 1
            seen.add(id(one))
            one = blocks.resolved(one)
            if depth < _DEEPEST and not (depth and _is_other(one, page)):
                waiting += [
                    (v, depth + 1) for v in one.values() if isinstance(v, dict | list | str)
                ]
            continue
        if isinstance(one, str):
            if len(one) < MIN_STORY or one.startswith(_JSON) or bare(one[:_OPENING]) in page.others:
                continue
        elif not one:
            continue
        tried.add(id(one))
        budget.texts -= 1
        html = blocks.block(one)
        if (size := prose_size(html)) >= MIN_STORY:
            yield html, size


def _is_other(one: Object, page: Page) -> bool:
    """Return whether an object has a headline of its own that is not the page's."""
    for key, value in one.items():
        if key.partition("(")[0] in _TITLES and isinstance(value, str):
            text = bare(value)
            if len(text) >= _LONG_TITLE and not any(
                text in title or title in text for title in page.titles
            ):
                return True
    return False


def _is_about(html: str, page: Page) -> bool:
    """Return whether a text has two of the words of the page's titles, or one of few."""
    text = html.casefold()
    shared = sum(word in text for word in page.words)
    return shared >= min(2, len(page.words) // 2 + 1) or not page.words

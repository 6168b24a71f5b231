"""Choice of the headline among a page's titles and headings."""

from __future__ import annotations

import re
from typing import NamedTuple

from copydesk.model.metadata import H1, H1_CRUMB, OG_TITLE, Statement
from copydesk.util.text import bare
from copydesk.util.urls import ascii_words, slug_words

VISIBLE_H1 = "visible.h1"
"""The rule of first-level headings as the page shows them."""

_HEADLINES = frozenset(
    {"json-ld.headline", "json-ld.page.headline", "html.itemprop.headline", "meta.headline"}
)
# A part of a heading precedes the whole heading: the rest is its kicker.
_HEADING_ORDER = (("html.h1.part", "html.h2.part"), (VISIBLE_H1, H1), ("html.h2",))
_HEADINGS = frozenset(rule for rules in _HEADING_ORDER for rule in rules)
_VISIBLE = frozenset({VISIBLE_H1, H1, "html.h2", H1_CRUMB})
_LONGEST = 500
_SUFFIX = re.compile(r"\s+(?:[|–—:»•·-]|//)\s+|\s?\|\s?")
# Cheap pre-check for `_SUFFIX`.
_MARK = re.compile(r"[|–—:»•·-]|//")
_SHORTEST_LABEL = 4
_LONGEST_NAME = 40


class Site(NamedTuple):
    """The names of a site, by `text.bare`; label: the longest label of its host."""

    names: frozenset[str]
    label: str

    @classmethod
    def of(cls, named: list[str], host: str) -> Site:
        """Collect the site's names from the page and the host."""
        labels = host.split(".")
        forms = [*named, host, *labels[-2:-1], "".join(labels[-2:])]
        names = frozenset(key for f in forms if (key := bare(f)))
        return cls(names, bare(max(labels[:-1], key=len, default="")))

    def is_named(self, text: str) -> bool:
        """Whether a short text is a name of the site, or contains its host's label."""
        key = bare(text)
        if key in self.names:
            return True
        if len(self.label) < _SHORTEST_LABEL or not key or len(key) > _LONGEST_NAME:
            return False
        return self.label in key or (len(key) >= _SHORTEST_LABEL and key in self.label)

    def cut(self, title: str) -> str:
        """Remove the site's name before or after a title."""
        while _MARK.search(title) and (cuts := list(_SUFFIX.finditer(title))):
            if self.is_named(title[cuts[-1].end() :]):
                title = title[: cuts[-1].start()].strip()
            elif self.is_named(title[: cuts[0].start()]):
                title = title[cuts[0].end() :].strip()
            else:
                break
        return title


class Title(NamedTuple):
    """A headline without the site's name, its comparison key, and its statement."""

    text: str
    key: str
    statement: Statement


def choose(
    ranked: list[Statement], stated: list[Statement], site: Site, url: str | None
) -> Title | None:
    """Choose the headline: one that two statements agree on, else one in a heading, else the first.

    ranked: the usable statements, most trusted first.
    stated: all statements and visible headings, with the parts of headings.
    """
    # Most pages need no more than these.
    main = _titles([c for c in ranked if c.rule == OG_TITLE or c.place in _HEADLINES], site)
    found = _agreed([t for t in main if t.key not in site.names])
    if found is not None and " :" not in found.text:
        return found
    titles = _titles(ranked, site)
    titles = [t for t in titles if t.key not in site.names] or titles
    if not titles:
        return None
    found = found or _agreed(titles)
    if found is None:
        keys = {bare(c.value): c.rule for c in stated if c.rule in _HEADINGS}
        found = _confirmed(titles, keys, url or "") or _shared(titles) or titles[0]
    return _tidy(found, titles)


def _titles(ranked: list[Statement], site: Site) -> list[Title]:
    """The titles without the site's name; equal ones are computed once."""
    stated = {c.value for c in ranked if len(c.value) <= _LONGEST}
    forms = {value: (text, bare(text)) for value in stated if (text := site.cut(value))}
    return [Title(*forms[c.value], c) for c in ranked if c.value in forms]


def _tidy(found: Title, titles: list[Title]) -> Title:
    """Take the form of another statement if joining a heading's parts left a space before a colon."""
    if " :" not in found.text:
        return found
    forms = (t.text for t in titles if t.key == found.key and " :" not in t.text)
    return found._replace(text=next(forms, found.text))


def _agreed(titles: list[Title]) -> Title | None:
    """The title that JSON-LD and OpenGraph agree on."""
    shared = {t.key for t in titles if t.statement.rule == OG_TITLE}
    for title in titles:
        if title.key in shared and title.statement.place in _HEADLINES:
            return title
    return None


def _confirmed(titles: list[Title], keys: dict[str, str], url: str) -> Title | None:
    """The first statement that equals a heading, as a whole or on one side of a separator."""
    stated: dict[str, Title] = {}
    for title in titles:
        if title.statement.rule not in _VISIBLE:
            stated.setdefault(title.text, title)
    sides = [(t, [(t.text, t.key, ""), *_sides(t.text)]) for t in stated.values()]
    for rules in _HEADING_ORDER:
        for title, parts in sides:
            for part, key, rest in parts:
                if keys.get(key) in rules:
                    # The heading may be the site's name, with the headline on the other side.
                    if rest and _slugs(rest, url) > _slugs(part, url):
                        part = rest
                    return Title(part, key, title.statement)
    return None


def _shared(titles: list[Title]) -> Title | None:
    """The first heading that shares half of its words with the page's titles."""
    stated: set[str] = set()
    for title in titles:
        if title.statement.rule not in _VISIBLE:
            stated.update(_words(title.text))
    for title in titles:
        words = _words(title.text)
        if title.statement.rule in _VISIBLE and len(words & stated) * 2 >= len(words):
            return title
    return None


def _sides(title: str) -> list[tuple[str, str, str]]:
    """Both sides of each separator in a title, longest first, as (side, key, rest)."""
    sides = []
    for cut in _SUFFIX.finditer(title) if _MARK.search(title) else ():
        before, after = title[: cut.start()].strip(), title[cut.end() :].strip()
        sides += [(before, bare(before), after), (after, bare(after), before)]
    return sorted(sides, key=lambda s: -len(s[0]))


def _slugs(text: str, url: str) -> int:
    """The number of words that a title shares with the page's URL."""
    return len(slug_words(url) & set(ascii_words(text)))


def _words(text: str) -> set[str]:
    return {key for w in text.split() if (key := bare(w))}

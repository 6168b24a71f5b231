"""Choice of the headline among a page's titles and headings."""

from __future__ import annotations

import re
from typing import NamedTuple

from copydesk.dates.printed_dates import find_stamps
from copydesk.model.metadata import H1, H1_CRUMB, H1_SITE, OG_TITLE, TITLE, Statement
from copydesk.util.text import bare
from copydesk.util.urls import ascii_words, host_of, path_parts, slug_words

VISIBLE_H1 = "visible.h1"
"""The rule of first-level headings as the page shows them."""

_HEADLINES = frozenset(
    {"json-ld.headline", "json-ld.page.headline", "html.itemprop.headline", "meta.headline"}
)
# A part of a heading precedes the whole heading: the rest is its kicker.
_HEADING_ORDER = (("html.h1.part", "html.h2.part"), (VISIBLE_H1, H1), ("html.h2",))
_HEADINGS = frozenset(rule for rules in _HEADING_ORDER for rule in rules)
_VISIBLE = frozenset({VISIBLE_H1, H1, "html.h2", H1_CRUMB})
_WHOLE = frozenset({VISIBLE_H1, H1})
_LONGEST = 500
_DIGIT = re.compile(r"\d")
_SUFFIX = re.compile(
    r"\s+(?:[|–—:»•·-]|//)\s+|\s?\|\s?|(?<=[\u3040-\u9fff\uac00-\ud7a3])_(?=[\u3040-\u9fff\uac00-\ud7a3])|"
    r"\s?[｜：]\s?|(?<=[\u3001-\u9fff\uac00-\ud7a3\uff01-\uff5d]):(?=[^\W\d_])"
)
# Cheap pre-check for `_SUFFIX`.
_MARK = re.compile(r"[|–—:»•·_｜：-]|//")
_SHORTEST_LABEL = 4
_LONGEST_NAME = 40
# Words that a heading must have in common with the page's titles and URL.
_COMMON = 2
# Spaces in a title that is more than a label or a site's name.
_FEW = 3
# A heading that is shorter by more, in parts of the title, is a label for it.
_SHORT = 0.7


class Site(NamedTuple):
    """The names of a site, by `text.bare`.

    label: the longest label of its host. words: those of its host and of the page's sections.
    """

    names: frozenset[str]
    label: str
    words: frozenset[str] = frozenset()

    @classmethod
    def of(cls, named: list[str], url: str | None) -> Site:
        """Collect the site's names from the page and its URL."""
        host = host_of(url or "") or ""
        labels = host.split(".")
        initials = ["".join(w[0] for w in name.split() if w[0].isupper()) for name in named]
        forms = [*named, host, *labels[-2:-1], "".join(labels[-2:])]
        forms += [letters for letters in initials if len(letters) > 2]
        # On some pages the headline is stated as the site's name.
        names = frozenset(key for f in forms if 0 < len(key := bare(f)) <= _LONGEST_NAME)
        words = frozenset([*re.split(r"[.-]", host), *path_parts(url or "")[:-1]])
        return cls(names, bare(max(labels[:-1], key=len, default="")), words)

    def named_by(self, stated: list[Statement]) -> Site:
        """Add headings of the site, and what the title element has beyond OpenGraph's title."""
        wholes = [c.value for c in stated if c.rule == TITLE]
        titles = [
            c.value for c in stated if c.rule == OG_TITLE and len(c.value) > _LONGEST_NAME / 2
        ]
        rests = [
            w.replace(t, "") for w in wholes for t in titles if w.startswith(t) or w.endswith(t)
        ]
        rests += [c.value for c in stated if c.rule == H1_SITE]
        return self._replace(names=self.names.union(filter(None, map(bare, rests))))

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
            end = title[cuts[-1].end() :]
            if self.is_named(end) or self.words.issuperset(end.casefold().split()):
                title = title[: cuts[-1].start()].strip()
            elif self.is_named(title[: cuts[0].start()]):
                title = title[cuts[0].end() :].strip()
            elif (start := self._named_from(title, cuts)) >= 0:
                title = title[:start].strip()
            else:
                break
        return title

    def _named_from(self, title: str, cuts: list[re.Match[str]]) -> int:
        """Where the site's name starts that has a separator in it or its motto behind it; else -1."""
        ends = [*(cut.start() for cut in cuts[1:]), len(title)]
        for cut, end in zip(cuts, ends, strict=True):
            rest = title[cut.end() :]
            if not self.names.isdisjoint((bare(rest), bare(rest[: end - cut.end()]))):
                return cut.start()
        return -1


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
        return _printed(found, stated, site, url or "")
    titles = _titles(ranked, site)
    titles = [t for t in titles if t.key not in site.names] or titles
    if not titles:
        return None
    found = found or _agreed(titles)
    if found is None:
        keys = {bare(c.value): c.rule for c in stated if c.rule in _HEADINGS}
        keys |= {key: c.rule for c in stated if c.rule in _WHOLE and (key := _undated(c.value))}
        found = (
            _confirmed(titles, keys, url or "")
            or _in_path(titles, url or "")
            or _shared(titles, url or "")
            or _first(titles, site)
        )
    return _printed(_tidy(found, titles), stated, site, url or "")


def _printed(found: Title, stated: list[Statement], site: Site, url: str) -> Title:
    """The page's only first-level heading, if the title was reworded from it for search engines.

    A heading with a kicker, or one that is a part of the title, is not another wording.
    """
    headings = {key: c for c in stated if c.rule == VISIBLE_H1 and (key := bare(c.value))}
    firsts = list(dict.fromkeys(bare(c.value) for c in stated if c.rule == H1))
    if len(headings) != 1 or not firsts:
        return found
    (key, heading), *_ = headings.items()
    if key == found.key and heading.value in found.text:
        # The title has a sign in front or behind.
        return found._replace(text=heading.value)
    words = {w for c in stated if c.rule not in _HEADINGS for w in _words(c.value)}
    words |= slug_words(url)
    if key.startswith(found.key) and len(firsts) == 1:
        # A date behind the headline is none of it, nor is the site's name.
        rest = _words(heading.value) - _words(found.text)
        longer = rest and rest <= words and all(w.isalpha() for w in rest)
        text = site.cut(heading.value)
        return Title(text, bare(text), heading) if longer else found
    if key in found.key or found.key in key or site.is_named(heading.value):
        return found
    if len(_words(heading.value) & words) < _COMMON or len(key) < len(found.key) * _SHORT:
        return found
    # The URL was mostly made of the printed headline; without other headings, as much will do.
    more = _slugs(heading.value, url) - _slugs(found.text, url)
    if more < 0 or (len(firsts) > 1 and (not more or key != firsts[0])):
        return found
    return Title(heading.value, key, heading)


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
                    if _slugs(rest, url) and not _slugs(part, url):
                        part, key = rest, bare(rest)
                    return Title(part, key, title.statement)
    return None


def _undated(heading: str) -> str:
    """The key of a heading without the date in front or behind; "" without one."""
    for stamp in find_stamps(heading) if _DIGIT.search(heading) else ():
        if not heading[: stamp.start].strip() or not heading[stamp.end :].strip():
            return bare(heading[: stamp.start] + heading[stamp.end :])
    return ""


def _in_path(titles: list[Title], url: str) -> Title | None:
    """The heading of some words of which the last part of the URL's path in words was made."""
    slugs = ["".join(w) for p in path_parts(url) if (w := _letters(p.partition(".")[0]))]
    for title in titles if slugs else ():
        words = _letters(title.text)
        if not _is_stated(title) and len(words) > 1 and "".join(words) == slugs[-1]:
            return title
    return None


def _first(titles: list[Title], site: Site) -> Title:
    """The most trusted title, but not a heading that no stated title of the article knows."""
    first = titles[0]
    stated = [t for t in titles if _is_stated(t)]
    if _is_stated(first) or any(first.key in t.key or t.key in first.key for t in stated):
        return first
    return next((t for t in stated if not site.is_named(t.text)), first)


def _letters(text: str) -> list[str]:
    """The words of a text as in a slug, without those that have digits."""
    return [word for word in ascii_words(text) if word.isalpha()]


def _is_stated(title: Title) -> bool:
    return title.statement.rule not in _VISIBLE


def _shared(titles: list[Title], url: str) -> Title | None:
    """The first heading that shares half of its words with the page's titles and URL.

    Without one, the first of the titles that is a sentence or name of some length.
    """
    stated = [t for t in titles if _is_stated(t)]
    known = {word for t in stated for word in _words(t.text)}
    slugs = max((_slugs(t.text, url) for t in stated), default=0)
    for title in titles:
        words = _words(title.text)
        if title.statement.rule in _VISIBLE and len(words & known) * 2 >= len(words):
            shared = _slugs(title.text, url)
            named = (shared or len(words) > 1) and any(title.key in t.key for t in stated)
            if named or shared * 2 >= slugs:
                return title
    return next((t for t in stated if t.text.count(" ") >= _FEW), None)


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

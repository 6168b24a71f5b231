"""Fixed wordings that are not part of the article: tables by kind and language, and look-ups.

A wording counts only as the whole line, or as a label or appeal at its start, never inside a
sentence. All languages are looked up together, since a crawl rarely states its language and equal
wordings of two languages mean the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from copydesk.model.draft import Label, Segment
from copydesk.rules.wording import tables
from copydesk.util.text import key

_WHOLE = tables.kinds("line")
_LABEL = tables.kinds("label")
_OPENING = tables.kinds("opening")
_PRODUCT = tables.kinds("product")
# First word -> the labels that start with it, and the number of words of the longest.
_LABELS: dict[str, tuple[str, ...]] = {}
_LABEL_LENGTH: dict[str, int] = {}
for _phrase in _LABEL:
    _first = key(_phrase.split(" ", 1)[0])
    _LABELS[_first] = (*_LABELS.get(_first, ()), _phrase)
    _LABEL_LENGTH[_first] = max(_LABEL_LENGTH.get(_first, 0), _phrase.count(" ") + 1)
# First word -> phrases with their kinds; the longest that fits decides.
_OPENINGS: dict[str, list[tuple[str, str]]] = {}
for _phrase, _kind in sorted(_OPENING.items(), key=lambda of: (-len(of[0]), of[0])):
    _OPENINGS.setdefault(_phrase.split(" ", 1)[0], []).append((_phrase, _kind))
# Openings of this many words prove what they say; no story has them by chance.
_PLAIN_WORDS = 5
# Shorter ones, of the languages that list how an outlet addresses its readers.
_WEAK_OPENINGS = {
    phrase
    for language in tables.languages()
    if "address" in language
    for listed in language.get("opening", {}).values()
    for phrase in listed
    if phrase.count(" ") + 1 < _PLAIN_WORDS
}
# Scripts without spaces have no first word by which to group phrases.
_DENSE = "\u2e80"
_DENSE_OPENINGS = [(p, k) for p, k in _OPENING.items() if p >= _DENSE]
_APPEALS: dict[str, list[str]] = {}
for _phrase in tables.phrases("appeal"):
    _APPEALS.setdefault(_phrase.split(" ", 1)[0], []).append(_phrase)
_READ_ON = frozenset(tables.phrases("read_on"))
_PRODUCT_WORDS = {w for w in _PRODUCT if " " not in w}
_PRODUCT_PHRASES = tuple(w for w in _PRODUCT if " " in w)
LINE_KINDS = tuple(sorted(set(_WHOLE.values())))
"""Kinds of wordings that are a whole line."""
OPENING_KINDS = tuple(sorted(set(_OPENING.values())))
"""Kinds of promotions and notices that their first words show."""
PRODUCT_KINDS = tuple(sorted(set(_PRODUCT.values())))
"""Kinds of promotions that a product in an appeal shows."""

_LABEL_END = re.compile(r"\s?[:：]\s*|\s[-–—|»›>]\s+")
_LEADING = " |•·–—->»›:*"
# The pattern starts with the capital, which is rarer than the letter before it.
_CAPITAL = re.compile(r"[^\W\d_a-z](?<=[^\W\d_A-Z].)")
_WORDS = re.compile(r"[\w'’-]+")
_CONTACT = re.compile(r"@\w|\w@|https?:|www\.|\w\.(?:com|org|net)\b", re.IGNORECASE)
# German addresses the reader by a capital, which a key has lost.
_POLITE = re.compile(r"(?<=[\w,] )(?:Sie|Ihnen|Ihr(?:e[mnr]?)?)\b")
_LINKED = 0.3
# How far a line is searched for what tells an appeal from a sentence of the story.
_SEARCHED = 400


def alternatives(found: Iterable[str]) -> str:
    """A pattern of any of some phrases, the longest first.

    They are grouped by their first character, as `re` tries one alternative after the other.
    """
    groups: dict[str, list[str]] = {}
    for phrase in _longest_first(found):
        groups.setdefault(phrase[0], []).append(re.escape(phrase[1:]))
    return "|".join(f"{re.escape(c)}(?:{'|'.join(ends)})" for c, ends in groups.items())


def _longest_first(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(found), key=lambda p: (-len(p), p)))


_ADDRESS = re.compile(rf"(?<!\w)(?:{alternatives(tables.phrases('address'))})(?!\w)")
# The clause with the verb that follows what somebody said.
_REPORTED = re.compile(
    rf"[,;!?\"”’»“–—-]\W{{0,3}}(?:[^\W\d_][\w.'-]*\s){{0,5}}(?:{alternatives(tables.phrases('reported'))})(?!\w)"
)
_WORD = re.compile(r"\w+")
_REPORTED_WORDS = {_WORD.findall(phrase)[-1] for phrase in tables.phrases("reported")}


def line_kind(line_key: str) -> str | None:
    """The kind of a line that is a fixed wording, by the line's key."""
    return _WHOLE.get(line_key)


def label_of(segment: Segment) -> Label | None:
    """The label at the start of a segment; cached on it."""
    if segment.label is None:
        may_open = _may_open_with_label(segment)
        segment.label = (label(segment.text, segment.key) if may_open else None) or False
    return segment.label or None


def _may_open_with_label(segment: Segment) -> bool:
    """Whether a label can start with the first word, or signs around it leave that open."""
    first = segment.key.split(" ", 1)[0]
    return first in _LABELS or not (first.isalpha() and segment.text[0].isalpha())


def label(text: str, line_key: str = "") -> Label | None:
    """The longest label at the start of a line; line_key: the line's key, if known."""
    text = text.lstrip(_LEADING)
    first = key(text.split(" ", 1)[0].split(":", 1)[0])
    longest = _LABEL_LENGTH.get(first)
    if longest is None or not (line_key or key(text[:120])).startswith(_LABELS[first]):
        return None
    head = text[:80]
    if found := _LABEL_END.search(head):
        phrase = key(head[: found.start()])
        if kind := _LABEL.get(phrase):
            return Label(kind, text[found.end() :].strip(), True, phrase)
    words = text.split(" ", longest)
    for count in range(min(longest, len(words)), 0, -1):
        opening = " ".join(words[:count])
        phrase = key(opening)
        if kind := _LABEL.get(phrase):
            rest = text[len(opening) :].strip()
            return Label(kind, rest, opening[-1] in ":：" and bool(rest), phrase)
    return None


def opening_kind(segment: Segment) -> str | None:
    """The kind of a promotion or notice, by its first words; none of a sentence of the story."""
    if segment.opening is None:
        phrase, kind = _opening(segment.key or key(segment.text[:120]))
        if kind and segment.prose and segment.ends_sentence:
            own = phrase not in _WEAK_OPENINGS or addresses_reader(segment)
            own = own or product_kind(segment) is not None or _is_linked(segment)
            kind = kind if own and not is_reported(segment) else ""
        segment.opening = kind
    return segment.opening or None


def _is_linked(segment: Segment) -> bool:
    return segment.hint is not None and segment.hint.linked >= _LINKED


def _opening(text: str) -> tuple[str, str]:
    if text[:1] >= _DENSE:
        return next(((p, kind) for p, kind in _DENSE_OPENINGS if text.startswith(p)), ("", ""))
    for phrase, kind in _OPENINGS.get(text.split(" ", 1)[0], ()):
        if text.startswith(phrase) and not text[len(phrase) : len(phrase) + 1].isalpha():
            return phrase, kind
    return "", ""


def addresses_reader(segment: Segment) -> bool:
    """Whether a line speaks to the reader or of the outlet, or has a contact."""
    text = segment.text[:_SEARCHED]
    return (
        _ADDRESS.search(text.casefold().replace("’", "'")) is not None
        or _CONTACT.search(text) is not None
        or is_polite(text)
    )


def is_polite(text: str) -> bool:
    """Whether a text addresses its reader in the polite form of German."""
    return ("Sie" in text or "Ih" in text) and _POLITE.search(text) is not None


def is_reported(segment: Segment) -> bool:
    """Whether a line has what somebody said, in quotation marks or with a verb of saying."""
    text = segment.text[:_SEARCHED]
    if text[0] in '"“„«»':
        return True
    folded = text.casefold()
    may_report = not _REPORTED_WORDS.isdisjoint(_WORD.findall(folded))
    return may_report and _REPORTED.search(folded) is not None


def appeal_kind(segment: Segment) -> str | None:
    """The kind of a promotion, by an appeal at its start and the product it names."""
    text = segment.key
    if not text:
        return None
    for phrase in _APPEALS.get(text.split(" ", 1)[0], ()):
        if text.startswith(phrase) and not text[len(phrase) : len(phrase) + 1].isalpha():
            break
    else:
        return None
    return product_kind(segment)


def product_kind(segment: Segment) -> str | None:
    """The kind of promotion of a product that a line names, which alone proves nothing."""
    text = segment.key
    for word in _WORDS.findall(text):
        part = word if word in _PRODUCT_WORDS else word.rsplit("-", 1)[-1]
        if part in _PRODUCT_WORDS:
            return _PRODUCT[part]
    return next((_PRODUCT[p] for p in _PRODUCT_PHRASES if p in text), None)


def is_read_on(line_key: str) -> bool:
    """Whether a text, given by its key, is a link to the whole of it: "Continue reading"."""
    return line_key in _READ_ON


def is_wording(text: str) -> bool:
    """Whether a text is a known label or whole-line wording, and so not a name."""
    folded = key(text)
    return folded in _WHOLE or folded in _LABEL


def run_together(text: str) -> list[int]:
    """Offsets at which to cut a line of fixed wordings without spaces ("rulesNo comments"); else [].

    Cuts are where a capital follows a small letter; every part must be a whole wording.
    """
    edges = [
        m.start()
        for m in _CAPITAL.finditer(text)
        if m[0].isupper() and text[m.start() - 1].islower()
    ]
    cuts: list[int] = []
    start = 0
    for edge in edges:
        if line_kind(key(text[start:edge])):
            cuts.append(edge)
            start = edge
    return cuts if cuts and line_kind(key(text[start:])) else []


@cache
def phrases(kind: str) -> tuple[str, ...]:
    """All labels of a kind, longest first."""
    return _longest_first(p for p, of in _LABEL.items() if of == kind)


def credit_labels() -> tuple[str, ...]:
    """All generic labels of picture credits, longest first."""
    return phrases("credit")


def byline_openers() -> tuple[str, ...]:
    """Words at the start of bylines, longest first, without the weak ones."""
    weak = set(tables.phrases("byline_weak"))
    return tuple(p for p in phrases("byline") if p not in weak)


def role_words() -> tuple[str, ...]:
    """Words for jobs in a newsroom, longest first."""
    return _longest_first(tables.phrases("role"))

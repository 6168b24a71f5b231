"""What the benchmark of pages and the tests of quality count: text, title, authors and date.

The counts follow the published definitions of the benchmarks that they are compared with:
four-word shingles with precision and recall averaged over pages, words whatever their order with
F1 averaged over pages, and segments that are to be in the text or are not to be in it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from statistics import fmean
from typing import Any, NamedTuple

from copydesk.model.article import Article

Answer = Mapping[str, Any]
"""What is read from a page: text, title, authors, date, and the URL of the lead image."""

EMPTY: Answer = {"text": "", "title": None, "authors": [], "date": None, "image": None}
"""The answer to a page that is refused."""

_WORD = re.compile(r"\w+")
_SIZE = 4
_ALIKE = {ord(c): "'" for c in '"`´‘’‚“”„‹›«»'} | {ord(c): "-" for c in "‐‑–—−"} | {0xAD: None}
_DAY = re.compile(r"(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})")


def answer(article: Article, *, body: bool = False) -> dict[str, Any]:
    """What a record answers: its text with the words that stand before it, unless body.

    The date is the last change's if the page states no publication, as in the gold.
    """
    text = article.text
    if article.dateline is not None:
        text = f"{article.dateline.raw} {text}"
    if article.standfirst and not body:
        text = f"{article.standfirst}\n\n{text}"
    # The record keeps an agency that the byline names apart; gold counts it among the authors.
    names = [author.name for author in article.authors]
    origin = article.provenance.get("authors")
    said = f"{article.byline or ''} {(origin.raw if origin else None) or ''}".casefold()
    agencies = [s.name for s in article.info_sources if s.role == "agency"]
    names += [a for a in agencies if a.casefold() in said and a not in names]
    return {
        "text": text,
        "title": article.headline,
        "authors": names,
        "date": article.published or article.modified,
        "image": article.lead_image.url if article.lead_image else None,
    }


class Overlap(NamedTuple):
    """Shares of the shingles of two texts: in both, only in what was read, only in the gold text.

    same: whether both have the same words in the same order.
    """

    both: float
    extra: float
    missed: float
    same: bool

    @property
    def f1(self) -> float:
        """The page's own F1."""
        whole = 2 * self.both + self.extra + self.missed
        return 2 * self.both / whole if whole else 1.0


def overlap(gold: str, read: str) -> Overlap:
    """Compare the four-word shingles of two texts, counted as often as they occur."""
    wanted, found = _WORD.findall(gold), _WORD.findall(read)
    left, right = _shingles(wanted), _shingles(found)
    both = sum(min(count, right[shingle]) for shingle, count in left.items())
    extra, missed = right.total() - both, left.total() - both
    size = (both + extra + missed) or 1
    return Overlap(both / size, extra / size, missed / size, wanted == found)


def _shingles(words: list[str]) -> Counter[tuple[str, ...]]:
    # A text too short for one shingle is one.
    starts = range(max(1, len(words) - _SIZE + 1)) if words else range(0)
    return Counter(tuple(words[at : at + _SIZE]) for at in starts)


def word_f1(gold: str, read: str) -> float:
    """F1 of the words of two texts in lower case, whatever their order."""
    wanted, found = Counter(_WORD.findall(gold.lower())), Counter(_WORD.findall(read.lower()))
    if not wanted and not found:
        return 1.0
    return 2 * (wanted & found).total() / (wanted.total() + found.total())


def summary(pages: Sequence[Overlap]) -> dict[str, float]:
    """Precision over pages with an answer, recall over pages with a text, F1 of these means."""
    given = [p.both / (p.both + p.extra) for p in pages if p.both + p.extra]
    asked = [p.both / (p.both + p.missed) for p in pages if p.both + p.missed]
    precision, recall = mean(given), mean(asked)
    return {
        "f1": _harmonic(precision, recall),
        "precision": precision,
        "recall": recall,
        "accuracy": mean([p.same for p in pages]),
    }


def mean(values: Sequence[float]) -> float:
    """The mean of values, 0 of none."""
    return fmean(values) if values else 0.0


def _harmonic(one: float, other: float) -> float:
    return 2 * one * other / (one + other) if one + other else 0.0


def segments(wanted: Sequence[str], unwanted: Sequence[str], read: str) -> tuple[int, int, int]:
    """How many wanted segments are in a text, how many unwanted ones, and how many are missed."""
    text = _folded(read)
    hits = sum(_folded(one) in text for one in wanted)
    return hits, sum(_folded(one) in text for one in unwanted), len(wanted) - hits


def segment_summary(pages: Iterable[tuple[int, int, int]]) -> dict[str, float]:
    """Precision, recall and F1 over the segments of all pages together."""
    hits = extra = missed = 0
    for page in pages:
        hits, extra, missed = hits + page[0], extra + page[1], missed + page[2]
    precision = hits / (hits + extra) if hits + extra else 0.0
    recall = hits / (hits + missed) if hits + missed else 0.0
    return {"f1": _harmonic(precision, recall), "precision": precision, "recall": recall}


def _folded(text: str) -> str:
    return " ".join(text.split())


def plain(text: str | None) -> str:
    """A title or name without what depends on typesetting: case, kinds of quotes and dashes."""
    form = unicodedata.normalize("NFKC", text or "").translate(_ALIKE).casefold()
    return _folded(form).strip(" .'")


def same_title(gold: str, read: str | None) -> bool:
    """Whether two titles are the same but for typesetting."""
    return plain(gold) == plain(read)


def names(authors: str | Iterable[str] | None) -> set[str]:
    """The names of authors, from a list or from one text that parts them by semicolons."""
    parts = re.split(r"[;\n]", authors) if isinstance(authors, str) else authors or ()
    return {name for name in map(plain, parts) if name}


def author_f1(pages: Iterable[tuple[set[str], set[str]]]) -> float:
    """F1 over all names of all pages, each page as (gold, read)."""
    both = size = 0
    for gold, read in pages:
        both += len(gold & read)
        size += len(gold) + len(read)
    return 2 * both / size if size else 0.0


def same_day(gold: str, read: str | None) -> bool:
    """Whether two dates may be called the same day, as written or in universal time."""
    return bool(_days(gold) & _days(read))


def same_image(gold: str, read: str | None) -> bool:
    """Whether two URLs are the same without scheme and query."""
    one, other = (url.partition("?")[0].rpartition("//")[2] for url in (gold, read or ""))
    return one == other


def _days(text: str | None) -> set[str]:
    found = _DAY.match((text or "").strip())
    if not found:
        return set()
    days = {"-".join(found.groups())}
    try:
        moment = datetime.fromisoformat((text or "").strip())
    except ValueError:
        return days
    if moment.tzinfo is not None:
        days.add(moment.astimezone(UTC).date().isoformat())
    return days

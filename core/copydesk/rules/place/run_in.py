"""Standfirsts that run into the first paragraph, as where a crawl lost the break between them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from copydesk.dates.printed_dates import find_stamps, is_calendar_word
from copydesk.model.draft import Segment
from copydesk.rules import bylines
from copydesk.rules.recognizers import Lines, SegmentPart

# Shortest line with both, and shortest standfirst and first sentence, in words.
_LEAST_WORDS = 30
_LEAST_STANDFIRST = 7
_LONGEST_STANDFIRST = 60
_LEAST_SENTENCE = 6
# A sentence of so many words is rare without a lost break.
_LONG_SENTENCE = 32
_ENOUGH = 4
# Function words are short and among the words that a text prints most.
_FUNCTION_LETTERS = 6
_MOST_COMMON = 25
_COMMON = 3
_FEW = 4
_TITLE_WORDS = 3
# Share of capitalised words inside sentences above which the language writes nouns with a capital.
_NOUNS = 0.22
_EDGES = "\"'“”‘’«»„().,;:!?…"
_OPENING = frozenset("\"'“”‘’«»„(")
_STOP = re.compile(r"[.!?…。！？؟۔।:;,–—-][\"'”’»)\]]*$")
_END = re.compile(r"[.!?…。！？؟۔।][\"'”’»)\]]*$")


def cut_run_in(lines: Lines, _: int) -> bool:
    """Cut a standfirst without a full stop from the first paragraph of a text without markup."""
    if lines.is_page:
        return False
    segments = lines.segments
    titles = 0
    for index, segment in enumerate(segments):
        if segment.role in ("dateline", "standfirst"):
            return False
        if segment.role or not segment.prose:
            titles += _is_title(segment)
            continue
        if titles > 1:
            # A headline and a standfirst are above it.
            return False
        others = (s.text for s in segments if s is not segment)
        at = find(segment.text, others)
        if at is None:
            return False
        standfirst = SegmentPart(0, "standfirst", "head.run_in")
        return lines.cut(index, [standfirst, SegmentPart(at)])
    return False


def _is_title(segment: Segment) -> bool:
    """Whether a line can be a headline or standfirst: not short, without a date or an author."""
    if segment.role or segment.words <= _TITLE_WORDS or find_stamps(segment.text):
        return False
    return bylines.names_after_opener(segment.text) is None


def find(line: str, others: Iterable[str]) -> int | None:
    """Find where the first paragraph starts in a line that begins with the standfirst.

    It starts at a capital after a small letter without a stop. What speaks for it: the text
    prints the word with a small letter elsewhere, a small word follows, a long sentence, a plural.
    What speaks against it: a short or common word before it, as names have. Works in any script
    with capitals.
    """
    words = line.split(" ")
    if len(words) < _LEAST_WORDS or " | " in line:
        return None
    end = next((i for i, w in enumerate(words) if len(w) > 3 and _END.search(w)), len(words) - 1)
    places = range(_LEAST_STANDFIRST, min(end - _LEAST_SENTENCE + 1, _LONGEST_STANDFIRST))
    places_left = [i for i in places if _may_start(words, i)]
    if not places_left:
        return None
    texts = [*others, line]
    small = Counter(w.strip(_EDGES) for t in texts for w in t.split() if w[0].islower())
    known = _Known(small, _function_words(small), _capitalises_nouns(texts))
    score, first = max((_score(words, i, end, known), -i) for i in places_left)
    if score < _ENOUGH:
        return None
    return len(" ".join(words[:-first])) + 1


def _may_start(words: Sequence[str], index: int) -> bool:
    word, before = words[index], words[index - 1]
    if not word[0].isupper() or _STOP.search(before) or is_calendar_word(word.casefold()):
        return False
    inner = before.strip(_EDGES)
    return bool(inner) and not inner[0].isupper() and before[0] not in _OPENING


def _capitalises_nouns(texts: Iterable[str]) -> bool:
    inner = [w for t in texts for w in t.split()[1:]]
    return sum(w[0].isupper() for w in inner) > len(inner) * _NOUNS


def _function_words(small: Counter[str]) -> frozenset[str]:
    """The short words that a text prints most."""
    common = small.most_common(_MOST_COMMON)
    return frozenset(
        w for w, n in common if len(w) <= (_FUNCTION_LETTERS if n >= _COMMON else _FEW) and n > 1
    )


@dataclass(frozen=True, slots=True)
class _Known:
    """The words of a text: small ones, function words, and whether it writes nouns with a capital."""

    small: Counter[str]
    functions: frozenset[str]
    nouns: bool


def _score(words: Sequence[str], index: int, end: int, known: _Known) -> int:
    word, before, after = words[index].strip(_EDGES), words[index - 1], words[index + 1]
    folded = word.casefold()
    long = end >= _LONG_SENTENCE
    weak = len(before) <= _COMMON or before in known.functions
    score = long - weak + after[0].islower() - after[0].isupper()
    if len(word) > 1 and not (word[1:].islower() and word.isalpha()):
        # An abbreviation or a possessive.
        return 0
    if folded in known.functions:
        return score + (3 if known.nouns else 4)
    if weak:
        return 0
    if known.small[folded]:
        score += 1 if known.nouns else 2
    if words[index].endswith("s") and len(word) > _FEW and after[0].islower() and not known.nouns:
        score += 1 + long
    return score

"""What a line looks like and where it stands, as numbers, in any language."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from copydesk.model.draft import Segment
from copydesk.model.roles import BODY, REMOVED
from copydesk.util.text import bare

Shape = dict[str, float]
"""Names of features and their values, mostly 0 or 1; those that are left out are 0."""

LONG_WORDS = 12
"""Words from which a sentence counts as a paragraph of the text."""

_SHORT_SENTENCE = 18
_SIZES = (2, 3, 5, 8, 12, 18, 28, 45)
_RUNS = (2, 3, 5, 9, 16)
_NEAR = (-2, -1, 1, 2)
_FEW_SENTENCES = 4
_MOST_OF_TEXT = 0.9
_GLUE = re.compile(
    r"[a-zß-ÿа-яα-ω](?=[A-ZÀ-ÞА-ЯΑ-Ω])|[^\W\d_](?=\d)|\d(?=[A-Z][a-z])",
)
_INNER_STOP = re.compile(r"[.!?。！？؟۔।][\"'”’»›)\]]*\s+\S|[。！？]\S")
_WORD = re.compile(r"\w+")
_ENDS = {
    **dict.fromkeys(".。۔।", "stop"),
    **dict.fromkeys("!！", "exclamation mark"),
    **dict.fromkeys("?？؟", "question mark"),
    "…": "dots",
    ":": "colon",
    **dict.fromkeys(",;،，", "comma"),
    **dict.fromkeys(")]", "bracket"),
    **dict.fromkeys("\"'”’»›", "quote"),
}
_CONTENT = {
    "date or time": re.compile(r"\b(?:19|20)\d{2}\b|\b\d{1,2}[./-]\d{1,2}\b|\b\d{1,2}[:.h]\d{2}\b"),
    "money or percentage": re.compile(r"[$€£¥₹%]\s?\d|\d\s?[$€£¥₹%]"),
    "address or account": re.compile(r"https?:|www\.|\S@\S|\b\w+\.(?:com|org|net|io|tv)\b|[@#]\w"),
    "bar or arrow": re.compile("[|/›»→·•]"),
    "dash": re.compile("[–—-]"),
    "sign of rights": re.compile("[©®™]"),
    "technical sign": re.compile(r"[+=<>~^*_]"),
    "colon inside": re.compile(":."),
    "bracket": re.compile(r"[(\[]"),
    "quotation mark": re.compile('[“”«»„"]'),
}


def is_sentence(segment: Segment) -> bool:
    """Whether a line is a sentence: it ends like one, is no short question, and is not glued."""
    if not segment.ends_sentence:
        return False
    last = segment.text.rstrip("\"'”’»›)]*¹²³")
    if segment.words < _SHORT_SENTENCE and last.endswith(("?", "？", "؟", "…", "...")):
        return False
    glued = sum(a.islower() and b.isupper() for a, b in pairwise(segment.text))
    return glued < 2 or glued * 8 <= segment.words


def is_long_sentence(segment: Segment) -> bool:
    """Whether a line is a sentence long enough for a paragraph."""
    return segment.words >= LONG_WORDS and is_sentence(segment)


class Shapes:
    """The shapes of the lines of one text, each computed when it is asked for."""

    def __init__(self, segments: Sequence[Segment], host: str | None) -> None:
        """host: the host of the document's URL, which often has the outlet's name."""
        self._segments = segments
        self._names = [bare(n) for n in (host or "").split(".")[:-1] if len(n) > 3]
        self._long = [is_long_sentence(s) and s.role not in REMOVED for s in segments]
        self._tokens = [{w.casefold() for w in _WORD.findall(s.text)} for s in segments]
        self._plain = [bare(s.text) for s in segments]
        self._printed = Counter(self._plain)
        self._starts = Counter(s.text.partition(" ")[0] for s in segments)
        texts = [t for t, yes in zip(self._tokens, self._long, strict=True) if yes]
        self._known = Counter(word for tokens in texts for word in tokens)
        self._sentences = len(texts)
        at = [i for i, yes in enumerate(self._long) if yes]
        self._first, self._last = (at[0], at[-1]) if at else (len(segments), -1)
        self._above = [0]
        for segment, yes in zip(segments, self._long, strict=True):
            self._above.append(self._above[-1] + (segment.words if yes else 0))
        self._short = sum(s.words < LONG_WORDS for s in segments) / max(len(segments), 1)
        self._runs = list(self._find_runs())

    def _find_runs(self) -> Iterator[tuple[int, int]]:
        """Yield, for each line, the run of lines between long sentences that it is in."""
        start = 0
        for end in [*(i for i, yes in enumerate(self._long) if yes), len(self._segments)]:
            yield from [(start, end)] * (end - start)
            if end < len(self._segments):
                yield end, end
            start = end + 1

    def of(self, index: int) -> Shape:
        """Return the shape of a line."""
        segment = self._segments[index]
        shape: Shape = {"any line": 1.0}
        _add_letters(segment, shape)
        _add_signs(segment, shape)
        self._add_place(index, shape)
        self._add_run(index, shape)
        self._add_words(index, shape)
        for step in _NEAR:
            at = index + step
            near = self._segments[at] if 0 <= at < len(self._segments) else None
            _add_near(_NAMES_OF_NEAR[step], near, shape)
        return {name: value for name, value in shape.items() if value}

    def _add_place(self, index: int, shape: Shape) -> None:
        count = len(self._segments)
        whole = self._above[-1] or 1
        shape["place in the text"] = index / count
        shape["above the first long sentence"] = float(index < self._first)
        shape["below the last long sentence"] = float(index > self._last)
        if index > self._last:
            shape["distance from the last long sentence"] = (
                math.log1p(min(index - self._last, 60)) / 4
            )
        shape["lines below"] = math.log1p(min(count - 1 - index, 60)) / 4
        shape["share of the sentences above"] = self._above[index] / whole
        shape["nearly all sentences above"] = float(self._above[index] > whole * _MOST_OF_TEXT)
        shape["last line"] = float(index == count - 1)
        shape["short text"] = float(self._above[-1] < 120)
        shape["few sentences"] = float(self._sentences < _FEW_SENTENCES)
        shape["share of short lines"] = self._short

    def _add_run(self, index: int, shape: Shape) -> None:
        start, end = self._runs[index]
        run = self._segments[start:end]
        shape.update((f"in a run of {size} or more", float(len(run) >= size)) for size in _RUNS)
        if not run:
            return
        shape["opens a run"] = float(len(run) > 1 and index == start)
        shape["closes a run"] = float(len(run) > 1 and index == end - 1)
        shape["run between sentences"] = float(start > 0 and end < len(self._segments))
        residue = sum(s.role in REMOVED for s in run)
        shape["run with residue"] = float(residue > 0)
        shape["share of residue in the run"] = residue / len(run)
        shape["share of list marks in the run"] = sum(s.bullet != "" for s in run) / len(run)

    def _add_words(self, index: int, shape: Shape) -> None:
        printed = self._printed[self._plain[index]]
        shape["printed again"] = float(printed > 1)
        shape["printed three times"] = float(printed > 2)
        first = self._segments[index].text.partition(" ")[0]
        shape["first word of several lines"] = float(self._starts[first] > 3)
        shape["the outlet's name"] = float(any(n in self._plain[index] for n in self._names))
        own = int(self._long[index])
        tokens = self._tokens[index]
        known = [self._known[t] > own for t in tokens]
        rare = [self._known[t] > own for t in tokens if len(t) > 5]
        shape["share of words in the sentences"] = sum(known) / len(known) if known else 0.0
        shape["share of long words in the sentences"] = sum(rare) / len(rare) if rare else 0.5
        shape["no word in the sentences"] = float(not any(known))


_NAMES_OF_NEAR = {-2: "two above", -1: "above", 1: "below", 2: "two below"}


def _add_letters(segment: Segment, shape: Shape) -> None:
    text, words = segment.text, segment.words
    shape.update((f"{size} words or more", float(words >= size)) for size in _SIZES)
    shape["letters a word"] = min(len(text) / words, 20) / 10
    letters = sum(map(str.isalpha, text)) or 1
    upper, lower = sum(map(str.isupper, text)), sum(map(str.islower, text))
    digits = sum(map(str.isdigit, text)) / len(text)
    shape["share of capitals"] = upper / letters
    shape["share of digits"] = digits
    shape["share of signs"] = max(1 - digits - (letters + text.count(" ")) / len(text), 0.0)
    shape["commas a word"] = min(text.count(",") / words, 0.3) * 3
    if upper + lower < letters / 2:
        shape["script without capitals"] = 1.0
        return
    inner = [p for p in text.split()[1:] if p[0].isalpha()]
    share = sum(p[0].isupper() for p in inner) / len(inner) if inner else 0.0
    shape["all in capitals"] = float(upper == letters and letters > 2)
    shape["share of capitalised words"] = share
    shape["title case"] = float(share > 0.7 and len(inner) > 1)


def _add_signs(segment: Segment, shape: Shape) -> None:
    text = segment.text
    shape[f"ends with {_ENDS.get(text[-1], 'a digit' if text[-1].isdigit() else 'a letter')}"] = 1.0
    shape[f"starts with {_start(text[0])}"] = 1.0
    shape["ends like a sentence"] = float(segment.ends_sentence)
    shape["long sentence"] = float(is_long_sentence(segment))
    inside = len(_INNER_STOP.findall(text))
    shape["several sentences"] = float(inside > 0)
    shape["number of sentences"] = min(inside, 4) / 4
    glued = len(_GLUE.findall(text))
    shape["glued"] = float(glued > 0)
    shape["glued often"] = float(glued > 1 and glued * 8 > segment.words)
    for name, pattern in _CONTENT.items():
        shape[name] = float(pattern.search(text) is not None)
    shape["list mark"] = float(segment.bullet != "")
    shape["number as list mark"] = float(segment.bullet[:1].isdigit())
    shape["blank line above"] = float(segment.gap)


def _start(character: str) -> str:
    if character.isupper():
        return "a capital"
    if character.islower():
        return "a small letter"
    if character.isdigit():
        return "a digit"
    return "a letter" if character.isalpha() else "a sign"


def _add_near(where: str, segment: Segment | None, shape: Shape) -> None:
    """Add the shape of a line near the line."""
    if segment is None:
        shape[f"{where}: no line"] = 1.0
        return
    for name, roles in (("residue", REMOVED), ("text", BODY)):
        shape[f"{where}: {name}"] = float(segment.role in roles)
    other = bool(segment.role) and segment.role not in REMOVED and segment.role not in BODY
    shape[f"{where}: another field"] = float(other)
    shape[f"{where}: sentence"] = float(is_sentence(segment))
    shape[f"{where}: {LONG_WORDS} words or more"] = float(segment.words >= LONG_WORDS)
    shape[f"{where}: 3 words or less"] = float(segment.words <= 3)
    shape[f"{where}: colon"] = float(segment.text[-1] == ":")
    shape[f"{where}: list mark"] = float(segment.bullet != "")
    shape[f"{where}: question mark"] = float(segment.text[-1] in "?？؟")

"""What a line looks like and where it stands, as numbers, in any language."""

from __future__ import annotations

import math
import re
import string
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate, compress

from copydesk.model.draft import Segment
from copydesk.model.roles import BODY, REMOVED
from copydesk.util.text import bare

Shape = dict[str, float]
"""Names of features and their values, mostly 0 or 1; those that are left out are 0 too."""

LONG_WORDS = 12
"""Words from which a sentence counts as a paragraph of the text."""

_SHORT_SENTENCE = 18
_SIZES = {size: f"{size} words or more" for size in (2, 3, 5, 8, 12, 18, 28, 45)}
_RUNS = {size: f"in a run of {size} or more" for size in (2, 3, 5, 9, 16)}
_FEW_SENTENCES = 4
_MOST_OF_TEXT = 0.9
# Both start with the rarer character, for speed.
_GLUE = re.compile(
    r"[A-ZÀ-ÞА-ЯΑ-Ω\d](?:(?<=[a-zß-ÿа-яα-ω][A-ZÀ-ÞА-ЯΑ-Ω])|(?<=[^\W\d_]\d)|(?<=\d[A-Z])(?=[a-z]))"
)
_INNER_STOP = re.compile(r"[.!?。！？؟۔।](?:[\"'”’»›)\]]*\s+\S|(?<=[。！？])\S)")
_INITIAL = re.compile(r"\s(\S)")
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
_DATE = re.compile(r"\b(?:19|20)\d{2}\b|\b\d{1,2}[./-]\d{1,2}\b|\b\d{1,2}[:.h]\d{2}\b")
_MONEY = re.compile(r"[$€£¥₹%]\s?\d|\d\s?[$€£¥₹%]")
_ADDRESS = re.compile(r"https?:|www\.|@(?<=\S@)\S|\.(?<=\w\.)(?:com|org|net|io|tv)\b|@\w|#\w")
_SIGNS = {
    "bar or arrow": frozenset("|/›»→·•"),
    "dash": frozenset("–—-"),
    "sign of rights": frozenset("©®™"),
    "technical sign": frozenset("+=<>~^*_"),
    "bracket": frozenset("(["),
    "quotation mark": frozenset('“”«»„"'),
}
_BEYOND_ASCII = re.compile("[\x80-\U0010ffff]")
_KINDS = (
    (string.ascii_letters.encode(), str.isalpha),
    (string.ascii_uppercase.encode(), str.isupper),
    (string.ascii_lowercase.encode(), str.islower),
    (string.digits.encode(), str.isdigit),
)
# All pairs of a small and a capital letter are among these.
_MAYBE_GLUED = re.compile("[A-Z\x80-\U0010ffff](?<=[a-z\x80-\U0010ffff][A-Z\x80-\U0010ffff])")


def is_sentence(segment: Segment) -> bool:
    """Whether a line is a sentence: it ends like one, is no short question, and is not glued.

    The answer is cached on the segment.
    """
    if segment.sentence is None:
        segment.sentence = _is_sentence(segment)
    return segment.sentence


def is_story_sentence(segment: Segment, least: int) -> bool:
    """Whether an undecided line is a sentence of some words at least."""
    return not segment.role and segment.words >= least and is_sentence(segment)


def _is_sentence(segment: Segment) -> bool:
    if not segment.ends_sentence:
        return False
    last = segment.text.rstrip("\"'”’»›“‘«‹」』）)]*¹²³ \xa0")
    if segment.words < _SHORT_SENTENCE and last.endswith(("?", "？", "؟", "…", "...")):
        return False
    glued = count_glued(segment.text)
    return glued < 2 or glued * 8 <= segment.words


def count_glued(text: str) -> int:
    """Return the number of small letters that a capital follows, as where links lost their gap."""
    if text.isascii():
        return len(_MAYBE_GLUED.findall(text))
    at = (found.start() for found in _MAYBE_GLUED.finditer(text))
    return sum(text[i - 1].islower() and text[i].isupper() for i in at)


class Shapes:
    """The shapes of the lines of one text, each computed when it is asked for."""

    def __init__(self, segments: Sequence[Segment], host: str | None) -> None:
        """host: the host of the document's URL, which often has the outlet's name."""
        self._segments = segments
        self._names = [bare(n) for n in (host or "").split(".")[:-1] if len(n) > 3]
        self._is_sentence = [is_sentence(s) for s in segments]
        self._long = [
            yes and s.words >= LONG_WORDS and s.role not in REMOVED
            for s, yes in zip(segments, self._is_sentence, strict=True)
        ]
        self._shapes_of_runs: dict[int, Shape] = {}

    @cached_property
    def _near(self) -> list[list[str]]:
        sentences = zip(self._segments, self._is_sentence, strict=True)
        return [_near(segment, yes) for segment, yes in sentences]

    @cached_property
    def _sentences(self) -> list[int]:
        return [i for i, yes in enumerate(self._long) if yes]

    @cached_property
    def _known(self) -> set[str]:
        """The words of the long sentences."""
        return _words("\n".join(self._segments[i].text for i in self._sentences))

    @cached_property
    def _plain(self) -> list[str]:
        # Paragraphs are no labels that are printed again.
        return ["" if s.prose else bare(s.text) for s in self._segments]

    @cached_property
    def _printed(self) -> Counter[str]:
        return Counter(self._plain)

    @cached_property
    def _starts(self) -> Counter[str]:
        return Counter(s.text.partition(" ")[0] for s in self._segments)

    @cached_property
    def _above(self) -> list[int]:
        """The words of the long sentences above each line, and those of all at the end."""
        sentences = zip(self._segments, self._long, strict=True)
        return [*accumulate((s.words if yes else 0 for s, yes in sentences), initial=0)]

    @cached_property
    def _short(self) -> float:
        return sum(s.words < LONG_WORDS for s in self._segments) / max(len(self._segments), 1)

    @cached_property
    def _runs(self) -> list[tuple[int, int]]:
        return [*self._find_runs()]

    def _find_runs(self) -> Iterator[tuple[int, int]]:
        """Yield, for each line, the run of lines between long sentences that it is in."""
        start = 0
        for end in [*self._sentences, len(self._segments)]:
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
        start, end = self._runs[index]
        shape.update(self._of_run(start, end))
        if end - start > 1:
            shape["opens a run"] = float(index == start)
            shape["closes a run"] = float(index == end - 1)
        self._add_words(index, shape)
        for step, names in _NAMES_OF_NEAR.items():
            at = index + step
            near = self._near[at] if 0 <= at < len(self._segments) else _NO_LINE
            for fact in near:
                shape[names[fact]] = 1.0
        return shape

    def _add_place(self, index: int, shape: Shape) -> None:
        count = len(self._segments)
        whole = self._above[-1] or 1
        shape["place in the text"] = index / count
        first, last = (self._sentences or [count, -1])[0], (self._sentences or [-1])[-1]
        shape["above the first long sentence"] = float(index < first)
        shape["below the last long sentence"] = float(index > last)
        if index > last:
            shape["distance from the last long sentence"] = math.log1p(min(index - last, 60)) / 4
        shape["lines below"] = math.log1p(min(count - 1 - index, 60)) / 4
        shape["share of the sentences above"] = self._above[index] / whole
        shape["nearly all sentences above"] = float(self._above[index] > whole * _MOST_OF_TEXT)
        shape["last line"] = float(index == count - 1)
        shape["short text"] = float(self._above[-1] < 120)
        shape["few sentences"] = float(len(self._sentences) < _FEW_SENTENCES)
        shape["share of short lines"] = self._short

    def _of_run(self, start: int, end: int) -> Shape:
        """Return what all lines of a run share."""
        if start in self._shapes_of_runs:
            return self._shapes_of_runs[start]
        run = self._segments[start:end]
        shape = {name: 1.0 for size, name in _RUNS.items() if len(run) >= size}
        if run:
            residue = sum(s.role in REMOVED for s in run)
            shape["run between sentences"] = float(start > 0 and end < len(self._segments))
            shape["run with residue"] = float(residue > 0)
            shape["share of residue in the run"] = residue / len(run)
            shape["share of list marks in the run"] = sum(s.bullet != "" for s in run) / len(run)
        self._shapes_of_runs[start] = shape
        return shape

    def _add_words(self, index: int, shape: Shape) -> None:
        printed = self._printed[self._plain[index]]
        shape["printed again"] = float(printed > 1)
        shape["printed three times"] = float(printed > 2)
        first = self._segments[index].text.partition(" ")[0]
        shape["first word of several lines"] = float(self._starts[first] > 3)
        shape["the outlet's name"] = float(any(n in self._plain[index] for n in self._names))
        tokens = _words(self._segments[index].text)
        known = tokens & self._known
        rare = sum(len(t) > 5 for t in tokens)
        shape["share of words in the sentences"] = len(known) / len(tokens) if tokens else 0.0
        shape["share of long words in the sentences"] = (
            sum(len(t) > 5 for t in known) / rare if rare else 0.5
        )
        shape["no word in the sentences"] = float(not known)


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))


_NO_LINE = ("no line",)
_FACTS = (
    *_NO_LINE,
    "residue",
    "text",
    "another field",
    "sentence",
    f"{LONG_WORDS} words or more",
    "3 words or less",
    "colon",
    "list mark",
    "question mark",
)
_NAMES_OF_NEAR = {
    step: {fact: f"{where}: {fact}" for fact in _FACTS}
    for step, where in ((-2, "two above"), (-1, "above"), (1, "below"), (2, "two below"))
}


def _near(segment: Segment, sentence: bool) -> list[str]:
    """The facts of a line that count for the lines near it."""
    role = segment.role
    last = segment.text[-1]
    facts = (
        False,
        role in REMOVED,
        role in BODY,
        role != "" and role not in REMOVED and role not in BODY,
        sentence,
        segment.words >= LONG_WORDS,
        segment.words <= 3,
        last == ":",
        segment.bullet != "",
        last in "?？؟",
    )
    return list(compress(_FACTS, facts))


def _count_kinds(text: str) -> list[float]:
    """Return the numbers of letters, capitals, small letters and digits."""
    # Bytes are translated ten times faster than str.
    plain = text.encode("ascii", "ignore")
    rest = [] if text.isascii() else _BEYOND_ASCII.findall(text)
    return [
        len(plain) - len(plain.translate(None, kind)) + sum(map(is_kind, rest))
        for kind, is_kind in _KINDS
    ]


def _add_letters(segment: Segment, shape: Shape) -> None:
    text, words = segment.text, segment.words
    for size, name in _SIZES.items():
        if words >= size:
            shape[name] = 1.0
    shape["letters a word"] = min(len(text) / words, 20) / 10
    letters, upper, lower, digits = _count_kinds(text)
    letters = letters or 1
    digits /= len(text)
    shape["share of capitals"] = upper / letters
    shape["share of digits"] = digits
    shape["share of signs"] = max(1 - digits - (letters + text.count(" ")) / len(text), 0.0)
    shape["commas a word"] = min(text.count(",") / words, 0.3) * 3
    if upper + lower < letters / 2:
        shape["script without capitals"] = 1.0
        return
    inner = [*filter(str.isalpha, _INITIAL.findall(text))]
    share = sum(map(str.isupper, inner)) / len(inner) if inner else 0.0
    shape["all in capitals"] = float(upper == letters and letters > 2)
    shape["share of capitalised words"] = share
    shape["title case"] = float(share > 0.7 and len(inner) > 1)


def _add_signs(segment: Segment, shape: Shape) -> None:
    text = segment.text
    shape[f"ends with {_ENDS.get(text[-1], 'a digit' if text[-1].isdigit() else 'a letter')}"] = 1.0
    shape[f"starts with {_start(text[0])}"] = 1.0
    shape["ends like a sentence"] = float(segment.ends_sentence)
    inside = len(_INNER_STOP.findall(text))
    shape["several sentences"] = float(inside > 0)
    shape["number of sentences"] = min(inside, 4) / 4
    glued = len(_GLUE.findall(text))
    shape["glued"] = float(glued > 0)
    shape["glued often"] = float(glued > 1 and glued * 8 > segment.words)
    characters = set(text)
    for name, signs in _SIGNS.items():
        if not signs.isdisjoint(characters):
            shape[name] = 1.0
    if shape["share of digits"]:
        shape["date or time"] = float(_DATE.search(text) is not None)
        shape["money or percentage"] = float(_MONEY.search(text) is not None)
    shape["address or account"] = float(_ADDRESS.search(text) is not None)
    shape["colon inside"] = float(":" in text[:-1])
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

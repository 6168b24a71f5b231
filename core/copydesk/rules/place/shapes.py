"""What a line looks like and where it stands, as numbers, in any language."""

from __future__ import annotations

import math
import re
import string
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from itertools import accumulate, compress

from copydesk.model.draft import Segment
from copydesk.model.roles import BODY, REMOVED
from copydesk.util.text import bare

Shape = dict[str, float]
"""Names of features and their values, mostly 0 or 1; those that are left out are 0 too."""

LONG_WORDS = 12
"""Words from which a sentence counts as a paragraph of the text."""

WORDS = (
    "share of words in the sentences",
    "share of long words in the sentences",
    "no word in the sentences",
)
"""The features that compare a line's words with those of the long sentences, each 0 to 1."""

_SHORT_SENTENCE = 18
_SIZES = (2, 3, 5, 8, 12, 18, 28, 45)
# Number of words -> what it shows, up to the largest size.
_OF_SIZE = [
    {f"{size} words or more": 1.0 for size in _SIZES if words >= size}
    for words in range(_SIZES[-1] + 1)
]
_RUNS = {size: f"in a run of {size} or more" for size in (2, 3, 5, 9, 16)}
_FEW_SENTENCES = 4
_MOST_OF_TEXT = 0.9
_SHORT_TEXT = 120
# Longer words are rare.
_RARE = 5
# Both start with the rarer character, for speed.
_GLUE = re.compile(
    r"[A-ZÀ-ÞА-ЯΑ-Ω\d](?:(?<=[a-zß-ÿа-яα-ω][A-ZÀ-ÞА-ЯΑ-Ω])|(?<=[^\W\d_]\d)|(?<=\d[A-Z])(?=[a-z]))"
)
_INNER_STOP = re.compile(r"[.!?。！？؟۔।](?:[\"'”’»›)\]]*\s+\S|(?<=[。！？])\S)")
_WORD = re.compile(r"\w+")
_ENDS = {
    **dict.fromkeys(".。۔।", "ends with stop"),
    **dict.fromkeys("!！", "ends with exclamation mark"),
    **dict.fromkeys("?？؟", "ends with question mark"),
    "…": "ends with dots",
    ":": "ends with colon",
    **dict.fromkeys(",;،，", "ends with comma"),
    **dict.fromkeys(")]", "ends with bracket"),
    **dict.fromkeys("\"'”’»›", "ends with quote"),
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
_SIGN = re.compile(f"[{re.escape(''.join(sorted(frozenset().union(*_SIGNS.values()))))}]")
_BEYOND_ASCII = re.compile("[\x80-\U0010ffff]")
_UPPER = string.ascii_uppercase.encode()
_LOWER = string.ascii_lowercase.encode()
_DIGITS = string.digits.encode()
_GLUED_ASCII = re.compile(r"[A-Z](?<=[a-z].)")
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
    glued = count_glued(segment)
    return glued < 2 or glued * 8 <= segment.words


def count_glued(segment: Segment) -> int:
    """Return the number of small letters that a capital follows, as where links lost their gap.

    The answer is cached on the segment.
    """
    if segment.glued is None:
        segment.glued = count_glued_in(segment.text)
    return segment.glued


def count_glued_in(text: str) -> int:
    """Return the same for a text."""
    if text.isascii():
        return len(_GLUED_ASCII.findall(text))
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
    def _near(self) -> list[dict[int, Shape]]:
        sentences = zip(self._segments, self._is_sentence, strict=True)
        return [_of_near(_facts(segment, yes)) for segment, yes in sentences]

    @cached_property
    def _sentences(self) -> list[int]:
        return [i for i, yes in enumerate(self._long) if yes]

    @cached_property
    def _known(self) -> set[str]:
        """The words of the long sentences."""
        return set().union(*(_words(self._segments[i].text) for i in self._sentences))

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

    @cached_property
    def _of_text(self) -> Shape:
        """What all lines of the text share."""
        shape: Shape = {"any line": 1.0, "share of short lines": self._short}
        if self._above[-1] < _SHORT_TEXT:
            shape["short text"] = 1.0
        if len(self._sentences) < _FEW_SENTENCES:
            shape["few sentences"] = 1.0
        return shape

    def of(self, index: int) -> Shape:
        """Return the shape of a line."""
        shape = self.without_words(index)
        self.add_words(index, shape)
        return shape

    def without_words(self, index: int) -> Shape:
        """Return the shape of a line without `WORDS`, which take longest."""
        segment = self._segments[index]
        shape = self._of_text.copy()
        _add_letters(segment, shape)
        _add_signs(segment, shape)
        self._add_place(index, shape)
        start, end = self._runs[index]
        shape.update(self._of_run(start, end))
        if end - start > 1:
            if index == start:
                shape["opens a run"] = 1.0
            if index == end - 1:
                shape["closes a run"] = 1.0
        self._add_printed(index, shape)
        for step in _WHERE:
            at = index + step
            near = self._near[at] if 0 <= at < len(self._segments) else _of_near(_NO_LINE)
            shape.update(near[step])
        return shape

    def _add_place(self, index: int, shape: Shape) -> None:
        count = len(self._segments)
        above, whole = self._above[index], self._above[-1]
        shape["place in the text"] = index / count
        if not self._sentences:
            shape["above the first long sentence"] = shape["below the last long sentence"] = 1.0
            shape["distance from the last long sentence"] = _distance(index + 1)
        elif index < self._sentences[0]:
            shape["above the first long sentence"] = 1.0
        elif index > (last := self._sentences[-1]):
            shape["below the last long sentence"] = 1.0
            shape["distance from the last long sentence"] = _distance(index - last)
        shape["lines below"] = _distance(count - 1 - index)
        if above:
            shape["share of the sentences above"] = above / whole
        if above > whole * _MOST_OF_TEXT:
            shape["nearly all sentences above"] = 1.0
        if index == count - 1:
            shape["last line"] = 1.0

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

    def _add_printed(self, index: int, shape: Shape) -> None:
        text, plain = self._segments[index].text, self._plain[index]
        printed = self._printed[plain]
        if printed > 1:
            shape["printed again"] = 1.0
            if printed > 2:
                shape["printed three times"] = 1.0
        if self._starts[text.partition(" ")[0]] > 3:
            shape["first word of several lines"] = 1.0
        for name in self._names:
            if name in plain:
                shape["the outlet's name"] = 1.0

    def add_words(self, index: int, shape: Shape) -> None:
        """Add `WORDS` to the shape of a line."""
        tokens = _words(self._segments[index].text)
        known = tokens & self._known
        rare = len([t for t in tokens if len(t) > _RARE])
        share, share_of_long, no_word = WORDS
        if known:
            shape[share] = len(known) / len(tokens)
        else:
            shape[no_word] = 1.0
        shape[share_of_long] = len([t for t in known if len(t) > _RARE]) / rare if rare else 0.5


def _distance(lines: int) -> float:
    """A number of lines as a feature: far ones count little more than near ones."""
    return math.log1p(min(lines, 60)) / 4


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
_WHERE = {-2: "two above", -1: "above", 1: "below", 2: "two below"}


@cache
def _of_near(facts: tuple[str, ...]) -> dict[int, Shape]:
    """What a line adds to the shapes of lines near it, by the step to it; there are few sets of facts."""
    return {step: {f"{where}: {fact}": 1.0 for fact in facts} for step, where in _WHERE.items()}


def _facts(segment: Segment, sentence: bool) -> tuple[str, ...]:
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
    return tuple(compress(_FACTS, facts))


def _count_kinds(text: str) -> tuple[int, int, int, int]:
    """Return the numbers of letters, capitals, small letters and digits."""
    # Bytes are translated ten times faster than str.
    plain = text.encode("ascii", "ignore")
    size = len(plain)
    upper = size - len(plain.translate(None, _UPPER))
    lower = size - len(plain.translate(None, _LOWER))
    digits = size - len(plain.translate(None, _DIGITS))
    letters = upper + lower
    if size < len(text):
        rest = _BEYOND_ASCII.findall(text)
        letters += sum(map(str.isalpha, rest))
        upper += sum(map(str.isupper, rest))
        lower += sum(map(str.islower, rest))
        digits += sum(map(str.isdigit, rest))
    return letters, upper, lower, digits


def _add_letters(segment: Segment, shape: Shape) -> None:
    text, words = segment.text, segment.words
    size = len(text)
    shape.update(_OF_SIZE[min(words, _SIZES[-1])])
    shape["letters a word"] = min(size / words, 20) / 10
    letters, upper, lower, digits = _count_kinds(text)
    letters = letters or 1
    shape["share of capitals"] = upper / letters
    if digits:
        shape["share of digits"] = digits / size
    shape["share of signs"] = max(1 - digits / size - (letters + text.count(" ")) / size, 0.0)
    if commas := text.count(","):
        shape["commas a word"] = min(commas / words, 0.3) * 3
    if upper + lower < letters / 2:
        shape["script without capitals"] = 1.0
        return
    inner = [w[0] for w in text.split()[1:] if w[0].isalpha()]
    if upper == letters and letters > 2:
        shape["all in capitals"] = 1.0
    if inner and (capitals := sum(map(str.isupper, inner))):
        shape["share of capitalised words"] = share = capitals / len(inner)
        if share > 0.7 and len(inner) > 1:
            shape["title case"] = 1.0


def _add_signs(segment: Segment, shape: Shape) -> None:
    text = segment.text
    shape[_end(text[-1])] = 1.0
    shape[_start(text[0])] = 1.0
    if segment.ends_sentence:
        shape["ends like a sentence"] = 1.0
    if inside := len(_INNER_STOP.findall(text)):
        shape["several sentences"] = 1.0
        shape["number of sentences"] = min(inside, 4) / 4
    if glued := len(_GLUE.findall(text)):
        shape["glued"] = 1.0
        if glued > 1 and glued * 8 > segment.words:
            shape["glued often"] = 1.0
    _add_marks(segment, shape)
    if found := _SIGN.findall(text):
        for name, signs in _SIGNS.items():
            if not signs.isdisjoint(found):
                shape[name] = 1.0
    if "share of digits" in shape:
        if _DATE.search(text):
            shape["date or time"] = 1.0
        if _MONEY.search(text):
            shape["money or percentage"] = 1.0
    if _ADDRESS.search(text):
        shape["address or account"] = 1.0


def _add_marks(segment: Segment, shape: Shape) -> None:
    if ":" in segment.text[:-1]:
        shape["colon inside"] = 1.0
    if segment.bullet:
        shape["list mark"] = 1.0
        if segment.bullet[0].isdigit():
            shape["number as list mark"] = 1.0
    if segment.gap:
        shape["blank line above"] = 1.0


def _end(character: str) -> str:
    if name := _ENDS.get(character):
        return name
    return "ends with a digit" if character.isdigit() else "ends with a letter"


def _start(character: str) -> str:
    if character.isupper():
        return "starts with a capital"
    if character.islower():
        return "starts with a small letter"
    if character.isdigit():
        return "starts with a digit"
    return "starts with a letter" if character.isalpha() else "starts with a sign"

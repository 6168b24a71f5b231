"""What the stories page shows of a story: times on a line, words that differ, texts in columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal

from copydesk.stories.shapes import Count, PassageSentence, Story, Version
from copydesk.stories.words import tokens, word

HUES = 8
"""Number of colours of passages; the next passage begins with the first again."""

_MARGIN = 0.03
_MAX_COMPARED = 400
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Extent:
    """When a version was published, in percent of the line; length: None for a moment."""

    start: float
    length: float | None


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of words; added and missing: against another text."""

    change: Literal["same", "added", "missing"]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A sentence in a column. passage: its number on the page, from 1; None if it stands alone."""

    place: int
    passage: int | None
    change: str
    moved: bool
    pieces: list[Piece]

    @property
    def hue(self) -> int:
        """The colour of its passage, from 0."""
        return ((self.passage or 1) - 1) % HUES

    @property
    def label(self) -> str:
        """How it differs from the first version of its passage."""
        return f"{self.change}, moved" if self.moved else self.change


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a count. versions: those that have it, with the place of its sentence."""

    value: str
    text: str
    versions: list[tuple[int, int]]


def name_of(version: Version) -> str:
    """Return what a version is called on the page."""
    return (version.outlet or "").strip() or (version.site or "").strip() or "unknown outlet"


def day_or_moment(published: str | None) -> tuple[float, float | None] | None:
    """Return the seconds since 1970 and, of a day, its length; None for what is no date.

    A day is drawn as one of UTC, and so is a time without an offset.
    """
    if not published:
        return None
    try:
        if "T" not in published:
            day = date.fromisoformat(published)
            start = datetime(day.year, day.month, day.day, tzinfo=UTC)
            return (start - _EPOCH).total_seconds(), timedelta(days=1).total_seconds()
        moment = datetime.fromisoformat(published)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - _EPOCH).total_seconds(), None


def when(published: str | None) -> str:
    """Return a date or time as people read it; what is none stays as it is."""
    found = day_or_moment(published)
    if not published or found is None:
        return published or "no date"
    if found[1] is not None:
        return published
    moment = datetime.fromisoformat(published)
    zone = moment.strftime("%z")
    offset = "UTC" if zone == "+0000" else f"{zone[:3]}:{zone[3:5]}" if zone else "no offset"
    return f"{moment:%Y-%m-%d %H:%M} {offset}"


def timeline(versions: list[Version]) -> dict[int, Extent]:
    """Return the extents of the dated versions, by their places."""
    dated = {}
    for place, version in enumerate(versions):
        if (found := day_or_moment(version.published)) is not None:
            dated[place] = found
    if not dated:
        return {}
    begin = min(start for start, _ in dated.values())
    end = max(start + (length or 0) for start, length in dated.values())
    # All at the same moment: that moment is in the middle of an hour.
    span = (end - begin) or 3600.0
    if end == begin:
        begin -= span / 2
    scale = 100 * (1 - 2 * _MARGIN) / span

    def extent(start: float, length: float | None) -> Extent:
        left = 100 * _MARGIN + (start - begin) * scale
        return Extent(round(left, 3), None if length is None else round(length * scale, 3))

    return {place: extent(*found) for place, found in dated.items()}


def shared(version: Version) -> float | None:
    """Return the share of a version's words in sentences that others have; None without words."""
    counted = common = 0
    for sentence in version.sentences:
        size = sum(word(one).is_word for one in tokens(sentence.text))
        counted += size
        common += size if sentence.passage is not None else 0
    return common / counted if counted else None


def compared(first: str, other: str) -> list[Piece]:
    """Return other in pieces, with the words of first that it lacks where they would stand.

    Case and punctuation make no difference. Texts of more than 400 words come as one piece.
    """
    before, after = _words(first), _words(other)
    if max(len(before), len(after)) > _MAX_COMPARED:
        return [Piece("same", other)]
    pieces = []
    done = 0
    matcher = SequenceMatcher(None, [w[2] for w in before], [w[2] for w in after], autojunk=False)
    for change, a, b, c, d in matcher.get_opcodes():
        if change == "equal":
            continue
        start = after[c][0] if c < len(after) else len(other)
        if start > done:
            pieces.append(Piece("same", other[done:start]))
            done = start
        if b > a:
            pieces.append(Piece("missing", first[before[a][0] : before[b - 1][1]]))
        if d > c:
            done = after[d - 1][1]
            pieces.append(Piece("added", other[start:done]))
    if done < len(other):
        pieces.append(Piece("same", other[done:]))
    return pieces


def _words(text: str) -> list[tuple[int, int, str]]:
    """The start, the end and the folded form of each word of a text."""
    found = []
    end = 0
    for token in tokens(text):
        start = text.index(token, end)
        end = start + len(token)
        if (one := word(token)).is_word:
            found.append((start, end, one.folded))
    return found


def column(story: Story, place: int) -> Iterator[list[Part]]:
    """Yield the sentences of a version, block by block."""
    found = {
        one.sentence: (number, one, passage.sentences[0])
        for number, passage in enumerate(story.alignment.passages, 1)
        for one in passage.sentences
        if one.version == place
    }
    sentences = enumerate(story.versions[place].sentences)
    for _, block in groupby(sentences, key=lambda numbered: numbered[1].block):
        parts = []
        for at, sentence in block:
            number, own, first = found.get(at, (None, None, None))
            parts.append(
                Part(
                    place=at,
                    passage=number,
                    change="first" if own is None or own.change == "original" else own.change,
                    moved=own is not None and own.moved,
                    pieces=_pieces(story, sentence.text, own, first),
                )
            )
        yield parts


def _pieces(
    story: Story, text: str, own: PassageSentence | None, first: PassageSentence | None
) -> list[Piece]:
    if own is None or first is None or own.change != "edited":
        return [Piece("same", text)]
    return compared(story.versions[first.version].sentences[first.sentence].text, text)


def values(count: Count) -> list[Value]:
    """Return the different values of a count, in the order of their first versions."""
    found: dict[str, Value] = {}
    for number in count.numbers:
        one = found.setdefault(number.value, Value(number.value, number.text, []))
        one.versions.append((number.version, number.sentence))
    return list(found.values())

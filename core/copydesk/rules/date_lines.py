"""Lines with dates: cut around each date and the words that belong to it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from copydesk.dates.labels import kind_of_label
from copydesk.dates.printed_dates import Stamp, find_stamps, is_calendar_word, may_have_date
from copydesk.dates.style import UNKNOWN, Style
from copydesk.model.draft import Details, Segment
from copydesk.rules import bylines, wording
from copydesk.rules.beside_dates import Beside
from copydesk.rules.recognizers import Lines, SegmentPart
from copydesk.util.text import key

_DAY_WORDS = 10
_CRAWL_DATE = re.compile(r"date (?P<date>\d{4}-\d{2}-\d{2})(?=\s|$)")
_TIME_ALONE = re.compile(
    r"(?:at |um |à |a las )?\d{1,2}(?:[:.h]\d{2})?\s?(?:[ap]\.?m\.?|uhr|h)?(?: [A-Z]{2,4})?\.?",
    re.I,
)
_READING_TIME = re.compile(r"\d{1,3}\s?min(?:ute)?s?\.?(?:\s(?:read|lesezeit))?", re.IGNORECASE)
# "16-19 March", "16.–19. März", "March 16-19", but not within "2024-03-16".
_DAYS = re.compile(
    r"(?<![\d:–-])\d{1,2}\.?\s?[–-]\s?\d{1,2}\.?\s[^\W\d_]{3}"
    r"|[^\W\d_]{3}\.?\s\d{1,2}\s?[–-]\s?\d{1,2}(?![\d:])"
)
_CLOCK = re.compile(r"(?<!\d)\d{1,2}(?:[:.]|\s?h\s?)\d{2}(?!\d)")
_ENDS = re.compile(r"(?<!\b[^\W\d_])[.!?。！？؟]\s|[!?。！？؟]$")
# A full stop that does not end a sentence: "08:15 h.", "3 Min.".
_ABBREVIATED = re.compile(r"\d\s?[^\W\d_]{1,4}\.$")
# "The Northern PressMarch 3, 2024": a line that has lost the gap before a date's first word.
_GLUED = re.compile(r"(?<=[^\W\d_A-Z.])(?=[A-Z][^\W\d_]{2,11}\.?[\s,])")
_FIRST_WORD = re.compile(r"[\s.,]")
_SEPARATORS = " \t|•·-–—,;:/()[]：，、"
# Most words beside the dates of a line of dates; two characters of a dense script count as one.
_MOST_BESIDE = 6
_STAMPED_WORDS = 24
# A line of dates is above the third paragraph, and in plain text soon after a title.
_HEAD_PROSE = 2
_NEAR_WORDS = 14
_HEAD_LINES = 6
_LEAST_ENTRIES = 3
_MOSTLY_LINKED = 0.7
_DENSE = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7a3]")


Judge = Callable[[str, int, bool], list[SegmentPart]]
"""Makes the parts of a text beside a date: the text, its offset, whether it is before the date."""


def cut_crawl_date(lines: Lines, _: int) -> bool:
    """Cut "date 2024-01-02", which a crawl adds, from the start of the text."""
    first = lines.segments[0]
    found = None if first.role else _CRAWL_DATE.match(first.text)
    if found is None:
        return False
    part = SegmentPart(0, "crawl_date", "crawl_date", {"date": found["date"]})
    return lines.cut(0, [part, SegmentPart(found.end())])


def cut_dates(lines: Lines, index: int) -> bool:
    """Cut a short line around its dates, if the rest is a byline, a label or the like.

    Near the article's head, a full date with a few other words is enough.
    """
    segment = lines.segments[index]
    if segment.words > (_NEAR_WORDS if segment.prose else _STAMPED_WORDS):
        return False
    if not may_have_date(segment.text):
        return False
    near = lines.prose_above < _HEAD_PROSE and _is_near(lines.segments, index)
    if not near and (segment.prose or _is_of_story(segment)):
        return False
    # "— Jo Bloggs on 3 March" signs a quotation.
    named = near and segment.text[0] not in "—–-"
    judge = Beside(lines).judge if named else None
    parts = split_at_dates(segment.text, lines.draft.style, near, judge)
    if named and parts is not None:
        _tell_from_above(lines, index, parts)
    return parts is not None and lines.cut(index, parts)


def _is_of_story(segment: Segment) -> bool:
    """Whether a date between paragraphs is told: it has a colon behind it, or is several days.

    The first opens the entries of a diary, the second is when a fair or a match takes place.
    """
    if segment.hint is not None:
        return False
    return segment.text[-1] in ":：" or _DAYS.search(segment.text) is not None


def _is_near(segments: list[Segment], index: int) -> bool:
    """Whether a line can be in the article's head: not a heading or link, and after a title."""
    hint = segments[index].hint
    if hint is None:
        above = segments[max(0, index - _HEAD_LINES) : index]
        return any(s.words > 2 or len(_DENSE.findall(s.text)) > 4 for s in above)
    return hint.area in ("head", "body") and not hint.is_heading and hint.linked < _MOSTLY_LINKED


def keep_timeline(lines: Lines, _: int) -> None:
    """Decide three or more dates, each alone between two paragraphs, as the headings of entries.

    The date of a comment or of another story has a name, title or link beside it.
    """
    segments = lines.segments
    if lines.is_page or sum(s.role == "timestamp" for s in segments) < _LEAST_ENTRIES:
        return
    start = next((i for i, s in enumerate(segments) if _is_told(s)), 0)
    dates = [
        i
        for i in range(start + 1, len(segments) - 1)
        if segments[i].role == "timestamp" and _is_told(segments[i + 1])
    ]
    if len(dates) < _LEAST_ENTRIES or any(segments[i].data.get("kind") for i in dates):
        return
    if all(_is_told(segments[i - 1]) for i in dates[1:]):
        for index in dates:
            segments[index].decide("heading", "timestamp.entry")


def _is_told(segment: Segment) -> bool:
    return not segment.role and segment.prose and segment.ends_sentence


def decide_labelled_time(lines: Lines, index: int) -> bool:
    """Decide a label such as "Updated" alone or with a time of day."""
    segment = lines.segments[index]
    label = wording.label_of(segment)
    if label is None or label.kind not in ("published", "modified"):
        return False
    if _TIME_ALONE.fullmatch(label.rest) or _is_day_and_time(lines, index, label.rest):
        return lines.decide(index, "timestamp", "timestamp.time", kind=label.kind)
    if not label.rest or _is_bare_label(label.rest):
        return lines.decide(index, "timestamp", "timestamp.label", kind=label.kind, label="yes")
    return False


def _is_day_and_time(lines: Lines, index: int, rest: str) -> bool:
    """Whether a label's rest is a time of a day in words, in the head: "yesterday at 18:30"."""
    segment = lines.segments[index]
    if segment.hint is not None or segment.ends_sentence or index > _HEAD_LINES:
        return False
    return segment.words <= _DAY_WORDS and _CLOCK.search(rest) is not None


def _is_bare_label(text: str) -> bool:
    label = wording.label(text)
    return label is not None and not label.rest


def split_at_dates(
    text: str, style: Style = UNKNOWN, near: bool = False, judge: Judge | None = None
) -> list[SegmentPart] | None:
    """Cut a line into the text before its dates, each date with its label, and the rest.

    near: whether the line is near the article's head. There a full date with a few other words is
    a line of dates, whatever the words.
    judge: makes the parts of a text beside a date of such a line.
    """
    stamps = _find_glued(text, style) or find_stamps(text, style)
    if not stamps:
        return None
    near = near and _is_line_of_dates(text, stamps)
    if near and (trailing := _with_trailing_labels(text, stamps)):
        return trailing
    named = _beside(text, stamps, judge) if near and judge else {}
    parts: list[SegmentPart] = []
    done = 0
    for stamp in stamps:
        start, kind, before = _label_before(text, done, stamp)
        if done in named:
            parts += named[done]
        elif before:
            if _may_be_beside_date(before, text[start - 1 : start + 3], near):
                parts.append(SegmentPart(done))
            elif near:
                start = done
            else:
                return None
        if near:
            kind = kind or kind_of_label(text[done : stamp.start])
        parts.append(SegmentPart(start, "timestamp", "timestamp", {"kind": kind}))
        done = stamp.end
    if near and judge is not None:
        _tell_apart(parts, stamps)
    after = text[done:].strip(_SEPARATORS)
    if done in named:
        parts += named[done]
    elif after and not _add_rest(parts, stamps[-1], after, text, near):
        return None
    return parts


def _beside(text: str, stamps: list[Stamp], judge: Judge) -> dict[int, list[SegmentPart]]:
    """The parts of what names somebody beside the dates, by where the text before it ends."""
    named: dict[int, list[SegmentPart]] = {}
    done = 0
    for stamp in stamps:
        _, _, before = _label_before(text, done, stamp)
        if before and (parts := judge(before, *_place(text, before, done))):
            named[done] = parts
        done = stamp.end
    after = text[done:].strip(_SEPARATORS)
    if after and not _is_noise(after):
        start, _ = _place(text, after, done)
        if parts := judge(after, start, False):
            named[done] = parts
    return named


def _place(text: str, part: str, done: int) -> tuple[int, bool]:
    """The start of a part of a line, with the bracket that opens it; whether no comma follows it."""
    at = text.index(part, done)
    after = text[at + len(part) :].lstrip()[:1]
    return at - (at > done and text[at - 1] in "(["), after != ","


def _find_glued(text: str, style: Style) -> list[Stamp]:
    """Find the dates of a line that has lost the gap before the first."""
    for glue in _GLUED.finditer(text):
        at = glue.end()
        if is_calendar_word(_FIRST_WORD.split(text[at:], 1)[0].casefold()):
            found = find_stamps(text[at:], style)
            return [replace(s, start=s.start + at, end=s.end + at) for s in found]
    return []


def _cut_glued(gap: str) -> int | None:
    """Where a date's label or weekday starts that a text runs into; None if it does not."""
    for glue in _GLUED.finditer(gap + " "):
        rest = gap[glue.end() :].strip(_SEPARATORS)
        label = wording.label(rest)
        if _is_noise(rest) or (label and label.kind in ("published", "modified")):
            return glue.end()
    return None


def _tell_apart(parts: list[SegmentPart], stamps: list[Stamp]) -> None:
    """Tell the publication from the change, of two dates of which at most one has a label."""
    if len(stamps) != 2:
        return
    data = [part.data for part in parts if part.role == "timestamp" and part.data is not None]
    first, second = data
    if first["kind"] == "modified" and not second["kind"]:
        second["kind"] = "published"
    elif not second["kind"] and _is_later(*stamps):
        second["kind"] = "modified"


def _tell_from_above(lines: Lines, index: int, parts: list[SegmentPart]) -> None:
    """Tell a change from the publication, of two dates in lines of their own without labels."""
    above = lines.before(index)
    if above is None or above.role != "timestamp" or above.data.get("kind") or len(parts) != 1:
        return
    style = lines.draft.style
    dates = find_stamps(above.text, style), find_stamps(lines.segments[index].text, style)
    if parts[0].data == {"kind": ""} and all(map(len, dates)) and _is_later(*(d[0] for d in dates)):
        parts[0].data["kind"] = "modified"


def _is_later(first: Stamp, second: Stamp) -> bool:
    """Whether a date is later than another, or the same with a later time of day."""
    if first.day is None or second.day is None:
        return False
    if first.day != second.day or first.clock is None or second.clock is None:
        return second.day > first.day
    return second.clock > first.clock


def _add_rest(parts: list[SegmentPart], last: Stamp, after: str, text: str, near: bool) -> bool:
    """Add the text after the last date; return whether it may follow a date."""
    label = wording.label(after)
    if label and label.kind in ("published", "modified") and not label.rest:
        parts[-1].data["kind"] = label.kind  # type: ignore[index]
    elif near and _CLOCK.search(after) and kind_of_label(after) == "modified":
        # "4 mar. 2024 Actualizado a las 08:15": the time of a change.
        parts.append(_changed_at(last.end, last, after))
    elif not _is_noise(after):
        if not _may_be_beside_date(after, text[last.end : last.end + 3], near):
            return near
        parts.append(SegmentPart(last.end))
    return True


def _with_trailing_labels(text: str, stamps: list[Stamp]) -> list[SegmentPart] | None:
    """Cut a line that has a label after each date ("8:15公開 9:00更新"), not before."""
    ends = [*(s.start for s in stamps[1:]), len(text)]
    if not _is_noise(text[: stamps[0].start].strip(_SEPARATORS)):
        return None
    labels = [text[s.end : end] for s, end in zip(stamps, ends, strict=True)]
    kinds = [kind_of_label(label) for label in labels]
    if not all(kinds) or _CLOCK.search(labels[-1]):
        return None
    starts = [0, *(s.start for s in stamps[1:])]
    return [
        SegmentPart(start, "timestamp", "timestamp", {"kind": kind})
        for start, kind in zip(starts, kinds, strict=True)
    ]


def _is_line_of_dates(text: str, stamps: list[Stamp]) -> bool:
    """Whether a line has a full date and few other words, and is not a sentence."""
    if stamps[0].day is None:
        return False
    closed = text[-1] == "." and not _ABBREVIATED.search(text)
    words = 0
    done = 0
    for stamp in [*stamps, None]:
        gap = text[done : stamp.start] if stamp else text[done:]
        if _ENDS.search(gap.strip(_SEPARATORS)):
            if not _CLOCK.search(gap) and not kind_of_label(gap):
                return False
        beside = sum(
            max(1, len(_DENSE.findall(word)) // 2)
            for word in gap.split()
            if not _is_noise(word) and any(map(str.isalpha, word))
        )
        if closed and beside and not kind_of_label(gap):
            return False
        words += beside
        done = stamp.end if stamp else done
    return words <= _MOST_BESIDE


def _changed_at(start: int, stamp: Stamp, after: str) -> SegmentPart:
    found = _CLOCK.search(after)
    clock = re.sub(r"[.h\s]+", ":", found[0]) if found else ""
    data: Details = {"kind": "modified", "datetime": f"{stamp.day} {clock}"}
    return SegmentPart(start, "timestamp", "timestamp.time", data)


def _label_before(text: str, done: int, stamp: Stamp) -> tuple[int, str, str]:
    """The start of the date with its label, "published" or "modified", and the text before it."""
    gap = text[done : stamp.start]
    if not gap.strip(_SEPARATORS):
        return done, "", ""
    if glued := _cut_glued(gap):
        label = wording.label(gap[glued:].strip(_SEPARATORS))
        return done + glued, label.kind if label else "", gap[:glued].strip(_SEPARATORS)
    words = gap.split(" ")
    for count in range(len(words)):
        tail = " ".join(words[count:])
        label = wording.label(tail.strip(_SEPARATORS))
        if label and label.kind in ("published", "modified") and _is_noise(label.rest):
            head = " ".join(words[:count]).rstrip(_SEPARATORS)
            return done + len(head), label.kind, head.strip(_SEPARATORS)
    trimmed = gap.rstrip()
    while trimmed and is_calendar_word(trimmed.split()[-1].strip(_SEPARATORS).casefold()):
        trimmed = trimmed[: trimmed.rindex(trimmed.split()[-1])].rstrip()
    core = trimmed.rstrip(_SEPARATORS)
    return done + len(core), "", core.strip(_SEPARATORS)


def _is_noise(text: str) -> bool:
    """Whether a text has only weekdays, small words and separators."""
    words = [w.strip(_SEPARATORS + ".").casefold() for w in text.split()]
    return all(not w or is_calendar_word(w) or w in _SMALL for w in words)


_SMALL = frozenset(
    "at on the um uhr am le à a las alle ore kl klo saat - utc gmt o de del pm am h hs el in "
    "часов в".split()
)


def _may_be_beside_date(text: str, edge: str, near: bool) -> bool:
    """Whether a text beside a date is a byline, label or similar, not part of a sentence.

    near: near the head, a single word, a number or an unknown label goes with the date.
    """
    if len(text.split()) > 8 or text[-1] in ".?!":
        return False
    if (
        bylines.names_after_opener(text) is not None
        or bylines.is_name(text)
        or bylines.is_role(text)
        or _READING_TIME.fullmatch(text)
        or wording.line_kind(key(text))
    ):
        return True
    if label := wording.label(text):
        # "Par la rédaction" names no person.
        return not near or label.kind != "byline"
    if near and (" " not in text or any(c.isdigit() or c in ":：" for c in text)):
        # "Redaksi", "Code: 1234".
        return False
    return any(c in "|•·–—-" for c in edge) and len(text.split()) <= 5

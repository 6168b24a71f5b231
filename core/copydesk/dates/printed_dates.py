"""Parsing of printed dates and times in a line of text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

from copydesk.dates import days
from copydesk.dates.clocks import TIME, ZONE_BEHIND, clock_of, named_zone, offset_of
from copydesk.dates.days import find_day_without_year, make_date, month_number
from copydesk.dates.month_names import AGO, MONTHS, UNITS, WEEKDAYS
from copydesk.dates.style import UNKNOWN, Style

__all__ = [
    "UNKNOWN",
    "Stamp",
    "Style",
    "find_day_without_year",
    "find_stamps",
    "is_ambiguous",
    "is_before",
    "is_calendar_word",
    "is_record_date",
    "make_date",
    "may_have_date",
    "month_number",
    "parse_clock",
]

_RELATIVE = re.compile(
    rf"(?:(?:{AGO['before']})\s*)?(?P<n>\d{{1,3}}|an?|une?|uno|una|ein(?:e|er|em)?)\s+"
    rf"(?P<unit>{'|'.join(sorted(UNITS, key=len, reverse=True))})(?![^\W\d_])"
    rf"(?:\s+(?P<after>{AGO['after']})(?![^\W\d_]))?",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+")
_AGO = re.compile("|".join(AGO.values()))
# "a", "an", "une", "una", "uno", "einer": the first letter comes first, for speed.
_AN_AGO = re.compile(
    r"(?-i:[aAuUeE])(?<!\w.)(?:(?<=a)n?|(?<=u)n[eao]?|(?<=e)ine[rm]?)\s", re.IGNORECASE
)
_BETWEEN = re.compile(r"[|:•]")
_PARTED = re.compile(r"[|:•;/]|[^\W\d_]{4}")
_BEFORE = re.compile(rf"(?:{AGO['before']})\s", re.IGNORECASE)
_LONGEST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """A date found in a line, with the time of day printed beside it.

    start, end: offsets in the line, in code points.
    day: None for a relative time.
    clock: local time of day or None.
    offset: minutes east of UTC or None.
    age: how long ago, for "3 hours ago".
    other: the other reading of an ambiguous date such as 03/04/2024.
    """

    start: int
    end: int
    day: date | None = None
    clock: time | None = None
    offset: int | None = None
    age: timedelta | None = None
    other: date | None = None

    def iso(self, zone: str | None, now: datetime | None) -> str | None:
        """Format as ISO 8601: a datetime if an offset is known, else the day.

        zone: IANA name for times without an offset.
        now: reference time for relative times; without it they give None.
        """
        if self.age is not None:
            return _before(now, self.age) if now is not None else None
        if self.day is None:
            return None
        if self.clock is None or (self.offset is None and zone is None):
            return self.day.isoformat()
        if self.offset is not None:
            info = UTC if self.offset == 0 else timezone(timedelta(minutes=self.offset))
            moment = datetime.combine(self.day, self.clock, info)
        else:
            moment = datetime.combine(self.day, self.clock, named_zone(str(zone)))
        return moment.isoformat()


def _before(now: datetime, age: timedelta) -> str | None:
    try:
        return (now - age).isoformat(timespec="minutes")
    except OverflowError:
        return None


def is_calendar_word(word: str) -> bool:
    """Whether a casefolded word names a month or a day of the week."""
    return word in WEEKDAYS or word in MONTHS


def may_have_date(line: str) -> bool:
    """Whether a line has what every date has: a number, in figures or in words."""
    return _NUMBER.search(line) is not None or "年" in line or _AN_AGO.search(line) is not None


def find_stamps(line: str, style: Style = UNKNOWN) -> list[Stamp]:
    """Find the dates of a short line, in order, each with the time of day beside it."""
    if len(line) > _LONGEST:
        return []
    numbers = _NUMBER.findall(line)
    if not numbers:
        if "年" in line and (found := days.in_han_numerals(line)):
            return [Stamp(start=m.start(), end=m.end(), day=day) for m, day, _ in found if day]
        return _relative(line) if len(line) < 60 and _AN_AGO.search(line) else []
    raw, line = line, days.plain(line)
    dates: list[tuple[re.Match[str], date, date | None]] = []
    # A date has at least two numbers.
    for match, day, other in days.find(line, raw, numbers, style) if len(numbers) > 1 else ():
        start, end = match.span()
        if day and not any(d[0].start() < end and start < d[0].end() for d in dates):
            dates.append((match, day, other))
    if len(dates) > 1:
        dates.sort(key=lambda d: d[0].start())
    stamps: list[Stamp] = []
    taken = 0
    for i, (match, day, other) in enumerate(dates):
        following = dates[i + 1][0].start() if i + 1 < len(dates) else len(line)
        stamps.append(_with_time(line, (taken, following), match, day, other, style))
        taken = stamps[-1].end
    return stamps or _relative(line)


def is_ambiguous(text: str, style: Style) -> bool:
    """Whether a text's first date has two readings and nothing decides between them."""
    stamps = find_stamps(text[:_LONGEST], style)
    return bool(stamps) and stamps[0].other is not None


def _with_time(
    line: str,
    between: tuple[int, int],
    match: re.Match[str],
    day: date,
    other: date | None,
    style: Style,
) -> Stamp:
    """The stamp of a date with the time beside it; between: start and end of the room for it."""
    start, end = match.start(), match.end()
    groups = match.groupdict()
    if groups.get("t"):
        try:
            stated = time.fromisoformat(groups["t"])
        except ValueError:
            return Stamp(start=start, end=end, day=day)
        if groups["z"]:
            return Stamp(
                start=start,
                end=end,
                day=day,
                clock=stated,
                offset=offset_of(groups["z"], day, stated, style),
            )
        end -= len(line[start:end]) - len(line[start:end].rstrip())
        zone = ZONE_BEHIND.match(line, end)
        offset = offset_of(zone["z"], day, stated, style) if zone else None
        return Stamp(
            start=start, end=zone.end() if zone else end, day=day, clock=stated, offset=offset
        )
    first, last = between
    if not _NUMBER.search(line, end, last) and not _NUMBER.search(line, first, start):
        return Stamp(start=start, end=end, day=day, other=other)
    for m in TIME.finditer(line, first, last):
        clock = clock_of(m, style)
        if clock is None or (m.start() < end and start < m.end()):
            continue
        after = m.start() >= end
        gap = line[end : m.start()] if after else line[m.end() : start]
        # A time before the date belongs to it unless a bar or label is between them.
        if len(gap.strip()) > 14 or (not after and _BETWEEN.search(gap)):
            continue
        if after and last < len(line) and _is_of_next(gap, line[m.end() : last]):
            continue
        offset = offset_of(m["z"], day, clock, style)
        stop = m.end() - len(m[0]) + len(m[0].rstrip())
        return Stamp(
            start=min(start, m.start()),
            end=max(end, stop),
            day=day,
            clock=clock,
            offset=offset,
            other=other,
        )
    return Stamp(start=start, end=end, day=day, other=other)


def _is_of_next(before: str, after: str) -> bool:
    """Whether a time between two dates belongs to the second: a bar or label parts it from the first."""
    return _PARTED.search(before) is not None and _PARTED.search(after) is None


def _relative(line: str) -> list[Stamp]:
    if not _AGO.search(line.casefold()):
        return []
    found = []
    for m in _RELATIVE.finditer(line):
        before = _BEFORE.match(line[m.start() : m.end()])
        if not before and not m["after"]:
            continue
        number = int(m["n"]) if m["n"].isdigit() else 1
        found.append(Stamp(start=m.start(), end=m.end(), age=number * UNITS[m["unit"].casefold()]))
    return found


def is_record_date(text: str) -> bool:
    """Whether a text has the record's date format: an ISO 8601 day, or a datetime with offset."""
    try:
        if len(text) == 10:
            date.fromisoformat(text)
            return True
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def parse_clock(text: str) -> datetime | None:
    """Parse an ISO 8601 datetime, as UTC if it has no offset; None if it is invalid."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def is_before(stated: str, moment: datetime) -> bool:
    """Whether a date of the record is before a moment; a day counts as its end, in UTC."""
    if len(stated) == 10:
        return datetime.fromisoformat(stated).date() < moment.astimezone(UTC).date()
    return datetime.fromisoformat(stated) < moment

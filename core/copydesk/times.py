"""Dates and times as news pages print them: found in a line, read without guessing.

Month and weekday names are those of the Unicode CLDR (format and stand-alone forms, wide and
abbreviated) for 24 languages, casefolded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import cache
from zoneinfo import ZoneInfo

from copydesk._calendar import AGO, MONTHS, UNITS, WEEKDAYS

_ISO = re.compile(
    r"(?<!\d)(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})(?!\d)"
    r"(?:[T ](?P<t>\d{2}:\d{2}(?::\d{2})?)(?:\.\d{1,9})?(?P<z>Z|[+-]\d{2}:?\d{2})?)?"
)
_NUMERIC = re.compile(
    r"(?<![\d./-])(?:(?P<y>\d{4})(?P<s>[./-])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})"
    r"|(?P<a>\d{1,2})(?P<s2>[./-])(?P<b>\d{1,2})(?P=s2)(?P<y2>\d{4}|\d{2}))(?![\d/-])"
)
_EAST_ASIAN = re.compile(
    r"(?<!\d)(?P<y>\d{4})\s?[年년]\s?(?P<m>\d{1,2})\s?[月월]\s?(?P<d>\d{1,2})\s?[日일](?:\s?\(.\)|（.）)?"
)
_DAY_FIRST = re.compile(
    r"(?<!\d)(?P<d>\d{1,2})(?:st|nd|rd|th|er|\.|º|ª)?(?:\s+de|\s+of|-)?\s*(?P<m>[^\W\d_]{3,12})\.?"
    r"(?:,|\s+del?|-)?\s*(?P<y>\d{4})(?!\d)"
)
_MONTH_FIRST = re.compile(
    r"(?<![^\W\d_])(?P<m>[^\W\d_]{3,12})\.?\s+(?P<d>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y>\d{4})"
    # The year may have the time of day glued to it ("April 25, 20232:26 PM").
    r"(?!\d(?!\d?:))"
)
_NO_YEAR = re.compile(
    r"(?<!\d)(?:(?P<d>\d{1,2})(?:st|nd|rd|th|er|\.)?(?:\s+de)?\s+(?P<m>[^\W\d_]{3,12})"
    r"|(?P<m2>[^\W\d_]{3,12})\.?\s+(?P<d2>\d{1,2})(?:st|nd|rd|th)?)(?!\d)"
)
_TIME = re.compile(
    r"(?<!\d)(?P<h>\d{1,2})(?:[:.h](?P<min>\d{2})(?::(?P<s>\d{2}))?)?\s*"
    r"(?P<half>[ap]\.?\s?m\b\.?)?(?P<word>\s*(?:Uhr|hrs|hs|h|WIB|IST)\b)?"
    r"(?:\s*\(?(?P<z>Z|UTC|GMT|[A-Z]{3,4}|[+-]\d{2}:?\d{2})(?P<zo>[+-]\d{1,2})?\b\)?)?",
    re.IGNORECASE,
)
_RELATIVE = re.compile(
    rf"(?:(?:{AGO['before']})\s*)?(?P<n>\d{{1,3}}|an?|une?|uno|una|ein(?:e|er|em)?)\s+"
    rf"(?P<unit>{'|'.join(sorted(UNITS, key=len, reverse=True))})(?![^\W\d_])"
    rf"(?:\s+(?P<after>{AGO['after']})(?![^\W\d_]))?",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+")
_SEPARATED = re.compile(r"\d[./-]\d")
_AGO = re.compile("|".join(AGO.values()))
_AN_AGO = re.compile(r"\b(?:an?|une?|una|uno|eine[rm]?)\s", re.IGNORECASE)
_BETWEEN = re.compile(r"[|:•]")
_BEFORE = re.compile(rf"(?:{AGO['before']})\s", re.IGNORECASE)

# Abbreviations with one meaning in news of their region; IST and CST have several and are left out.
_OFFSETS = {
    "Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "BST": 60, "WEST": 60, "CET": 60, "MEZ": 60,
    "CEST": 120, "MESZ": 120, "EET": 120, "EEST": 180, "MSK": 180, "WIB": 420, "SGT": 480,
    "HKT": 480, "MYT": 480, "JST": 540, "KST": 540, "AEST": 600, "AEDT": 660, "NZST": 720,
    "NZDT": 780, "EST": -300, "EDT": -240, "CDT": -300, "MST": -420, "MDT": -360, "PST": -480,
    "PDT": -420, "AKST": -540, "HST": -600, "BRT": -180, "ART": -180, "UYT": -180,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stamp:
    """A date, with the time of day where it is printed, and where in the line it stands.

    start, end: offsets in the line, code points. day: None for a relative time. clock: local time
    of day or None. offset: minutes east of UTC or None. age: how long ago, for "3 hours ago".
    """

    start: int
    end: int
    day: date | None = None
    clock: time | None = None
    offset: int | None = None
    age: timedelta | None = None

    def iso(self, zone: str | None, now: datetime | None) -> str | None:
        """Write it as ISO 8601: a datetime only where an offset is known, else the day.

        zone: IANA name for times printed without one. now: the clock that relative times count
        from; without it they have no value.
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
            moment = datetime.combine(self.day, self.clock, _zone(str(zone)))
        return moment.isoformat()


def _before(now: datetime, age: timedelta) -> str | None:
    try:
        return (now - age).isoformat(timespec="minutes")
    except OverflowError:
        return None


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def month_number(word: str) -> int | None:
    """The month that a word names in any of the known languages, 1 to 12."""
    return MONTHS.get(word.casefold())


def is_calendar_word(word: str) -> bool:
    """Whether a casefolded word is the name of a month or a day of the week."""
    return word in WEEKDAYS or word in MONTHS


def make_date(year: int, month: int, day: int) -> date | None:
    """A date, or None where the three numbers name none of the years 1900 to 2100."""
    if not 1900 <= year <= 2100:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def find_stamps(line: str, *, month_first: bool = False) -> list[Stamp]:
    """Find the dates of a short line, in order, each with the time of day printed beside it.

    month_first: how 04/05/2022 is read where nothing in the line tells.
    """
    numbers = _NUMBER.findall(line) if len(line) <= 300 else []
    if not numbers:
        return _relative(line) if len(line) < 60 and _AN_AGO.search(line) else []
    found: list[Stamp] = []
    # A date has two numbers at least.
    for match, day in _days(line, numbers, month_first) if len(numbers) > 1 else ():
        if day is None or any(s.start < match.end() and match.start() < s.end for s in found):
            continue
        found.append(_with_time(line, match, day))
    return sorted(found, key=lambda s: s.start) or _relative(line)


def _days(
    line: str, numbers: list[str], month_first: bool
) -> list[tuple[re.Match[str], date | None]]:
    days: list[tuple[re.Match[str], date | None]] = []
    separated = _SEPARATED.search(line) is not None
    if separated:
        days += [(m, make_date(int(m["y"]), int(m["m"]), int(m["d"]))) for m in _ISO.finditer(line)]
    if any(len(number) > 3 for number in numbers):
        for pattern in (_DAY_FIRST, _MONTH_FIRST):
            days += [
                (m, make_date(int(m["y"]), month, int(m["d"])))
                for m in pattern.finditer(line)
                if (month := month_number(m["m"]))
            ]
    if separated:
        days += [(m, _numeric(m, line, month_first)) for m in _NUMERIC.finditer(line)]
    if "月" in line or "월" in line:
        days += [
            (m, make_date(int(m["y"]), int(m["m"]), int(m["d"])))
            for m in _EAST_ASIAN.finditer(line)
        ]
    return days


def _numeric(m: re.Match[str], line: str, month_first: bool) -> date | None:
    if m["y"]:
        return make_date(int(m["y"]), int(m["m"]), int(m["d"]))
    a, b, year = int(m["a"]), int(m["b"]), int(m["y2"])
    if year < 100:
        year += 2000
    american = m["s2"] == "/" and (month_first or re.search(r"\d\s*[AP]M\b", line) is not None)
    if b > 12 or (american and a <= 12):
        return make_date(year, a, b)
    return make_date(year, b, a)


def _with_time(line: str, match: re.Match[str], day: date) -> Stamp:
    start, end = match.start(), match.end()
    groups = match.groupdict()
    if groups.get("t"):
        try:
            stated = time.fromisoformat(groups["t"])
        except ValueError:
            return Stamp(start, end, day)
        return Stamp(start, end, day, stated, _offset(groups["z"], None))
    if not _NUMBER.search(line, end) and not _NUMBER.search(line, 0, start):
        return Stamp(start, end, day)
    for m in _TIME.finditer(line):
        clock = _clock(m)
        if clock is None or (m.start() < end and start < m.end()):
            continue
        behind = m.start() >= end
        near = line[end : m.start()] if behind else line[m.end() : start]
        # A time before the date belongs to it unless a bar or label stands between.
        if len(near.strip()) > 14 or (not behind and _BETWEEN.search(near)):
            continue
        return Stamp(min(start, m.start()), max(end, m.end()), day, clock, _offset(m["z"], m["zo"]))
    return Stamp(start, end, day)


def _clock(m: re.Match[str]) -> time | None:
    hour, minute = int(m["h"]), int(m["min"] or 0)
    if not m["min"] and not m["half"] and not m["word"]:
        return None
    if m["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if m["half"][0] in "pP" else 0)
    if hour > 23 or minute > 59 or int(m["s"] or 0) > 59:
        return None
    return time(hour, minute, int(m["s"] or 0))


def _offset(zone: str | None, shift: str | None) -> int | None:
    if zone is None:
        return None
    if zone[0] in "+-":
        minutes = int(zone[1:3]) * 60 + int(zone[-2:])
        return minutes if zone[0] == "+" else -minutes
    base = _OFFSETS.get(zone.upper())
    if base is not None and shift:
        base += int(shift) * 60
    return base


def _relative(line: str) -> list[Stamp]:
    if not _AGO.search(line.casefold()):
        return []
    found = []
    for m in _RELATIVE.finditer(line):
        before = _BEFORE.match(line[m.start() : m.end()])
        if not before and not m["after"]:
            continue
        number = int(m["n"]) if m["n"].isdigit() else 1
        found.append(Stamp(m.start(), m.end(), age=number * UNITS[m["unit"].casefold()]))
    return found


def find_day_without_year(line: str) -> re.Match[str] | None:
    """Find "Nov 22" or "30 nov", as datelines print it."""
    for m in _NO_YEAR.finditer(line):
        if month_number(m["m"] or m["m2"]) and 1 <= int(m["d"] or m["d2"]) <= 31:
            return m
    return None


def is_record_date(text: str) -> bool:
    """Whether a text is a date of the record: an ISO 8601 day, or a datetime with its offset."""
    try:
        if len(text) == 10:
            date.fromisoformat(text)
            return True
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def parse_clock(text: str) -> datetime | None:
    """Read an ISO 8601 datetime; without an offset it counts as UTC. None when it is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def is_before(stated: str, moment: datetime) -> bool:
    """Whether a date of the record lies before a moment; a day counts as its end, in UTC."""
    if len(stated) == 10:
        return datetime.fromisoformat(stated).date() < moment.astimezone(UTC).date()
    return datetime.fromisoformat(stated) < moment

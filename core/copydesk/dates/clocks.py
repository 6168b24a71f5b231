"""Times of day and their zones, as pages print them beside a date."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from functools import cache
from zoneinfo import ZoneInfo

from copydesk.dates.style import Style

# Zone abbreviations with one meaning in news: minutes east of UTC, or the IANA zone of a place.
_ZONES: dict[str, int | str] = {
    name: int(offset)
    for name, offset in re.findall(
        r"(\w+)([+-]\d+)",
        """
        Z+0 UTC+0 GMT+0 UT+0 WET+0 WEST+60 CET+60 MEZ+60 CEST+120 MESZ+120 EET+120 EEST+180 MSK+180
        МСК+180 TRT+180 PKT+300 NPT+345 WIB+420 WITA+480 WIT+540 ICT+420 SGT+480 HKT+480 MYT+480
        PHT+480 AWST+480 JST+540 KST+540 ACST+570 ACDT+630 AEST+600 AEDT+660 NZST+720 NZDT+780
        SAST+120 CAT+120 EAT+180 WAT+60 IDT+180 IRST+210 EST-300 EDT-240 CDT-300 MST-420 MDT-360
        PST-480 PDT-420 AKST-540 AKDT-480 HST-600 NDT-150 BRT-180 ART-180 UYT-180 PYT-240 COT-300
        PET-300
        """,
    )
}
_ZONES |= {
    "ET": "America/New_York",
    "CT": "America/Chicago",
    "MT": "America/Denver",
    "PT": "America/Los_Angeles",
    "AET": "Australia/Sydney",
}

# Zone abbreviations with several meanings: country or language of the page -> offset.
_ZONES_BY_PLACE: dict[str, dict[str, int]] = {
    "IST": dict.fromkeys("IN hi bn ta te mr gu kn ml pa or as".split(), 330)
    | {"IE": 60, "IL": 120, "he": 120},
    "CST": {"US": -360, "CA": -360, "MX": -360, "CN": 480, "TW": 480, "zh": 480},
    "BST": {"BD": 360, "bn": 360, "": 60},
    "AST": {"CA": -240, "PR": -240, "BB": -240, "TT": -240, "SA": 180, "ar": 180},
    "GST": {"AE": 240, "OM": 240, "ar": 240},
}
_NAMED = "|".join(sorted([*_ZONES, *_ZONES_BY_PLACE], key=len, reverse=True))
AMERICAN = re.compile(r"(?<!\w)(?:[ECMP][SD]?T|AK[SD]T|HST)(?!\w)")

TIME = re.compile(
    r"(?<![\d.,:])(?:(?P<pre>(?-i:AM|PM)|오전|오후|上午|下午|午前|午後|凌晨|早上|中午|晚上)\s?)?"
    r"(?P<h>\d{1,2})"
    r"(?:\s?(?P<east>[時时點点시])\s?(?:(?P<min2>\d{1,2})\s?[分분]?)?"
    r"|(?:[:.]|\s?h\s?)(?P<min>\d{2})(?!\d)(?::(?P<s>\d{2})(?!\d))?(?:[.,]\d{1,6}(?=Z|[+-]))?"
    r"(?:min\b)?)?\s*"
    r"(?P<half>[ap]\.?\s?m\b\.?|(?-i:SA|CH)\b|[صم](?!\w)|صباحا?ً?|مساءً?|πμ|μμ|π\.μ\.|μ\.μ\.)?"
    r"(?P<word>\s*(?:Uhr|hrs|hs|h|น\.|ч\.?)(?!\w))?"
    r"(?:\s*[(\[]?(?P<z>(?:UTC|GMT|UT)\s?[+−–-]\s?\d{1,2}(?::?\d{2})?(?!\d)|[+−-]\d{4}(?!\d)"
    r"|\+\d{2}(?::\d{2})?(?![\d:])|(?(s)-\d{2}:\d{2}(?!\d)|(?!))"
    rf"|(?-i:{_NAMED})(?!\w))[)\]]?(?:\s\([^()\d]{{2,60}}\))?)?",
    re.IGNORECASE,
)
ZONE_BEHIND = re.compile(
    rf"\s?[(\[]?(?P<z>(?:UTC|GMT)\s?[+−-]\s?\d{{1,2}}(?::?\d{{2}})?|(?:{_NAMED})(?!\w))[)\]]?"
)
_MARKED_ZONE = re.compile(
    r"(?:UTC|GMT|UT)?\s?(?P<sign>[+−–-])\s?(?P<h>\d{1,2})(?::?(?P<min>\d{2}))?"
)
_AFTER_NOON = frozenset(
    ("오후", "下午", "午後", "晚上", "中午", "ch", "م", "مساء", "مساءً", "μμ", "μ.μ.")
)


def clock_of(m: re.Match[str], style: Style) -> time | None:
    """The time of day of a match of `TIME`; None if it is not a time."""
    hour, minute = int(m["h"]), int(m["min"] or m["min2"] or 0)
    half = (m["half"] or m["pre"] or "").casefold()
    if half in ("sa", "ch") and style.language != "vi":
        half = ""
    if not m["min"] and not m["east"] and not half and not m["word"]:
        return None
    if half:
        if half[0] in "ap" and not 1 <= hour <= 12:
            return None
        if hour <= 12:
            hour = hour % 12 + (12 if half[0] == "p" or half in _AFTER_NOON else 0)
    if hour > 23 or minute > 59 or int(m["s"] or 0) > 59:
        return None
    return time(hour, minute, int(m["s"] or 0))


def offset_of(named: str | None, day: date, clock: time, style: Style) -> int | None:
    """Minutes east of UTC of a printed zone; None if it is unknown or ambiguous."""
    if not named:
        return None
    if found := _MARKED_ZONE.fullmatch(named):
        hours = int(found["h"])
        if len(found["h"]) > 2:
            return None
        minutes = hours * 60 + int(found["min"] or 0)
        if minutes > 14 * 60:
            return None
        return minutes if found["sign"] == "+" else -minutes
    if named in _ZONES_BY_PLACE:
        places = _ZONES_BY_PLACE[named]
        for place in (style.country, style.language):
            if place in places:
                return places[place]
        if named == "CST" and style.month_first:
            return places["US"]
        return places.get("")
    known = _ZONES.get(named.upper())
    if isinstance(known, str):
        shift = datetime.combine(day, clock, named_zone(known)).utcoffset()
        return int(shift.total_seconds()) // 60 if shift is not None else None
    return known


@cache
def named_zone(name: str) -> ZoneInfo:
    """The zone of an IANA name. Raises ValueError, KeyError or OSError if there is none."""
    return ZoneInfo(name)

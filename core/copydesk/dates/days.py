"""Patterns of printed days, and the calendar and order in which they are read.

Digits of all scripts are read. Years of the Thai, Persian, Nepali and Japanese calendars are
converted if language, script or a word of the line shows the calendar.
"""

from __future__ import annotations

import re
from datetime import date

from copydesk.dates import calendars
from copydesk.dates.clocks import AMERICAN
from copydesk.dates.month_names import JALALI_MONTHS, MONTHS, MONTHS_OF, NEPALI_MONTHS, WEEKDAYS
from copydesk.dates.style import FIRST_YEAR, LAST_YEAR, Style

# A letter, then anything up to white space, a digit or punctuation: `re` does not count vowel
# signs and other marks of South Asian scripts as letters.
_WORD = r"[^\W\d_][^\s\d!-/:-@\[-`{-¿‐-―‘’“”…、。，：،]{1,19}"
_THAI_SHORT = r"เ?[ก-ฮ][ีิ]?\.[ก-ฮ]\."
_MONTH = rf"(?P<m>{_THAI_SHORT}|{_WORD})\.?(?:\s?/\s?{_WORD})?"
_ORDINAL = r"(?:st|nd|rd|th|er|ère|\.º|º|ª|\.|-?е|-?го)?"
# "25 Apr 15 15:41", "4 Mar '24": two digits are a year if only a time follows.
_YEAR = r"(?:พ\.\s?ศ\.\s?)?(?P<y>\d{4}(?!\d)|['’]?\d{2}(?=\s*(?:$|[,|•·–—-]?\s*(?:à|at|um)?\s*\d{1,2}:\d{2})))"

# Patterns start with a digit where they can, as a search for a look-behind is slow.
_ISO = re.compile(
    r"(?P<y>\d(?<!\d\d)\d{3})-(?P<m>\d{2})-(?P<d>\d{2})(?!\d)"
    r"(?:[T ](?P<t>\d{2}:\d{2}(?::\d{2})?)(?:[.,]\d{1,9})?\s?(?P<z>Z|[+-]\d{2}:?\d{2})?)?"
)
_NUMERIC = re.compile(
    r"(?<![\d./-])(?:(?P<y>\d{4})(?P<s>\.\s?|\s?/\s?|-|\s\|\s)(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})"
    r"|(?P<a>\d{1,2})(?P<s2>\.\s?|\s?/\s?|-|\s\|\s)(?P<b>\d{1,2})(?P=s2)(?P<y2>\d{4}|\d{2}))(?![\d/-])"
)
_EAST_ASIAN = re.compile(
    r"(?<!\d)(?:(?P<y>\d{4})|(?P<era>令和|平成|昭和|大正|民國|民国)\s?(?P<n>\d{1,3}|元))\s?[年년]\s?"
    r"(?P<m>\d{1,2})\s?[月월]\s?(?P<d>\d{1,2})\s?[日일号號](?:\s?\(.\)|（.）)?"
)
_HAN_NUMERALS = re.compile(
    r"(?P<y>[〇○零一二三四五六七八九]{4})年(?P<m>[一二三四五六七八九十]{1,2})月(?P<d>[一二三四五六七八九十]{1,3})[日号號]"
)
# "R6.3.4": a letter for a Japanese era.
_ERA_LETTER = re.compile(
    r"(?<!\w)(?P<era>[RHS])(?P<n>\d{1,2})[./](?P<m>\d{1,2})[./](?P<d>\d{1,2})(?!\d)"
)
_DAY_FIRST = re.compile(
    rf"(?P<d>\d(?<!\d\d)(?<!\d:\d)\d?){_ORDINAL}(?:\s+de|\s+of|-)?\s*(?:d['’])?{_MONTH}"
    rf"(?:\s?,|\s+del?|-)?\s*{_YEAR}"
)
_MONTH_FIRST = re.compile(
    rf"(?<![^\W\d_]){_MONTH}\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>\d{{4}})"
    # The time of day may follow the year without a space ("April 25, 20232:26 PM").
    r"(?!\d(?!\d?:))"
)
_DAY_AND_YEAR = re.compile(r"\d(?:st|nd|rd|th)?,?\s+\d{4}")
# "2024. március 4.", "2024 m. kovo 4 d.", "२०८० फागुन २१", "2024-Mar-04".
_YEAR_FIRST = re.compile(
    rf"(?P<y>\d(?<!\d\d)\d{{3}})(?:\.|ko|eko|,)?(?:\s+m\.)?[\s-]+{_MONTH}[\s-]+(?P<d>\d{{1,2}})(?![\d:])"
)
# "2024. gada 4. marts", "2024 жылғы 4 наурыз".
_YEAR_DAY = re.compile(
    rf"(?P<y>\d(?<!\d\d)\d{{3}})\.?\s+{_WORD}\s+(?P<d>\d{{1,2}})\.?[\s-]+{_MONTH}"
)
# Months by number: "4 tháng 3, 2024", "Tháng 3 4, 2024", "2024 оны 3-р сарын 4".
_COUNTED = re.compile(
    r"(?<!\d)(?:(?P<d>\d{1,2})\s+tháng\s+(?P<m>\d{1,2})(?:\s*[,/]\s*|\s+năm\s+|\s+)(?P<y>\d{4})"
    r"|tháng\s+(?P<m2>\d{1,2})\s+(?P<d2>\d{1,2}),?\s+(?P<y2>\d{4})"
    r"|(?P<y3>\d{4})\s+оны\s+(?P<m3>\d{1,2})(?:-р)?\s+сарын\s+(?P<d3>\d{1,2}))(?!\d)",
    re.IGNORECASE,
)
_NO_YEAR = re.compile(
    rf"(?<!\d)(?:(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|\.)?(?:\s+de)?\s+(?P<m>{_WORD})"
    rf"|(?P<m2>{_WORD})\.?\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?)(?!\d)"
)

_SEPARATED = re.compile(r"\d\s?[./|-]\s?\d")
_HALF = re.compile(r"\d\s?[ap]\.?\s?m\b", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]{2,}[^\s\d.,()/|-]*")
_ODD = re.compile(
    "[０-９：／．，（）\xa0\u2007\u202f\u200e\u200f\u061c\u3000٠-٩۰-۹०-९০-৯੦-੯૦-૯୦-୯௦-௯౦-౯೦-೯൦-൯๐-๙໐-໙"
    "༠-༩၀-၉០-៩᠐-᠙]"
)
_PERSIAN_DIGIT = re.compile("[۰-۹]")
_THAI = re.compile("[ก-๙]")
_EAST = re.compile("[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]")
_YEAR_LEADS = frozenset(("ko", "ja", "zh", "hu", "lt", "mn"))
_HAN = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "十": 10}
_ZEROS = "٠۰०০੦૦୦௦౦೦൦๐໐༠၀០᠐０"
_PLAIN = (
    {ord(zero) + n: str(n) for zero in _ZEROS for n in range(10)}
    | dict(zip(map(ord, "：／．，（）"), ":/.,()", strict=True))
    | dict.fromkeys(map(ord, "\xa0\u2007\u202f\u200e\u200f\u061c\u3000"), " ")
)
_JALALI = frozenset(("fa", "ps", "prs", "lrc", "mzn"))

DateMatch = tuple[re.Match[str], date | None, date | None]


def plain(line: str) -> str:
    """Replace digits and signs of all scripts by ASCII ones, keeping offsets."""
    return line.translate(_PLAIN) if not line.isascii() and _ODD.search(line) else line


def month_number(word: str) -> int | None:
    """The number, 1 to 12, of a month's name in any known language."""
    return MONTHS.get(word.casefold())


def make_date(year: int, month: int, day: int) -> date | None:
    """Make a date; None if it is invalid or outside the years 1900 to 2100."""
    if not 1900 <= year <= 2100:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def find(line: str, raw: str, numbers: list[str], style: Style) -> list[DateMatch]:
    """Find the days of a line with at least two numbers; raw: the line before `plain`.

    Each is a match, its day (None if it is invalid) and the other reading of an ambiguous date.
    """
    found: list[DateMatch] = []
    separated = _SEPARATED.search(line) is not None
    if separated:
        found += [
            (m, _day(int(m["y"]), int(m["m"]), int(m["d"]), raw, style), None)
            for m in _ISO.finditer(line)
        ]
    patterns = []
    if max(map(len, numbers)) > 3:
        patterns = [_DAY_FIRST, _YEAR_FIRST, _YEAR_DAY]
        if _DAY_AND_YEAR.search(line):
            patterns.insert(1, _MONTH_FIRST)
    elif ":" in line or line.rstrip()[-1:].isdigit():
        # The form with a year of two digits.
        patterns = [_DAY_FIRST]
    for pattern in patterns:
        found += [(m, _named(m, raw, style), None) for m in pattern.finditer(line)]
    if separated:
        found += [(m, *_numeric(m, line, raw, style)) for m in _NUMERIC.finditer(line)]
    if not line.isascii():
        found += _dense(line, raw, style)
    elif style.language == "ja" and (m2 := _ERA_LETTER.search(line)):
        found.append((m2, _of_era(m2), None))
    return found


def _dense(line: str, raw: str, style: Style) -> list[DateMatch]:
    """Find dates with words for year, month and day: East Asian, Vietnamese, Mongolian."""
    found: list[DateMatch] = []
    if "月" in line or "월" in line:
        for m in _EAST_ASIAN.finditer(line):
            day = _of_era(m) if m["era"] else make_date(int(m["y"]), int(m["m"]), int(m["d"]))
            found.append((m, day, None))
    if "áng" in line or "оны" in line:
        for m in _COUNTED.finditer(line):
            year, month, day_ = (
                next(int(m[n]) for n in names if m[n])
                for names in (("y", "y2", "y3"), ("m", "m2", "m3"), ("d", "d2", "d3"))
            )
            found.append((m, _day(year, month, day_, raw, style), None))
    return found


def _of_era(m: re.Match[str]) -> date | None:
    year = calendars.era_year(m["era"], 1 if m["n"] == "元" else int(m["n"]))
    return make_date(year, int(m["m"]), int(m["d"])) if year else None


def in_han_numerals(line: str) -> list[DateMatch]:
    """Find dates in Han numerals ("二〇二四年三月四日")."""
    found: list[DateMatch] = []
    for m in _HAN_NUMERALS.finditer(line):
        year = int("".join(str(_HAN[c]) for c in m["y"]))
        found.append((m, make_date(year, _han_number(m["m"]), _han_number(m["d"])), None))
    return found


def _han_number(text: str) -> int:
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return _HAN[ones[0]] if len(ones) == 1 else 0
    return 10 * (_HAN[tens[-1]] if tens else 1) + (_HAN[ones] if ones else 0)


def _named(m: re.Match[str], raw: str, style: Style) -> date | None:
    """The day of a date with a month's name, in the calendar of that name."""
    word, year, day = m["m"].casefold().rstrip("."), m["y"].lstrip("'’"), int(m["d"])
    if len(year) == 4:
        if month := JALALI_MONTHS.get(word):
            if int(year) < 1500:
                return calendars.from_jalali(int(year), month, day)
        if style.language == "ne" and (month := NEPALI_MONTHS.get(word)):
            return calendars.from_nepali(int(year), month, day)
    number = MONTHS_OF.get(style.language, MONTHS).get(word) or month_number(word)
    if number is None:
        return None
    return _day(_full_year(year, raw, style), number, day, raw, style)


def _full_year(year: str, raw: str, style: Style) -> int:
    """Add the century to a year of two digits; 0 if no news page is from that year."""
    number = int(year)
    if len(year) > 2:
        return number
    if number <= LAST_YEAR - 2000:
        return 2000 + number
    if style.language == "th" or _THAI.search(raw):
        # Buddhist years since the web began: 33 is 2533, which is 1990.
        number = calendars.buddhist_year(2500 + number)
        return number if FIRST_YEAR <= number <= LAST_YEAR else 0
    return 1900 + number if number >= FIRST_YEAR - 1900 else 0


def _day(year: int, month: int, day: int, raw: str, style: Style) -> date | None:
    """The day of three numbers, in the calendar shown by its year and the page's language."""
    if 2400 < year < 2700 and (style.language == "th" or _THAI.search(raw)):
        return make_date(calendars.buddhist_year(year), month, day)
    if 1300 < year <= LAST_YEAR - 621:
        if style.language in _JALALI or (not style.language and _PERSIAN_DIGIT.search(raw)):
            return calendars.from_jalali(year, month, day)
    if style.language == "ne" and LAST_YEAR < year < 2100:
        return calendars.from_nepali(year, month, day)
    return make_date(year, month, day)


def _numeric(
    m: re.Match[str], line: str, raw: str, style: Style
) -> tuple[date | None, date | None]:
    """The day of a numeric date, and its other reading if it is ambiguous."""
    if m["y"]:
        return _day(int(m["y"]), int(m["m"]), int(m["d"]), raw, style), None
    a, b, year = int(m["a"]), int(m["b"]), _full_year(m["y2"], raw, style)
    if len(m["y2"]) == 2 and (style.language in _YEAR_LEADS or _EAST.search(raw)):
        # "24.03.04": the year is first in short dates too if it is first in full ones.
        if found := make_date(2000 + a, b, int(m["y2"])):
            return found, None
    day_first, month_first = _day(year, b, a, raw, style), _day(year, a, b, raw, style)
    if day_first is None or month_first is None or day_first == month_first:
        return day_first or month_first, None
    is_month_first = _is_month_first(m, line, style, day_first, month_first)
    if is_month_first is None:
        return day_first, month_first
    return (month_first if is_month_first else day_first), None


def _is_month_first(
    m: re.Match[str], line: str, style: Style, day_first: date, month_first: date
) -> bool | None:
    """Whether the month is first, by the line's weekday or zone or by the page; None if unknown."""
    for word in _LETTERS.findall(line):
        weekday = WEEKDAYS.get(word.casefold())
        if weekday is not None:
            fits = [(day.isoweekday() % 7) == weekday for day in (day_first, month_first)]
            if fits[0] != fits[1]:
                return fits[1]
    if (day_first in style.days) != (month_first in style.days):
        return month_first in style.days
    if style.latest is not None and (day_first > style.latest) != (month_first > style.latest):
        return day_first > style.latest
    if AMERICAN.search(line):
        return True
    if style.month_first is not None:
        return style.month_first
    if style.language in ("", "en") and m["s2"].strip() == "/" and _HALF.search(line):
        return True
    # A month is never written before a full stop and a day.
    return False if m["s2"].strip() == "." else None


def find_day_without_year(line: str) -> re.Match[str] | None:
    """Find a day without a year, as in datelines ("Nov 22", "30 nov")."""
    for m in _NO_YEAR.finditer(line):
        if month_number(m["m"] or m["m2"]) and 1 <= int(m["d"] or m["d2"]) <= 31:
            return m
    return None

"""Conversion of other calendars to the Gregorian one, for the years that news pages print."""

from __future__ import annotations

from datetime import date, timedelta

_BUDDHIST = 543

# Days above 29 of the months of each year. Nepal's calendar committee sets them; no formula
# gives them. Checked against the published new year's days of 2050 to 2083.
_NEPALI_FIRST = 2046
_NEPALI_LENGTHS = """
232321110012 222322101011 223222101011 232321110011 232321110102 222322101011 223222101011
232321110011 232321110102 223222101011 223231101011 232321110012 132321110102 223222101011
223321101011 232321110012 222322010102 223222101011 223321101011 232321110012 222322011002
223222101011 223321101011 232321110012 222322011011 223222101011 232321101011 232321110012
222322101011 223222101011 232321110011 232321110102 222322101011 223222101011 232321110011
232321110102 223222101011 223222101011
""".split()
_NEPALI_NEW_YEAR = date(1989, 4, 13)

# Era -> (the Gregorian year before its first year, the number of its last year).
_ERAS = {
    "令和": (2018, 99),
    "平成": (1988, 31),
    "昭和": (1925, 64),
    "大正": (1911, 15),
    "R": (2018, 99),
    "H": (1988, 31),
    "S": (1925, 64),
    "民國": (1911, 199),
    "民国": (1911, 199),
}


def buddhist_year(year: int) -> int:
    """Convert a year of the Thai Buddhist calendar to Gregorian."""
    return year - _BUDDHIST


def era_year(era: str, year: int) -> int | None:
    """Convert a year of a Japanese era or of the Republic of China; None outside the era."""
    before, last = _ERAS[era]
    return before + year if 1 <= year <= last else None


def from_jalali(year: int, month: int, day: int) -> date | None:
    """Convert a day of the Solar Hijri calendar of Iran and Afghanistan; None if it is invalid.

    Uses the 33-year cycle of leap years, which agrees with the observed calendar in 1244 to 1472.
    """
    if not (1300 <= year <= 1472 and 1 <= month <= 12 and 1 <= day <= 31):
        return None
    month_days = 31 if month <= 6 else 30 if month < 12 or _is_jalali_leap(year) else 29
    if day > month_days:
        return None
    leaps = sum(_is_jalali_leap(y) for y in range(1300, year))
    elapsed = (year - 1300) * 365 + leaps + (month - 1) * 30 + min(month - 1, 6) + day - 1
    return date(1921, 3, 21) + timedelta(days=elapsed)


def _is_jalali_leap(year: int) -> bool:
    return year % 33 in (1, 5, 9, 13, 17, 22, 26, 30)


def from_nepali(year: int, month: int, day: int) -> date | None:
    """Convert a day of Bikram Sambat; None if it is invalid or its year is not in the table."""
    index = year - _NEPALI_FIRST
    if not (0 <= index < len(_NEPALI_LENGTHS) and 1 <= month <= 12):
        return None
    lengths = [29 + int(extra) for extra in _NEPALI_LENGTHS[index]]
    if not 1 <= day <= lengths[month - 1]:
        return None
    before = sum(29 * 12 + sum(map(int, extras)) for extras in _NEPALI_LENGTHS[:index])
    return _NEPALI_NEW_YEAR + timedelta(days=before + sum(lengths[: month - 1]) + day - 1)

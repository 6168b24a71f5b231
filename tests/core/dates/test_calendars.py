"""Days of other calendars are counted as the countries that use them count."""

from __future__ import annotations

from datetime import date

import pytest

from copydesk.dates.calendars import buddhist_year, era_year, from_jalali, from_nepali


@pytest.mark.parametrize(
    ("given", "day"),
    [
        ((1369, 1, 1), date(1990, 3, 21)),
        ((1375, 12, 30), date(1997, 3, 20)),
        ((1399, 1, 1), date(2020, 3, 20)),
        ((1399, 12, 30), date(2021, 3, 20)),
        ((1401, 3, 24), date(2022, 6, 14)),
        ((1403, 1, 1), date(2024, 3, 20)),
        ((1404, 1, 1), date(2025, 3, 21)),
        ((1402, 12, 30), None),
        ((1403, 7, 31), None),
        ((1403, 13, 1), None),
        ((2024, 3, 4), None),
    ],
)
def test_a_day_of_the_solar_hijri_calendar(given: tuple[int, int, int], day: date | None) -> None:
    assert from_jalali(*given) == day


@pytest.mark.parametrize(
    ("given", "day"),
    [
        ((2050, 1, 1), date(1993, 4, 13)),
        ((2060, 1, 1), date(2003, 4, 14)),
        ((2070, 1, 1), date(2013, 4, 14)),
        ((2080, 1, 1), date(2023, 4, 14)),
        ((2080, 11, 21), date(2024, 3, 4)),
        ((2082, 1, 1), date(2025, 4, 14)),
        ((2082, 1, 32), None),
        ((2082, 0, 1), None),
        ((1999, 1, 1), None),
        ((2099, 1, 1), None),
    ],
)
def test_a_day_of_bikram_sambat(given: tuple[int, int, int], day: date | None) -> None:
    assert from_nepali(*given) == day


def test_years_of_eras_and_of_the_buddha() -> None:
    assert buddhist_year(2567) == 2024
    assert [era_year("令和", 6), era_year("平成", 31), era_year("昭和", 64)] == [2024, 2019, 1989]
    assert era_year("平成", 32) is None
    assert era_year("民國", 113) == 2024

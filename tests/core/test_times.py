"""Printed dates are read as printed, with their offsets; nothing is guessed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from copydesk.times import find_day_without_year, find_stamps, make_date, month_number, parse_clock


@pytest.mark.parametrize(
    ("line", "zone", "iso"),
    [
        ("April 21, 2022", None, "2022-04-21"),
        ("08.03.2024, 18:59 Uhr", None, "2024-03-08"),
        ("08.03.2024, 18:59 Uhr", "Europe/Berlin", "2024-03-08T18:59:00+01:00"),
        ("Thursday, December 24th 2020 - 09:15 UTC", None, "2020-12-24T09:15:00+00:00"),
        ("Updated 10:01 pm PST, Tuesday, November 19, 2019", None, "2019-11-19T22:01:00-08:00"),
        ("Published: 15:56 BST, 27 April 2024", None, "2024-04-27T15:56:00+01:00"),
        ("30 de noviembre, 2025", None, "2025-11-30"),
        ("22 novembre 2026", None, "2026-11-22"),
        ("الاحد 17 ديسمبر 2023  00:04", "Asia/Riyadh", "2023-12-17T00:04:00+03:00"),
        ("05 Nisan 2025", None, "2025-04-05"),
        ("22 kwietnia 2022", None, "2022-04-22"),
        ("11/20/2019 01:14 PM", None, "2019-11-20"),
        ("21/04/2022", None, "2022-04-21"),
        ("04/05/2022", None, "2022-05-04"),
        ("2025-12-01T10:00:00+08:00", None, "2025-12-01T10:00:00+08:00"),
        ("2025-12-01T10:00:00Z", None, "2025-12-01T10:00:00+00:00"),
        ("2025/12/01", None, "2025-12-01"),
        ("12:00 GMT+2, 1 May 2023", None, "2023-05-01T12:00:00+02:00"),
        ("1 May 2023 12:00 am", "Asia/Singapore", "2023-05-01T00:00:00+08:00"),
        ("01.02.23", None, "2023-02-01"),
    ],
)
def test_a_date_is_read(line: str, zone: str | None, iso: str) -> None:
    assert find_stamps(line)[0].iso(zone, None) == iso


def test_month_first_is_taken_from_the_caller_where_the_line_does_not_tell() -> None:
    assert find_stamps("04/05/2022", month_first=True)[0].iso(None, None) == "2022-04-05"


@pytest.mark.parametrize(
    "line", ["2 hours ago", "vor 2 Stunden", "hace 2 horas", "il y a 2 heures"]
)
def test_a_relative_time_has_a_value_only_with_a_clock(line: str) -> None:
    (stamp,) = find_stamps(line)
    assert stamp.iso(None, None) is None
    now = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
    assert stamp.iso(None, now) == "2026-01-01T10:00+00:00"


def test_an_hour_ago_counts_as_one() -> None:
    now = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)
    assert find_stamps("an hour ago")[0].iso(None, now) == "2026-01-01T11:00+00:00"


@pytest.mark.parametrize(
    "line",
    [
        "fiscal year 2019 sales growth", "31.02.2024", "99/99/2024", "the 24-hour clock", "10 p.m.",
        "1 hour", "May 1", "12 May 99999", "date 0000-00-00", "x" * 400 + " 1 May 2023",
    ],
)  # fmt: skip
def test_what_is_no_date_gives_none(line: str) -> None:
    assert find_stamps(line) == []


def test_two_dates_of_a_line_come_in_order() -> None:
    line = "Published: 15:56 BST, 27 April 2024 | Updated: 25:57 BST, 28 April 2024"
    assert [s.iso(None, None) for s in find_stamps(line)] == [
        "2024-04-27T15:56:00+01:00",
        "2024-04-28",
    ]


def test_small_readers() -> None:
    assert month_number("Sept") == 9
    assert month_number("Smarch") is None
    assert make_date(1850, 1, 1) is None
    assert find_day_without_year("on Nov 22") is not None
    assert find_day_without_year("30 nov") is not None
    assert find_day_without_year("row 12 seat 4") is None
    assert parse_clock("2026-01-01T00:00:00") == datetime(2026, 1, 1, tzinfo=UTC)
    assert parse_clock("yesterday") is None

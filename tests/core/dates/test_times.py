"""Printed dates are read as printed, with their offsets; nothing is guessed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from copydesk.dates.printed_dates import (
    UNKNOWN,
    Style,
    find_day_without_year,
    find_stamps,
    is_ambiguous,
    make_date,
    month_number,
    parse_clock,
)


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


def test_month_first_is_taken_from_the_page_where_the_line_does_not_tell() -> None:
    page = Style(month_first=True)
    assert find_stamps("04/05/2022", page)[0].iso(None, None) == "2022-04-05"


@pytest.mark.parametrize(
    ("line", "language", "iso"),
    [
        ("2024年03月04日08:15 来源：河畔日报", "zh", "2024-03-04T08:15:00+00:00"),
        ("2024年03月04日 下午3点5分", "zh", "2024-03-04T15:05:00+00:00"),
        ("二〇二三年十二月二十五日", "zh", "2023-12-25"),
        ("民國113年3月4日", "zh", "2024-03-04"),
        ("2024年3月4日 8時15分", "ja", "2024-03-04T08:15:00+00:00"),
        ("2024/3/4(月) 8:15配信", "ja", "2024-03-04T08:15:00+00:00"),
        ("令和6年3月4日", "ja", "2024-03-04"),
        ("令和元年5月1日", "ja", "2019-05-01"),
        ("平成31年4月30日", "ja", "2019-04-30"),
        ("R6.3.4", "ja", "2024-03-04"),
        ("２０２４年３月４日　８：１５", "ja", "2024-03-04T08:15:00+00:00"),
        ("2024.03.04. 오후 9:20", "ko", "2024-03-04T21:20:00+00:00"),
        ("2024. 3. 4. 오전 12:05", "ko", "2024-03-04T00:05:00+00:00"),
        ("24.03.04 08:15", "ko", "2024-03-04T08:15:00+00:00"),
        ("Thứ hai, 4/3/2024, 08:15 (GMT+7)", "vi", "2024-03-04T08:15:00+07:00"),
        ("ngày 4 tháng 3 năm 2024", "vi", "2024-03-04"),
        ("8:15 CH, 4/3/2024", "vi", "2024-03-04T20:15:00+00:00"),
        ("04 मार्च 2024, 08:15 AM IST", "hi", "2024-03-04T08:15:00+05:30"),
        ("প্রকাশ: ০৪ মার্চ ২০২৪, ০৮:১৫", "bn", "2024-03-04T08:15:00+00:00"),
        ("2024. március 4. 08:15", "hu", "2024-03-04T08:15:00+00:00"),
        ("2024 m. kovo 4 d. 08:15", "lt", "2024-03-04T08:15:00+00:00"),
        ("2024. gada 4. marts", "lv", "2024-03-04"),
        ("2024 оны 3-р сарын 4", "mn", "2024-03-04"),
        ("4. 3. 2024", "cs", "2024-03-04"),
        ("04. Mrz 2024, 08:15 Uhr", "de", "2024-03-04T08:15:00+00:00"),
        ("4 de març del 2024", "ca", "2024-03-04"),
        ("4 d'abril de 2024", "ca", "2024-04-04"),
        ("4 mars 2024 à 8 h 15", "fr", "2024-03-04T08:15:00+00:00"),
        ("4 de março de 2024 às 08h15min", "pt", "2024-03-04T08:15:00+00:00"),
        ("4 آذار / مارس 2024", "ar", "2024-03-04"),
        ("4 مارس 2024 8:15 م", "ar", "2024-03-04T20:15:00+00:00"),
        ("4 במרץ 2024, 08:15", "he", "2024-03-04T08:15:00+00:00"),
        ("4 Μαρτίου 2024, 8:15 μμ", "el", "2024-03-04T20:15:00+00:00"),
        ("Senin, 04 Mar 2024 08:15 WIB", "id", "2024-03-04T08:15:00+07:00"),
        ("4. listopada 2024.", "hr", "2024-10-04"),
        ("4 listopada 2024", "pl", "2024-11-04"),
        ("6 มิถุนายน 2554", "th", "2011-06-06"),
        ("15 มี.ค. 67", "th", "2024-03-15"),
        ("วันจันทร์ที่ 4 มีนาคม พ.ศ. 2567 เวลา 08:15 น.", "th", "2024-03-04T08:15:00+00:00"),
        ("04/03/67", "th", "2024-03-04"),
        ("04/03/2567", "th", "2024-03-04"),
        ("4 มีนาคม 2567", "", "2024-03-04"),
        ("۲۴ خرداد ۱۴۰۱ - ۱۰:۱۵", "fa", "2022-06-14T10:15:00+00:00"),
        ("1403/12/14", "fa", "2025-03-04"),
        ("۱۴۰۳/۱۲/۱۴", "", "2025-03-04"),
        ("30 Esfand 1403", "", "2025-03-20"),
        ("२०८० फागुन २१", "ne", "2024-03-04"),
        ("2080-11-21", "ne", "2024-03-04"),
    ],
)
def test_a_date_of_the_page_s_language_is_read(line: str, language: str, iso: str) -> None:
    stamp, *_ = find_stamps(line, Style(language))
    assert stamp.iso("UTC", None) == iso


@pytest.mark.parametrize(
    ("line", "offset"),
    [
        ("Sat Nov 18 2017 23:21:41 GMT-0500 (EST)", -300),
        ("Sat Nov 18 2017 23:21:41 GMT+0100 (Central European Standard Time)", 60),
        ("4 March 2024 08:15 GMT+01:00", 60),
        ("4 March 2024 08:15 UTC+5:30", 330),
        ("4 March 2024 08:15 (GMT+7)", 420),
        ("4 March 2024 08:15 UTC−3", -180),
        ("4 March 2024 08:15:00 -0330", -210),
        ("March 4, 2024 8:15 AM ET", -300),
        ("July 4, 2024 8:15 AM ET", -240),
        ("July 4, 2024 8:15 AM PT", -420),
        ("July 4, 2024 8:15 AM CT", -300),
        ("4 March 2024 08:15 AEST", 600),
        ("2024-03-04 08:15:00 CET", 60),
        ("4 March 2024 08:15 IST", None),
        ("4 March 2024 08:15 to 10:30", None),
        ("4 March 2024 08:15-10:30", None),
    ],
)
def test_the_offset_of_a_printed_time_is_read_as_printed(line: str, offset: int | None) -> None:
    stamp, *_ = find_stamps(line)
    assert stamp.clock is not None
    assert stamp.offset == offset


@pytest.mark.parametrize(
    ("language", "country", "offset"),
    [("hi", "", 330), ("en", "IN", 330), ("en", "IE", 60), ("he", "", 120), ("en", "", None)],
)
def test_a_zone_with_several_meanings_is_read_by_the_page_s_place(
    language: str, country: str, offset: int | None
) -> None:
    stamp, *_ = find_stamps("4 March 2024 08:15 IST", Style(language, country))
    assert stamp.offset == offset


def test_each_date_of_a_line_has_the_time_beside_it() -> None:
    stamps = find_stamps("Publié le 04 mars 2024 à 08h15, modifié le 05 mars 2024 à 09h00")
    assert [s.iso("UTC", None) for s in stamps] == [
        "2024-03-04T08:15:00+00:00",
        "2024-03-05T09:00:00+00:00",
    ]


@pytest.mark.parametrize(
    "line", ["04/03/67", "03/04/68", "4 Mar '55", "31/02/2567", "30 Esfand 1402", "令和99年13月1日"]
)
def test_a_year_that_no_page_has_gives_no_date(line: str) -> None:
    assert find_stamps(line) == []


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Wednesday, 03/04/2024", "2024-04-03"),
        ("Mon 03/04/2024", "2024-03-04"),
        ("lunes 03/04/2024", "2024-03-04"),
        ("03/04/2024 8:15 p.m. EST", "2024-03-04"),
        ("03/04/2024 8:15 a.m.", "2024-03-04"),
        ("13/04/2024 8:15 a.m.", "2024-04-13"),
        ("03.04.2024", "2024-04-03"),
    ],
)
def test_weekday_zone_and_half_of_the_day_tell_which_number_is_the_month(
    line: str, day: str
) -> None:
    stamp, *_ = find_stamps(line)
    assert (str(stamp.day), stamp.other) == (day, None)


def test_a_date_that_nothing_decides_is_read_day_first_and_marked() -> None:
    stamp, *_ = find_stamps("03/04/2024")
    assert (str(stamp.day), str(stamp.other)) == ("2024-04-03", "2024-03-04")
    assert is_ambiguous("03/04/2024", UNKNOWN)
    assert not is_ambiguous("04/04/2024", UNKNOWN)


def test_no_reading_lies_behind_the_page_s_clock() -> None:
    stamp, *_ = find_stamps("03/04/2024", Style(latest=date(2024, 3, 6)))
    assert (str(stamp.day), stamp.other) == ("2024-03-04", None)


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

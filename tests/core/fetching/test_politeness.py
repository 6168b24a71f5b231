from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.errors import FetchTimeout
from copydesk.fetching.rate_limits import MAX_HOSTS, RateLimiter
from copydesk.fetching.retries import backoff, retry_after
from copydesk.fetching.robots import (
    MAX_ROBOTS,
    UNAVAILABLE_AGE,
    Robots,
    RobotsCache,
    robots_from_response,
)
from copydesk.settings import Limits

LIMITS = Limits()
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def rules(text: str | bytes, limits: Limits = LIMITS) -> Robots:
    return robots_from_response(200, text.encode() if isinstance(text, str) else text, 0.0, limits)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 429, 302, 304])
def test_a_missing_robots_file_closes_nothing(status: int) -> None:
    robots = robots_from_response(status, b"User-agent: *\nDisallow: /", 0.0, LIMITS)
    assert robots.allows("http://h/x", "copydesk")


@pytest.mark.parametrize("status", [0, 500, 502, 503, 504, 599])
def test_an_unavailable_robots_file_closes_everything(status: int) -> None:
    robots = robots_from_response(status, b"", 0.0, LIMITS)
    assert not robots.allows("http://h/x", "copydesk")
    assert robots.fault is not None


def test_the_fault_that_kept_a_robots_file_away_is_kept() -> None:
    fault = FetchTimeout("http://h/", "slow")
    assert robots_from_response(0, b"", 0.0, LIMITS, fault).fault is fault


def test_rules_for_everybody_and_for_us() -> None:
    robots = rules("User-agent: *\nDisallow: /all\n\nUser-agent: CopyDesk\nDisallow: /us\n")
    assert robots.allows("http://h/all", "copydesk")
    assert not robots.allows("http://h/us/1", "copydesk")
    assert not robots.allows("http://h/all", "other")


def test_the_longest_rule_wins_and_wildcards_count() -> None:
    robots = rules("User-agent: *\nDisallow: /\nAllow: /news/*.html$\n")
    assert robots.allows("http://h/news/a.html", "copydesk")
    assert not robots.allows("http://h/news/a.html?x=1", "copydesk")
    assert not robots.allows("http://h/other", "copydesk")


def test_the_robots_file_itself_may_always_be_asked_for() -> None:
    assert rules("User-agent: *\nDisallow: /").allows("http://h/robots.txt", "copydesk")


def test_a_byte_order_mark_does_not_hide_the_first_line() -> None:
    assert not rules(b"\xef\xbb\xbfUser-agent: *\nDisallow: /").allows("http://h/", "copydesk")


def test_of_a_long_robots_file_the_whole_lines_within_the_limit_count() -> None:
    text = "User-agent: *\nDisallow: /no\nDisallow: /yes-and-more\n"
    cut = Limits(robots_bytes=text.index("-and"))
    robots = rules(text, cut)
    assert not robots.allows("http://h/no", "copydesk")
    assert robots.allows("http://h/yes", "copydesk")


@given(st.binary(max_size=300))
def test_any_bytes_are_read_as_some_robots_file(content: bytes) -> None:
    robots = robots_from_response(200, content, 0.0, LIMITS)
    robots.allows("http://h/x?y=%zz", "copydesk")
    assert robots.delay("copydesk") >= 0


@pytest.mark.parametrize(
    ("said", "delay"),
    [("2", 2.0), ("0.5", 0.5), ("-3", 0.0), ("nan", 0.0), ("inf", 0.0), ("x", 0.0)],
)
def test_a_crawl_delay_that_is_no_delay_counts_for_nothing(said: str, delay: float) -> None:
    assert rules(f"User-agent: *\nCrawl-delay: {said}\nDisallow: /x").delay("copydesk") == delay


def test_robots_are_known_until_they_are_too_old() -> None:
    book = RobotsCache(Limits(robots_age=100))
    book.put("http://h", Robots(None, 1000.0))
    assert book.get("http://h", 1099.0) is not None
    assert book.get("http://h", 1100.0) is None
    assert book.get("http://h", 900.0) is None, "got in the future: a clock was set back"
    assert book.get("http://h:81", 1000.0) is None


def test_unavailable_robots_are_asked_for_again_soon() -> None:
    book = RobotsCache(LIMITS)
    book.put("http://h", robots_from_response(503, b"", 0.0, LIMITS))
    assert book.get("http://h", UNAVAILABLE_AGE - 1) is not None
    assert book.get("http://h", UNAVAILABLE_AGE) is None


def test_the_oldest_robots_make_room() -> None:
    book = RobotsCache(LIMITS)
    for number in range(MAX_ROBOTS + 1):
        book.put(f"http://h{number}", Robots(None, 0.0))
    assert book.get("http://h0", 1.0) is None
    assert book.get("http://h1", 1.0) is not None


def test_a_host_is_asked_again_after_the_gap_and_no_other_waits_for_it() -> None:
    pace = RateLimiter(2.0)
    assert pace.wait("a", 10.0) == 0
    pace.started("a", 10.0)
    assert pace.wait("a", 10.5) == 1.5
    assert pace.wait("a", 13.0) == 0
    assert pace.wait("b", 10.5) == 0


def test_the_longer_of_gap_and_crawl_delay_counts() -> None:
    pace = RateLimiter(2.0)
    pace.started("a", 0.0, 5.0)
    pace.started("b", 0.0, 1.0)
    assert (pace.wait("a", 0.0), pace.wait("b", 0.0)) == (5.0, 2.0)
    assert (pace.why("a"), pace.why("b")) == ("crawl-delay", "pace")


def test_a_host_that_asked_to_be_left_alone_is_left_alone() -> None:
    pace = RateLimiter(1.0)
    pace.started("a", 0.0)
    pace.delay("a", 0.0, 20.0)
    assert pace.wait("a", 5.0) == 15.0
    pace.delay("a", 5.0, 1.0)
    assert pace.why("a") == "Retry-After"
    assert pace.wait("a", 5.0) == 15.0, "a shorter wait does not cut a longer one"


def test_of_many_hosts_those_that_may_be_asked_are_forgotten() -> None:
    pace = RateLimiter(1.0)
    pace.delay("held", 0.0, 10_000.0)
    for number in range(2 * MAX_HOSTS):
        pace.started(f"h{number}", float(number))
    assert len(pace._due) <= MAX_HOSTS
    assert pace.wait("held", 4_000.0) == 6_000.0
    assert pace.wait(f"h{2 * MAX_HOSTS - 1}", 2.0 * MAX_HOSTS - 1) == 1.0


def test_a_clock_set_back_does_not_make_the_wait_endless() -> None:
    pace = RateLimiter(1.0)
    pace.started("a", 1_000_000.0)
    assert pace.wait("a", 0.0) == 1.0


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        ("7", 7.0),
        (" 120 ", 120.0),
        ("Sun, 01 Mar 2026 12:00:30 GMT", 30.0),
        ("Sunday, 01-Mar-26 12:00:30 GMT", 30.0),
        ("Sun Mar  1 12:00:30 2026", 30.0),
        ("Sun, 01 Mar 2026 13:00:30 +0100", 30.0),
        ("Sun, 01 Mar 2026 11:59:59 GMT", None),
        ("-5", None),
        ("1.5", None),
        ("+5", None),
        ("soon", None),
        ("", None),
        (None, None),
        ("٥", None),
        ("99999999", None),
        ("9" * 40, None),
        ("Sun, 01 Mar 9999 12:00:30 GMT", None),
        ("Sun, 41 Mar 2026 12:00:30 GMT", None),
        ("Sun, 01 Mar 2026 99:00:30 GMT", None),
    ],
)
def test_retry_after_in_both_forms(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds


@given(st.text())
def test_no_retry_after_breaks_the_reading_of_it(value: str) -> None:
    wait = retry_after(value, NOW)
    assert wait is None or wait >= 0


def test_backoff_doubles_up_to_a_ceiling_with_jitter_around_it() -> None:
    for attempt, base in ((1, 1), (2, 2), (3, 4), (4, 8), (5, 10), (50, 10)):
        waits = {backoff(attempt, f"seed {n}") for n in range(50)}
        assert len(waits) == 50
        assert base * 0.5 <= min(waits) < base * 0.8
        assert base * 1.2 < max(waits) <= base * 1.5


def test_backoff_of_the_same_seed_is_the_same() -> None:
    assert backoff(2, "a") == backoff(2, "a") != backoff(2, "b")

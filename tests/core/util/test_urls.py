"""Addresses: what is compared, what is cut, and what a path tells."""

from __future__ import annotations

from datetime import date

import pytest

from copydesk.util import urls


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://EN.Mercopress.Com:443/x", "en.mercopress.com"),
        ("www.example.org", "example.org"),
        ("example.org.", "example.org"),
        ("http://[::1", None),
        ("", None),
        ("mailto:x", None),
    ],
)
def test_a_host_has_one_comparable_form(address: str, host: str | None) -> None:
    assert urls.host_of(address) == host or (host is None and address == "mailto:x")


def test_parents_end_at_two_labels() -> None:
    assert urls.parents("a.b.example.org") == ["a.b.example.org", "b.example.org", "example.org"]
    assert urls.parents("localhost") == ["localhost"]


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://x.example/news/2025/12/02/title", date(2025, 12, 2)),
        ("https://x.example/2022/apr/22/two-more/", date(2022, 4, 22)),
        ("https://x.example/a/20251202-title", date(2025, 12, 2)),
        ("https://x.example/a/2025-12-02", date(2025, 12, 2)),
        ("https://x.example/2025/13/02/title", None),
        ("https://x.example/article/2224704", None),
        ("https://x.example/2025/12/title", None),
        ("https://x.example/news/2021/jan21/helium", None),
        ("https://x.example/2025/02/31/title", None),
    ],
)
def test_a_day_in_a_path_is_found_only_whole(url: str, day: date | None) -> None:
    found = urls.path_date(url)
    assert (found[0] if found else None) == day


def test_tracking_parameters_and_fragments_leave_the_canonical_form() -> None:
    url = "https://x.example/a?id=2&utm_source=feed&ref=top&page=1#part"
    assert urls.canonical(url) == "https://x.example/a?id=2&page=1"
    assert urls.canonical("http://[::1") == "http://[::1"


def test_words_are_compared_as_slugs_write_them() -> None:
    assert urls.ascii_words("Größe: Café’s Tür") == ["grosse", "cafes", "tur"]
    assert urls.slug_words("https://x.example/a/the-long-way-home/12") == {
        "the",
        "long",
        "way",
        "home",
    }
    assert urls.path_words("https://x.example/a/b-c") == {"a", "b", "c"}
    assert urls.path_words("http://[::1") == urls.slug_words("http://[::1") == frozenset()


def test_a_url_without_path_names_only_the_outlet() -> None:
    assert not urls.has_path("https://x.example/")
    assert urls.has_path("https://x.example/?p=1")
    assert not urls.has_path("http://[::1")


@pytest.mark.parametrize(
    ("base", "link", "url"),
    [
        ("https://a.test/x/y", "z?q=1", "https://a.test/x/z?q=1"),
        ("https://a.test/x/y", " HTTP://b.test/z ", "HTTP://b.test/z"),
        ("https://a.test/x/y", "", None),
        ("https://a.test/x/y", "mailto:a@b.test", None),
        (None, "/z", None),
    ],
)
def test_a_link_is_resolved_to_an_http_url(base: str | None, link: str, url: str | None) -> None:
    assert urls.absolute(base, link) == url


@pytest.mark.parametrize(
    ("host", "country"),
    [("a.co.uk", "GB"), ("a.de", "DE"), ("a.gov", "US"), ("a.tv", ""), ("a.com", ""), ("", "")],
)
def test_a_country_domain_gives_the_country_unless_it_is_sold_worldwide(
    host: str, country: str
) -> None:
    assert urls.country_of(host) == country

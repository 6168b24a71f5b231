from __future__ import annotations

import pytest

from copydesk.fetching.challenges import challenge, consent_wall

CASES = [
    (403, {"cf-mitigated": "challenge"}, b"", "Cloudflare"),
    (503, {}, b'<script src="/cdn-cgi/challenge-platform/h/b/orchestrate"></script>', "Cloudflare"),
    (403, {}, b"<TITLE>Attention Required! | Cloudflare</TITLE>", "Cloudflare"),
    (403, {"x-datadome": "protected"}, b"", "DataDome"),
    (403, {}, b"<script src='https://ct.captcha-delivery.com/c.js'>", "DataDome"),
    (429, {}, b'<div id="px-captcha"></div>', "PerimeterX"),
    (403, {}, b"<H1>Access Denied</H1> https://errors.edgesuite.net/18.1", "Akamai"),
    (403, {}, b"Request unsuccessful. Incapsula incident ID: 1-2", "Imperva"),
    (200, {}, b"Request unsuccessful. Incapsula incident ID: 1-2", "Imperva"),
    (202, {"x-amzn-waf-action": "challenge"}, b"", "AWS WAF"),
    (405, {}, b"<script>window.gokuProps = {}</script>", "AWS WAF"),
]


@pytest.mark.parametrize(("status", "headers", "page", "vendor"), CASES)
def test_a_challenge_is_known_by_its_vendor(
    status: int, headers: dict[str, str], page: bytes, vendor: str
) -> None:
    assert challenge(status, headers, page) == vendor


@pytest.mark.parametrize(
    ("status", "headers", "page"),
    [
        (200, {"x-datadome": "protected"}, b"<p>An article.</p>"),
        (200, {}, b"<script src='/_Incapsula_Resource?x'></script><p>An article.</p>"),
        (200, {}, b"<p>What is an Incapsula incident ID?</p>" + b"<p>Text.</p>" * 1000),
        (202, {}, b"accepted"),
        (403, {"server": "cloudflare"}, b"<h1>403 Forbidden</h1>"),
        (404, {}, b"captcha-delivery.com"),
        (503, {"server": "cloudflare"}, b"<h1>Service Unavailable</h1>"),
    ],
)
def test_an_ordinary_page_or_error_is_no_challenge(
    status: int, headers: dict[str, str], page: bytes
) -> None:
    assert challenge(status, headers, page) is None


def test_a_consent_wall_is_known_by_its_host() -> None:
    assert consent_wall("consent.yahoo.com")
    assert consent_wall("Consent.google.com")
    assert not consent_wall("www.consentnews.com")
    assert not consent_wall("news.example.com")

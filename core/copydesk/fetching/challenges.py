"""Recognize pages that replace the requested one: bot challenges and consent walls."""

from __future__ import annotations

from collections.abc import Mapping

SHORT = 64 * 1024
"""Number of bytes that are searched for signs of a challenge page."""

_STATUSES = frozenset({202, 401, 403, 405, 429, 503})

# Header, text in its value (lower case; empty for any value), vendor.
_HEADERS = (
    ("cf-mitigated", "challenge", "Cloudflare"),
    ("x-amzn-waf-action", "", "AWS WAF"),
    ("x-datadome", "", "DataDome"),
    ("x-dd-b", "", "DataDome"),
    ("x-px-block", "", "PerimeterX"),
)

# Texts that a page must all contain, in lower case, and the vendor. Each is the vendor's own script
# or wording, so that an error page from the vendor's network does not match.
_MARKS: tuple[tuple[tuple[bytes, ...], str], ...] = (
    ((b"/cdn-cgi/challenge-platform/",), "Cloudflare"),
    ((b"cf-chl-",), "Cloudflare"),
    ((b"_cf_chl_opt",), "Cloudflare"),
    ((b"<title>attention required! | cloudflare</title>",), "Cloudflare"),
    ((b"captcha-delivery.com",), "DataDome"),
    ((b"px-captcha",), "PerimeterX"),
    ((b"window._pxappid",), "PerimeterX"),
    ((b"access denied", b"edgesuite.net"), "Akamai"),
    ((b"<title>access denied</title>", b"reference&#32;&#35;"), "Akamai"),
    ((b"sec-if-cpt-container",), "Akamai"),
    ((b"incapsula incident id",), "Imperva"),
    ((b"_incapsula_resource",), "Imperva"),
    ((b".awswaf.com/",), "AWS WAF"),
    ((b"window.gokuprops",), "AWS WAF"),
)

# Imperva's challenge is a 200 of a few hundred bytes. Pages that it protects may name its script.
_IMPERVA_PAGE = 4096

_CONSENT_LABELS = frozenset({"consent", "guce", "myprivacy", "cookieconsent", "privacywall"})


def challenge(status: int, headers: Mapping[str, str], content: bytes) -> str | None:
    """Return the vendor of a challenge or block page; None if the response is not a known one.

    headers: must ignore the case of names. content: the decoded body.
    """
    if status == 200:
        short = len(content) <= _IMPERVA_PAGE
        page = content.lower() if short else b""
        if b"incapsula incident id" in page:
            return "Imperva"
        return "Cloudflare" if _says(headers, "cf-mitigated", "challenge") else None
    if status not in _STATUSES:
        return None
    for name, part, vendor in _HEADERS:
        if _says(headers, name, part):
            return vendor
    page = content[:SHORT].lower()
    return next((vendor for marks, vendor in _MARKS if all(mark in page for mark in marks)), None)


def _says(headers: Mapping[str, str], name: str, part: str) -> bool:
    value = headers.get(name)
    return value is not None and part in value.lower()


def consent_wall(host: str) -> bool:
    """Whether a host that redirects lead to serves consent walls."""
    return host.lower().split(".", 1)[0] in _CONSENT_LABELS

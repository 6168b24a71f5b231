"""URLs: comparable hosts, canonical forms, links, and the dates and words in a path."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urljoin, urlsplit

from copydesk.dates.printed_dates import make_date

# Query parameters of campaigns and referrers.
_TRACKING = frozenset(
    """fbclid gclid dclid msclkid yclid igshid mc_cid mc_eid ref ref_src referrer cmpid cid
    ncid ocid smid ftag taid spm _ga at_medium at_campaign guccounter guce_referrer
    guce_referrer_sig wt_mc xtor""".split()
)
_TRACKING_PREFIXES = ("utm_", "mtm_", "pk_", "hsa_")

# Country domains that are sold worldwide, so that they do not show a country.
_SOLD_WORLDWIDE = frozenset("ai am cc co fm gg io is la ly me nu sh so st tk to tv vc ws".split())
_AMERICAN_DOMAINS = frozenset(("gov", "mil", "edu"))

# The host of nearly all URLs, which need no parsing.
_PLAIN_HOST = re.compile(r"https?://([a-z0-9-]+(?:\.[a-z0-9-]+)++)(?=[/?#]|\Z)", re.A)
_SCHEME = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]{0,30}:)?//")
_PATH_DATE = re.compile(
    r"/(?P<y>(?:19|20)\d{2})[/-]?(?P<m>[01]\d|[a-z]{3,9}|[1-9](?=/))[/-]?(?P<d>[0-3]\d|[1-9](?=/))(?=[/_-]|$)"
)
_ASCII_WORD = re.compile("[a-z0-9]+")
_ENGLISH = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


# A URL that is canonical already: lower-case host, a path of plain characters.
_CANONICAL = re.compile(
    r"https?://(?:[a-z0-9-]{1,40}\.){1,8}[a-z]{2,10}/(?:[\w~-][\w.~-]*+/?+)*+", re.A
)
# URLs that urljoin leaves unchanged, and paths that it only appends to the origin. It would drop an
# empty query or parameter and resolve dots, so these do not match.
_WHOLE = re.compile(r"https?://[\w.:-]+/[^\s?#;]*(?:\?[^\s#]+)?", re.A)
_ROOTED = re.compile(r"/(?:[^\s?#;/.][^\s?#;/]*+/?+)*+(?:\?[^\s#]+)?")
_ORIGIN = re.compile(r"https?://[\w.:-]+(?=/|\Z)", re.A)


_FRONT = re.compile(r"/?(?:(?:index|default|home|start)(?:\.[a-z]{3,5})?/?)?", re.IGNORECASE)
_ARTICLE_NUMBER = re.compile(r"\d{5}")
_DOMAIN = re.compile(
    r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}(?P<last>[^\W\d_]{2,24}|xn--[a-z0-9-]{2,59})\.?/?",
    re.IGNORECASE,
)
# Last parts of file names. A missing file of such a name is a mistake, not a domain.
_FILE_SUFFIXES = frozenset(
    """arc arrow atom bz2 csv feather gz htm html json jsonl log lst ndjson parquet pdf rss tmp toml
    tsv txt wacz warc xhtml xml xz yaml yml zip zst""".split()
)
_TEMPLATE = ("{", "}", "<", "%7B", "%7b", "${")
_SCHEMED = re.compile(r"https?://[^/]", re.IGNORECASE)
# "www.host/path", "://host/path" and "https//host/path"; not a relative path such as "page.html".
_NO_SCHEME = re.compile(
    r"(?P<mark>(?P<scheme>https?)?(?::/+|/{2,})|)"
    r"(?P<host>(?:[a-z0-9](?:[a-z0-9-]{0,62})\.){1,8}[a-z]{2,24}(?::\d{1,5})?)(?=[/?#]|$)",
    re.IGNORECASE | re.A,
)


def host_of(address: str) -> str | None:
    """Return the host of a URL or bare host in lower case, without www, port or final dot."""
    if plain := _PLAIN_HOST.match(address):
        return plain[1].removeprefix("www.")
    try:
        parts = urlsplit(address if _SCHEME.match(address) else "//" + address)
        host = parts.hostname
    except ValueError:
        return None
    if not host:
        return None
    return host.rstrip(".").removeprefix("www.") or None


def country_of(host: str) -> str:
    """Return the country of a host's domain (ISO 3166-1), "" if the domain does not show one."""
    last = host.rpartition(".")[2].casefold()
    if last in _AMERICAN_DOMAINS:
        return "US"
    if len(last) != 2 or not last.isalpha() or last in _SOLD_WORLDWIDE:
        return ""
    return "GB" if last == "uk" else last.upper()


def parents(host: str) -> list[str]:
    """Return the host and its parent domains, nearest first, down to two labels."""
    labels = host.split(".")
    return [".".join(labels[i:]) for i in range(max(1, len(labels) - 1))]


def home_page(text: str) -> str | None:
    """Return the https URL of the home page of a bare domain such as "echo.example", else None.

    What ends like the name of a file ("pages.html") is not a domain.
    """
    found = _DOMAIN.fullmatch(text)
    if found is None or found["last"].lower() in _FILE_SUFFIXES:
        return None
    return f"https://{text.rstrip('/').rstrip('.').lower()}/"


def has_path(url: str) -> bool:
    """Whether a URL has a path or query."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.path not in ("", "/") or bool(parts.query)


def canonical(url: str) -> str:
    """Return the URL without fragment and tracking parameters, in the canonical form of w3lib."""
    if _CANONICAL.fullmatch(url):
        return url
    from w3lib.url import canonicalize_url

    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    kept = "&".join(p for p in parts.query.split("&") if not _is_tracking(p.split("=", 1)[0]))
    try:
        return str(canonicalize_url(parts._replace(query=kept).geturl(), keep_blank_values=True))
    except ValueError:
        return url


def _is_tracking(name: str) -> bool:
    return name in _TRACKING or name.startswith(_TRACKING_PREFIXES)


def path_date(url: str) -> tuple[date, str] | None:
    """Return the date in a URL's path and its raw text; None without year, month and day."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return None
    for m in _PATH_DATE.finditer(path):
        month = int(m["m"]) if m["m"].isdigit() else _english_month(m["m"])
        if m["m"].isalpha() and f"{m['m']}{m['y'][2:]}" in m[0]:
            # A month and its year ("/2021/jan21/").
            continue
        if month and (day := make_date(int(m["y"]), month, int(m["d"]))):
            return day, m[0].strip("/")
    return None


def _english_month(word: str) -> int | None:
    return next((i for i, m in enumerate(_ENGLISH, 1) if word.startswith(m)), None)


def is_http(address: str) -> bool:
    """Whether a URL is an absolute http or https URL."""
    return address[:8].lower().startswith(("http://", "https://"))


def absolute(base: str | None, address: str) -> str | None:
    """Resolve a link against `base`; return None unless the result is an http or https URL."""
    address = address.strip()
    if not address:
        return None
    if origin := _ORIGIN.match(base) if base else None:
        if _WHOLE.fullmatch(address):
            return address
        if _ROOTED.fullmatch(address):
            return origin[0] + address
    try:
        made = urljoin(base or "", address)
    except ValueError:
        return None
    return made if is_http(made) else None


def is_front(address: str) -> bool:
    """Whether a URL is a front page: without path and query, or with one such as "/index.html"."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return not parts.query and _FRONT.fullmatch(parts.path) is not None


def is_above(address: str, page: str) -> bool:
    """Whether a URL is that of a section above the page.

    Its path must be the start of the page's path, and the name of the article (words or a number)
    must be in the rest. If the name is in the common part, the page is a second page or a print
    version.
    """
    try:
        upper, lower = urlsplit(address), urlsplit(page)
    except ValueError:
        return False
    if upper.query or host_of(address) != host_of(page):
        return False
    path = upper.path.rstrip("/") + "/"
    if not lower.path.startswith(path) or lower.path.rstrip("/") + "/" == path:
        return False
    kept, more = (_names(part) for part in (path, lower.path[len(path) :]))
    return not kept and bool(more)


def _names(path: str) -> list[str]:
    """Return the parts of a path that can name an article: three words or five digits."""
    return [p for p in path.split("/") if len(ascii_words(p)) > 2 or _ARTICLE_NUMBER.search(p)]


def base(page: str | None, stated: str) -> str | None:
    """Return the base URL for relative links from the `href` of a page's `base` element.

    page: the URL of the page. It is returned if `stated` is not a valid http or https URL, is an
    unfilled template, or is a local host and the page is not.
    """
    stated = stated.strip()
    if not stated or any(mark in stated for mark in _TEMPLATE):
        return page
    try:
        made = urljoin(page or "", stated)
        host = urlsplit(made).hostname or ""
    except ValueError:
        return page
    if not host or not is_http(made):
        return page
    public = page is None or not is_local(host_of(page) or "")
    return page if public and is_local(host) else made


def is_local(host: str) -> bool:
    """Whether a host is local: a name without a dot, or a private IP address."""
    try:
        return not ip_address(host.strip("[]")).is_global
    except ValueError:
        return "." not in host.strip(".") or host.rstrip(".").endswith((".local", ".localhost"))


def with_host(page: str | None, address: str) -> str:
    """Add the missing scheme to a URL such as "www.host/path"; return any other unchanged.

    page: the URL of the page. Its scheme is used, and a host in its domain does not need "www.".
    """
    found = None if _SCHEMED.match(address) else _NO_SCHEME.match(address)
    if found is None:
        return address
    host = found["host"].casefold()
    own = host_of(page) if page else None
    scheme = (found["scheme"] or (page or "").partition(":")[0]).lower()
    if not found["mark"] and not host.startswith("www."):
        labels = host.split(".")
        if host.split(":")[0] != own and (not own or labels[-2:] != own.split(".")[-2:]):
            return address
    return f"{'http' if scheme == 'http' else 'https'}://{address[found.start('host') :]}"


def ascii_words(text: str) -> list[str]:
    """Return the words of a text as in a slug: lower case, without accents."""
    plain = text.replace("'", "")
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain.replace("ß", "ss").replace("’", ""))
        plain = "".join(c for c in plain if not unicodedata.combining(c))
    return _ASCII_WORD.findall(plain.lower())


@lru_cache(maxsize=256)
def slug_words(url: str) -> frozenset[str]:
    """Return the words of the part of a URL's path with the most words."""
    try:
        parts = urlsplit(url).path.split("/")
    except ValueError:
        return frozenset()
    return max((frozenset(ascii_words(p)) for p in parts), key=len)


def path_parts(url: str) -> list[str]:
    """Return the parts of a URL's path in lower case, without empty ones."""
    try:
        return [part for part in urlsplit(url).path.casefold().split("/") if part]
    except ValueError:
        return []


@lru_cache(maxsize=256)
def path_words(url: str) -> frozenset[str]:
    """Return the words of a URL's path."""
    try:
        return frozenset(ascii_words(urlsplit(url).path))
    except ValueError:
        return frozenset()


_START = r"^(\s*[A-Za-z][A-Za-z0-9+.\-]*:[/\\]*|[/\\]{2})"
_USER = re.compile(_START + r"[^/\\?#]*@")
# A password with an unescaped slash, "?" or "#". What precedes it is a user name, not a host: no port
# follows, or it has no dot (and is not localhost).
_BROKEN_USER = re.compile(
    _START + r"(?:[^/\\?#:@\[]*:(?!\d*(?:/|$)|\d+[\\?#])|(?!localhost\b)[^/\\?#:@\[.]+(?=[?#])).*@"
)


def without_user(url: str) -> str:
    """Remove user name and password from a URL; return any other text unchanged."""
    return _BROKEN_USER.sub(r"\1", _USER.sub(r"\1", url))

"""Identity of an outlet from its pages: name, domains, country, language, zone, feeds, sitemaps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from urllib.parse import urljoin

from copydesk.dates import timestamps
from copydesk.discovery.kinds import FEEDS
from copydesk.discovery.page_links import PageLink, is_comment_feed, links_of
from copydesk.discovery.search import WHERE, Discovery
from copydesk.scaffold.sample import Sample
from copydesk.util.languages import language_and_country
from copydesk.util.urls import country_of, host_of

_MOST_LISTS = 3
_EVIDENCE = {"link": "link rel=alternate"}
_PARTS = frozenset(("www", "m", "amp", "mobile"))


@dataclass(frozen=True, slots=True)
class Attribute:
    """A class attribute of an adapter, with the evidence for it."""

    name: str
    value: str | tuple[str, ...]
    evidence: str


def find(
    samples: Sequence[Sample], outlet_id: str, searched: Discovery | None = None
) -> list[Attribute]:
    """Find the attributes of an outlet: always name and domains, the rest if the pages show it.

    searched: the feeds and sitemaps of its site, if it was searched.
    """
    hosts = [h for s in samples if (h := host(s))]
    found = [
        _name(samples, outlet_id),
        Attribute("domains", _domains(hosts), "URLs of the pages"),
    ]
    found += _country(samples, hosts)
    languages = [s.article.language for s in samples]
    if language := _most(languages):
        evidence = f"stated by {_share(languages, language)}"
        found.append(Attribute("language", language, evidence))
    found += _timezone(samples, found)
    return [*found, *_lists(samples, searched)]


def address(sample: Sample) -> str | None:
    """Return the URL of a sample: the given one, else the canonical URL of the page."""
    return sample.document.url or sample.article.canonical_url


def host(sample: Sample) -> str | None:
    """Return the host of a sample's canonical URL, else of its given URL."""
    return host_of(sample.article.canonical_url or address(sample) or "")


def home(sample: Sample) -> str | None:
    """Return the home page of a sample's URL; None if the page belongs to another host."""
    url = address(sample)
    return urljoin(url, "/") if url is not None and host_of(url) == host(sample) else None


def _most(values: Iterable[str | None]) -> str | None:
    counts = Counter(value for value in values if value)
    return counts.most_common(1)[0][0] if counts else None


def _share(values: Sequence[str | None], value: str) -> str:
    """Return "the pages", or their number if other pages state another value."""
    stated = [one for one in values if one]
    same = stated.count(value)
    return "the pages" if same == len(stated) else f"{same} of {len(stated)} pages"


def _name(samples: Sequence[Sample], outlet_id: str) -> Attribute:
    names: list[str | None] = []
    for sample in samples:
        metadata = sample.draft.metadata
        stated = metadata.statements["site_name"] if metadata is not None else []
        names += [str(c.value) for c in stated[:1]]
    if name := _most(names):
        return Attribute("name", name, f"site name on {_share(names, name)}")
    return Attribute(
        "name", outlet_id.replace("-", " ").title(), "from the id; no page names the site"
    )


def _domains(hosts: Sequence[str]) -> tuple[str, ...]:
    """Return the shortest domains that cover all hosts, without a leading www or m."""
    bare = []
    for host in dict.fromkeys(hosts):
        first, _, rest = host.partition(".")
        bare.append(rest if first in _PARTS and "." in rest else host)
    unique = sorted(dict.fromkeys(bare), key=len)
    kept = [h for i, h in enumerate(unique) if not any(h.endswith("." + o) for o in unique[:i])]
    return tuple(kept)


def _country(samples: Sequence[Sample], hosts: Sequence[str]) -> list[Attribute]:
    ends = {host.rpartition(".")[2] for host in hosts}
    if "eu" in ends:
        # Sites under .eu are of several countries, and mostly write British English.
        return []
    if len(ends) == 1 and (country := country_of(end := ends.pop())):
        return [Attribute("country", country, f"the domain .{end}")]
    regions = {language_and_country(s.article.language or "")[1] for s in samples} - {""}
    if len(regions) == 1:
        return [Attribute("country", regions.pop(), "the language's region")]
    return []


def _timezone(samples: Sequence[Sample], found: Sequence[Attribute]) -> list[Attribute]:
    """Return the zone of a country that has only one, for pages that print times without a zone."""
    country = next((one.value for one in found if one.name == "country"), None)
    zones = [zone for code, zone in _zones() if code == country]
    if len(zones) != 1 or not any(_lacks_zone(s) for s in samples):
        return []
    return [
        Attribute("timezone", zones[0], "printed times have no zone; the country has only this one")
    ]


def _lacks_zone(sample: Sample) -> bool:
    """Whether a printed time of publication can only be read with a zone."""
    origin = sample.article.provenance.get("published")
    raw = origin.raw if origin is not None else None
    if not raw:
        return False
    alone, zoned = (timestamps.parse(raw, timezone=zone, now=None) for zone in (None, "UTC"))
    return zoned is not None and "T" in zoned and (alone is None or "T" not in alone)


def _zones() -> Iterator[tuple[str, str]]:
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    for line in table.splitlines():
        if line and not line.startswith("#"):
            code, _, zone, *_ = line.split("\t")
            yield code, zone


def _lists(samples: Sequence[Sample], searched: Discovery | None) -> Iterator[Attribute]:
    """Yield the feeds and sitemaps: what was found on the site, and what pages link to elsewhere."""
    found = searched.found if searched is not None else ()
    hosts = {host_of(address(s) or "") for s in samples} if searched is not None else set()
    listed = {
        one.url: (one.kind in FEEDS, _EVIDENCE.get(one.where, WHERE[one.where])) for one in found
    }
    for link in dict.fromkeys(link for s in samples for link in links(s)):
        # What the site itself has was checked.
        if host_of(link.url) not in hosts:
            listed.setdefault(link.url, (not link.is_sitemap, _EVIDENCE["link"]))
    for name, wanted in (("feeds", True), ("sitemaps", False)):
        kept = [url for url, (is_feed, _) in listed.items() if is_feed is wanted][:_MOST_LISTS]
        if kept:
            evidence = ", ".join(dict.fromkeys(listed[url][1] for url in kept))
            yield Attribute(name, tuple(kept), evidence)


def links(sample: Sample) -> Iterator[PageLink]:
    """Yield the feeds and sitemaps that a page links to, without feeds of comments."""
    page = address(sample)
    if sample.tree is None or page is None:
        return
    for link in links_of(sample.document.content, page):
        if not is_comment_feed(link.url, page):
            yield link

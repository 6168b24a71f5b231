"""What pages tell of the outlet that they belong to: its name, hosts, country, language and feeds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files

from copydesk import moments
from copydesk.scaffold.sample import Sample
from copydesk.urls import absolute, host_of

_FEEDS = 'link[rel~="alternate"][type*="rss"], link[rel~="alternate"][type*="atom"]'
_COMMENTS = re.compile(r"(?i)comment|kommentar|coment")
_MOST_FEEDS = 3
_PARTS = frozenset(("www", "m", "amp", "mobile"))
# Two letters that are sold to everybody say nothing of a country.
_SOLD = frozenset("ai am cc co fm gg io is la ly me sh tk to tv ws".split())
_OTHER_CODES = {"UK": "GB"}
_TAG = re.compile(r"([a-z]{2,3})(?:-[A-Za-z]{4})?(?:-([A-Za-z]{2}))?$")


@dataclass(frozen=True, slots=True)
class Stated:
    """One attribute of an adapter, and what showed it."""

    name: str
    value: str | tuple[str, ...]
    evidence: str


def find(samples: Sequence[Sample], outlet_id: str) -> list[Stated]:
    """What samples of one outlet tell of it: name and domains always, the rest where it is shown."""
    hosts = [h for s in samples if (h := host(s))]
    found = [
        _name(samples, outlet_id),
        Stated("domains", _domains(hosts), "their addresses"),
    ]
    found += _country(samples, hosts)
    languages = [s.article.language for s in samples]
    if language := _most(languages):
        evidence = f"what {_share(languages, language)} state"
        found.append(Stated("language", language, evidence))
    found += _timezone(samples, found)
    if feeds := tuple(dict.fromkeys(feed for s in samples for feed in _feeds(s)))[:_MOST_FEEDS]:
        found.append(Stated("feeds", feeds, "link rel=alternate"))
    return found


def address(sample: Sample) -> str | None:
    """The address of a sample: the given one, else the one that the page calls canonical."""
    return sample.document.url or sample.article.canonical_url


def host(sample: Sample) -> str | None:
    """The host that a sample says it is of: the canonical address comes before the given one."""
    return host_of(sample.article.canonical_url or address(sample) or "")


def _most(values: Iterable[str | None]) -> str | None:
    counts = Counter(value for value in values if value)
    return counts.most_common(1)[0][0] if counts else None


def _share(values: Sequence[str | None], value: str) -> str:
    """The pages that say so, counted where others say something else."""
    said = [one for one in values if one]
    same = said.count(value)
    return "the pages" if same == len(said) else f"{same} of {len(said)} pages"


def _name(samples: Sequence[Sample], outlet_id: str) -> Stated:
    names: list[str | None] = []
    for sample in samples:
        metadata = sample.draft.metadata
        stated = metadata.candidates["site_name"] if metadata is not None else []
        names += [str(c.value) for c in stated[:1]]
    if name := _most(names):
        return Stated("name", name, f"what {_share(names, name)} call the site")
    return Stated("name", outlet_id.replace("-", " ").title(), "the id; no page names the site")


def _domains(hosts: Sequence[str]) -> tuple[str, ...]:
    """The shortest hosts that cover all; a leading www or m is no part of them."""
    bare = []
    for host in dict.fromkeys(hosts):
        first, _, rest = host.partition(".")
        bare.append(rest if first in _PARTS and "." in rest else host)
    unique = sorted(dict.fromkeys(bare), key=len)
    kept = [h for i, h in enumerate(unique) if not any(h.endswith("." + o) for o in unique[:i])]
    return tuple(kept)


def _country(samples: Sequence[Sample], hosts: Sequence[str]) -> list[Stated]:
    ends = {host.rpartition(".")[2] for host in hosts}
    if "eu" in ends:
        # Of several countries, whose language is mostly English as it is written in Britain.
        return []
    if len(ends) == 1 and len(end := ends.pop()) == 2 and end not in _SOLD:
        return [Stated("country", _OTHER_CODES.get(end.upper(), end.upper()), f"the domain .{end}")]
    regions = {m[2] for s in samples if (m := _TAG.match(s.article.language or "")) and m[2]}
    if len(regions) == 1:
        return [Stated("country", regions.pop().upper(), "the language's region")]
    return []


def _timezone(samples: Sequence[Sample], found: Sequence[Stated]) -> list[Stated]:
    """The country's zone where it has one alone, for pages that print times without one."""
    country = next((one.value for one in found if one.name == "country"), None)
    zones = [zone for code, zone in _zones() if code == country]
    bare = any(_is_bare(s) for s in samples)
    if len(zones) != 1 or not bare:
        return []
    return [Stated("timezone", zones[0], "times without a zone, and the country's only one")]


def _is_bare(sample: Sample) -> bool:
    """Whether a time of publication was printed that only a zone would tell."""
    origin = sample.article.provenance.get("published")
    raw = origin.raw if origin is not None else None
    if not raw:
        return False
    alone, zoned = (moments.read(raw, timezone=zone, now=None) for zone in (None, "UTC"))
    return zoned is not None and "T" in zoned and (alone is None or "T" not in alone)


def _zones() -> Iterator[tuple[str, str]]:
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    for line in table.splitlines():
        if line and not line.startswith("#"):
            code, _, zone, *_ = line.split("\t")
            yield code, zone


def _feeds(sample: Sample) -> Iterator[str]:
    """The feeds that a page names, of the whole site before those of a part, comments left out."""
    if sample.tree is None:
        return
    for node in sample.tree.css(_FEEDS):
        href = node.attributes.get("href") or ""
        title = node.attributes.get("title") or ""
        url = absolute(address(sample), href)
        if url and url.startswith(("http://", "https://")):
            if not _COMMENTS.search(url) and not _COMMENTS.search(title):
                yield url

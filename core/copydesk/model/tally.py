"""What a run counts beside its outcomes: hosts, outlets, languages, fields and warnings.

Counts are kept by name, such as "language:en", so that a state can store them and shards can add
them up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from copydesk.model.article import Article
from copydesk.model.filters import is_filled
from copydesk.model.notices import NoticeCode
from copydesk.util.urls import host_of, is_http

NONE = "none"
"""The name of what is unknown: an article without a language, an input without a URL."""

# Always set, or not by the reading.
_NOT_COUNTED = "schema_version id revision previous kind access document adapter".split()
FIELDS = tuple(name for name in Article.model_fields if name not in _NOT_COUNTED)
"""The fields of the record that may be empty."""

EMPTY = NoticeCode.NO_BODY
"""The warning of an article without text."""

DOUBTFUL = (NoticeCode.TEXT_LEFT_OUT, NoticeCode.LIVE_UPDATES_NOT_SHOWN)
"""Warnings of articles whose text may be a part of the story."""

MAX_HOSTS = 1_000
"""Number of hosts that a report names; the others are added up."""

_KINDS = ("article", "reject", "skip")
# A host that nobody has: no more than these characters of a name are counted.
_MAX_NAME = 253


def of_article(article: Article) -> tuple[str, ...]:
    """Return the names under which an article counts."""
    filled = sum(is_filled(getattr(article, name)) << bit for bit, name in enumerate(FIELDS))
    warnings = {str(one.code) for one in article.warnings}
    return (
        f"article:{_host(article.url or article.canonical_url)}",
        f"outlet:{article.outlet.id if article.outlet else NONE}",
        f"language:{article.language or NONE}",
        f"access:{article.access.observed}",
        f"fields:{filled:x}",
        *(f"warning:{code}" for code in sorted(warnings)),
        *(["doubtful:"] if not warnings.isdisjoint(DOUBTFUL) else []),
    )


def of_failure(kind: str, url: str, counted: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the name under which a reject or skip counts.

    url: its URL; anything else is no host. counted: what the article would have counted as.
    """
    article = next((name for name in counted if name.startswith("article:")), None)
    host = _host(url) if article is None else article.partition(":")[2]
    return (f"{kind}:{host}",)


def _host(url: str | None) -> str:
    found = host_of(url) if url is not None and is_http(url) else None
    return (found or NONE)[:_MAX_NAME]


def summed(tallies: Mapping[str, int]) -> dict[str, Any]:
    """Return counts by name as a part of a report, the most frequent ones first."""
    groups: dict[str, dict[str, int]] = {}
    for name, number in tallies.items():
        group, _, value = name.partition(":")
        groups.setdefault(group, {})[value] = number
    languages = _sorted(groups.get("language", {}))
    counted = sum(languages.values())
    warnings = _sorted(groups.get("warning", {}))
    return {
        "counted": counted,
        "languages": languages,
        "outlets": _sorted(groups.get("outlet", {})),
        "access": _sorted(groups.get("access", {})),
        "warnings": warnings,
        "bodies": {
            "empty": warnings.get(EMPTY, 0),
            "doubtful": sum(groups.get("doubtful", {}).values()),
        },
        "fields": dict(_shares(groups.get("fields", {}), counted)),
        **_hosts(groups),
    }


def _sorted(numbers: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(numbers.items(), key=lambda item: (-item[1], item[0])))


def _shares(masks: Mapping[str, int], counted: int) -> Iterator[tuple[str, float]]:
    """Yield the share of articles in which each field has a value."""
    if not counted:
        return
    numbers = {int(mask, 16): number for mask, number in masks.items()}
    for bit, name in enumerate(FIELDS):
        filled = sum(number for mask, number in numbers.items() if mask >> bit & 1)
        yield name, round(filled / counted, 4)


def _hosts(groups: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:
    """Return the numbers of outcomes by host, with those beyond `MAX_HOSTS` added up."""
    totals: Counter[str] = Counter()
    for kind in _KINDS:
        totals.update(groups.get(kind, {}))
    order = [*_sorted(totals)]

    def row(hosts: Iterable[str]) -> dict[str, int]:
        named = list(hosts)
        return {f"{k}s": sum(groups.get(k, {}).get(h, 0) for h in named) for k in _KINDS}

    left_out = order[MAX_HOSTS:]
    return {
        "hosts": {host: row([host]) for host in order[:MAX_HOSTS]},
        "hosts_left_out": {"hosts": len(left_out), **row(left_out)},
    }

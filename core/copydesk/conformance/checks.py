"""Checks of the readings of one fixture."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from copydesk.conformance.run import FixtureRun, raised_in
from copydesk.errors import (
    AdapterFailure,
    CopydeskError,
    DeadlineExceeded,
    FixtureError,
    NetworkSealed,
)
from copydesk.explain import partition
from copydesk.fixtures import matchers, store
from copydesk.fixtures.replay import describe
from copydesk.model.article import Article
from copydesk.model.draft import OUTSIDE, Draft
from copydesk.model.roles import BODY
from copydesk.util.text import fold, unspaced
from copydesk.util.urls import host_of, parents


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem found by a check.

    check: the name of the check.
    subject: the fixture's stem, a part of the adapter, or the outlet's id.
    warning: whether it is reported without a failure.
    """

    check: str
    subject: str
    message: str
    warning: bool = False

    def __str__(self) -> str:
        return f"{self.subject}: {self.message}"


# The expectation


def reviewed(run: FixtureRun) -> Iterator[Finding]:
    """Check that the fixture is usable and its expectation reviewed."""
    message = ""
    if run.broken is not None:
        message = str(run.broken)
    elif run.expected is None:
        path = run.fixture.source
        message = f"has no expectation; run: copydesk replay --update {path}, and read the result"
    elif run.mark is not None:
        message = (
            "its expectation is unreviewed; read it, then run: "
            f"copydesk outlets accept {run.outlet.id}"
        )
    if message:
        yield Finding("reviewed", run.name, message)


def fields(expected: dict[str, Any] | None) -> tuple[str, ...]:
    """Return the fields to compare: `error`, and those of a record; none without an expectation."""
    if expected is None:
        return ()
    if "error" in expected:
        return ("error",)
    names = ("error", *Article.model_fields)
    return (*names, *(n for n in expected if n not in names))


def field(run: FixtureRun, name: str) -> Iterator[Finding]:
    """Check that one field is as expected; `error` is whether and how the reading fails."""
    if run.expected is None or run.first.adapter_error is not None:
        return
    try:
        found = run.fixture.differences(run.first.outcome)
    except FixtureError as error:
        # Reported once, for the field that it is in.
        if error.field == name:
            yield Finding("field", run.name, str(error))
        return
    if name in found:
        yield Finding("field", run.name, _difference(name, *found[name]))


def _difference(name: str, expected: Any, actual: Any) -> str:
    if name != "error" and expected is store.MISSING:
        return f"{name} is not in the expectation, got {_short(actual)}"
    if name != "error" and actual is store.MISSING:
        return f"{name} is in the expectation, but is not a field of the record"
    if _is_none(actual) and not _is_none(expected):
        return f"{name} is missing: expected {_short(expected)}, got none"
    if _is_none(expected) and not _is_none(actual):
        return f"{name} is unexpected: expected none, got {_short(actual)}"
    rows = "\n".join(describe({name: (expected, actual)})[1:])
    return f"{name} is wrong:\n{rows}"


def _is_none(value: Any) -> bool:
    return value is store.MISSING or value in (None, "", [], {})


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 300 else f"{text[:300]}… ({len(text):,} characters)"


def canonical(run: FixtureRun) -> Iterator[Finding]:
    """Check that the expectation is in canonical form: order of keys, indentation, encoding."""
    if run.expected is None or run.first.adapter_error is not None:
        return
    actual = run.first.outcome
    names = [*(n for n in actual if n in run.expected), *run.expected]
    try:
        written = {n: matchers.reorder(run.expected[n], actual.get(n)) for n in names}
    except matchers.BrokenMatcher:
        return
    if run.mark is not None:
        written = {store.UNREVIEWED: run.mark, **written}
    path = run.fixture.expected_path
    if store.read_bytes(path) != store.canonical(written):
        message = f"{path.name} is not in canonical form; run: copydesk replay --update {path}"
        yield Finding("canonical", run.name, message)


# The reading


def failure(run: FixtureRun) -> Iterator[Finding]:
    """Check that the adapter's code does not raise, hang or return a wrong type."""
    error = run.first.adapter_error
    if error is not None and not isinstance(error, NetworkSealed):
        yield Finding("failure", run.name, _failure_message(run, error))


def network(run: FixtureRun) -> Iterator[Finding]:
    """Check that the adapter's code does not use the network."""
    error = run.first.adapter_error
    if isinstance(error, NetworkSealed):
        yield Finding("network", run.name, f"{error.subject} {error.message}")


def _failure_message(run: FixtureRun, error: CopydeskError) -> str:
    if isinstance(error, DeadlineExceeded):
        return error.message
    if isinstance(error, AdapterFailure):
        _, dot, attribute = error.subject.partition(".")
        if dot:
            return f"{attribute} {error.message}"
        if error.__cause__ is not None:
            where = raised_in(run.outlet, error.__cause__) or "the reading"
            return f"{where} raised {error.__cause__!r}"
    return str(error)


def deterministic(run: FixtureRun) -> Iterator[Finding]:
    """Check that two readings of one input are equal, and that the article can be pickled."""
    article = run.first.article
    if run.first.adapter_error is not None:
        return
    one, other = run.first.outcome, run.second.outcome
    if one != other or (
        article is not None
        and run.second.article is not None
        and article.to_line() != run.second.article.to_line()
    ):
        rows = "\n".join(describe(store.differences(one, other)))
        yield Finding("deterministic", run.name, f"two readings of the same input differ:\n{rows}")
    if article is not None and pickle.loads(pickle.dumps(article)) != article:
        yield Finding("deterministic", run.name, "the article changes when pickled")


def valid(run: FixtureRun) -> Iterator[Finding]:
    """Check that the line of the article is a valid record."""
    article = run.first.article
    if article is None:
        return
    try:
        same = Article.model_validate_json(article.to_line()) == article
    except ValueError as error:
        yield Finding("valid", run.name, f"the line is not a valid record: {error}")
        return
    if not same:
        yield Finding("valid", run.name, "the line reads back as a different article")


def conservation(run: FixtureRun) -> Iterator[Finding]:
    """Check that each character feeds a field or is listed as removed, and the input is unchanged."""
    draft, article = run.first.draft, run.first.article
    if draft is None or article is None:
        return
    stretches = partition.partition(draft)
    for message in partition.faults(draft.text, stretches):
        yield Finding("conservation", run.name, message)
    listed = [(r.kind, r.rule, r.characters) for r in article.removed]
    unused = _unused(stretches)
    if listed != unused:
        message = f"removed lists {listed}, but the segments that feed no field are {unused}"
        yield Finding("conservation", run.name, message)
    for stretch in stretches:
        if stretch["field"] is not None and _is_none(getattr(article, stretch["field"])):
            at = f"characters {stretch['start']} to {stretch['end']}"
            message = f"{at} feed {stretch['field']}, which is empty"
            yield Finding("conservation", run.name, message)
    for message in _edits(run, draft):
        yield Finding("conservation", run.name, message)


def _unused(stretches: list[partition.Stretch]) -> list[tuple[str, str, int]]:
    """Return kind, rule and length of text that feeds no field, with one entry for the outside."""
    found: list[tuple[str, str, int]] = []
    outside: int | None = None
    for stretch in stretches:
        if stretch["field"] is not None:
            continue
        count = stretch["end"] - stretch["start"]
        if stretch["rule"] == str(OUTSIDE) and outside is not None:
            kind, rule, before = found[outside]
            found[outside] = (kind, rule, before + count)
            continue
        if stretch["rule"] == str(OUTSIDE):
            outside = len(found)
        found.append((stretch["role"], stretch["rule"], count))
    return found


def _edits(run: FixtureRun, draft: Draft) -> Iterator[str]:
    """Describe what the adapter changed in its input."""
    if run.meta is not None and run.document != run.fixture.document(run.meta):
        yield "the adapter changed the document"
    for name in run.edited:
        yield f"{name} changed the page"
    if run.before is not None and draft.text != run.before.text:
        yield "the adapter changed the visible text"
    elif run.plain is not None and unspaced(draft.text) != unspaced(run.plain):
        yield "the visible text differs from that of the generic reading"
    for segment in draft.segments:
        if segment.rule == OUTSIDE:
            continue
        raw, words = unspaced(draft.text[segment.start : segment.end]), unspaced(segment.text)
        # A list mark, or a dash between two parts, is not part of the words.
        if not raw.endswith(words) or any(map(str.isalpha, raw[: len(raw) - len(words)])):
            original = fold(draft.text[segment.start : segment.end])
            pairs = enumerate(zip(original, segment.text, strict=False))
            at = max(0, next((i for i, (one, other) in pairs if one != other), 0) - 20)
            place = f"characters {segment.start} to {segment.end}"
            was, now = original[at : at + 60], segment.text[at : at + 60]
            yield f"the adapter changed {place}: {was!r} became {now!r}"


# The article


def body(run: FixtureRun) -> Iterator[Finding]:
    """Check that no caption, credit, comment, related link or promotion is in the body."""
    draft, article = run.first.draft, run.first.article
    if draft is None or article is None:
        return
    for segment in draft.segments:
        if segment.field == "body" and segment.role not in BODY:
            message = f"a {segment.role} feeds the body: {segment.text[:60]!r}"
            yield Finding("body", run.name, message)
    others = {
        **{fold(r.text): "related link" for r in article.related},
        **{fold(c.text): "comment" for c in article.comments.items},
        **{fold(i.credit): "credit" for i in article.images if i.credit},
        **{fold(i.caption): "caption" for i in article.images if i.caption},
    }
    for text in _texts(article.body):
        if what := others.get(text):
            message = f"a {what} is in the body word for word: {text[:60]!r}"
            yield Finding("body", run.name, message)


def _texts(blocks: Iterable[object]) -> Iterator[str]:
    """Return the texts of blocks and of nested items, without table cells, which are often names."""
    for block in blocks:
        if isinstance(text := getattr(block, "text", None), str):
            yield fold(text)
        yield from _texts(getattr(block, "items", []))
        yield from _texts(getattr(block, "body", []))


def host(run: FixtureRun) -> Iterator[Finding]:
    """Check that the article's URL belongs to the outlet."""
    article = run.first.article
    domains = run.outlet.domains
    url = article and (article.canonical_url or article.url)
    if not url or not domains:
        return
    found = host_of(url)
    if found is None or not {host_of(domain) for domain in domains} & set(parents(found)):
        message = f"host {found!r} of {url!r} is not within {', '.join(domains)}"
        yield Finding("host", run.name, message)


def dates(run: FixtureRun) -> Iterator[Finding]:
    """Check that the article was not published after it was modified or retrieved."""
    article = run.first.article
    if article is None or article.published is None:
        return
    published = article.published
    if article.modified and _is_after(published, article.modified):
        message = f"published {published} is after modified {article.modified}"
        yield Finding("dates", run.name, message, warning=True)
    retrieved = run.document.retrieved_at if run.document else None
    if retrieved is not None and _is_after(published, retrieved.astimezone(_EARLIEST).isoformat()):
        message = f"published {published} is after retrieved_at {retrieved.isoformat()}"
        yield Finding("dates", run.name, message, warning=True)


_EARLIEST = timezone(timedelta(hours=14))
"""The time zone in which each day begins first."""


def _is_after(one: str, other: str) -> bool:
    """Return whether one date is after another; a date without time includes its whole day."""
    if len(one) == 10 or len(other) == 10:
        return one[:10] > other[:10]
    return datetime.fromisoformat(one) > datetime.fromisoformat(other)


def probe(run: FixtureRun) -> Iterator[Finding]:
    """Check that at most one layout matches the page."""
    if len(run.probes) > 1:
        names = " and ".join(map(repr, run.probes))
        message = f"layouts {names} match it; a page has one layout"
        yield Finding("layout", run.name, message)


ALL: Mapping[str, Callable[[FixtureRun], Iterator[Finding]]] = {
    "reviewed": reviewed,
    "canonical": canonical,
    "failure": failure,
    "network": network,
    "deterministic": deterministic,
    "valid": valid,
    "conservation": conservation,
    "body": body,
    "host": host,
    "dates": dates,
    "layout": probe,
}
"""The checks of one fixture by name, except that of its fields."""

"""The checks of one fixture's readings."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from copydesk import fixtures, ledger, matchers
from copydesk.article import Article
from copydesk.draft import OUTSIDE, Draft
from copydesk.errors import (
    AdapterFailure,
    CopydeskError,
    DeadlineExceeded,
    FixtureError,
    NetworkSealed,
)
from copydesk.replay import describe
from copydesk.roles import BODY
from copydesk.text import fold, unspaced
from copydesk.trial import Trial, raised_in
from copydesk.urls import host_of, parents


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault that a check found.

    check: its name. subject: the fixture's stem, a part of the adapter, or the outlet's id.
    warning: whether it is to be told without failing.
    """

    check: str
    subject: str
    message: str
    warning: bool = False

    def __str__(self) -> str:
        return f"{self.subject}: {self.message}"


# The expectation


def reviewed(trial: Trial) -> Iterator[Finding]:
    """The fixture can be used, and somebody has looked at its expectation."""
    message = ""
    if trial.broken is not None:
        message = str(trial.broken)
    elif trial.expected is None:
        path = trial.fixture.source
        message = (
            f"has no expectation; run: copydesk replay --update {path}, and read what it wrote"
        )
    elif trial.mark is not None:
        message = (
            "its expectation was proposed and nobody has looked at it; read it, then run: "
            f"copydesk outlets accept {trial.outlet.id}"
        )
    if message:
        yield Finding("reviewed", trial.name, message)


def fields(expected: dict[str, Any] | None) -> tuple[str, ...]:
    """The fields to compare: `error` alone, or with those of the record; none without expectation."""
    if expected is None:
        return ()
    if "error" in expected:
        return ("error",)
    names = ("error", *Article.model_fields)
    return (*names, *(n for n in expected if n not in names))


def field(trial: Trial, name: str) -> Iterator[Finding]:
    """One field is as expected; `error` is whether and how the reading fails."""
    if trial.expected is None or trial.first.fault is not None:
        return
    try:
        found = trial.fixture.differences(trial.first.outcome)
    except FixtureError as error:
        # Reported once, for the field that it is in.
        if error.field == name:
            yield Finding("field", trial.name, str(error))
        return
    if name in found:
        yield Finding("field", trial.name, _difference(name, *found[name]))


def _difference(name: str, expected: Any, actual: Any) -> str:
    if name != "error" and expected is fixtures.MISSING:
        return f"{name} is not in the expectation, got {_short(actual)}"
    if name != "error" and actual is fixtures.MISSING:
        return f"{name} is in the expectation, but is no field of the record"
    if _is_none(actual) and not _is_none(expected):
        return f"{name} is missing: expected {_short(expected)}, got none"
    if _is_none(expected) and not _is_none(actual):
        return f"{name} is unexpected: expected none, got {_short(actual)}"
    rows = "\n".join(describe({name: (expected, actual)})[1:])
    return f"{name} is wrong:\n{rows}"


def _is_none(value: Any) -> bool:
    return value is fixtures.MISSING or value in (None, "", [], {})


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 300 else f"{text[:300]}… ({len(text):,} characters)"


def canonical(trial: Trial) -> Iterator[Finding]:
    """The expectation is written in the one way: order of keys, blanks, encoding."""
    if trial.expected is None or trial.first.fault is not None:
        return
    actual = trial.first.outcome
    names = [*(n for n in actual if n in trial.expected), *trial.expected]
    try:
        said = {n: matchers.ordered(trial.expected[n], actual.get(n)) for n in names}
    except matchers.BrokenMatcher:
        return
    if trial.mark is not None:
        said = {fixtures.UNREVIEWED: trial.mark, **said}
    path = trial.fixture.expected_path
    if fixtures.read_bytes(path) != fixtures.canonical(said):
        message = f"{path.name} is not in canonical form; run: copydesk replay --update {path}"
        yield Finding("canonical", trial.name, message)


# The reading


def failure(trial: Trial) -> Iterator[Finding]:
    """The adapter's code does not raise, hang or return something other than promised."""
    fault = trial.first.fault
    if fault is not None and not isinstance(fault, NetworkSealed):
        yield Finding("failure", trial.name, _told(trial, fault))


def network(trial: Trial) -> Iterator[Finding]:
    """The adapter's code does not reach for the network."""
    fault = trial.first.fault
    if isinstance(fault, NetworkSealed):
        yield Finding("network", trial.name, f"{fault.subject} {fault.message}")


def _told(trial: Trial, fault: CopydeskError) -> str:
    if isinstance(fault, DeadlineExceeded):
        return fault.message
    if isinstance(fault, AdapterFailure):
        _, dot, attribute = fault.subject.partition(".")
        if dot:
            return f"{attribute} {fault.message}"
        if fault.__cause__ is not None:
            where = raised_in(trial.outlet, fault.__cause__) or "the reading"
            return f"{where} raised {fault.__cause__!r}"
    return str(fault)


def deterministic(trial: Trial) -> Iterator[Finding]:
    """Two readings of one input give the same line, and the article survives pickling."""
    article = trial.first.article
    if trial.first.fault is not None:
        return
    one, other = trial.first.outcome, trial.second.outcome
    if one != other or (
        article is not None
        and trial.second.article is not None
        and article.to_line() != trial.second.article.to_line()
    ):
        rows = "\n".join(describe(fixtures.differences(one, other)))
        yield Finding(
            "deterministic", trial.name, f"read twice, it came to different ends:\n{rows}"
        )
    if article is not None and pickle.loads(pickle.dumps(article)) != article:
        yield Finding("deterministic", trial.name, "the article does not come back from a pickle")


def valid(trial: Trial) -> Iterator[Finding]:
    """The line of the article is a record of the schema."""
    article = trial.first.article
    if article is None:
        return
    try:
        same = Article.model_validate_json(article.to_line()) == article
    except ValueError as error:
        yield Finding("valid", trial.name, f"the line is no record: {error}")
        return
    if not same:
        yield Finding("valid", trial.name, "the line read back is another article")


def conservation(trial: Trial) -> Iterator[Finding]:
    """Every character is in one segment that feeds a field or is listed; the input is untouched."""
    draft, article = trial.first.draft, trial.first.article
    if draft is None or article is None:
        return
    stretches = ledger.partition(draft)
    for fault in ledger.faults(draft.text, stretches):
        yield Finding("conservation", trial.name, fault)
    listed = [(r.kind, r.rule, r.characters) for r in article.removed]
    nowhere = _fed_nowhere(stretches)
    if listed != nowhere:
        message = f"removed lists {listed}, but what feeds no field is {nowhere}"
        yield Finding("conservation", trial.name, message)
    for stretch in stretches:
        if stretch["field"] is not None and _is_none(getattr(article, stretch["field"])):
            at = f"characters {stretch['start']} to {stretch['end']}"
            message = f"{at} feed {stretch['field']}, which is empty"
            yield Finding("conservation", trial.name, message)
    for message in _edits(trial, draft):
        yield Finding("conservation", trial.name, message)


def _fed_nowhere(stretches: list[ledger.Stretch]) -> list[tuple[str, str, int]]:
    """Kind, rule and length of what feeds no field; what stands outside a page's article is one."""
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


def _edits(trial: Trial, draft: Draft) -> Iterator[str]:
    """What the adapter changed of its input."""
    if trial.meta is not None and trial.document != trial.fixture.document(trial.meta):
        yield "the adapter changed the document"
    for name in trial.edited:
        yield f"{name} changed the page"
    if trial.before is not None and draft.text != trial.before.text:
        yield "the adapter changed the visible text"
    elif trial.plain is not None and unspaced(draft.text) != unspaced(trial.plain):
        yield "its visible text is not that of the generic reading"
    for segment in draft.segments:
        if segment.rule == OUTSIDE:
            continue
        raw, said = unspaced(draft.text[segment.start : segment.end]), unspaced(segment.text)
        # A list mark, or a dash between two parts, is not part of the words.
        if not raw.endswith(said) or any(map(str.isalpha, raw[: len(raw) - len(said)])):
            stands = fold(draft.text[segment.start : segment.end])
            pairs = enumerate(zip(stands, segment.text, strict=False))
            at = max(0, next((i for i, (one, other) in pairs if one != other), 0) - 20)
            place = f"characters {segment.start} to {segment.end}"
            was, now = stands[at : at + 60], segment.text[at : at + 60]
            yield f"the adapter changed {place}: {was!r} became {now!r}"


# The article


def body(trial: Trial) -> Iterator[Finding]:
    """No caption, credit, comment, related link or promotion stands in the body."""
    draft, article = trial.first.draft, trial.first.article
    if draft is None or article is None:
        return
    for segment in draft.segments:
        if segment.field == "body" and segment.role not in BODY:
            message = f"the body is fed with a {segment.role}: {segment.text[:60]!r}"
            yield Finding("body", trial.name, message)
    others = {
        **{fold(r.text): "related link" for r in article.related},
        **{fold(c.text): "comment" for c in article.comments.items},
        **{fold(i.credit): "credit" for i in article.images if i.credit},
        **{fold(i.caption): "caption" for i in article.images if i.caption},
    }
    for text in _texts(article.body):
        if what := others.get(text):
            message = f"a {what} stands in the body word for word: {text[:60]!r}"
            yield Finding("body", trial.name, message)


def _texts(blocks: Iterable[object]) -> Iterator[str]:
    """The texts of blocks, and of the items and entries in them; a table's cells are often names."""
    for block in blocks:
        if isinstance(text := getattr(block, "text", None), str):
            yield fold(text)
        yield from _texts(getattr(block, "items", []))
        yield from _texts(getattr(block, "body", []))


def host(trial: Trial) -> Iterator[Finding]:
    """The article's address is one of the outlet's."""
    article = trial.first.article
    domains = trial.outlet.domains
    address = article and (article.canonical_url or article.url)
    if not address or not domains:
        return
    found = host_of(address)
    if found is None or not {host_of(domain) for domain in domains} & set(parents(found)):
        message = f"host {found!r} of {address!r} is not within {', '.join(domains)}"
        yield Finding("host", trial.name, message)


def dates(trial: Trial) -> Iterator[Finding]:
    """It was not published after it was modified, or after it was got."""
    article = trial.first.article
    if article is None or article.published is None:
        return
    published = article.published
    if article.modified and _is_after(published, article.modified):
        message = f"published {published} lies after modified {article.modified}"
        yield Finding("dates", trial.name, message, warning=True)
    got = trial.document.retrieved_at if trial.document else None
    if got is not None and _is_after(published, got.astimezone(_EARLIEST).isoformat()):
        message = f"published {published} lies after retrieved_at {got.isoformat()}"
        yield Finding("dates", trial.name, message, warning=True)


_EARLIEST = timezone(timedelta(hours=14))
"""Where a day begins first."""


def _is_after(one: str, other: str) -> bool:
    """Whether a date of the record lies after another; a day has room for every time of it."""
    if len(one) == 10 or len(other) == 10:
        return one[:10] > other[:10]
    return datetime.fromisoformat(one) > datetime.fromisoformat(other)


def probe(trial: Trial) -> Iterator[Finding]:
    """The page meets the probe of its own layout and of no other."""
    if len(trial.probes) > 1:
        names = " and ".join(map(repr, trial.probes))
        message = f"the probes of layouts {names} match it; a page has one layout"
        yield Finding("layout", trial.name, message)


ALL: Mapping[str, Callable[[Trial], Iterator[Finding]]] = {
    "reviewed": reviewed, "canonical": canonical, "failure": failure, "network": network,
    "deterministic": deterministic, "valid": valid, "conservation": conservation, "body": body,
    "host": host, "dates": dates, "layout": probe,
}  # fmt: skip
"""The checks of one fixture by name, beside that of its fields."""

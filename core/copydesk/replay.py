"""Replay: reads fixtures again, offline, and compares them with their expectations."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from copydesk import fixtures, matchers, reading
from copydesk.article import Article
from copydesk.document import Document
from copydesk.errors import CopydeskError, DocumentError, FixtureError
from copydesk.fixtures import Fixture
from copydesk.outlet import Outlet
from copydesk.reading import find_adapter
from copydesk.registry import GENERIC, Registry
from copydesk.seal import no_network
from copydesk.sinks.jsonl import write_bytes

State = Literal["ok", "unreviewed", "differs", "no expectation", "failed"]
STATES = get_args(State)
"""Every state, best first."""

Read = Callable[[Document, type[Outlet] | None], Article]
"""A function that reads a document with an adapter, or generically. Raises CopydeskError."""


@dataclass(frozen=True, slots=True)
class Result:
    """The result of replaying one fixture.

    outlet: the adapter's id.
    article: None if the reading failed.
    error: why it failed, even if that was expected.
    differences: field -> (expected, actual).
    """

    fixture: Fixture
    outlet: str
    state: State
    article: Article | None = None
    error: CopydeskError | None = None
    differences: dict[str, tuple[Any, Any]] = field(default_factory=dict)


def replay(
    items: Iterable[Fixture], registry: Registry, read: Read | None = None
) -> Iterator[Result]:
    """Read fixtures with the network sealed and the clock frozen at their `retrieved_at`.

    read: the function that reads a document; by default in this process.
    """
    for fixture in items:
        with no_network():
            result = _one(fixture, registry, read or _read)
        yield result


def _read(document: Document, adapter: type[Outlet] | None) -> Article:
    return reading.read(document, adapter)[1]


def _one(fixture: Fixture, registry: Registry, read: Read) -> Result:
    try:
        meta = fixture.meta()
        document = fixture.document(meta)
        expected, proposed = fixture.expected(), fixture.unreviewed()
    except FixtureError as unusable:
        return Result(fixture, "-", "failed", error=unusable)
    article: Article | None = None
    error: CopydeskError | None = None
    outlet = meta.outlet or GENERIC
    try:
        adapter: type[Outlet] | None
        adapter = registry.get(meta.outlet) if meta.outlet else find_adapter(document, registry)
        outlet = adapter.id if adapter else GENERIC
        article = read(document, adapter)
    except CopydeskError as failure:
        error = failure
    if expected is None:
        return Result(fixture, outlet, "failed" if error else "no expectation", article, error)
    try:
        found = fixture.differences(fixtures.outcome(article, error))
    except FixtureError as unusable:
        return Result(fixture, outlet, "failed", article, unusable)
    if error and "error" not in expected:
        state: State = "failed"
    elif found:
        state = "differs"
    else:
        state = "unreviewed" if proposed else "ok"
    return Result(fixture, outlet, state, article, error, found)


def update(result: Result) -> bool:
    """Write the result as the fixture's expectation; return False if nothing changed.

    Only an article, or the error of an unreadable document, is written. Matchers that still match
    are kept, and so is the mark of a proposed expectation.
    """
    if result.error and not isinstance(result.error, DocumentError):
        return False
    mark = result.fixture.unreviewed()
    return _write(result, {} if mark is None else {fixtures.UNREVIEWED: mark})


def accept(result: Result) -> bool:
    """Like `update`, but remove the mark; do nothing and return False for a failed fixture."""
    return result.state != "failed" and _write(result, {})


def _write(result: Result, mark: dict[str, Any]) -> bool:
    fixture = result.fixture
    actual = fixtures.outcome(result.article, result.error)
    data = fixtures.canonical({**mark, **matchers.keep_matchers(fixture.expected(), actual)})
    if fixture.expected_path.exists() and fixtures.read_bytes(fixture.expected_path) == data:
        return False
    write_bytes(fixture.expected_path, [data])
    return True


def describe(differences: dict[str, tuple[Any, Any]]) -> list[str]:
    """Return a readable diff of the fields that differ, as lines."""
    lines = []
    for name, (expected, actual) in differences.items():
        lines.append(f"  {name}:")
        old, new = _rows(expected), _rows(actual)
        rows = difflib.unified_diff(old, new, lineterm="", n=1)
        lines += [f"    {row}" for row in rows if not row.startswith(("---", "+++", "@@"))]
    return lines


def _rows(value: Any) -> list[str]:
    if isinstance(value, (dict, list, str, int)) or value is None:
        return json.dumps(value, ensure_ascii=False, indent=1).split("\n")
    return [repr(value)]

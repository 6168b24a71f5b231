"""Runs of one fixture with an untrusted adapter, sealed and under a deadline."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import FrameType, TracebackType
from typing import Any

from copydesk.adapters.outlet import STATED_FIELDS, Outlet, Page
from copydesk.errors import (
    AdapterFailure,
    CopydeskError,
    DeadlineExceeded,
    DocumentError,
    FixtureError,
)
from copydesk.fetching.network_seal import no_network
from copydesk.fixtures import store
from copydesk.fixtures.store import Fixture, Meta
from copydesk.model.article import Article
from copydesk.model.document import Document
from copydesk.model.draft import Draft
from copydesk.reading import read, to_draft
from copydesk.rules import Rule
from copydesk.util import deadline

DEADLINE = 20.0
"""Time limit for one reading of a fixture, in seconds."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The result of one reading: draft and article, or the error."""

    draft: Draft | None = None
    article: Article | None = None
    error: CopydeskError | None = None

    @property
    def adapter_error(self) -> CopydeskError | None:
        """The error, unless the document itself caused it."""
        return None if isinstance(self.error, DocumentError) else self.error

    @property
    def outcome(self) -> dict[str, Any]:
        """The result in the form of an expectation."""
        return store.outcome(self.article, self.error)


@dataclass(slots=True, kw_only=True)
class FixtureRun:
    """A fixture, and what an adapter made of it.

    meta, expected: None if the sidecars cannot be used.
    mark: the mark of a proposed expectation.
    broken: why the fixture cannot be used.
    document: the input of the first reading.
    first, second: two readings of the same input.
    before: the draft as the reader made it, before any rule.
    plain: the visible text of the generic reading; None if there is none.
    returned: the return value of each of the adapter's methods, stripped.
    edited: the methods that changed the parsed page.
    probes: the layouts whose probe matches the page.
    """

    outlet: type[Outlet]
    fixture: Fixture
    deadline: float = DEADLINE
    meta: Meta | None = None
    expected: dict[str, Any] | None = None
    mark: str | None = None
    broken: FixtureError | None = None
    document: Document | None = None
    first: Reading = field(default_factory=Reading)
    second: Reading = field(default_factory=Reading)
    before: Draft | None = None
    plain: str | None = None
    returned: dict[str, str] = field(default_factory=dict)
    edited: list[str] = field(default_factory=list)
    probes: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The fixture's stem."""
        return self.fixture.stem


def run_fixture(outlet: type[Outlet], fixture: Fixture, deadline: float = DEADLINE) -> FixtureRun:
    """Read a fixture twice, and call the adapter's methods and probes."""
    run = FixtureRun(outlet=outlet, fixture=fixture, deadline=deadline)
    try:
        run.meta = fixture.meta()
        run.document = fixture.document(run.meta)
        run.mark = fixture.unreviewed()
        run.expected = fixture.expected()
        run.first = read_safely(outlet, run.document, deadline)
        if run.first.adapter_error is None:
            run.second = read_safely(outlet, fixture.document(run.meta), deadline)
            _call_methods(run, fixture.document(run.meta))
    except FixtureError as error:
        run.broken = error
    return run


def read_safely(outlet: type[Outlet], document: Document, deadline: float) -> Reading:
    """Read a document and catch everything that the adapter's code raises."""
    try:
        with no_network() as refused, limited(outlet, deadline):
            draft, article = read(document, outlet)
        if refused:
            # The adapter's code caught the error and continued.
            raise refused[0]
    except CopydeskError as error:
        return Reading(error=error)
    except Exception as error:
        # An adapter that breaks the draft makes code outside the adapter fail.
        failure = AdapterFailure(outlet.id, f"raised {error!r}")
        failure.__cause__ = error
        return Reading(error=failure)
    return Reading(draft, article)


def _call_methods(run: FixtureRun, document: Document) -> None:
    outlet = run.outlet
    # The readings succeeded. If a method fails only now, the difference of the readings shows it.
    with contextlib.suppress(Exception), no_network(), limited(outlet, run.deadline):
        run.before, page = to_draft(document, outlet)
        with contextlib.suppress(DocumentError):
            run.plain = to_draft(document)[0].text
        run.probes = [one.name for one in outlet.layouts if page.all(one.matches)]
        markup = _markup(page)
        for name in STATED_FIELDS:
            method = getattr(outlet, name, None)
            if not callable(method):
                continue
            run.returned[name] = (method(outlet(), page) or "").strip()
            if markup != (markup := _markup(page)):
                run.edited.append(name)


def _markup(page: Page) -> str | None:
    return page._tree.html if page._tree is not None else None


@contextlib.contextmanager
def limited(outlet: type[Outlet], seconds: float) -> Iterator[None]:
    """Raise DeadlineExceeded in the code inside after `seconds`, naming where it was."""

    def expired(frame: FrameType | None) -> DeadlineExceeded:
        where = attribute_in(outlet, _outwards(frame))
        message = f"was still reading after {seconds:g} s" + (f", in {where}" if where else "")
        return DeadlineExceeded(outlet.id, message)

    with deadline.time_limit(seconds, expired):
        yield


def raised_in(outlet: type[Outlet], error: BaseException) -> str:
    """Return the attribute of an adapter whose code raised an error; empty if unknown."""
    return attribute_in(outlet, _innermost_first(error.__traceback__))


def attribute_in(outlet: type[Outlet], frames: Iterator[FrameType]) -> str:
    """Return the attribute of an adapter whose code is in the frames, innermost first; or empty."""
    methods = {
        code: name
        for name in STATED_FIELDS
        if (code := getattr(getattr(outlet, name, None), "__code__", None)) is not None
    }
    names = rule_names(outlet)
    for frame in frames:
        if frame.f_code in methods:
            return methods[frame.f_code]
        for value in frame.f_locals.values():
            if isinstance(value, Rule) and id(value) in names:
                return names[id(value)]
    return ""


def rule_names(outlet: type[Outlet]) -> dict[int, str]:
    """Return how to refer to each rule of an adapter, by the rule's `id()`."""
    own = {id(rule): f"rules[{at}] {rule.name!r}" for at, rule in enumerate(outlet.rules)}
    return {id(rule): rule.name for rule in outlet.line_rules()} | own


def _outwards(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def _innermost_first(trace: TracebackType | None) -> Iterator[FrameType]:
    frames = []
    while trace is not None:
        frames.append(trace.tb_frame)
        trace = trace.tb_next
    return reversed(frames)

"""Trials: one fixture read by an adapter that is not trusted, sealed and under a deadline."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import FrameType, TracebackType
from typing import Any

from copydesk import deadline, fixtures
from copydesk.article import Article
from copydesk.document import Document
from copydesk.draft import Draft
from copydesk.errors import (
    AdapterFailure,
    CopydeskError,
    DeadlineExceeded,
    DocumentError,
    FixtureError,
)
from copydesk.fixtures import Fixture, Meta
from copydesk.outlet import STATED_FIELDS, Outlet, Page
from copydesk.reading import read, to_draft
from copydesk.rules import Rule
from copydesk.seal import sealed

DEADLINE = 20.0
"""Seconds that one reading of a fixture may take."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one reading came to: draft and article, or why there is none."""

    draft: Draft | None = None
    article: Article | None = None
    error: CopydeskError | None = None

    @property
    def fault(self) -> CopydeskError | None:
        """Why there is no article, where that is not the document's own fault."""
        return None if isinstance(self.error, DocumentError) else self.error

    @property
    def outcome(self) -> dict[str, Any]:
        """In the form of an expectation."""
        return fixtures.outcome(self.article, self.error)


@dataclass(slots=True)
class Trial:
    """A fixture, and what an adapter made of it.

    meta, expected: None where the sidecars cannot be used, as broken tells. mark: that of an
    expectation that nobody has looked at. document: the input as it was given to the first reading.
    first, second: two readings of the same input. before: the draft as the reader made it, before
    any rule; plain: the visible text of the generic reading; None where there is none. returned:
    what each of the adapter's methods gave, blanks trimmed. edited: the methods that changed the
    parsed page. probes: the layouts whose probe the page meets.
    """

    outlet: type[Outlet]
    fixture: Fixture
    deadline: float = DEADLINE
    meta: Meta | None = None
    expected: dict[str, Any] | None = None
    mark: str | None = None
    broken: FixtureError | None = None
    document: Document | None = None
    first: Attempt = field(default_factory=Attempt)
    second: Attempt = field(default_factory=Attempt)
    before: Draft | None = None
    plain: str | None = None
    returned: dict[str, str] = field(default_factory=dict)
    edited: list[str] = field(default_factory=list)
    probes: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The fixture's stem."""
        return self.fixture.stem


def hold(outlet: type[Outlet], fixture: Fixture, deadline: float = DEADLINE) -> Trial:
    """Read a fixture twice, and look at what its methods and probes say of the page."""
    trial = Trial(outlet, fixture, deadline)
    try:
        trial.meta = fixture.meta()
        trial.document = fixture.document(trial.meta)
        trial.mark = fixture.unreviewed()
        trial.expected = fixture.expected()
        trial.first = attempt(outlet, trial.document, deadline)
        if trial.first.fault is None:
            trial.second = attempt(outlet, fixture.document(trial.meta), deadline)
            _look(trial, fixture.document(trial.meta))
    except FixtureError as error:
        trial.broken = error
    return trial


def attempt(outlet: type[Outlet], document: Document, deadline: float) -> Attempt:
    """Read a document, whatever the adapter's code does meanwhile."""
    try:
        with sealed() as refused, limited(outlet, deadline):
            draft, article = read(document, outlet)
        if refused:
            # The adapter's code caught it and went on.
            raise refused[0]
    except CopydeskError as error:
        return Attempt(error=error)
    except Exception as error:
        # An adapter that spoils the draft makes code fail that is not its own.
        failure = AdapterFailure(outlet.id, f"raised {error!r}")
        failure.__cause__ = error
        return Attempt(error=failure)
    return Attempt(draft, article)


def _look(trial: Trial, document: Document) -> None:
    outlet = trial.outlet
    # The readings came to an end; what goes wrong now and did not then is told by their difference.
    with contextlib.suppress(Exception), sealed(), limited(outlet, trial.deadline):
        trial.before, page = to_draft(document, outlet)
        with contextlib.suppress(DocumentError):
            trial.plain = to_draft(document)[0].text
        trial.probes = [one.name for one in outlet.layouts if page.all(one.matches)]
        markup = _markup(page)
        for name in STATED_FIELDS:
            method = getattr(outlet, name, None)
            if not callable(method):
                continue
            trial.returned[name] = (method(outlet(), page) or "").strip()
            if markup != (markup := _markup(page)):
                trial.edited.append(name)


def _markup(page: Page) -> str | None:
    return page._tree.html if page._tree is not None else None


@contextlib.contextmanager
def limited(outlet: type[Outlet], seconds: float) -> Iterator[None]:
    """Raise DeadlineExceeded in the code inside after so many seconds, naming where it was."""

    def fault(frame: FrameType | None) -> DeadlineExceeded:
        where = blamed(outlet, _upwards(frame))
        message = f"was still reading after {seconds:g} s" + (f", in {where}" if where else "")
        return DeadlineExceeded(outlet.id, message)

    with deadline.limited(seconds, fault):
        yield


def raised_in(outlet: type[Outlet], error: BaseException) -> str:
    """The attribute of an adapter in whose code an error came up; empty when it is not known."""
    return blamed(outlet, _innermost_first(error.__traceback__))


def blamed(outlet: type[Outlet], frames: Iterator[FrameType]) -> str:
    """The attribute of an adapter that frames, the innermost first, stand in; empty for none."""
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
    """Where each rule of an adapter stands in it, by the identity of the rule."""
    own = {id(rule): f"rules[{at}] {rule.name!r}" for at, rule in enumerate(outlet.rules)}
    return {id(rule): rule.name for rule in outlet.line_rules()} | own


def _upwards(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def _innermost_first(trace: TracebackType | None) -> Iterator[FrameType]:
    frames = []
    while trace is not None:
        frames.append(trace.tb_frame)
        trace = trace.tb_next
    return reversed(frames)

"""Rules as an outlet states them: split, zone and line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from copydesk.draft import Draft, Segment
from copydesk.roles import ROLES
from copydesk.text import compile_pattern, did_you_mean

Place = Literal["head", "body", "tail"]
When = Callable[["Line"], bool]


class Line:
    """What a rule may look at: one segment in its draft, with its neighbours and its place."""

    __slots__ = ("_draft", "_places", "index")

    def __init__(self, draft: Draft, index: int, places: tuple[int, int]) -> None:
        self._draft = draft
        self._places = places
        self.index = index

    @property
    def segment(self) -> Segment:
        """The segment itself."""
        return self._draft.segments[self.index]

    @property
    def text(self) -> str:
        """Its text, white space folded, without a list mark."""
        return self.segment.text

    @property
    def role(self) -> str:
        """The role it has been given, empty while undecided."""
        return self.segment.role

    @property
    def gap(self) -> bool:
        """Whether a blank line stands before it."""
        return self.segment.gap

    @property
    def prose(self) -> bool:
        """Whether it reads like a paragraph."""
        return self.segment.prose

    @property
    def place(self) -> Place:
        """head: before the first paragraph; tail: after the last one; body: between them."""
        first, last = self._places
        return "head" if self.index < first else "body" if self.index <= last else "tail"

    @property
    def previous(self) -> Line | None:
        """The line before, None at the start."""
        return Line(self._draft, self.index - 1, self._places) if self.index else None

    @property
    def next(self) -> Line | None:
        """The line after, None at the end."""
        after = self.index + 1
        return Line(self._draft, after, self._places) if after < len(self._draft.segments) else None

    def before(self) -> Iterator[Line]:
        """The lines before, nearest first."""
        line = self.previous
        while line is not None:
            yield line
            line = line.previous


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of an outlet; make it with `Rule.line`, `Rule.split` or `Rule.zone`.

    A pattern is tried at the start of a segment's folded text (`re.match`); end it with `$` where
    the whole line is meant. `place` limits the rule to head, body or tail; `when` is a last
    condition, called with the `Line` after the pattern matched. `name` is what `explain` and
    `removed` show behind the outlet's id; by default the role.
    """

    kind: Literal["line", "split", "zone"]
    pattern: re.Pattern[str]
    role: str = ""
    name: str = ""
    place: tuple[Place, ...] = ()
    when: When | None = None
    lines: int | None = None
    until: re.Pattern[str] | Literal["paragraph", "end"] | None = None
    warn: str = ""
    problem: str = ""
    """What is wrong with the rule; the outlet's class creation reports it."""

    def __post_init__(self) -> None:
        roles = [g.rstrip("0123456789") for g in self.pattern.groupindex]
        problem = self.problem
        if not problem and self.kind == "split" and not roles:
            problem = "a split rule names its parts by groups: (?P<role>...)"
        stated = [r for r in roles if r != "rest"] if self.kind == "split" else [self.role]
        for role in stated:
            if not problem and role not in ROLES:
                problem = f"unknown role {role!r}{did_you_mean(role, ROLES)}"
        for place in self.place:
            if not problem and place not in ("head", "body", "tail"):
                problem = f"unknown place {place!r}; places are head, body and tail"
        if not problem and self.kind == "zone" and (self.lines is None) == (self.until is None):
            problem = "a zone has either lines or until"
        object.__setattr__(self, "problem", problem)
        object.__setattr__(self, "name", self.name or self.role or "+".join(roles))

    @classmethod
    def line(
        cls,
        pattern: str | re.Pattern[str],
        role: str,
        *,
        name: str = "",
        place: Place | tuple[Place, ...] = (),
        when: When | None = None,
    ) -> Rule:
        """Give a line its role. Named groups of the pattern become the role's data (`text`)."""
        compiled, problem = _compiled(pattern)
        return cls("line", compiled, role, name, _places(place), when, problem=problem)

    @classmethod
    def split(
        cls,
        pattern: str | re.Pattern[str],
        *,
        name: str = "",
        place: Place | tuple[Place, ...] = (),
        when: When | None = None,
        warn: str = "",
    ) -> Rule:
        """Cut a line where two things run together.

        Each named group is one part and names its role; `rest` is a part that later rules decide.
        What stands between the groups goes with the part before it; a single group keeps the line
        whole and decides it before any shared rule can cut it. `warn`: what to tell when a
        line stands in the rule's place, meets `when`, and the pattern finds nothing to cut.
        """
        compiled, problem = _compiled(pattern)
        return cls("split", compiled, "", name, _places(place), when, warn=warn, problem=problem)

    @classmethod
    def zone(
        cls,
        pattern: str | re.Pattern[str],
        role: str,
        *,
        lines: int | None = None,
        until: str | re.Pattern[str] | None = None,
        name: str = "",
        place: Place | tuple[Place, ...] = (),
        when: When | None = None,
    ) -> Rule:
        """Claim a range: the line that matches, then `lines` short lines, or all lines `until`.

        until: "paragraph" (the next line that reads like one), "end", or a pattern for the first
        line after the range. Where a pattern is never met, only the matching line is claimed.
        """
        compiled, problem = _compiled(pattern)
        end: re.Pattern[str] | Literal["paragraph", "end"] | None
        if until is None or until == "paragraph" or until == "end":
            end = until  # type: ignore[assignment]
        else:
            end, fault = _compiled(until)
            problem = problem or fault
        return cls("zone", compiled, role, name, _places(place), when, lines, end, problem=problem)

    def applies(self, line: Line) -> re.Match[str] | None:
        """The match of the pattern, where place and condition allow it."""
        match = self.pattern.match(line.text)
        if match is None or not self.stands(line):
            return None
        return match

    def stands(self, line: Line) -> bool:
        """Whether a line stands in the rule's place and meets its condition."""
        if self.place and line.place not in self.place:
            return False
        return self.when is None or self.when(line)


_NEVER = re.compile(r"(?!)")


def _compiled(pattern: str | re.Pattern[str]) -> tuple[re.Pattern[str], str]:
    if isinstance(pattern, re.Pattern) and isinstance(pattern.pattern, str):
        return pattern, ""
    if not isinstance(pattern, str):
        return _NEVER, f"bad pattern {pattern!r}: must be a text or a compiled text pattern"
    try:
        return compile_pattern(pattern), ""
    except ValueError as error:
        return _NEVER, f"bad pattern {pattern!r}: {error}"


def _places(place: Place | tuple[Place, ...]) -> tuple[Place, ...]:
    return (place,) if isinstance(place, str) else tuple(place)

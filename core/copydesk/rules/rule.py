"""Rules of outlets: split, zone and line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from copydesk.model.draft import Draft, Segment
from copydesk.model.roles import ROLES
from copydesk.util.text import compile_pattern, did_you_mean

Place = Literal["head", "body", "tail"]
When = Callable[["Line"], bool]


class Line:
    """One segment with its neighbours and its place, as rules see it."""

    __slots__ = ("_draft", "_places", "index")

    def __init__(self, draft: Draft, index: int, places: tuple[int, int]) -> None:
        self._draft = draft
        self._places = places
        self.index = index

    @property
    def segment(self) -> Segment:
        """The segment."""
        return self._draft.segments[self.index]

    @property
    def text(self) -> str:
        """Its text, with white space folded and without a bullet."""
        return self.segment.text

    @property
    def role(self) -> str:
        """Its role, empty while undecided."""
        return self.segment.role

    @property
    def gap(self) -> bool:
        """Whether a blank line precedes it."""
        return self.segment.gap

    @property
    def prose(self) -> bool:
        """Whether it reads like a paragraph."""
        return self.segment.prose

    @property
    def place(self) -> Place:
        """head: before the first paragraph; tail: after the last one; body: from first to last."""
        first, last = self._places
        return "head" if self.index < first else "body" if self.index <= last else "tail"

    @property
    def previous(self) -> Line | None:
        """The previous line, None at the start."""
        return Line(self._draft, self.index - 1, self._places) if self.index else None

    @property
    def next(self) -> Line | None:
        """The next line, None at the end."""
        after = self.index + 1
        return Line(self._draft, after, self._places) if after < len(self._draft.segments) else None

    def before(self) -> Iterator[Line]:
        """Yield the previous lines, nearest first."""
        line = self.previous
        while line is not None:
            yield line
            line = line.previous


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of an outlet; make it with `Rule.line`, `Rule.split` or `Rule.zone`.

    The pattern is matched at the start of a segment's folded text (`re.match`); end it with `$` to
    match the whole line. `place` limits the rule to head, body or tail; `when` is a last
    condition, called with the `Line` after the pattern matched. `explain` and `removed` show
    `name` after the outlet's id; it defaults to the role.
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
    """Error in the rule, which the creation of the outlet's class reports."""

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
        compiled, problem = _compile(pattern)
        return cls(
            kind="line",
            pattern=compiled,
            role=role,
            name=name,
            place=_places(place),
            when=when,
            problem=problem,
        )

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
        """Cut a line into parts with different roles.

        Each named group is one part and names its role; later rules decide the part `rest`.
        Text between two groups goes with the part before it. A single group gives the whole line
        its role before any shared rule can cut it. `warn`: warning if a line has the rule's place,
        meets `when`, and the pattern does not match.
        """
        compiled, problem = _compile(pattern)
        return cls(
            kind="split",
            pattern=compiled,
            name=name,
            place=_places(place),
            when=when,
            warn=warn,
            problem=problem,
        )

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

        until: "paragraph" (the next line of prose), "end", or a pattern of the first line after
        the range. If no later line matches that pattern, only the first line is claimed.
        """
        compiled, problem = _compile(pattern)
        end: re.Pattern[str] | Literal["paragraph", "end"] | None
        if until is None or until == "paragraph" or until == "end":
            end = until  # type: ignore[assignment]
        else:
            end, error = _compile(until)
            problem = problem or error
        return cls(
            kind="zone",
            pattern=compiled,
            role=role,
            name=name,
            place=_places(place),
            when=when,
            lines=lines,
            until=end,
            problem=problem,
        )

    def match(self, line: Line) -> re.Match[str] | None:
        """Match the pattern on a line that meets place and condition."""
        match = self.pattern.match(line.text)
        if match is None or not self.accepts(line):
            return None
        return match

    def accepts(self, line: Line) -> bool:
        """Whether a line has the rule's place and meets its condition."""
        if self.place and line.place not in self.place:
            return False
        return self.when is None or self.when(line)


_NEVER = re.compile(r"(?!)")


def _compile(pattern: str | re.Pattern[str]) -> tuple[re.Pattern[str], str]:
    if isinstance(pattern, re.Pattern) and isinstance(pattern.pattern, str):
        return pattern, ""
    if not isinstance(pattern, str):
        return _NEVER, f"bad pattern {pattern!r}: must be a string or a compiled string pattern"
    try:
        return compile_pattern(pattern), ""
    except ValueError as error:
        return _NEVER, f"bad pattern {pattern!r}: {error}"


def _places(place: Place | tuple[Place, ...]) -> tuple[Place, ...]:
    return (place,) if isinstance(place, str) else tuple(place)

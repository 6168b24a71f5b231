"""Rules of outlets: split, zone and line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from copydesk.model.draft import Details, Draft, RuleId, Segment
from copydesk.model.notices import Notice, NoticeCode
from copydesk.model.roles import ROLES
from copydesk.rules.recognizers import Lines, Recognize, Recognizer, Scope, SegmentPart
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
        for role in self.roles:
            if not problem and role not in ROLES:
                problem = f"unknown role {role!r}{did_you_mean(role, ROLES)}"
        for place in self.place:
            if not problem and place not in ("head", "body", "tail"):
                problem = f"unknown place {place!r}; places are head, body and tail"
        if not problem and self.kind == "zone" and (self.lines is None) == (self.until is None):
            problem = "a zone has either lines or until"
        object.__setattr__(self, "problem", problem)
        object.__setattr__(self, "name", self.name or self.role or "+".join(roles))

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles that it gives."""
        if self.kind != "split":
            return (self.role,)
        groups = (group.rstrip("0123456789") for group in self.pattern.groupindex)
        return tuple(role for role in groups if role != "rest")

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


Named = Sequence[tuple[RuleId, Rule]]
_DETAILS = Details.__optional_keys__


def recognizers(draft: Draft, kind: str, rules: Sequence[Rule], owner: str) -> list[Recognizer]:
    """An outlet's rules of a kind as one recogniser, or none if it has none.

    owner: the outlet's id, which prefixes the names of its rules.
    """
    named = [(RuleId(owner, rule.name), rule) for rule in rules if rule.kind == kind]
    if not named:
        return []
    places = _edges(draft)

    def cut(lines: Lines, _: int) -> None:
        for name, rule in named:
            _cut_lines(lines, name, rule)

    def claim(lines: Lines, _: int) -> None:
        for index, segment in enumerate(lines.segments):
            if not segment.role:
                _claim_range(lines, index, named, places)

    def decide(lines: Lines, index: int) -> bool:
        return _decide(lines, index, named, places)

    by_kind: dict[str, Recognize] = {"split": cut, "zone": claim, "line": decide}
    recognize = by_kind[kind]
    scope: Scope = "near" if kind == "line" else "text"
    return [
        Recognizer(
            recognize=recognize,
            roles=tuple(role for _, r in named for role in r.roles),
            scope=scope,
        )
    ]


def _edges(draft: Draft) -> tuple[int, int]:
    """The indices of the first and the last segment of prose."""
    prose = [i for i, s in enumerate(draft.segments) if s.prose and s.role in ("", "paragraph")]
    return (prose[0], prose[-1]) if prose else (0, len(draft.segments) - 1)


def _cut_lines(lines: Lines, name: RuleId, rule: Rule) -> None:
    """Apply a split to all lines; later rules may cut a `rest` again."""
    draft = lines.draft
    places = _edges(draft)
    warned = False
    index = 0
    while index < len(draft.segments):
        line = Line(draft, index, places)
        if not line.role:
            match = rule.match(line)
            if match and (parts := _named_parts(match, name)):
                lines.cut(index, parts)
                places = _edges(draft)
            elif rule.warn and not warned and rule.accepts(line):
                draft.warnings.append(Notice(NoticeCode.SPLIT_SKIPPED, str(name), rule.warn))
                warned = True
        index += 1


def _named_parts(match: re.Match[str], name: RuleId) -> list[SegmentPart]:
    spans = sorted(
        (match.start(group), group.rstrip("0123456789"))
        for group in match.re.groupindex
        if match[group]
    )
    return [
        SegmentPart(
            0 if i == 0 else at, "" if role == "rest" else role, "" if role == "rest" else name
        )
        for i, (at, role) in enumerate(spans)
    ]


def _claim_range(lines: Lines, index: int, rules: Named, places: tuple[int, int]) -> None:
    segments = lines.segments
    line = Line(lines.draft, index, places)
    found = next(((name, rule) for name, rule in rules if rule.match(line)), None)
    if found is None:
        return
    name, rule = found
    segments[index].decide(rule.role, name)
    end = index + 1
    if rule.lines is not None:
        while end < len(segments) and end - index <= rule.lines and not segments[end].prose:
            end += 1
    elif rule.until == "end":
        end = len(segments)
    elif rule.until == "paragraph":
        while end < len(segments) and not segments[end].prose:
            end += 1
    elif isinstance(rule.until, re.Pattern):
        pattern = rule.until
        end = next((i for i in range(end, len(segments)) if pattern.match(segments[i].text)), end)
    for segment in segments[index + 1 : end]:
        if not segment.role:
            segment.decide(rule.role, name)


def _decide(lines: Lines, index: int, rules: Named, places: tuple[int, int]) -> bool:
    line = Line(lines.draft, index, places)
    for name, rule in rules:
        if match := rule.match(line):
            data = {k: v for k, v in match.groupdict().items() if v and k in _DETAILS}
            return lines.decide(index, rule.role, name, **data)
    return False

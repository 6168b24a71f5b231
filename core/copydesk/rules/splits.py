"""The first pass: cut segments in which two things run together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from copydesk.draft import Draft, Segment
from copydesk.rules import bylines, comments, datelines, picture_credits, wording
from copydesk.rules.rule import Line, Rule
from copydesk.rules.suppliers import agency, ends_in_agency
from copydesk.text import key
from copydesk.times import Stamp, find_stamps, is_calendar_word

_CRAWL_DATE = re.compile(r"date (?P<date>\d{4}-\d{2}-\d{2})(?=\s|$)")
_SIGN_OFF = re.compile(
    r"(?<=[.!?”\"’»)…])\s*(?P<open>[-–—(]?\s?)(?P<name>[^\W\d_][^.!?()]{1,28}?)\)?\.?$"
)
# "(Jo Bloggs in Leeds, Ann Other, 3.5.2024)": who signs the text, with the day.
_SIGNED = re.compile(r"\((?P<names>[^()\d]{5,120}), \d{1,2}\.\d{1,2}\.\d{4}\)$")
_READING_TIME = re.compile(r"\d{1,3}\s?min(?:ute)?s?\.?(?:\s(?:read|lesezeit))?", re.IGNORECASE)
_CONTACT = re.compile(r"\s?\((?:\[email\s?protected\]|[\w.+-]{1,40}@[\w.-]{3,40})\)\.?$")
_PLACED_DESK = re.compile(
    r"(?P<place>[^\W\d_][\w .'’-]{2,28}), (?P<desk>[^,|]{2,40}\s(?:Bureau|Desk|Service|News|Agencies|Correspondent))$"
)
_SEPARATORS = " \t|•·-–—,;:/()"
_STAMPED_WORDS = 24
_GLUED_WORDS = 24
_STANDFIRST_WORDS = 45


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a segment that is cut: where it begins in the text, and its role or ''."""

    start: int
    role: str = ""
    rule: str = ""
    data: dict[str, str] | None = None


def split(draft: Draft, rules: Sequence[tuple[str, Rule]], path_words: frozenset[str]) -> None:
    """Cut the segments of a draft; rules are the outlet's own with their full names."""
    _outlet_splits(draft, rules)
    _crawl_date(draft)
    seeker = _DatelineSeeker(path_words)
    # Lines in which nothing runs together; pages repeat them.
    whole: set[str] = set()
    index = 0
    while index < len(draft.segments):
        segment = draft.segments[index]
        parts = None
        if not segment.role:
            parts = seeker.try_on(segment) if seeker.left else None
            if parts is None and segment.text not in whole:
                parts = _parts(segment)
                if parts is None:
                    whole.add(segment.text)
        if parts is None:
            index += 1
        else:
            _carry_out(draft, index, parts)
            # An undecided first part is looked at again: there may be more in it.
            index += 1 if parts[0].role else 0


def _carry_out(draft: Draft, index: int, parts: Sequence[Part]) -> None:
    made = draft.cut(index, [p.start for p in parts[1:]])
    for segment, part in zip(made, parts, strict=False):
        if part.role:
            segment.decide(part.role, part.rule, **(part.data or {}))


def _outlet_splits(draft: Draft, rules: Sequence[tuple[str, Rule]]) -> None:
    """Apply the outlet's splits; a rest is tried again by the rules after the one that left it."""
    places = edges(draft) if rules else (0, 0)
    for name, rule in rules:
        warned = False
        index = 0
        while index < len(draft.segments):
            line = Line(draft, index, places)
            if not line.role:
                match = rule.applies(line)
                if match and (parts := _named_parts(match, name)):
                    _carry_out(draft, index, parts)
                    places = edges(draft)
                elif rule.warn and not warned and rule.stands(line):
                    draft.warnings.append(f"{name}: {rule.warn}")
                    warned = True
            index += 1


def _named_parts(match: re.Match[str], name: str) -> list[Part]:
    spans = sorted(
        (match.start(group), group.rstrip("0123456789"))
        for group in match.re.groupindex
        if match[group]
    )
    return [
        Part(0 if i == 0 else at, "" if role == "rest" else role, "" if role == "rest" else name)
        for i, (at, role) in enumerate(spans)
    ]


def edges(draft: Draft) -> tuple[int, int]:
    """The indices of the first and the last segment that read like a paragraph."""
    prose = [i for i, s in enumerate(draft.segments) if s.prose and s.role in ("", "paragraph")]
    return (prose[0], prose[-1]) if prose else (0, len(draft.segments) - 1)


def _crawl_date(draft: Draft) -> None:
    first = draft.segments[0]
    if not first.role and (found := _CRAWL_DATE.match(first.text)):
        part = Part(0, "crawl_date", "crawl_date", {"date": found["date"]})
        _carry_out(draft, 0, [part, Part(found.end())])


class _DatelineSeeker:
    """Looks for a dateline on the first lines of copy, on no more than three that read like prose."""

    def __init__(self, path_words: frozenset[str]) -> None:
        self._path_words = path_words
        self.left = 3

    def try_on(self, segment: Segment) -> list[Part] | None:
        if segment.words < 4:
            return None
        if segment.prose:
            self.left -= 1
        elif not ("(" in segment.text or "|" in segment.text or "," in segment.text):
            return None
        found = datelines.find(segment.text, place_words=self._path_words)
        if found is None or not (segment.prose or found.date or found.agency):
            return None
        self.left = 0
        data = {"place": found.place or "", "date": found.date or "", "agency": found.agency or ""}
        if found.opens_standfirst and segment.words <= _STANDFIRST_WORDS:
            return [
                Part(0, "dateline", "dateline.stopped", data),
                Part(found.end, "standfirst", "dateline.standfirst"),
            ]
        return [Part(0, "dateline", "dateline", data), Part(found.end)]


def _parts(segment: Segment) -> list[Part] | None:
    text = segment.text
    if segment.words <= _GLUED_WORDS and segment.key and (cuts := wording.run_together(text)):
        return [Part(0), *(Part(c) for c in cuts)]
    if not segment.prose:
        if comments.closing(segment):
            return None
        found = _PLACED_DESK.match(text) if ", " in text else None
        if found and bylines.opened(text) is None:
            place = {"place": found["place"], "date": "", "agency": ""}
            return [
                Part(0, "dateline", "dateline.desk", place),
                Part(found.start("desk"), "byline", "byline.desk", {"text": found["desk"]}),
            ]
        if segment.words <= _STAMPED_WORDS and (parts := stamped(text)):
            return parts
    if text[-1] in ")." and "(" in text[-80:] and (found := _CONTACT.search(text[-80:])):
        return [
            Part(0),
            Part(len(text) - len(text[-80:]) + found.start(), "contact_line", "contact.trailing"),
        ]
    if text[-1] == ")" and (found := _SIGNED.search(text[-160:])):
        if bylines.is_author_like(found["names"]) and " " in found["names"]:
            start = len(text) - len(text[-160:]) + found.start()
            return [Part(0), Part(start, "byline", "byline.signed", {"text": found["names"]})]
    at = picture_credits.at_end(text)
    if at is not None and at > 0:
        label = wording.label(text[:at])
        if len(key(text[:at])) > 2 and not (label and label.kind == "credit" and not label.rest):
            return [Part(0, "caption", "credit.trailing"), Part(at, "credit", "credit.trailing")]
    if segment.words >= 6 and ends_in_agency(text) and (found := _SIGN_OFF.search(text[-60:])):
        name = found["name"]
        marked = bool(found["open"].strip()) or name.isupper() or agency(name) == name
        if marked and agency(name):
            start = len(text) - len(text[-60:]) + found.start("open")
            return [
                Part(0),
                Part(start, "agency_credit", "agency.sign_off", {"agency": agency(name) or ""}),
            ]
    return None


def stamped(text: str) -> list[Part] | None:
    """Cut a line around its dates: what stands before, each date with its label, what follows."""
    stamps = find_stamps(text)
    if not stamps:
        return None
    parts: list[Part] = []
    done = 0
    for stamp in stamps:
        start, kind, before = _label_before(text, done, stamp)
        if before:
            if not _may_stand_beside(before, text[start - 1 : start + 1]):
                return None
            parts.append(Part(done))
        parts.append(Part(start, "timestamp", "timestamp", {"kind": kind}))
        done = stamp.end
    behind = text[done:].strip(_SEPARATORS)
    if behind:
        label = wording.label(behind)
        if label and label.kind in ("published", "modified") and not label.rest:
            parts[-1].data["kind"] = label.kind  # type: ignore[index]
        elif not _is_noise(behind):
            if not _may_stand_beside(behind, text[done : done + 3]):
                return None
            parts.append(Part(done))
    return parts


def _label_before(text: str, done: int, stamp: Stamp) -> tuple[int, str, str]:
    """Where the date's own words begin, published or modified, and what stands before them."""
    gap = text[done : stamp.start]
    if not gap.strip(_SEPARATORS):
        return done, "", ""
    words = gap.split(" ")
    for count in range(len(words)):
        tail = " ".join(words[count:])
        label = wording.label(tail.strip(_SEPARATORS))
        if label and label.kind in ("published", "modified") and _is_noise(label.rest):
            head = " ".join(words[:count])
            return done + len(head) + (1 if head else 0), label.kind, head.strip(_SEPARATORS)
    trimmed = gap.rstrip()
    while trimmed and is_calendar_word(trimmed.split()[-1].strip(_SEPARATORS).casefold()):
        trimmed = trimmed[: trimmed.rindex(trimmed.split()[-1])].rstrip()
    core = trimmed.rstrip(_SEPARATORS)
    return done + len(core), "", core.strip(_SEPARATORS)


def _is_noise(text: str) -> bool:
    """Whether nothing but weekdays, separators and the like is left."""
    words = [w.strip(_SEPARATORS + ".").casefold() for w in text.split()]
    return all(not w or is_calendar_word(w) or w in _SMALL for w in words)


_SMALL = frozenset(
    "at on the um uhr am le à a las alle ore kl klo saat - utc gmt o de del pm am h hs el in "
    "часов в".split()
)


def _may_stand_beside(text: str, edge: str) -> bool:
    """Whether a text beside a date is a byline, a label or the like, and no part of a sentence."""
    if len(text.split()) > 8 or text[-1] in ".?!":
        return False
    opened = bylines.opened(text)
    if opened is not None and bylines.is_author_like(opened):
        return True
    if (
        bylines.is_name(text)
        or bylines.is_role(text)
        or _READING_TIME.fullmatch(text)
        or wording.label(text)
        or wording.whole(key(text))
    ):
        return True
    return any(c in "|•·–—-" for c in edge) and len(text.split()) <= 5

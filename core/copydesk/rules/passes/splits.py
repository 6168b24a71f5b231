"""First pass: cut segments that contain more than one thing."""

from __future__ import annotations

import re
from collections.abc import Sequence

from copydesk.dates.style import Style
from copydesk.model.draft import Details, Draft, RuleId, Segment
from copydesk.model.notices import Notice, NoticeCode
from copydesk.rules import bylines, comments, datelines, photo_credits, wording
from copydesk.rules.agencies import agency, agency_among, ends_in_agency
from copydesk.rules.date_lines import SegmentPart, split_at_dates
from copydesk.rules.rule import Line, Rule
from copydesk.util.text import key

_CRAWL_DATE = re.compile(r"date (?P<date>\d{4}-\d{2}-\d{2})(?=\s|$)")
_SIGN_OFF = re.compile(
    r"(?<=[.!?”\"’»)…])\s*(?P<open>[-–—(]?\s?)"
    r"(?P<with>(?:(?:mit|with|avec|con|com|met|med)\s"
    r"(?:[^\W\d_]{4,15}\s(?:von|der|from|by|de|da|do|van|av|of)\s)?)?)"
    r"(?P<name>[^\W\d_][^.!?()]{1,28}?)\)?\.?$",
    re.IGNORECASE,
)
_SIGN_OFF_LENGTH = 90
# The desk of an agency or paper beside the agency's name: "dpa/lnw", "red/dpa".
_DESK = re.compile(r"[a-z]{2,4}")
# "(Jo Bloggs in Leeds, Ann Other, 3.5.2024)": a signature with the date.
_SIGNED = re.compile(r"\((?P<names>[^()\d]{5,120}), \d{1,2}\.\d{1,2}\.\d{4}\)$")
_CONTACT = re.compile(r"\s?\((?:\[email\s?protected\]|[\w.+-]{1,40}@[\w.-]{3,40})\)\.?$")
_PLACED_DESK = re.compile(
    r"(?P<place>[^\W\d_][\w .'’-]{2,28}), (?P<desk>[^,|]{2,40}\s(?:Bureau|Desk|Service|News|Agencies|Correspondent))$"
)
_STAMPED_WORDS = 24
# A line of dates is above the third paragraph, and in plain text soon after a title.
_HEAD_PROSE = 2
_NEAR_WORDS = 14
_HEAD_LINES = 6
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_MOSTLY_LINKED = 0.7
_GLUED_WORDS = 24
_STANDFIRST_WORDS = 45
# Letters beside the time of day in a line with only a date, such as those of its zone.
_ZONE_LETTERS = 6
# How often one line is cut from its end, as each cut scans all of it.
_MOST_CUTS = 16


def split(draft: Draft, rules: Sequence[tuple[RuleId, Rule]], path_words: frozenset[str]) -> None:
    """Cut the segments of a draft; rules: the outlet's rules with their full names."""
    _outlet_splits(draft, rules)
    _crawl_date(draft)
    search = _DatelineSearch(path_words)
    # Lines without a cut, as pages repeat lines.
    whole: set[str] = set()
    prose = index = again = 0
    while index < len(draft.segments):
        segment = draft.segments[index]
        parts = None
        if not segment.role:
            parts = search.split(segment) if search.left else None
            if parts is None and segment.text not in whole:
                near = prose < _HEAD_PROSE and _is_near(draft, index)
                parts = _parts(segment, draft.style, near)
                if parts is None:
                    whole.add(segment.text)
                prose += segment.prose
        if parts is None:
            index, again = index + 1, 0
        else:
            _cut(draft, index, parts)
            # An undecided first part may contain more cuts.
            again += 1
            if parts[0].role or again > _MOST_CUTS:
                index, again = index + 1, 0


def _cut(draft: Draft, index: int, parts: Sequence[SegmentPart]) -> None:
    made = draft.cut(index, [p.start for p in parts[1:]])
    for segment, part in zip(made, parts, strict=False):
        if part.role:
            segment.decide(part.role, part.rule, **(part.data or {}))


def _outlet_splits(draft: Draft, rules: Sequence[tuple[RuleId, Rule]]) -> None:
    """Apply the outlet's splits; later rules may cut a `rest` again."""
    places = edges(draft) if rules else (0, 0)
    for name, rule in rules:
        warned = False
        index = 0
        while index < len(draft.segments):
            line = Line(draft, index, places)
            if not line.role:
                match = rule.match(line)
                if match and (parts := _named_parts(match, name)):
                    _cut(draft, index, parts)
                    places = edges(draft)
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


def edges(draft: Draft) -> tuple[int, int]:
    """The indices of the first and the last segment of prose."""
    prose = [i for i, s in enumerate(draft.segments) if s.prose and s.role in ("", "paragraph")]
    return (prose[0], prose[-1]) if prose else (0, len(draft.segments) - 1)


def _crawl_date(draft: Draft) -> None:
    first = draft.segments[0]
    if not first.role and (found := _CRAWL_DATE.match(first.text)):
        part = SegmentPart(0, "crawl_date", "crawl_date", {"date": found["date"]})
        _cut(draft, 0, [part, SegmentPart(found.end())])


class _DatelineSearch:
    """Search for a dateline on the lines down to the third one of prose."""

    def __init__(self, path_words: frozenset[str]) -> None:
        self._path_words = path_words
        self.left = 3

    def split(self, segment: Segment) -> list[SegmentPart] | None:
        if segment.words < 4 or (segment.hint and segment.hint.area == "figure"):
            return None
        if segment.prose:
            self.left -= 1
        elif not ("(" in segment.text or "|" in segment.text or "," in segment.text):
            return None
        found = datelines.parse(segment.text, place_words=self._path_words)
        if found is None or not (segment.prose or found.date or found.agency):
            return None
        rest = segment.text[found.end :]
        if rest and not segment.prose and sum(map(str.isalpha, rest)) <= _ZONE_LETTERS:
            # "Madrid, 4 de marzo de 2024 - 08:15 CET" is a date line, not the start of the text.
            return None
        self.left = 0
        if found.place is None:
            credit: Details = {"agency": found.agency or ""}
            return [
                SegmentPart(0, "agency_credit", "agency.opening", credit),
                SegmentPart(found.end),
            ]
        data: Details = {
            "place": found.place or "",
            "date": found.date or "",
            "agency": found.agency or "",
        }
        if found.opens_standfirst and segment.words <= _STANDFIRST_WORDS:
            return [
                SegmentPart(0, "dateline", "dateline.stopped", data),
                SegmentPart(found.end, "standfirst", "dateline.standfirst"),
            ]
        return [SegmentPart(0, "dateline", "dateline", data), SegmentPart(found.end)]


def _is_near(draft: Draft, index: int) -> bool:
    """Whether a segment can be in the article's head: not a heading or link, and after a title."""
    segment = draft.segments[index]
    hint = segment.hint
    if hint is None:
        return any(s.words > 2 for s in draft.segments[max(0, index - _HEAD_LINES) : index])
    return (
        hint.area in ("head", "body") and hint.tag not in _HEADINGS and hint.linked < _MOSTLY_LINKED
    )


def _parts(segment: Segment, style: Style, near: bool) -> list[SegmentPart] | None:
    text = segment.text
    if segment.words <= _GLUED_WORDS and segment.key and (cuts := wording.run_together(text)):
        return [SegmentPart(0), *(SegmentPart(c) for c in cuts)]
    if not segment.prose:
        if comments.match_closing(segment):
            return None
        found = _PLACED_DESK.match(text) if ", " in text else None
        if found and bylines.after_opener(text) is None:
            place: Details = {"place": found["place"], "date": "", "agency": ""}
            return [
                SegmentPart(0, "dateline", "dateline.desk", place),
                SegmentPart(found.start("desk"), "byline", "byline.desk", {"text": found["desk"]}),
            ]
        if segment.words <= _STAMPED_WORDS and (parts := split_at_dates(text, style, near)):
            return parts
    elif near and segment.words <= _NEAR_WORDS and (parts := split_at_dates(text, style, near)):
        return parts
    return _parts_at_end(segment)


def _parts_at_end(segment: Segment) -> list[SegmentPart] | None:
    """Cut a contact, a signature or a picture credit from the end of a line."""
    text = segment.text
    if text[-1] in ")." and "(" in text[-80:] and (found := _CONTACT.search(text[-80:])):
        start = len(text) - len(text[-80:]) + found.start()
        return [SegmentPart(0), SegmentPart(start, "contact_line", "contact.trailing")]
    if text[-1] == ")" and (found := _SIGNED.search(text[-160:])):
        if bylines.is_author_like(found["names"]) and " " in found["names"]:
            start = len(text) - len(text[-160:]) + found.start()
            return [
                SegmentPart(0),
                SegmentPart(start, "byline", "byline.signed", {"text": found["names"]}),
            ]
    signed, sure = _signed_off(segment)
    if signed and (sure or (segment.hint and segment.hint.area == "body")):
        # "(dpa/AFP)" can also be a picture credit, but not after body text.
        return signed
    at = photo_credits.at_end(text)
    if at is not None and at > 0:
        label = wording.label(text[:at])
        if len(key(text[:at])) > 2 and not (label and label.kind == "credit" and not label.rest):
            return [
                SegmentPart(0, "caption", "credit.trailing"),
                SegmentPart(at, "credit", "credit.trailing"),
            ]
    return signed


def _signed_off(segment: Segment) -> tuple[list[SegmentPart] | None, bool]:
    """Cut off an agency after the last sentence: "(Reuters)", "mit dpa", "red/dpa".

    The second value is whether it cannot be a picture credit.
    """
    text = segment.text
    if segment.words < 6 or not ends_in_agency(text):
        return None, False
    found = _SIGN_OFF.search(text[-_SIGN_OFF_LENGTH:])
    if found is None:
        return None, False
    name = found["name"]
    parts = name.split("/")
    if len(parts) > 1 and not all(agency(part) or _DESK.fullmatch(part) for part in parts):
        return None, False
    known = agency(name) or (agency_among(name) if found["with"] or len(parts) > 1 else None)
    marked = found["open"].strip() or found["with"] or name.isupper() or known == name
    if not known or not (marked or len(parts) > 1):
        return None, False
    start = max(0, len(text) - _SIGN_OFF_LENGTH) + found.start("open")
    cut = SegmentPart(start, "agency_credit", "agency.sign_off", {"agency": known})
    return [SegmentPart(0), cut], bool(found["with"]) or not all(map(agency, parts))

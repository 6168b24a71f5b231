"""Datelines: place, date and agency before the first words of the text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from copydesk.dates.printed_dates import find_day_without_year, find_stamps, is_calendar_word
from copydesk.model.draft import Details, Segment
from copydesk.rules.agencies import agency
from copydesk.rules.recognizers import Lines, SegmentPart
from copydesk.rules.wording import is_wording

# Up to the first dash beside a space, or ".-" as the Spanish agencies write it.
_DASH = re.compile(
    r"^(?P<head>[^!?“”\"«»]{2,90}?)(?:\s[-–—]{1,2}\s|\s?\.\s?[-–—]\s?|(?<=\))[-–—:]\s|[–—]\s)"
)
_AGENCY_AFTER = re.compile(r"^\((?P<agency>[^()]{2,30})\)\s*[-–—:]?\s+")
# "KYIV/MOSCOW, March 7 /TASS/.": a slash can also separate places, so each may start a name.
_SLASHES = re.compile(r"\s*/(?=(?P<agency>[^/\d,]{2,20})/(?P<end>\s?[.:–—-]\s*|\s+))")
_SLASHES_HEAD = re.compile(r"[^!?“”\"«»]{2,70}")
_AGENCY_ALONE = re.compile(r"^\((?P<agency>[^()]{2,30})\)\s?(?:[-–—]{1,2}|:)\s+(?=\S)")
_COLON = re.compile(r"^(?P<head>[^!?“”\"«».:]{3,40}?)\s?:\s")
_NO_DASH = re.compile(r"^(?P<head>[^!?“”\"«».:()]{3,50}?)\s\((?P<agency>[^()]{2,24})\)\s(?=\S)")
_STOPPED = re.compile(r"^(?P<place>[^\W\d_][\w’'-]{2,24}(?:[ /-][^\W\d_][\w’'-]{1,20})?)\.\s(?=\S)")
_GROUP = re.compile(r" ?[(/](?P<agency>[^()/]{2,40}(?:/[^()/]{2,12})?)[)/] ?\.?$")
_CLOCK = re.compile(r"\b\d{1,2}[:.]\d{2}\b\s?(?:[ap]m|Uhr|h|GMT|UTC)?", re.IGNORECASE)
_PLACE_WORD = re.compile(r"^[^\W\d_][\w.'’-]*$")
_PARTICLES = frozenset(
    "de del la las los el le les da do dos das di am an der den im in of the sur upon bei and "
    "und y et e".split()
)

# Number of sentences down to which a dateline is searched.
_SEARCHED = 3
_STANDFIRST_WORDS = 45
# Letters beside the time of day in a line with only a date, such as those of its zone.
_ZONE_LETTERS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedDateline:
    """A dateline; end: its end in the line, in code points.

    opens_standfirst: German regional papers start the standfirst with a place in small letters and
    a full stop; every other form starts the text.
    """

    end: int
    place: str | None
    date: str | None
    agency: str | None
    opens_standfirst: bool = False


def cut_dateline(lines: Lines, _: int) -> bool:
    """Cut the dateline off the text: place, date, agency; searched down to the third sentence."""
    left = _SEARCHED
    for index, segment in enumerate(lines.segments):
        if segment.role or segment.words < 4 or (segment.hint and segment.hint.area == "figure"):
            continue
        left -= segment.prose
        if parts := _parts(segment, lines.path_words):
            return lines.cut(index, parts)
        if not left:
            return False
    return False


def _parts(segment: Segment, path_words: frozenset[str]) -> list[SegmentPart] | None:
    text = segment.text
    if not (segment.prose or "(" in text or "|" in text or "," in text):
        return None
    found = parse(text, place_words=path_words)
    if found is None or not (segment.prose or found.date or found.agency):
        return None
    rest = text[found.end :]
    if rest and not segment.prose and sum(map(str.isalpha, rest)) <= _ZONE_LETTERS:
        # "Madrid, 4 de marzo de 2024 - 08:15 CET" is a date line, not the start of the text.
        return None
    if found.place is None:
        credit: Details = {"agency": found.agency or ""}
        return [SegmentPart(0, "agency_credit", "agency.opening", credit), SegmentPart(found.end)]
    data: Details = {
        "place": found.place,
        "date": found.date or "",
        "agency": found.agency or "",
    }
    if found.opens_standfirst and segment.words <= _STANDFIRST_WORDS:
        return [
            SegmentPart(0, "dateline", "dateline.stopped", data),
            SegmentPart(found.end, "standfirst", "dateline.standfirst"),
        ]
    return [SegmentPart(0, "dateline", "dateline", data), SegmentPart(found.end)]


def parse(text: str, *, place_words: frozenset[str] = frozenset()) -> ParsedDateline | None:
    """Parse the dateline at the start of a paragraph; None if there is too little evidence.

    Evidence is a place in capitals, or a date or known agency beside a capitalised place.
    place_words: words of the page's URL path, which confirm a place before a full stop.
    """
    window = text[:130]
    if "/" in window and (found := _between_slashes(window)):
        return found
    if window[:1] == "(" and (m := _AGENCY_ALONE.match(window)) and (known := agency(m["agency"])):
        return ParsedDateline(end=m.end(), place=None, date=None, agency=known)
    dashed = "-" in window or "–" in window or "—" in window or "):" in window
    if dashed and (m := _DASH.match(window)):
        after = _AGENCY_AFTER.match(window[m.end() :])
        if after and agency(after["agency"]):
            return _judge(m["head"], after["agency"], m.end() + after.end())
        return _judge(m["head"], None, m.end())
    if "(" in window and (m := _NO_DASH.match(window)) and agency(m["agency"]):
        return _judge(m["head"], m["agency"], m.end())
    if (
        ":" in window
        and (m := _COLON.match(window))
        and (found := _judge(m["head"], None, m.end()))
    ):
        return found if _is_confirmed(found, text[m.end() :], place_words) else None
    if m := _STOPPED.match(window):
        return _stopped(m, text, place_words)
    return None


def _between_slashes(window: str) -> ParsedDateline | None:
    for m in _SLASHES.finditer(window):
        head = window[: m.start()]
        if not _SLASHES_HEAD.fullmatch(head):
            continue
        if found := _judge(head, m["agency"], m.end("end")):
            return found
    return None


def _judge(head: str, supplier: str | None, end: int) -> ParsedDateline | None:
    head = head.strip(" ,")
    if supplier is None and (group := _GROUP.search(head)):
        supplier = group["agency"]
        head = head[: group.start()].strip(" ,.")
    known = agency(supplier) if supplier else None
    rest, day = _cut_date(head)
    place = rest.strip(" ,.")
    if not place:
        return None
    words = place.replace(",", " ").replace("/", " ").split()
    if len(words) > 5 + place.count("/") or not all(_PLACE_WORD.match(w) for w in words):
        return None
    if is_wording(place) or is_calendar_word(place.casefold()):
        return None
    capitals = [w for w in words if w.isupper() and len(w.strip(".")) > 1]
    if not all(_is_name(w) for w in words):
        return None
    first = words[0].rstrip(".,")
    if first[0].islower():
        return None
    if not (known or day) and "/" in place:
        # "TV/RADIO - what is on tonight"
        return None
    if known or day:
        return ParsedDateline(end=end, place=_tidy(rest), date=day, agency=known)
    if supplier is not None and len(capitals) == 0:
        return None
    if capitals and first.isupper() and len(first) > 2:
        return ParsedDateline(end=end, place=_tidy(rest), date=None, agency=None)
    return None


def _tidy(place: str) -> str:
    return place.strip(" ,").removesuffix(" .").rstrip(" ,")


def _is_confirmed(found: ParsedDateline, following: str, place_words: frozenset[str]) -> bool:
    """Whether a date, an agency, the URL or the text confirms a place before a colon.

    "WATCH:" and "DEAR ABBY:" have the same shape.
    """
    place = found.place or ""
    if found.agency or found.date:
        return True
    if not place.isupper() or len(place.split()) > 3:
        return False
    if all(w in place_words for w in place.casefold().split()):
        return True
    return re.search(rf"\b{re.escape(place.title())}\b", following) is not None


def _is_name(word: str) -> bool:
    return not word[0].islower() or word.casefold() in _PARTICLES


def _cut_date(head: str) -> tuple[str, str | None]:
    """The head without its date and time of day, and the date as printed."""
    spans = [(s.start, s.end) for s in find_stamps(head) if s.day]
    if not spans and (found := find_day_without_year(head)):
        spans = [found.span()]
    if not spans:
        return _CLOCK.sub("", head).strip(), None
    start, end = spans[0][0], spans[-1][1]
    rest = _CLOCK.sub("", head[:start] + " " + head[end:])
    words = [w for w in rest.split() if not is_calendar_word(w.strip(",.").casefold())]
    return " ".join(words).strip(" ,"), head[start:end]


def _stopped(m: re.Match[str], text: str, place_words: frozenset[str]) -> ParsedDateline | None:
    place = m["place"]
    following = text[m.end() :].lstrip("„“\"'«")[:1]
    if not following.isupper() or not place[0].isupper() or is_wording(place):
        return None
    slug = place.casefold().split()
    if place.isupper() and len(place) > 3 and len(slug) < 3:
        return ParsedDateline(end=m.end(), place=place, date=None, agency=None)
    if place_words and all(w in place_words for w in slug):
        return ParsedDateline(
            end=m.end(), place=place, date=None, agency=None, opens_standfirst=True
        )
    return None

"""Datelines: place, date and agency before the first words of the text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from copydesk.dates.printed_dates import find_day_without_year, find_stamps, is_calendar_word
from copydesk.model.draft import Details, Segment
from copydesk.rules.agencies import agency
from copydesk.rules.places import is_place, place_at_start
from copydesk.rules.recognizers import Lines, SegmentPart
from copydesk.rules.wording import is_wording

# Up to the first dash beside a space, or ".-" as the Spanish agencies write it.
_DASH = re.compile(
    r"^(?P<head>[^!?“”\"«»]{2,90}?)(?:\s[-–—ـ]{1,2}\s|\s?\.\s?[-–—]\s?|(?<=\))[-–—:]\s|[–—]\s)"
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
# "【東京共同】", "(서울=연합뉴스)": a place, then the agency or writer, in brackets before the text.
_BRACKETED = re.compile(
    r"^[【［\[(（〔](?P<inner>[^】］\])）〕]{2,40})[】］\])）〕]\s?(?:[-–—=]\s)?(?=\S)"
)
_INNER = re.compile(r"[\s=＝/,、・]+")
# "新华社北京3月3日电（记者王明）": agency, place and day run together.
_WIRED = re.compile(
    r"^(?P<agency>[^\s\d]{2,6}?[社网網])?(?P<place>[^\s\d，。：]{2,8}?)(?P<date>\d{1,2}月\d{1,2}日)[电電讯訊]"
    r"\s?(?:[（(][^（）()]{2,40}[）)])?\s?"
)
_PLACE_WORD = re.compile(r"^[^\W\d_][\w.'’-]*$")
# Words before a colon that open a text, but are no place.
_KICKERS = frozenset(
    "note warning update updated editorial opinion analysis review exclusive comment question answer "
    "interview spoiler disclaimer caution summary abstract background dear live watch just in alert "
    "correction explainer factbox timeline profile preview hinweis achtung kommentar meinung análisis "
    "opinión nota exclusiva avis exclusif attention opinione esclusiva opinião análise внимание мнение "
    "editor's tip fact photo photos video podcast sponsored advertisement".split()
)
_LEAD_WORDS = 11
_ABOVE_PLACE = frozenset("headline byline timestamp author_role reading_time agency_credit".split())
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
    labelled = _count_labelled(lines.segments)
    for index, segment in enumerate(lines.segments):
        if segment.role or segment.words < 4 or (segment.hint and segment.hint.area == "figure"):
            continue
        left -= segment.prose
        alone = segment.hint is None and labelled == 1 and left == _SEARCHED - 1
        if parts := _parts(segment, lines.path_words, alone):
            return lines.cut(index, parts)
        if not left:
            return False
    return False


def _count_labelled(segments: Sequence[Segment]) -> int:
    """The number of lines that open like "PLACE: ", as those of speakers and of lists do too."""
    return sum(
        1
        for s in segments
        if s.hint is None
        and ":" in s.text[:42]
        and _COLON.match(s.text)
        and (s.prose or not find_stamps(s.text))
    )


def decide_alone(lines: Lines, _: int) -> None:
    """Decide a place alone in its line between headline and first paragraph, in plain text.

    Where other lines of its kind may be subheadings, only a known city is a place.
    """
    segments = lines.segments
    if lines.is_page or any(s.role == "dateline" for s in segments):
        return
    for index in range(min(lines.first, len(segments)) - 1, 0, -1):
        segment, above = segments[index], segments[index - 1].role
        if not segment.role and above in _ABOVE_PLACE and not segment.bullet:
            if _is_place_alone(segment.text) and _is_proved(lines, segment.text, above):
                segment.decide("dateline", "dateline.alone", place=segment.text)
                return
        if segment.role not in _ABOVE_PLACE:
            return


def _is_proved(lines: Lines, text: str, above: str) -> bool:
    """Whether a line is a known city, or below a byline or date and unlike all subheadings."""
    if is_place(text.split(",")[0].strip()):
        return True
    others = [s for s in lines.segments[lines.first :] if not s.role and not s.prose]
    return above != "headline" and not any(s.text.isupper() == text.isupper() for s in others)


def _is_place_alone(text: str) -> bool:
    """Whether a line can be a place: a few capitalised words without an end or a sign but a comma."""
    words = text.replace(",", " ").replace("/", " ").split()
    if is_place(text):
        return True
    if not 1 <= len(words) <= 4 or not all(_PLACE_WORD.match(w) and _is_name(w) for w in words):
        return False
    return words[0][0].isalpha() and not words[0][0].islower() and not is_wording(text)


def _parts(segment: Segment, path_words: frozenset[str], alone: bool) -> list[SegmentPart] | None:
    text = segment.text
    if not (segment.prose or "(" in text or "|" in text or "," in text):
        return None
    found = parse(text, place_words=path_words, alone=alone)
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


def parse(
    text: str, *, place_words: frozenset[str] = frozenset(), alone: bool = False
) -> ParsedDateline | None:
    """Parse the dateline at the start of a paragraph; None if there is too little evidence.

    Evidence is a place in capitals, a known city, or a date or known agency beside a capitalised
    place.

    place_words: words of the page's URL path, which confirm a place before a full stop.
    alone: whether the text's first paragraph is its only line that opens with a word and a colon.
    """
    window = text[:130]
    if not window[0].isascii() or window[0] in "([":
        if found := _unspaced(window):
            return found
    if "/" in window and (found := _between_slashes(window)):
        return found
    if window[:1] == "(" and (m := _AGENCY_ALONE.match(window)) and (known := agency(m["agency"])):
        # "(ANSA) - ROMA, 4 MAR - ": the dateline goes on.
        rest = parse(text[m.end() :]) if text[m.end() : m.end() + 3].isupper() else None
        if rest and rest.place and rest.date:
            return replace(rest, end=m.end() + rest.end, agency=rest.agency or known)
        return ParsedDateline(end=m.end(), place=None, date=None, agency=known)
    dashed = "-" in window or "–" in window or "—" in window or "):" in window or "ـ" in window
    if dashed and (m := _DASH.match(window)):
        after = _AGENCY_AFTER.match(window[m.end() :])
        if after and agency(after["agency"]):
            return _judge(m["head"], after["agency"], m.end() + after.end())
        found = _dated_behind_dash(m["head"], window, m.end()) or _judge(m["head"], None, m.end())
        # A city alone is a dateline only if a sentence starts behind the dash.
        only = found and not (found.date or found.agency or str(found.place).isupper())
        return None if only and text[m.end() : m.end() + 1].islower() else found
    if "(" in window and (m := _NO_DASH.match(window)) and agency(m["agency"]):
        return _judge(m["head"], m["agency"], m.end())
    if (
        ":" in window
        and (m := _COLON.match(window))
        and (found := _judge(m["head"], None, m.end()))
    ):
        following = text[m.end() :]
        if _is_confirmed(found, following, place_words):
            return found
        return found if alone and _opens_story(found.place or "", following) else None
    if m := _STOPPED.match(window):
        return _stopped(m, text, place_words)
    return None


def _dated_behind_dash(head: str, window: str, end: int) -> ParsedDateline | None:
    """Parse a dateline with two dashes, the date behind the first: "Cairo - 14 May (AFP) - ".

    A writer can stand before a date too, and so the place must be a known city.
    """
    second = _DASH.match(window[end:])
    if (
        second is None
        or not is_place(head.strip(" ,"))
        or not any(map(str.isdigit, second["head"]))
    ):
        return None
    whole, place = _judge(f"{head}, {second['head']}", None, end + second.end()), head.strip(" ,")
    return whole if whole and whole.date and whole.place == place else None


def _unspaced(window: str) -> ParsedDateline | None:
    """Parse the forms of East Asian agencies, whose place the table of cities must have."""
    if m := _BRACKETED.match(window):
        first, *others = _INNER.split(m["inner"])
        place = place_at_start(first)
        if place and (place == first or not first.isascii()):
            credit = agency(first[len(place) :]) or next(filter(None, map(agency, others)), None)
            return ParsedDateline(end=m.end(), place=place, date=None, agency=credit)
    elif (m := _WIRED.match(window)) and is_place(m["place"]):
        credit = agency(m["agency"] or "")
        return ParsedDateline(end=m.end(), place=m["place"], date=m["date"], agency=credit)
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
    if not (known or day or supplier) and is_place(place):
        return ParsedDateline(end=end, place=place, date=None, agency=None)
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
    if capitals and first.isupper() and any(len(w) > 2 for w in capitals):
        return ParsedDateline(end=end, place=_tidy(rest), date=None, agency=None)
    return None


def _opens_story(place: str, following: str) -> bool:
    """Whether a place before a colon, which nothing else confirms, opens a story's first sentence."""
    if is_place(place):
        return not following[:1].islower()
    # "TOLLBRIDGE, Hill County: "
    town, _, _ = place.partition(",")
    words = town.split()
    if not town.isupper() or len(words) > 3 or not following[:1].isupper():
        return False
    if not _KICKERS.isdisjoint(w.casefold() for w in words) or agency(town):
        return False
    return following.count(" ") >= _LEAD_WORDS and following[-1] in ".。"


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

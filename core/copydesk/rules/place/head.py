"""The head: where the text starts; headline, names and standfirst above it."""

from __future__ import annotations

from copydesk.model.draft import Hint, Segment
from copydesk.model.metadata import H1
from copydesk.rules import bylines, wording
from copydesk.rules.place.body import BLOCKS, is_item
from copydesk.rules.place.teasers import TEASER
from copydesk.rules.recognizers import Lines
from copydesk.util.text import bare
from copydesk.util.urls import ascii_words

# Roles between headline and text: a sentence above one of these is not yet a paragraph.
_FURNITURE = frozenset({"byline", "timestamp", "author_role", "reading_time"})
# A name without a headline above it stands beside one of these.
_BESIDE_NAMES = _FURNITURE | {"dateline"}
_LOOK_AHEAD = 4
_HEAD_LINES = 12
_NEAR_LINES = 4
_TITLE_WORDS = 3
_TITLE_SENTENCE = 16
# Letters of a line that breaks off, from which it is no chance that another starts alike.
_SHORTEST_START = 15
_LABEL_WORDS = 4
_BYLINE_WORDS = 12
# A title counts after a kicker, and a section path before it, only if it is long.
_LONG_TITLE = 30
_LONG_CRUMB = 15
_SUMMARY = 80
_MIN_SUMMARY = 25
# Ranks of the evidence for a standfirst from here on: by its place alone.
_BY_PLACE = 3
# A line of so many words that nothing parts from the text is its opening.
_OPENING_WORDS = 30
# Letters of a preposition before a name, and words of a name in a script without capitals.
_SMALL_WORD = 4
_UNCASED_WORDS = 3
_CJK = "\u2e80"
# Characters of the longest name before a colon.
_SPEAKER = 40
_QUOTES = "\"'”’»"
_SUMMARY_VERDICTS = frozenset(("", "headline", "teaser", "summary"))


def decide_headline(lines: Lines, _: int) -> None:
    """Decide the headline of a text without markup, by the URL, the breadcrumbs or its place."""
    segments = lines.segments
    _mark_cut_off(segments)
    first = lines.first = _text_start(segments)
    for index, segment in enumerate(segments[:first]):
        if segment.role or segment.hint is not None:
            continue
        if segment.words >= 4 and is_item(segments, index):
            segment.decide("list_item", "head.list_item")
        elif segment.text.isdigit():
            segment.decide("page_furniture", "head.number")
    stated = next((i for i, s in enumerate(segments) if s.role == "headline"), None)
    at = lines.headline = _find_headline(lines) if stated is None else stated
    if at is not None and stated is None:
        segments[at].decide("headline", "head.headline")


def _mark_cut_off(segments: list[Segment]) -> None:
    """Decide lines above the text that break off in dots, where another line has the whole.

    The whole is the headline unless it is a sentence or another title is above it.
    """
    titled = False
    for index, segment in enumerate(segments[:_HEAD_LINES]):
        if segment.role or segment.hint is not None:
            continue
        if not segment.text.endswith(("...", "…")):
            titled = titled or segment.words > _TITLE_WORDS
            continue
        start = bare(segment.text)
        near = segments[max(0, index - _NEAR_LINES) : index + _NEAR_LINES + 1]
        whole = next((s for s in near if s is not segment and _goes_on(s, start)), None)
        if whole is None:
            continue
        if whole.ends_sentence and whole.prose and (titled or whole.words > _TITLE_SENTENCE):
            segment.decide("page_furniture", "duplicate.cut_off")
            continue
        if whole is segments[index - 1] or not titled:
            segment.decide("duplicate_headline", "duplicate.cut_off")
            if not whole.role and all(s.role != "headline" for s in segments):
                whole.decide("headline", "head.cut_off")


def _goes_on(segment: Segment, start: str) -> bool:
    """Whether a line starts with the text that broke off, and goes on."""
    if segment.role not in ("", "headline") or segment.hint is not None:
        return False
    whole = bare(segment.text)
    return len(start) >= _SHORTEST_START and len(whole) > len(start) and whole.startswith(start)


def _opens_text(segment: Segment) -> bool:
    if segment.role or segment.bullet or not segment.prose:
        return False
    if segment.hint is not None:
        return segment.hint.area == "body"
    # A short question or exclamation may be the headline.
    return segment.words > 18 or segment.text.rstrip(_QUOTES)[-1:] not in ("?", "!")


def _text_start(segments: list[Segment]) -> int:
    """The index of the first paragraph, after the byline, date and similar lines of the head."""
    teaser = next((i for i, s in enumerate(segments) if s.rule == TEASER), None)
    if teaser is not None:
        return teaser
    opening = [i for i, s in enumerate(segments) if _opens_text(s)]
    weight = sum(len(segments[i].text) for i in opening)
    start = before = 0
    for first in opening:
        if first < start:
            continue
        passed, furniture = _look_ahead(segments, first)
        if segments[first].hint is not None or furniture is None:
            return first
        alone = not before and all(s.role for s in segments[first + 1 : furniture])
        if before + passed > (weight - before - passed) * (1 if alone else 0.5):
            return first
        before += passed
        start = furniture + 1
    if not opening:
        # Short lines alone: the text is below the last byline or date of the head.
        known = [i for i, s in enumerate(segments[:_HEAD_LINES]) if s.role in _FURNITURE]
        start = known[-1] + 1 if known and known[-1] + 2 < len(segments) else 0
    rest = range(start, len(segments))
    return next((i for i in rest if not segments[i].role), len(segments))


def _look_ahead(segments: list[Segment], first: int) -> tuple[int, int | None]:
    """The length of the prose above the next line of the head, and the index of that line."""
    left, passed = _LOOK_AHEAD, 0
    for index in range(first, len(segments)):
        segment = segments[index]
        if segment.role in _FURNITURE:
            return passed, index
        if not segment.role:
            left -= 1
            passed += len(segment.text) if segment.prose else 0
            if left < 0:
                break
    return passed, None


def _find_headline(lines: Lines) -> int | None:
    segments = lines.segments
    found = [
        i
        for i, s in enumerate(segments[: lines.first])
        if not s.role and s.hint is None and (not s.prose or s.text[-1] in "?!" + _QUOTES)
    ]
    found = [i for i in found if not _lists_sections(segments[i])]
    if (repeated := _printed_below(segments, found)) is not None:
        return repeated
    best, most = None, 2
    for index in found:
        words = {w for w in ascii_words(segments[index].text) if len(w) > 2}
        shared = len(words & lines.slug)
        if shared > most and shared * 2 >= len(words):
            best, most = index, shared
    if best is not None:
        return best
    crumbs = {bare(s.data.get("text") or s.text) for s in segments if s.role == "breadcrumb"}
    for index in found:
        if bare(segments[index].text) in crumbs:
            return index
    found = [i for i in found if not _is_desk_above(segments, i)]
    titles = [i for i in found if segments[i].words > 3] or found[:1]
    return next((i for i in titles if not bylines.is_name(segments[i].text)), None)


def _printed_below(segments: list[Segment], found: list[int]) -> int | None:
    """The line below a path of sections that ends with it, or a page title that starts with it."""
    for place, index in enumerate(found):
        mine = bare(segments[index].text)
        for other in found[place + 1 :]:
            theirs = bare(segments[other].text)
            if len(theirs) <= _LONG_CRUMB or theirs == mine:
                continue
            if mine.endswith(theirs):
                segments[index].decide("breadcrumb", "breadcrumb.with_headline")
                return other
            if mine.startswith(theirs):
                segments[index].decide("duplicate_headline", "duplicate.page_title")
                return other
    return None


def _lists_sections(segment: Segment) -> bool:
    """Whether a line lists sections ("Sport | Football")."""
    parts = segment.text.split(" | ")
    return len(parts) > 1 and all(len(p.split()) <= 3 for p in parts)


def mark_above_headline(lines: Lines, _: int) -> None:
    """Decide sections and other lines above the headline, unless they have much of the text."""
    segments, at = lines.segments, lines.headline or 0
    above = [s for s in segments[:at] if not s.role and (not s.hint or s.hint.area == "body")]
    text = sum(len(s.text) for s in above if s.hint and s.prose and s.ends_sentence)
    if text * 3 > sum(len(s.text) for s in segments[at:] if not s.role and s.prose):
        return
    for segment in above:
        if segment.hint is not None:
            segment.decide("page_furniture", "html.above_headline")
        elif segment.words <= _LABEL_WORDS or _lists_sections(segment):
            segment.decide("section_label", "head.section_label")
        elif not segment.prose:
            segment.decide("section_label", "head.above_headline")


def mark_repeats(lines: Lines, _: int) -> None:
    """Decide repeats of the headline or of a stated title, also after a kicker."""
    segments, at = lines.segments, lines.headline
    stated = lines.draft.metadata.statements["headline"] if lines.draft.metadata else []
    printed = {bare(segments[at].text)} if at is not None else set[str]()
    titles = {bare(str(c.value)) for c in stated} | printed
    titles.discard("")
    # Only other evidence than a first-level heading makes such a heading in the text a repeat.
    named = {bare(str(c.value)) for c in stated if c.rule != H1} | printed
    whole = tuple(t for t in titles if len(t) > _LONG_TITLE)
    for index, segment in enumerate(segments[: lines.first]):
        hint = segment.hint
        if segment.role or (hint is not None and hint.area not in ("head", "body")):
            continue
        mine = bare(segment.text)
        if hint is not None and hint.tag == "h1" and hint.area == "body":
            if at is not None and index > at and mine not in named:
                continue
        if mine in titles or (hint is not None and hint.level and mine.endswith(whole)):
            segment.decide("duplicate_headline", "duplicate.headline")


def mark_names(lines: Lines, _: int) -> None:
    """Decide names and offices of authors above the text.

    The evidence is a class name, the metadata, or without markup the lines beside and the headline.
    """
    segments, at = lines.segments, lines.headline
    metadata = lines.draft.metadata
    people = [p for c in metadata.statements["authors"] for p in c.value] if metadata else []
    stated = {bare(p["name"] or "") for p in people}
    title = set(ascii_words(segments[at].text)) if at is not None else set[str]()
    named = any(s.role == "byline" for s in segments[: lines.first + 1])
    for index, segment in enumerate(segments[: lines.first]):
        if segment.role or segment.bullet:
            continue
        if segment.hint is not None:
            if _is_byline_block(segment, segment.hint, set() if named else stated):
                segment.decide("byline", "html.byline", text=segment.text)
                named = True
            continue
        if at is not None and index < at:
            continue
        beside = {s.role for s in segments[max(0, index - 1) : index + 2]}
        names = bylines.are_names(segment.text)
        # Kickers and captions have words of the headline, bylines have none.
        if at is None and not _is_above_dateline(segments, index):
            continue
        if "timestamp" in beside and (opened := _named_otherwise(segment, segments[at or 0])):
            segment.decide("byline", "head.name", text=opened)
            named = True
            continue
        desk = _is_desk(segment) or _is_desk_above(segments, index)
        if (beside & _BESIDE_NAMES and (names or desk)) or (
            names and not named and title.isdisjoint(ascii_words(segment.text))
        ):
            segment.decide("byline", "head.name", text=segment.text)
            named = True
        elif "byline" in beside and segment.words <= 6 and bylines.is_role(segment.text):
            segment.decide("author_role", "byline.role")


def _named_otherwise(segment: Segment, title: Segment) -> str | None:
    """The name beside a date behind a small word, or in a script without capitals."""
    first, _, rest = segment.text.partition(" ")
    if first.islower() and len(first) <= _SMALL_WORD and first.isalpha() and bylines.is_name(rest):
        return rest
    words = segment.text.split()
    if not 2 <= len(words) <= _UNCASED_WORDS or segment.ends_sentence:
        return None
    uncased = all(w.isalpha() and w.lower() == w.upper() and w[0] < _CJK for w in words)
    known = wording.is_wording(segment.text) or wording.label_of(segment)
    return (
        segment.text if uncased and not known and not set(words) & set(title.text.split()) else None
    )


def _is_above_dateline(segments: list[Segment], index: int) -> bool:
    below = (s for s in segments[index + 1 :] if s.role != "timestamp")
    return (after := next(below, None)) is not None and after.role == "dateline"


def _is_byline_block(segment: Segment, hint: Hint, stated: set[str]) -> bool:
    if hint.area not in ("head", "body") or segment.words >= _BYLINE_WORDS:
        return False
    known = hint.verdict == "byline" or (not hint.level and bare(segment.text) in stated)
    return known and bylines.are_names(segment.text)


def _is_desk_above(segments: list[Segment], index: int) -> bool:
    """Whether a short line names a desk right above a dateline."""
    return _is_above_dateline(segments, index) and bylines.mentions_desk(segments[index].text)


def _is_desk(segment: Segment) -> bool:
    return segment.words <= 5 and bylines.is_desk(segment.text)


def decide_standfirst(lines: Lines, _: int) -> None:
    """Decide the visible summary by the stated description, its class name or its place."""
    segments = lines.segments
    if any(s.role == "standfirst" for s in segments):
        return
    stated = lines.draft.metadata.statements["description"] if lines.draft.metadata else []
    summaries = [s for c in stated if len(s := bare(c.value)[:_SUMMARY]) > _MIN_SUMMARY]
    ranks = (
        (rank, index)
        for index, segment in enumerate(segments[: lines.first + 1])
        if not segment.role and (rank := _standfirst_rank(lines, index, summaries)) is not None
    )
    best = min(ranks, default=None)
    if best is None:
        return
    rank, at = best
    if rank >= _BY_PLACE and not _stands_apart(lines, at):
        segments[at].decide("paragraph", "html.opening")
    else:
        segments[at].decide("standfirst", f"{'html' if segments[at].hint else 'head'}.standfirst")


def _standfirst_rank(lines: Lines, index: int, summaries: list[str]) -> int | None:
    """The rank of the evidence that a line is the standfirst, 0 for the best; None for none."""
    segment, at = lines.segments[index], lines.headline
    hint = segment.hint
    below = at is not None and index > at
    if hint is None:
        if index == lines.first or segment.bullet or _is_spoken(lines.segments, index):
            return None
        return (
            2
            if (below and segment.words > _LABEL_WORDS) or (at is None and segment.prose)
            else None
        )
    if hint.linked >= 0.5 or segment.words < 5 or hint.area not in ("head", "body"):
        return None
    if _follows_dateline(lines, index) or _is_about_author(lines, segment):
        return None
    inside = hint.area == "body"
    named = hint.verdict == "standfirst" and (not inside or hint.tag != "p")
    mine = bare(segment.text)
    if named or (segment.words >= 7 and not (inside and hint.tag in BLOCKS)):
        if any(mine.startswith(s) or s.startswith(mine) for s in summaries):
            # Many descriptions are the start of the text.
            return 2 if index == lines.first else 0
    if named:
        return 1
    if segment.words < 7 or (inside and hint.tag in BLOCKS):
        return None
    if inside or not below or hint.verdict not in _SUMMARY_VERDICTS:
        return None
    if segment.prose or hint.tag in ("h2", "h3"):
        return 3 + (hint.tag != "h2" and not segment.prose)
    return None


def _is_spoken(segments: list[Segment], index: int) -> bool:
    """Whether a line opens with a speaker and a colon, as another line below does."""
    speaker, colon, _ = segments[index].text[:_SPEAKER].partition(":")
    return bool(colon) and any(s.text.startswith(speaker + colon) for s in segments[index + 1 :])


def _stands_apart(lines: Lines, index: int) -> bool:
    """Whether a line is a heading, or a byline, date or picture parts it from the text."""
    segment = lines.segments[index]
    if not segment.prose or segment.words < _OPENING_WORDS:
        return True
    end = index + 1
    while end < lines.first and lines.segments[end].role != "heading":
        end += 1
    above = {s.role for s in lines.segments[lines.headline or 0 : index]}
    below = {s.role for s in lines.segments[index + 1 : end]}
    if not below.isdisjoint(("caption", "credit")):
        return True
    if above.isdisjoint(_FURNITURE) and not below.isdisjoint(_FURNITURE):
        return True
    places = range(segment.end, lines.segments[end].start + 1)
    return any(i.kind == "image" and i.at in places for i in lines.draft.inserts)


def _follows_dateline(lines: Lines, index: int) -> bool:
    return index > 0 and lines.segments[index - 1].role == "dateline"


def _is_about_author(lines: Lines, segment: Segment) -> bool:
    """Whether a line opens with the first or whole name of an author that the page states."""
    stated = lines.draft.metadata.statements["authors"] if lines.draft.metadata else []
    first = segment.text.split(maxsplit=1)[0].removesuffix("'s").removesuffix("’s")
    names = [str(person["name"] or "").split() for one in stated for person in one.value]
    return any(len(name) > 1 and first == name[0] for name in names)

"""What a head line has beside its dates: writers, and in plain text initials, desks, suppliers."""

from __future__ import annotations

import re

from copydesk.dates.labels import kind_of_label
from copydesk.dates.printed_dates import is_calendar_word
from copydesk.model.draft import Details
from copydesk.rules import bylines, wording
from copydesk.rules.agencies import agency
from copydesk.rules.places import is_place
from copydesk.rules.recognizers import Lines, SegmentPart
from copydesk.util.text import key

Verdict = tuple[str, str, Details]

_PIECES = re.compile(r"\s?[|•·]\s?|\s[-–—/]{1,2}\s")
_INITIALS = re.compile(r"[^\W\d_]{2,4}(?:[/,]\s?[^\W\d_]{2,5}){0,2}")
_DOTTED = re.compile(r"(?:[^\W\d_]\.\s?){2,3}")
_WORD = re.compile(r"[^\W\d_]{3,}(?:['’-][^\W\d_]+)?")
_NAME: Verdict = ("byline", "byline.beside_date", {})
_SECTION_WORDS = 3
# Words for a date; what else stands before one is listed with the labels of dates.
_DATE_WORDS = frozenset(
    "stand datum date dated data dato fecha dátum päiväys tanggal tarih tgl ngày дата ημερομηνία "
    "vom den dne dnia dia dzień pada em op på az le il el la am on des du on at".split()
)


class Beside:
    """Judges the texts beside the dates of a head line."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines

    def judge(self, text: str, start: int, leads: bool) -> list[SegmentPart]:
        """The parts of a text beside a date, or [] if it names nobody.

        A short text before the names is the section.

        start: offset of the text in the line.
        leads: whether it is before the date, without a comma, as places have one.
        """
        pieces: list[tuple[int, str]] = []
        done = end = 0
        for cut in [*(m.span() for m in _PIECES.finditer(text)), (len(text), len(text))]:
            if piece := text[done : cut[0]].strip(" ,;:()[]"):
                pieces.append((start + end, piece))
            end, done = cut
        if self._lines.is_page:
            # A name without an opener may as well be a section.
            return self._opened(pieces)
        found = [(at, piece, self._verdict(piece)) for at, piece in pieces]
        if leads and not any(verdict for _, _, verdict in found):
            # One word is a name only if nothing else beside the date is.
            found = [(at, p, _NAME if self._is_name(p) else None) for at, p in pieces[-1:]]
        parts: list[SegmentPart] = []
        named = False
        for at, piece, verdict in found:
            if verdict:
                parts.append(SegmentPart(at, *verdict))
                named = True
            elif not named and len(piece.split()) <= _SECTION_WORDS:
                parts.append(SegmentPart(at, "section_label", "head.section_label"))
        return parts if named else []

    def _opened(self, pieces: list[tuple[int, str]]) -> list[SegmentPart]:
        """The parts of pieces of which one names writers after an opener, such as "by"."""
        found = [(at, self._byline(_without_date_words(piece))) for at, piece in pieces]
        if not any(verdict for _, verdict in found):
            return []
        return [SegmentPart(at, *verdict) if verdict else SegmentPart(at) for at, verdict in found]

    def _verdict(self, text: str) -> Verdict | None:
        text = _without_date_words(text)
        if supplier := agency(text):
            return "agency_credit", "agency.beside_date", {"agency": supplier}
        if byline := self._byline(text):
            return byline
        if self._is_other(text):
            return None
        if bylines.names_placed_desk(text):
            return "", "", {}
        if is_place(text) and not text[0].islower():
            placed = any(s.role == "dateline" for s in self._lines.segments)
            return None if placed else ("dateline", "dateline.beside_date", {"place": text})
        if self._are_initials(text):
            return "byline", "byline.initials", {"text": text}
        if bylines.are_names(text) or bylines.is_desk(text):
            return _NAME
        return None

    def _byline(self, text: str) -> Verdict | None:
        """The verdict on a text that names writers after an opener."""
        label = wording.label(text)
        if label is None or label.kind != "byline":
            return None
        named = bylines.are_names(label.rest) or self._are_initials(label.rest)
        if named or bylines.names_after_opener(text) is not None:
            return "byline", "byline.opened", {"text": label.rest}
        return None

    def _are_initials(self, text: str) -> bool:
        """Whether a text is a writer's initials: a few small letters that are no word, or letters with stops."""
        if _DOTTED.fullmatch(text):
            return True
        if not _INITIALS.fullmatch(text) or not text.islower():
            return False
        return self._lines.small_words.isdisjoint(re.split(r"[/,]\s?", text))

    def _is_name(self, text: str) -> bool:
        """Whether one word can be a writer's name."""
        if not _WORD.fullmatch(text) or not text.istitle() or self._is_other(text):
            return False
        folded = text.casefold()
        return folded not in self._lines.path_words and folded not in self._lines.small_words

    @staticmethod
    def _is_other(text: str) -> bool:
        """Whether a text is a label, or words that belong to the date."""
        folded = key(text)
        if wording.label(text) or wording.line_kind(folded) or kind_of_label(text):
            return True
        return all(is_calendar_word(w) or w in _DATE_WORDS for w in folded.split())


def _without_date_words(text: str) -> str:
    """A text without the words for a date at its end, such as "on"."""
    words = text.split()
    while len(words) > 1 and words[-1].casefold() in _DATE_WORDS:
        words.pop()
    return " ".join(words)

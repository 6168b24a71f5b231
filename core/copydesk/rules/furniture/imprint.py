"""Lines on the outlet itself: copyright and contact."""

from __future__ import annotations

import re

from copydesk.model.draft import Segment
from copydesk.rules import photo_credits, wording
from copydesk.rules.recognizers import Lines, SegmentPart

_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.[\w.]{2,40}|\[email\s?protected\]", re.IGNORECASE)
_RIGHTS = re.compile(r"^\W*(?:©|\(c\)|copyright)\s?(?:\(c\)|©)?\s?.{0,120}$", re.IGNORECASE)
# "Copyright 2024 Hill County Press. No part ...": no sentence of a story opens like this.
_DATED_RIGHTS = re.compile(
    r"\W*(?:©|\(c\)|copyright)\W{0,4}(?:©|\(c\))?\W{0,3}(?:19|20)\d{2}\b", re.IGNORECASE
)
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")
_PIECES = re.compile(r"\s[-–—|]\s|\.\s")
_CONTACT = re.compile(r"\s?\((?:\[email\s?protected\]|[\w.+-]{1,40}@[\w.-]{3,40})\)\.?$")
_OPENING_LENGTH = 80
# How far from its end a line is searched for a contact.
_CONTACT_LENGTH = 80


def cut_contact(lines: Lines, index: int) -> bool:
    """Cut an e-mail address in brackets from the end of a line."""
    text = lines.segments[index].text
    end = text[-_CONTACT_LENGTH:]
    found = _CONTACT.search(end) if text[-1] in ")." and "(" in end else None
    if found is None:
        return False
    start = len(text) - len(end) + found.start()
    return lines.cut(
        index, [SegmentPart(0), SegmentPart(start, "contact_line", "contact.trailing")]
    )


def decide_contact(lines: Lines, index: int) -> bool:
    """Decide a short line with an e-mail address."""
    segment = lines.segments[index]
    text = segment.text
    if segment.words > 14 or not ("@" in text or "[" in text):
        return False
    if not _EMAIL.search(text):
        return False
    return lines.decide(index, "contact_line", "shape.contact")


def decide_copyright(lines: Lines, index: int) -> bool:
    """Decide a line by the rights that it claims: "© 2024 Tide Herald"."""
    segment = lines.segments[index]
    if not (
        _claims_rights(segment.text) or _ends_in_rights(segment) or _opens_with_rights(segment)
    ):
        return False
    return lines.decide(index, "copyright", "shape.copyright")


def _claims_rights(text: str) -> bool:
    if text[0] in "©(cC" and _DATED_RIGHTS.match(text):
        return True
    if text[0] not in "©(cC" or not _RIGHTS.match(text):
        return False
    dated = _YEAR.search(text) is not None
    if "©" in text and not dated and photo_credits.on_own_line(text) is not None:
        return False
    return dated or "©" in text[:6]


def _opens_with_rights(segment: Segment) -> bool:
    """Whether the first of several sentences is a fixed wording that reserves the rights."""
    first, stop, _ = segment.key[:_OPENING_LENGTH].partition(". ")
    return bool(stop) and wording.line_kind(first) == "copyright"


def _ends_in_rights(segment: Segment) -> bool:
    if segment.words > 14:
        return False
    if not _PIECES.search(segment.key):
        return False
    last = _PIECES.split(segment.key)[-1]
    return wording.line_kind(last.strip(" .")) == "copyright"

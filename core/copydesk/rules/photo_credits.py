"""Picture credits: at the end of a caption, in brackets, or on a line of their own."""

from __future__ import annotations

import re

from copydesk.model.draft import Details, RuleId, Segment
from copydesk.rules import wording
from copydesk.rules.agencies import (
    agency,
    ends_as_supplier,
    ends_in_supplier,
    only_suppliers,
    sign_off,
    starts_in_supplier,
)
from copydesk.rules.bylines import is_name
from copydesk.rules.recognizers import Lines, SegmentPart
from copydesk.rules.wording import credit_labels
from copydesk.util.text import ends_sentence, key
from copydesk.util.urls import ascii_words

CREDIT_LINE = RuleId("", "credit.line")
"""The rule of lines that are a credit as a whole."""

CAPTION_BELOW = RuleId("", "credit.leading")
"""The rule of captions whose credit is before them."""

_LEADING_LENGTH = 60
_LEADING = re.compile(r"(?P<credit>[^|]{5,60}?)(?:(?<=\w):|\s[|–—-])\s(?=\S+\s\S+\s\S)")
_LABELS = "|".join(re.escape(w).replace("\\ ", r"\s") for w in credit_labels())
# "ST PHOTO", "AP Photo": an owner in capitals before the label belongs to the credit.
_LABEL = (
    rf"(?:(?:©|\(c\))\s?)?(?-i:[A-Z][A-Z&-]{{1,14}}\s)?(?:{_LABELS})"
    r"(?:\s(?:credits?|by|courtesy(?:\sof)?|via|from|von|di|de|par|por))?"
)
_LAST_WORDS = {w.split()[-1] for w in credit_labels()} | {"by", "via", "courtesy", "of"}
_ENDS_IN_LABEL = re.compile("(?:" + "|".join(sorted(map(re.escape, _LAST_WORDS))) + ")$")
_PICTURE = re.compile(r"pic|photo|image", re.IGNORECASE)
_MAX_WORDS = 16
# Most words of an owner in small letters: "Photo: archive of the harbour museum".
_OWNER_WORDS = 5
_BEFORE_LABEL = frozenset('.!?。)]|/”"»…')
# Longest credit on its own line, in characters.
_MAX_LINE = 160
_CREDIT_MARKS = (":", "：", "©", "/", "|", " by ")

# A label with its colon and the owner.
_LABELLED = re.compile(rf"^\W{{0,2}}(?:{_LABEL})\s?[:：]\s?(?P<owner>\S.*)$", re.IGNORECASE)
_BY = re.compile(
    rf"^\W{{0,2}}(?:{_LABELS})\s(?:credits?\s)?(?:by|courtesy of|via)\s(?P<owner>\S.*)$", re.I
)
_TRAILING = re.compile(
    rf"(?:(?<=[\s.,;!?)\]”\"'’»|])|(?-i:(?<=[a-z.])(?=[A-Z])))(?P<credit>{_LABEL}\s?[:：]\s?(?P<owner>[^:：]*))$",
    re.IGNORECASE,
)
_BRACKET = re.compile(r"(?P<credit>[(\[](?P<inner>[^()\[\]]{2,120})[)\]])\s?[.;]?$")
_STARTS_LABEL = re.compile(rf"^(?:{_LABEL})(?![^\W\d_])", re.IGNORECASE)
_OPENS_CREDIT = re.compile(rf"\W*(?:{_LABEL}(?![^\W\d_])|©)", re.IGNORECASE)
_RIGHTS_SIGN = re.compile(r"(?:^|\s|(?<=[.!?”\"]))(?P<credit>©\s?(?P<owner>[^©]{2,80}))$")
_DASHED = re.compile(
    r"\s[—–-]{1,2}\s?(?P<credit>(?:(?:pictures?|photos?|pics?|image)\s(?:by|courtesy of|via|from)\s.{2,60}"
    r"|(?P<owner>[\w./ -]{2,40}?)\s(?:file\s)?(?:pic|photo|picture)s?))\.?$",
    re.IGNORECASE,
)
# Longest match of `_DASHED`.
_DASHED_LENGTH = 90
_SLASHED = re.compile(
    r"(?<=[.!?”\"')])\s?(?P<credit>(?:[^\W\d_][\w.'’-]*\s?){1,4}[/|]\s?[^.!?]{2,50})$"
)
# The end of the same: a cheap pre-check, of so many characters.
_SLASHED_END = re.compile(r"[/|]\s?[^.!?]{2,50}$")
_SLASHED_LENGTH = 52
_PIPED = re.compile(r"\s\|\s(?P<credit>[^|.!?]{2,60})$")
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")
_PARTICLES = frozenset(
    "from for via by of the and and/or und et y e i de la le del der van von di da du dos das "
    "al with mit for on in courtesy a".split()
)


def cut_trailing(lines: Lines, index: int) -> bool:
    """Cut a picture credit from the end of a caption."""
    segment = lines.segments[index]
    text = segment.text
    at = at_end(text) or _agency_above_text(lines, segment)
    if not at:
        return False
    label = wording.label(text[:at])
    if len(key(text[:at])) <= 2 or (label and label.kind == "credit" and not label.rest):
        return False
    signed = sign_off(segment)
    if signed and (signed[1] or (segment.hint and segment.hint.area == "body")):
        # "(dpa/AFP)" can also be a picture credit, but not after body text.
        return False
    data: Details = {}
    if segment.hint is None and label and label.kind in ("caption", "credit") and label.marked:
        # "FILE PHOTO: Barges wait below the lock."
        data["text"] = label.rest
    caption = SegmentPart(0, "caption", "credit.trailing", data)
    return lines.cut(index, [caption, SegmentPart(at, "credit", "credit.trailing")])


def _agency_above_text(lines: Lines, segment: Segment) -> int | None:
    """The start of an agency in brackets after a line that is no sentence, above all paragraphs.

    After a sentence it is the supplier of the text, and after the headline likewise.
    """
    text = segment.text
    if segment.hint is not None or lines.prose_above or text[-1] not in ")]":
        return None
    found = _BRACKET.search(text[-60:])
    if found is None or not only_suppliers(found["inner"]):
        return None
    at = max(0, len(text) - 60) + found.start("credit")
    before = text[:at].rstrip()
    words = set(ascii_words(before))
    if before.count(" ") < 2 or ends_sentence(before) or len(words & lines.slug) * 2 > len(words):
        return None
    return at


def cut_leading(lines: Lines, index: int) -> bool:
    """Cut a picture credit from the start of a caption: "Reuters/Jo Bloggs: The weir", in plain text."""
    segment = lines.segments[index]
    text = segment.text
    if segment.hint is not None or ("/" not in text[:_LEADING_LENGTH] and ":" not in text[:24]):
        return False
    found = _LEADING.match(text)
    if found is None or not _is_leading(found["credit"]):
        return False
    credit = SegmentPart(0, "credit", "credit.leading")
    return lines.cut(index, [credit, SegmentPart(found.end(), "caption", CAPTION_BELOW)])


def _is_leading(credit: str) -> bool:
    """Whether the start of a line is a credit as a whole, with a supplier or a label."""
    if _is_slashed(credit):
        return True
    labelled = _LABELLED.match(credit)
    return labelled is not None and owner_like(labelled["owner"])


def decide_line(lines: Lines, index: int) -> bool:
    """Decide a line that is a picture credit as a whole."""
    segment = lines.segments[index]
    text = segment.text
    if len(text) > _MAX_LINE or (segment.prose and not any(m in text for m in _CREDIT_MARKS)):
        return False
    if (credit := on_own_line(text)) is None:
        name, _, supplier = text.partition(", ")
        if not (lines.prose_above and segment.hint is None and agency(supplier) and is_name(name)):
            return False
        credit = text
    if segment.bullet and segment.hint is None and not _OPENS_CREDIT.match(text):
        # An item of a list: "- Catering/bar staff".
        return False
    return lines.decide(index, "credit", CREDIT_LINE, text=credit)


def owner_like(owner: str) -> bool:
    """Whether a text looks like names of owners, not like a sentence."""
    words = owner.split()
    if not words or len(words) > _MAX_WORDS or len(owner) > 140:
        return False
    if ends_sentence(owner) and len(words) > 6:
        return False
    if any(ends_sentence(w) and len(w) > 4 for w in words[:-1]):
        return False
    plain = [w.strip("()[],;/|&@#\"'“”«»©.-–—") for w in words]
    small = [
        w
        for w in plain
        if w[:1].islower() and w not in _PARTICLES and "." not in w and "/" not in w
    ]
    if plain[0][:1].islower() and len(words) > 2 and len(small) > 1:
        return False
    return len(small) <= max(1, len(words) // 4)


def on_own_line(text: str) -> str | None:
    """The credit, as printed, if the whole line is one; else None."""
    if len(text) > _MAX_LINE or text.count(" ") > 20:
        return None
    bracket = text[0] in "([" and text[-1] in ")]" and text.count(text[0]) == 1
    inner = text[1:-1].strip() if bracket else text
    folded = inner.casefold()
    found = _LABELLED.match(inner) if ":" in inner or "：" in inner else None
    if found is None and (" by " in folded or " via " in folded or " courtesy of " in folded):
        found = _BY.match(inner)
    if found and (owner_like(found["owner"]) or _is_labelled_owner(found["owner"])):
        return inner
    if inner.startswith("©") and not _YEAR.search(inner) and owner_like(inner[1:].strip()):
        return inner if len(inner.split()) <= 9 and not agency(inner[1:].split(",")[0]) else None
    if inner.count(" ") < 8 and (only_suppliers(inner) or _is_slashed(inner)):
        return inner
    return inner if " via " in folded and _is_via(inner) else None


def _is_via(text: str) -> bool:
    """Whether a text is an owner and an agency that passed the picture on: "Valley TV via AP"."""
    owner, _, supplier = text.rpartition(" via ")
    return owner != "" and agency(supplier) is not None and owner_like(owner)


def _is_slashed(text: str) -> bool:
    if ("/" not in text and "|" not in text) or text.startswith("http") or not owner_like(text):
        return False
    return ends_in_supplier(text) or starts_in_supplier(text)


def at_end(text: str) -> int | None:
    """The start of a credit after a caption on one line; None if there is none."""
    tail = text[-200:]
    offset = len(text) - len(tail)
    if (
        (")" in tail[-3:] or "]" in tail[-3:])
        and (found := _BRACKET.search(tail))
        and _in_bracket(found["inner"].strip())
    ):
        return offset + found.start("credit")
    if (":" in tail or "：" in tail) and _label_before_colon(tail):
        found = _TRAILING.search(tail)
        if found and (owner_like(found["owner"]) or _is_small_owner(found, tail)):
            return offset + found.start("credit")
    if "©" in tail and (found := _RIGHTS_SIGN.search(tail)):
        if owner_like(found["owner"]) and not _YEAR.search(found["owner"]):
            return offset + found.start("credit")
    ending = tail[-_DASHED_LENGTH:]
    if (
        (" -" in ending or " –" in ending or " —" in ending)
        and _PICTURE.search(ending[-70:])
        and (found := _DASHED.search(tail))
        and (found["owner"] is None or _known(found["owner"]))
    ):
        return offset + found.start()
    if "/" in tail or "|" in tail:
        slashed = _SLASHED_END.search(tail[-_SLASHED_LENGTH:]) and _SLASHED.search(tail)
        if ends_as_supplier(tail):
            for found in (slashed, _PIPED.search(tail)):
                if found and ends_in_supplier(found["credit"]):
                    return offset + found.start("credit")
        if slashed and "/" in tail and starts_in_supplier(slashed["credit"]):
            return offset + slashed.start("credit")
    return None


def _is_small_owner(found: re.Match[str], text: str) -> bool:
    """Whether an owner in small letters follows a label that starts a sentence or a part."""
    before = text[: found.start("credit")].rstrip()
    starts = before[-1:] in _BEFORE_LABEL or found["credit"][0].isupper()
    return starts and _is_labelled_owner(found["owner"])


def _is_labelled_owner(owner: str) -> bool:
    """Whether a few words after a label and its colon can be an owner, in any case and script."""
    if not owner.strip() or owner.count(" ") >= _OWNER_WORDS or ends_sentence(owner):
        return False
    return not any(c in owner for c in "?!:;。")


def _label_before_colon(tail: str) -> bool:
    """Whether the word before the last colon can end a label: a cheap pre-check."""
    colon = max(tail.rfind(":"), tail.rfind("："))
    word = tail[:colon].rstrip().rsplit(" ", 1)[-1].casefold()
    return _ENDS_IN_LABEL.search(word[-16:]) is not None


def _in_bracket(inner: str) -> bool:
    if _STARTS_LABEL.match(inner) and owner_like(
        _STARTS_LABEL.sub("", inner).lstrip(" :.") or inner
    ):
        return len(inner.split()) > 1
    if _is_slashed(inner):
        return True
    return _is_via(inner) or (only_suppliers(inner) and agency(inner) is None)


def _known(owner: str) -> bool:
    return only_suppliers(owner) or owner.isupper()


_GENERIC = re.compile(
    rf"^\W{{0,4}}(?:(?:{_LABELS}|credits?|source|via|by|courtesy of)(?![^\W\d_])\s?[:：.]?\s?|©\s?|\(c\)\s?)+",
    re.IGNORECASE,
)


def strip_label(credit: str) -> str:
    """Remove generic labels from a credit; a label with an owner ("ST PHOTO: X") stays.

    Generic are photo, image, picture, pic, foto, credit, source, via, by and ©, alone or together.
    """
    credit = credit.strip(" —–-|:")
    if credit[:1] in "([" and credit[-1:] in ")]":
        credit = credit[1:-1].strip()
    if credit.casefold().startswith(("picture alliance", "picture-alliance")):
        return credit
    bare = _GENERIC.sub("", credit).strip()
    # "Photo" before a name is a label even without a colon; "PTI File Photo" stays whole.
    return bare or credit

"""Bylines: authors, split into people and desks."""

from __future__ import annotations

import re

from copydesk.model.draft import Details
from copydesk.rules import wording
from copydesk.rules.agencies import agency
from copydesk.rules.recognizers import Lines, SegmentPart
from copydesk.rules.wording import byline_openers, role_words
from copydesk.util.text import fold

_OPENERS = "|".join(re.escape(w).replace("\\ ", r"\s") for w in byline_openers())
_OPENER = re.compile(
    rf"^\W{{0,3}}(?:{_OPENERS})(?:\.?\s?[:：]\s?|\.?\s+|(?-i:(?=[A-ZÀ-Þ])))", re.IGNORECASE
)
_FIRST_WORDS = frozenset(w.split(" ", 1)[0] for w in byline_openers())
_LEADING = " -–—•·|/*"
_AND = re.compile(
    r" ?(?:[,;/|\u060c\u061b\u3001\uff0c\uff1b]|\s(?:and|und|et|y|e|i|и|ve|en|och|og|avec|with|و|&)\s|\s&\s) ?"
)
_FOR = re.compile(
    r"\s(?:[Ff]or|FOR|at|in|of|from|für|para|pour|per|aus|IN)\s(?=[A-Z@])|\s[-–—•|]\s|\s?\(|\s?\[|,\s?(?=@)"
)
_HANDLE = re.compile(r"\s?(?:@\w{2,40}|\b\w{1,40}@)(?=\s|$)")
_EMAIL = re.compile(r"[^\s@]{1,64}@[^\s@]{1,80}\.\w{2,12}")
# "GarberFOXBusiness": an outlet's name in capitals right after the author's.
_GLUED = re.compile(r"(?<=[a-z])(?=[A-Z]{2})")
_NAME_WORD = re.compile(r"^(?:[^\W\d_][\w.'’-]*|[dD]['’]\w+)$")
_PARTICLES = frozenset(
    "de del della di da dos van von der den ter bin ibn al el la le du of y zu abu".split()
)
# Bylines are whole lines, and so an article and a noun are not a name: "Von der Brücke".
_ARTICLES = frozenset("the der den dem das la el los las le les il lo".split())
# After the names of those who reported come those who edited.
_END_OF_NAMES = re.compile(r"[;.)](?:\s|$)|,?\s(?:with|editing|writing|additional)\s")
_BRACKETED = re.compile(r"\([^()]{1,60}\)")
_BESIDE_NAMES = frozenset("for für at in from special the to with aus per para pour".split())
_DESKS = re.compile(
    r"\b(?:staff|desk|newsroom|bureau|correspondents?|reporters?|editorial|team|redacci[oó]n|"
    r"\w{0,20}redaktion|r[ée]daction|redazione|reda[cç][aã]o|redakcja|newsdesk|agencies|agencias|agences|"
    r"online|press|news)\b",
    re.IGNORECASE,
)
_ROLES = re.compile(
    r"\b(?:" + "|".join(re.escape(w) for w in role_words()) + r")s?\b", re.IGNORECASE
)

# "(Jo Bloggs in Leeds, Ann Other, 3.5.2024)": a signature with the date.
_SIGNED = re.compile(r"\((?P<names>[^()\d]{5,120}), \d{1,2}\.\d{1,2}\.\d{4}\)$")
_INITIALS_LENGTH = 20
_SENTENCE_WORDS = 4
# "(rom)" or "/rom" right behind the stop of a sentence: the writer's initials.
_INITIALS = re.compile(
    r"(?<=[.!?…\"”“»])(?:\s?[(\[](?P<names>[^\W\d_]{2,4}(?:/[^\W\d_]{2,4})?)[)\]]|\s?/(?P<name>[^\W\d_]{2,4}))$"
)
_PLACED_DESK = re.compile(
    r"(?P<place>[^\W\d_][\w .'’-]{2,28}), (?P<desk>[^,|\d]{2,40}\s(?:Bureau|Desk|Service|News|Agencies|Correspondent))$"
)


def cut_placed_desk(lines: Lines, index: int) -> bool:
    """Cut a line that names a place and a desk, such as "Leeds, Northern Bureau"."""
    segment = lines.segments[index]
    text = segment.text
    found = _PLACED_DESK.match(text) if not segment.prose and ", " in text else None
    if found is None or after_opener(text) is not None:
        return False
    place: Details = {"place": found["place"], "date": "", "agency": ""}
    desk = SegmentPart(found.start("desk"), "byline", "byline.desk", {"text": found["desk"]})
    return lines.cut(index, [SegmentPart(0, "dateline", "dateline.desk", place), desk])


def cut_signature(lines: Lines, index: int) -> bool:
    """Cut a signature off: "(Jo Bloggs in Leeds, Ann Other, 3.5.2024)", or initials, "(jb)"."""
    text = lines.segments[index].text
    if (at := _find_initials(lines, index)) is not None:
        initials = text[at:].strip(" ()[]/")
        signature = SegmentPart(at, "byline", "byline.initials", {"text": initials})
        return lines.cut(index, [SegmentPart(0), signature])
    found = _SIGNED.search(text[-160:]) if text[-1] == ")" else None
    if found is None or not is_author_like(found["names"]) or " " not in found["names"]:
        return False
    start = max(0, len(text) - 160) + found.start()
    signature = SegmentPart(start, "byline", "byline.signed", {"text": found["names"]})
    return lines.cut(index, [SegmentPart(0), signature])


def _find_initials(lines: Lines, index: int) -> int | None:
    """The start of the writer's initials behind the last sentences of a text."""
    text = lines.segments[index].text
    if lines.segments[index].words < _SENTENCE_WORDS:
        return None
    if text[-1] not in ")]" and "/" not in text[-6:]:
        return None
    found = _INITIALS.search(text[-_INITIALS_LENGTH:])
    initials = (found["names"] or found["name"]) if found else ""
    if found is None or not initials.islower() or any(map(agency, initials.split("/"))):
        return None
    below = sum(s.prose for s in lines.segments[index + 1 :])
    above = sum(s.prose for s in lines.segments[:index])
    return max(0, len(text) - _INITIALS_LENGTH) + found.start() if below <= above else None


def decide_job_title(lines: Lines, index: int) -> bool:
    """Decide an author's job title below the byline."""
    segment = lines.segments[index]
    before = lines.before(index)
    if before is None or before.role not in ("byline", "author_role"):
        return False
    return is_role(segment.text) and lines.decide(index, "author_role", "byline.role")


def decide_under_label(lines: Lines, index: int) -> bool:
    """Decide the names below a label such as "By"."""
    segment = lines.segments[index]
    before = lines.before(index)
    if before is None or before.role != "byline" or not before.data.get("label"):
        return False
    if not is_author_like(segment.text):
        return False
    return lines.decide(index, "byline", "byline.under_label", text=segment.text)


def decide_label(lines: Lines, index: int) -> bool:
    """Decide an opener such as "By" alone in its line."""
    segment = lines.segments[index]
    label = wording.label_of(segment)
    if label is None or label.kind != "byline" or label.rest:
        return False
    return lines.decide(index, "byline", "byline.label", label="yes")


def decide_reporting(lines: Lines, index: int) -> bool:
    """Decide a line of those who reported and edited, by its label."""
    segment = lines.segments[index]
    label = wording.label_of(segment)
    if label is None or label.kind != "reporting_credit" or segment.words > 24 or not label.rest:
        return False
    if segment.ends_sentence and not is_author_like(_END_OF_NAMES.split(label.rest, 1)[0]):
        return False
    return lines.decide(index, "reporting_credit", "wording.reporting_credit")


def decide_opened(lines: Lines, index: int) -> bool:
    """Decide an opener such as "By" with names, or with an agency."""
    segment = lines.segments[index]
    opened = names_after_opener(segment.text) if segment.words <= 24 else None
    if opened is None:
        return False
    if not index and lines.segments[0].hint is None and _joins_words(opened):
        # The headline: "By Sea and Land".
        return False
    if supplier := agency(opened):
        return lines.decide(index, "agency_credit", "agency.byline", agency=supplier)
    return lines.decide(index, "byline", "byline.opened", text=opened)


def _joins_words(text: str) -> bool:
    """Whether a text joins single words, of which none is a desk or supplier."""
    parts = [p.strip() for p in _AND.split(text)]
    return len(parts) > 1 and not any(" " in p or is_desk(p) or agency(p) for p in parts)


def after_opener(text: str) -> str | None:
    """The text after an opener such as "By"; None if the line has no opener."""
    first = text.lstrip(_LEADING).split(" ", 1)[0]
    if first.strip(":：.").casefold() not in _FIRST_WORDS and first[1:].islower():
        return None
    found = _OPENER.match(text)
    return text[found.end() :].strip() if found else None


def names_after_opener(text: str) -> str | None:
    """The names of people or desks after an opener; None if the line is no such byline."""
    opened = after_opener(text)
    return opened if opened is not None and is_author_like(opened) else None


def is_role(text: str) -> bool:
    """Whether a short line is a job title ("Tribune Staff Reporter")."""
    return (
        len(text.split()) <= 8
        and not text.endswith((".", "!", "?"))
        and _ROLES.search(text) is not None
    )


def mentions_job(text: str) -> bool:
    """Whether a sentence mentions a job in a newsroom."""
    return _ROLES.search(text[:160]) is not None


def is_name(text: str) -> bool:
    """Whether a text looks like one person's name: two to four capitalised words."""
    if len(text) > 50:
        return False
    words = (_HANDLE.sub("", text) if "@" in text else text).split()
    if not 2 <= len(words) <= 4:
        return False
    if not all(_NAME_WORD.match(w) for w in words):
        return False
    if words[0].casefold() in _PARTICLES and words[1] in _PARTICLES:
        # Words before a noun: "Von der Brücke".
        return False
    return (
        words[0][0].isupper()
        and words[-1][0].isupper()
        and all(w[0].isupper() or w in _PARTICLES for w in words)
    )


def names_placed_desk(text: str) -> bool:
    """Whether a text names a place and a desk: "Leeds, Northern Bureau"."""
    return _PLACED_DESK.match(text) is not None


def mentions_desk(text: str) -> bool:
    """Whether a short line mentions a desk or a job in a newsroom."""
    words = text.split()
    if len(words) > 5 or text[-1] in ".!?" or not text[0].isupper():
        return False
    return _DESKS.search(text) is not None or _ROLES.search(text) is not None


def is_desk(text: str) -> bool:
    """Whether a short text names a desk or the staff, not a person."""
    return _DESKS.search(text) is not None and all(
        w[0].isupper() or w in _PARTICLES for w in text.split() if w[0].isalpha()
    )


def are_names(text: str) -> bool:
    """Whether a text has only names of people."""
    return len(text) <= 120 and all(is_name(p.strip()) for p in _AND.split(text))


def agencies(text: str) -> list[str]:
    """The agencies among the names of a byline."""
    return [found for p in _AND.split(text) if p.strip() and (found := agency(p))]


def is_author_like(text: str) -> bool:
    """Whether the text after an opener can be people or desks, not a sentence."""
    if len(text) > 160 or not text or _EMAIL.fullmatch(text) or ":" in text:
        return False
    words = [w for w in re.split(r"[\s,;/|()]+", _BRACKETED.sub(" ", text)) if w]
    if not words or len(words) > 20 or (text.endswith((".", "?", "!")) and len(words) > 4):
        return False
    small = [
        w for w in words if w[0].islower() and w not in _PARTICLES and not _AND.fullmatch(f" {w} ")
    ]
    known = [w for w in small if _ROLES.search(w) or w in _BESIDE_NAMES or agency(w)]
    if not words[0][0].isalpha() and words[0][0] not in "«“@\"'":
        return False
    if words[0] in _ARTICLES and _ARTICLES.issuperset(known) and not _DESKS.search(text):
        return False
    return len(small) - len(known) <= len(words) // 9 and not any(c.isdigit() for c in text)


def authors(text: str) -> list[dict[str, str | None]]:
    """Split a byline without its opener into authors: name, role, organisation and raw text."""
    raw = fold(text)
    cleaned = _EMAIL.sub("", raw).strip(" ,;|-–—•·")
    found: list[dict[str, str | None]] = []
    for part in _AND.split(cleaned):
        name, after = _cut_organisation(part.strip(" .•·-–—"))
        name = after_opener(name) or name
        name = _HANDLE.sub("", name).strip(" «»“”\"'.,")
        if not name:
            continue
        if agency(name):
            continue
        if found and " " in str(found[-1]["name"]) and " " not in name:
            # "By Jo Bloggs, Leeds" or ", CNN": one word after a full name is not a second person.
            found[-1]["organisation"] = found[-1]["organisation"] or name
            continue
        if found and (is_role(name) or not is_plausible(name)) and not _DESKS.fullmatch(name):
            if found[-1]["role"] is None:
                found[-1]["role"] = name
            continue
        name, job_title = _cut_job_title(name)
        after = after or job_title
        if after[:1].islower() and not is_role(after):
            after = ""
        role = after if after and is_role(after) else None
        organisation = after if after and not role else None
        found.append({"name": name, "role": role, "organisation": organisation, "raw": raw})
    return found


def _cut_organisation(part: str) -> tuple[str, str]:
    if glued := _GLUED.search(part):
        return part[: glued.start()].strip(), part[glued.start() :].strip()
    if found := _FOR.search(part):
        return part[: found.start()].strip(), part[found.end() :].strip(" )]")
    return part, ""


def _cut_job_title(name: str) -> tuple[str, str]:
    """Cut "Jo Bloggs Europe correspondent" after the name; desks stay whole."""
    words = name.split()
    if len(words) < 3 or not _ROLES.search(name) or not is_name(" ".join(words[:2])):
        return name, ""
    if is_desk(" ".join(words[:2])):
        return name, ""
    return " ".join(words[:2]), " ".join(words[2:])


def is_plausible(name: str) -> bool:
    """Whether a text can be the name of a person or desk."""
    words = name.split()
    if not 1 <= len(words) <= 5 or any(c.isdigit() for c in name):
        return False
    return name[0].isupper() or not name[0].isascii() or name[0] in "«@"

"""Suppliers: news agencies and picture agencies."""

from __future__ import annotations

import re

from copydesk.model.draft import Segment
from copydesk.rules import wording
from copydesk.rules.recognizers import Lines, SegmentPart

# News agencies, most of which also supply pictures: the canonical name, then other printed forms.
_AGENCIES = """
Reuters, thomson reuters, reuters news agency, agencia reuters, رويترز, рейтер; AP, associated
press, the associated press, ap news, أ ب, أسوشيتد برس; AFP, agence france-presse, agence france
presse, أ ف ب, ا ف ب, أ.ف.ب, فرانس برس; dpa, dpa/lni, dpa/lnw, dpa-afx, dpa-infocom, dpa
international, د ب أ; EFE, agencia efe; TASS, itar-tass, тасс; RIA Novosti, риа новости, ria;
Interfax, интерфакс; Xinhua, 新华社, شينخوا; Kyodo, kyodo news; Jiji Press, jiji; Yonhap, yonhap news
agency; Bernama, برناما; Antara; PTI, press trust of india; ANI; IANS; UNI; APP, associated press
of pakistan; UPI; PA Media, press association; The Canadian Press, canadian press; La Presse
canadienne, presse canadienne; AAP, australian associated press; APA; Keystone-SDA, sda, ats,
keystone-ats; KNA; epd; SID; Belga, belga news agency; ANP; Ritzau; NTB; TT; STT; PAP; ČTK, ctk;
TASR; MTI; Agerpres; BTA; Tanjug; Hina; Ukrinform, укринформ, укрінформ; AKIpress; ANSA; Adnkronos;
AGI; Agenzia Nova, nova; LaPresse; Italpress; Europa Press, europapress; Lusa; Agência Brasil;
Estadão Conteúdo; Folhapress; Télam, telam; NA, noticias argentinas; Notimex; Prensa Latina;
Anadolu, anadolu agency, anadolu ajansı, aa, الأناضول; DHA; İHA, iha; MAP; TAP; APS; SPA, saudi
press agency, واس; WAM, وام; KUNA, كونا; QNA, قنا; Petra, بترا; MENA; NINA; IRNA; ISNA; Tasnim;
PNA; NAN, news agency of nigeria; GNA; SAnews; Bloomberg, bloomberg news; Dow Jones, dow jones
newswires; AFP-JIJI; CMC; CNN Wire; Tribune News Service
"""

_PICTURES = """
getty; getty images; afp via getty images; via getty images; shutterstock; istock; istockphoto;
alamy; alamy stock photo; unsplash; pexels; pixabay; depositphotos; dreamstime; adobe stock;
stock.adobe.com; epa; epa-efe; efe-epa; pa; pa wire; pa images; ap photo; swns; rex; rex features;
imago; imago images; picture alliance; picture-alliance; nurphoto; zuma; zuma press; zuma wire;
sipa; sipa usa; abaca; maxppp; ip3; corbis; wenn; newscom; nasa; handout; supplied; pool; file;
wikimedia; wikimedia commons; wikipedia; flickr; facebook; instagram; twitter; youtube; tiktok;
google maps; screengrab; screenshot; keystone; scanpix; agerpres; action images; icon sport;
usa today sports; mandatory credit; photosport; sputnik; reuters connect; ap images; cover images;
courtesy; file photo; stock photo; archive; archivo; archiv; archivbild; arquivo; handout photo
"""

AGENCIES: dict[str, str] = {}
"""Casefolded printed form -> canonical name."""
for _forms in _AGENCIES.split(";"):
    _name, *_others = " ".join(_forms.split()).split(", ")
    AGENCIES |= {form.casefold(): _name for form in (_name, *_others)}

# Short names that are also words, initials or outlets: they count only in capitals, and only in
# places for suppliers.
_AMBIGUOUS = frozenset("na map tap sid uni app mena rex nova pa aa ria petra tt hina via".split())
# Words for the origin of a picture that are not a credit on their own.
_WEAK = frozenset(
    "archive archiv archivo arquivo archivbild file pool supplied courtesy handout facebook "
    "instagram twitter youtube tiktok screenshot screengrab flickr wikipedia".split()
)

PICTURES = frozenset(p.strip() for p in _PICTURES.replace("\n", " ").split(";"))
"""Casefolded names of picture suppliers that are not news agencies."""

_LAST_WORDS = frozenset(name.split()[-1] for name in AGENCIES)
_FIRST_WORDS = frozenset(name.split()[0] for name in (*AGENCIES, *PICTURES))
_END_WORDS = frozenset(("staff", "file", "images")).union(
    name.split()[-1] for name in (*AGENCIES, *PICTURES)
)
_FIRST_WORD = re.compile(r"[ .()\[\]©/|,;&]*([^ /|,;&]*)")

_JOINING = frozenset(("via", "for", "and", "und"))
_PART = re.compile(r" ?(?:/|\||,|;|\bvia\b|\bfor\b|\band\b|\bund\b|&) ?")


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
_RIGHTS = re.compile(r"^©\s?(?P<name>[\w/-]{2,20}),\s")
_INITIALED = re.compile(
    r"^\(?(?:[a-zäöü]{2,4}/(?P<a>[A-Za-z-]{2,12})|(?P<b>[A-Za-z-]{2,12})/[a-zäöü]{2,4})\)?$"
)
_INITIALS = re.compile(r"^\(?[a-zäöü]{2,5}(?:[/,]\s?[a-zäöü]{2,5})*\)?$")
# A line of initials is among the last lines.
_LAST_LINES = 8


def cut_sign_off(lines: Lines, index: int) -> bool:
    """Cut an agency after the last sentence: "(Reuters)", "mit dpa", "red/dpa"."""
    found = sign_off(lines.segments[index])
    return found is not None and lines.cut(index, [SegmentPart(0), found[0]])


def sign_off(segment: Segment) -> tuple[SegmentPart, bool] | None:
    """The agency after the last sentence, and whether it cannot be a picture credit."""
    text = segment.text
    if segment.words < 6 or not ends_in_agency(text):
        return None
    found = _SIGN_OFF.search(text[-_SIGN_OFF_LENGTH:])
    if found is None:
        return None
    name = found["name"]
    parts = name.split("/")
    if len(parts) > 1 and not all(agency(part) or _DESK.fullmatch(part) for part in parts):
        return None
    known = agency(name) or (agency_among(name) if found["with"] or len(parts) > 1 else None)
    marked = found["open"].strip() or found["with"] or name.isupper() or known == name
    if not known or not (marked or len(parts) > 1):
        return None
    start = max(0, len(text) - _SIGN_OFF_LENGTH) + found.start("open")
    part = SegmentPart(start, "agency_credit", "agency.sign_off", {"agency": known})
    return part, bool(found["with"]) or not all(map(agency, parts))


def decide_under_byline(lines: Lines, index: int) -> bool:
    """Decide an agency's name below the byline."""
    segment = lines.segments[index]
    before = lines.before(index)
    if before is None or before.role != "byline":
        return False
    if not only_suppliers(segment.text) or not (name := agency(segment.text)):
        return False
    return lines.decide(index, "agency_credit", "agency.under_byline", agency=name)


def decide_initials(lines: Lines, index: int) -> bool:
    """Decide the writers' initials below the last paragraph or an agency."""
    segment = lines.segments[index]
    before = lines.before(index)
    if before is None or before.role not in ("agency_credit", "paragraph"):
        return False
    if len(lines.segments) - index >= _LAST_LINES or not _INITIALS.match(segment.text):
        return False
    return lines.decide(index, "reporting_credit", "agency.initials")


def decide_labelled(lines: Lines, index: int) -> bool:
    """Decide a source after a label such as "Source:": an agency, else a publisher."""
    segment = lines.segments[index]
    label = wording.label_of(segment)
    if label is None or label.kind != "agency" or not label.rest or not label.marked:
        return False
    if found := agency_among(label.rest):
        return lines.decide(index, "agency_credit", "wording.agency", agency=found)
    if segment.words <= 8 and not segment.ends_sentence:
        return lines.decide(index, "publisher", "wording.agency", text=label.rest)
    return False


def decide_rights(lines: Lines, index: int) -> bool:
    """Decide a line on the rights of an agency, such as "© AFP, all rights reserved"."""
    segment = lines.segments[index]
    found = _RIGHTS.match(segment.text) if segment.text[0] == "©" else None
    if found is None or not (name := agency(found["name"])):
        return False
    return lines.decide(index, "agency_credit", "agency.rights", agency=name)


def decide_initialed(lines: Lines, index: int) -> bool:
    """Decide an agency with the initials of its writer: "dpa/jb"."""
    segment = lines.segments[index]
    found = _INITIALED.match(segment.text) if "/" in segment.text else None
    if found is None or not (name := agency(found["a"] or found["b"])):
        return False
    return lines.decide(index, "agency_credit", "agency.initials", agency=name)


def agency(name: str) -> str | None:
    """The canonical name of an agency from any printed form; ambiguous ones only in capitals."""
    folded = name.strip(" .()[]—–-/").casefold()
    found = AGENCIES.get(folded)
    if found and folded in _AMBIGUOUS and not name.strip(" .()").isupper():
        return None
    if found is None and "/" in folded:
        return agency(name.split("/", 1)[0])
    return found


def ends_in_agency(text: str) -> bool:
    """Whether the last word of a text can end an agency's name: a cheap pre-check."""
    word = text[-40:].rsplit(" ", 1)[-1].rsplit("(", 1)[-1].strip(" .()[]—–-").casefold()
    return word in _LAST_WORDS or ("/" in word and not _LAST_WORDS.isdisjoint(word.split("/")))


def agency_in_credit(credit: str) -> str | None:
    """The canonical or printed name of the first supplier in a credit."""
    for part in _PART.split(credit):
        name = part.strip(" .()[]:©")
        folded = name.casefold().removesuffix(" photo").removesuffix(" file photo")
        if folded in _AMBIGUOUS and not name.isupper():
            continue
        if folded in AGENCIES:
            return AGENCIES[folded]
        if folded in ("getty", "getty images", "shutterstock", "epa", "alamy", "pa wire", "imago"):
            return name
    return None


def only_suppliers(text: str) -> bool:
    """Whether a text has only names of suppliers ("AFP via Getty Images", "REUTERS")."""
    if not _starts_as_supplier(text):
        return False
    named = [p for p in (p.strip(" .()[]©") for p in _PART.split(text)) if p]
    if not all(_is_supplier(p) for p in named):
        return False
    return any(p.casefold() not in _WEAK for p in named)


def _starts_as_supplier(text: str) -> bool:
    """Whether the first word of a text can start a list of suppliers: a cheap pre-check."""
    found = _FIRST_WORD.match(text)
    return _may_be(found[1] if found else "", _FIRST_WORDS)


def ends_as_supplier(text: str) -> bool:
    """Whether the last word of a text can end a list of suppliers: a cheap pre-check."""
    word = text.rstrip(" .()[]/|,;&").rsplit(" ", 1)[-1]
    for sign in "/|,;&":
        word = word.rsplit(sign, 1)[-1]
    return _may_be(word, _END_WORDS)


def _may_be(word: str, known: frozenset[str]) -> bool:
    folded = word.strip(".()[]©").casefold()
    if folded in known or folded in _JOINING:
        return True
    return not folded.isalnum() and _PART.search(folded) is not None


def starts_in_supplier(text: str) -> bool:
    """Whether the first part of "SUPPLIER / NAME" is a supplier."""
    parts = [p for p in _PART.split(text) if p.strip()]
    if len(parts) < 2:
        return False
    return _is_supplier(parts[0].strip(" .()[]©"))


def ends_in_supplier(text: str) -> bool:
    """Whether the last part of "NAME / SUPPLIER" is a supplier."""
    if not ends_as_supplier(text):
        return False
    parts = [p for p in _PART.split(text) if p.strip()]
    if len(parts) < 2:
        return False
    last = parts[-1].strip(" .()[]")
    return _is_supplier(last) or last.casefold().endswith((" staff", " file", " images"))


def _is_supplier(name: str) -> bool:
    folded = name.casefold()
    if folded in _AMBIGUOUS and not name.isupper():
        return False
    return folded in AGENCIES or folded in PICTURES


def agency_among(text: str) -> str | None:
    """The first agency in a list of names ("ntv.de, ino/dpa")."""
    return next((found for p in _PART.split(text) if p.strip() and (found := agency(p))), None)

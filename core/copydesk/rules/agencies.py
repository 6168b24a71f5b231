"""Suppliers: news agencies and picture agencies."""

from __future__ import annotations

import re

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

"""Authors in metadata, cleaned and split into people, desks and agencies."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from copydesk.rules import bylines
from copydesk.rules.agencies import agency
from copydesk.util.text import bare, fold

AuthorEntry = dict[str, Any]

_MOST = 40
_NOBODY = "N"
_MOST_WORDS = 30
_LONGEST = 400
_EMAIL = re.compile(r"[^\s@<>()]{1,64}@[^\s@<>()]{1,80}\.\w{2,12}")
_ADDRESS = re.compile(r"(?:https?:)?//\S+|\bwww\.\S+", re.IGNORECASE)
_HOST = re.compile(r"\S{1,80}\.[a-z]{2,6}")
_MAILED = re.compile(r"[^\s@]{1,64}@\S{1,80}\s+\((?P<name>[^()]{3,80})\)")
_SEVERAL = re.compile(
    r"[,;|/&\n(@\u060c\u061b\u3001\uff0c\uff1b]|\s(?:and|und|et|y|e|i|и|ve|en|och|og|avec|with|و)\s|\s[-–—•]\s",
    re.IGNORECASE,
)
_MADE_BY = re.compile(
    r"(?:erstellt|geschrieben|verfasst|veröffentlicht|artikel|beitrag|written|posted|published|"
    r"article|story|escrito|publicado|écrit|publié|rédigé|scritto|pubblicato)\s"
    r"(?:von|by|por|par|da)\b:?\s*",
    re.IGNORECASE,
)
_CAPITAL_AND = re.compile(r"(?<=\s)And(?=\s)")
_STAFF = re.compile(
    r"redaktion|redacci[oó]n|r[ée]daction|redazione|redakcja|reda[cç][aã]o|newsroom|"
    r"\b(?:staff|desk|editorial team)\b",
    re.IGNORECASE,
)
_TRAILING = re.compile(r"\s*\((?:author|autor|autorin|staff|redaktion)\)$", re.IGNORECASE)
_BETWEEN_TURNED = re.compile(r";|\s(?:and|und|et|y|e|i|og|och|en|&)\s", re.IGNORECASE)
_FAMILY = re.compile(
    r"(?:(?:de|da|di|del|van|von|der|den|le|la|al|bin|Mc|Mac|O['’])\s?){0,3}[^\W\d_][\w'’-]+", re.I
)
_GIVEN = re.compile(r"[^\W\d_][\w'’.-]*(?:\s[^\W\d_]\.?|\s[^\W\d_][\w'’-]+)?")
_RANK = re.compile(r",\s?((?:Jr|Sr|Ph\.?D|M\.?D|II|III|IV)\b\.?)")
_PLACEHOLDERS = frozenset(
    "admin administrator root author autor autorin webmaster user guest unknown none null "
    "undefined anonymous anonym n/a editor test default wordpress name written".split()
) | {"no author", "kein autor"}


@dataclass(slots=True)
class Credits:
    """The authors and suppliers of an article.

    authors: people and desks, as in the record.
    own: the site itself, named as an author.
    suppliers: agencies named as authors.
    agencies: their canonical names.
    """

    authors: list[AuthorEntry] = field(default_factory=list)
    own: list[AuthorEntry] = field(default_factory=list)
    suppliers: list[AuthorEntry] = field(default_factory=list)
    agencies: list[str] = field(default_factory=list)


def clean(entries: list[AuthorEntry], sites: frozenset[str], *, printed: bool = False) -> Credits:
    """Clean the authors of one statement.

    entries: {"name", "url", "kind", "role"}; the name may be a whole byline.
    sites: the site's names, by `text.bare`.
    printed: whether they are from the page's text, where only texts like names count.
    """
    found = Credits()
    for entry in entries[:_MOST]:
        for author in _authors(entry, printed):
            name = _cut_house(author, sites)
            if supplier := agency(name):
                if supplier not in found.agencies:
                    found.agencies.append(supplier)
                    found.suppliers.append(author)
                continue
            key = bare(name)
            if not key or (printed and not _is_printed_name(name)):
                continue
            if _is_own(name, key, sites):
                found.own.append(author)
            elif found.own and not found.authors and " " not in name:
                # "example.com, Springfield": the site's city or office.
                continue
            elif not any(bare(a["name"]) == key for a in found.authors):
                found.authors.append(author)
    found.authors = without_glued(found.authors)
    return found


def without_glued(
    authors: list[AuthorEntry], others: list[AuthorEntry] | None = None
) -> list[AuthorEntry]:
    """Replace authors whose name consists of two or more names ("Jo Bloggs Ann Lee").

    others: authors of other statements, whose names count too.
    """
    names = {bare(a["name"]): a for a in [*authors, *(others or [])]}
    kept: list[AuthorEntry] = []
    for author in authors:
        parts = _glued(author["name"], names)
        if not parts:
            kept.append(author)
        kept += [p for p in parts if p not in authors and p not in kept]
    return kept


def completes(others: list[AuthorEntry], stated: list[AuthorEntry], *, shown: bool) -> bool:
    """Whether other authors are the stated ones in full, or those and more.

    shown: whether the others are printed beside the headline, where no accounts stand.
    """
    if not others or not all(bylines.is_name(a["name"]) for a in others):
        return False
    names = [str(a["name"]) for a in stated]
    keys = {bare(a["name"]) for a in others}
    if all(map(bylines.is_name, names)):
        return not shown and {bare(name) for name in names} < keys
    if any(" " in name for name in names):
        return False
    if shown and not any(name.istitle() for name in names):
        return True
    return all(any(_is_short_for(name, a["name"]) for a in others) for name in names)


def _is_short_for(account: str, name: str) -> bool:
    """Whether an account or a first name is that of a person ("jo.bloggs", "Jo")."""
    words = [bare(w) for w in name.split()]
    key = bare(account)
    return key == words[0] or key == "".join(words) or key == words[0] + words[-1]


def _glued(name: str, names: dict[str, AuthorEntry]) -> list[AuthorEntry]:
    """The authors of whose names a name consists; [] if it is a single name."""
    words = [bare(w) for w in name.split()]
    if not 4 <= len(words) <= _MOST_WORDS:
        return []
    parts: list[AuthorEntry] = []
    start = 0
    while start < len(words):
        for end in range(start + 2, len(words) + 1):
            part = names.get("".join(words[start:end]))
            if part is not None and (start or end < len(words)):
                parts.append(part)
                start = end
                break
        else:
            return []
    return parts


def _cut_house(author: AuthorEntry, sites: frozenset[str]) -> str:
    """Move the site's name after a person's to the organisation ("Jo Bloggs Example Staff")."""
    words = str(author["name"]).split()
    for i in range(2, len(words)):
        if bare(words[i]) in sites and bylines.is_name(" ".join(words[:i])):
            author["name"] = " ".join(words[:i])
            author["organisation"] = author["organisation"] or " ".join(words[i:])
            break
    return str(author["name"])


def _is_own(name: str, key: str, sites: frozenset[str]) -> bool:
    if key in sites or _HOST.fullmatch(name):
        return True
    # Cheap pre-check: a name of the site can be a word only if it is in the whole.
    if not any(site in key for site in sites) or _STAFF.search(name):
        return False
    return any(len(w) > 2 and bare(w) in sites for w in name.split()) and not bylines.is_name(name)


def _is_printed_name(name: str) -> bool:
    if agency(name.split()[0]):
        return False
    return bylines.is_name(name) or bylines.is_desk(name)


def _authors(entry: AuthorEntry, printed: bool) -> list[AuthorEntry]:
    raw = fold(str(entry.get("name") or "")[:_LONGEST])
    text = raw
    if "@" in raw:
        mailed = _MAILED.fullmatch(raw)
        text = mailed["name"] if mailed else fold(_EMAIL.sub(" ", raw))
    if "//" in text or "." in text:
        text = fold(_ADDRESS.sub(" ", text))
    text = text.strip(" ,;|-–—•·<>:")
    if text.endswith(")"):
        text = _TRAILING.sub("", text)
    opened = _MADE_BY.sub("", text, count=1) if _MADE_BY.match(text) else bylines.after_opener(text)
    text = _CAPITAL_AND.sub("and", opened or text)
    if text.casefold() in _PLACEHOLDERS or not any(c.isalpha() for c in text):
        return []
    if bylines.after_opener(f"{text} {_NOBODY}") == _NOBODY:
        # An opener without a name ("Written by").
        return []
    if printed and not bylines.is_author_like(text):
        return []
    parts = _parts(text.removesuffix("()").strip(), entry.get("kind"))
    url = entry.get("url") if len(parts) == 1 else None
    return [
        part | {"url": url, "raw": raw, "role": part["role"] or entry.get("role")} for part in parts
    ]


def _turned(text: str) -> list[str]:
    """Reorder a list of inverted names ("Bloggs, Jo; Lee, Ann"); [] if it is not one.

    Each comma must follow a family name: a full name there is a name of its own.
    """
    if "," not in text or not text.isprintable():
        return []
    found: list[str] = []
    for one in _BETWEEN_TURNED.split(text):
        words = [part.strip() for part in one.split(",")]
        if len(words) < 2 or len(words) % 2:
            return []
        for family, given in zip(words[::2], words[1::2], strict=True):
            if not (_FAMILY.fullmatch(family) and _GIVEN.fullmatch(given)):
                return []
            if given.isupper() and " " not in given and len(given) < 6 and not given.endswith("."):
                # An outlet's letters ("Bloggs, CNN").
                return []
            if any(agency(w) or bylines.is_role(w) or bylines.is_desk(w) for w in (family, given)):
                return []
            if {family.casefold(), given.casefold()} & _PLACEHOLDERS:
                return []
            found.append(f"{given} {family}")
    return found


def _parts(text: str, kind: str | None) -> list[AuthorEntry]:
    text = _RANK.sub(r" \1", text) if "," in text else text
    whole = [{"name": text, "role": None, "organisation": None}]
    if kind == "organization":
        return whole
    if turned := _turned(text):
        return [{"name": name, "role": None, "organisation": None} for name in turned]
    if not _SEVERAL.search(text) and not (len(text.split()) > 2 and bylines.is_role(text)):
        return whole
    agencies = [{"name": a, "role": None, "organisation": None} for a in bylines.agencies(text)]
    parts: list[AuthorEntry] = [dict(a) for a in bylines.authors(text)]
    return parts + agencies or whole

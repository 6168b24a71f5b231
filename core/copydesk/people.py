"""Authors as metadata states them, cleaned into people and desks, with the agencies set apart."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from copydesk.rules import bylines
from copydesk.rules.suppliers import agency
from copydesk.text import bare, fold

Entry = dict[str, Any]

_MOST = 40
_LONGEST = 400
_EMAIL = re.compile(r"[^\s@<>()]{1,64}@[^\s@<>()]{1,80}\.\w{2,12}")
_ADDRESS = re.compile(r"(?:https?:)?//\S+|\bwww\.\S+", re.IGNORECASE)
_HOST = re.compile(r"\S{1,80}\.[a-z]{2,6}")
_MAILED = re.compile(r"[^\s@]{1,64}@\S{1,80}\s+\((?P<name>[^()]{3,80})\)")
_SEVERAL = re.compile(
    r"[,;|/&\n(@]|\s(?:and|und|et|y|e|i|и|ve|en|och|og|avec|with|و)\s|\s[-–—•]\s", re.IGNORECASE
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
_PLACEHOLDERS = frozenset(
    "admin administrator root author autor autorin webmaster user guest unknown none null "
    "undefined anonymous anonym n/a editor test default wordpress name written".split()
) | {"no author", "kein autor"}


@dataclass(slots=True)
class Credits:
    """Who wrote it and who supplied it.

    authors: people and desks in the record's form. own: the site itself, named as an author.
    suppliers: agencies named as authors, in the same form; agencies: their canonical names.
    """

    authors: list[Entry] = field(default_factory=list)
    own: list[Entry] = field(default_factory=list)
    suppliers: list[Entry] = field(default_factory=list)
    agencies: list[str] = field(default_factory=list)


def read(entries: list[Entry], sites: frozenset[str], *, printed: bool = False) -> Credits:
    """Clean the authors that one statement names.

    entries: {"name", "url", "kind", "role"}, the name possibly a whole byline. sites: the site's
    own names in the form of `text.bare`. printed: the names were found in the page's text, where
    only what has the shape of a name is one.
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
                # "example.com, Springfield": where the house sits, or its office.
                continue
            elif not any(bare(a["name"]) == key for a in found.authors):
                found.authors.append(author)
    return found


def _cut_house(author: Entry, sites: frozenset[str]) -> str:
    """Cut the site's name from behind a person's ("Jo Bloggs Example Staff"); gives the name."""
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
    # Where no site's name stands in the whole, none is a word of it.
    if not any(site in key for site in sites) or _STAFF.search(name):
        return False
    return any(len(w) > 2 and bare(w) in sites for w in name.split()) and not bylines.is_name(name)


def _is_printed_name(name: str) -> bool:
    if agency(name.split()[0]):
        return False
    return bylines.is_name(name) or bylines.is_desk(name)


def _authors(entry: Entry, printed: bool) -> list[Entry]:
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
    opened = _MADE_BY.sub("", text, count=1) if _MADE_BY.match(text) else bylines.opened(text)
    text = _CAPITAL_AND.sub("and", opened or text)
    if text.casefold() in _PLACEHOLDERS or not any(c.isalpha() for c in text):
        return []
    if printed and not bylines.is_author_like(text):
        return []
    parts = _parts(text.removesuffix("()").strip(), entry.get("kind"))
    url = entry.get("url") if len(parts) == 1 else None
    return [
        part | {"url": url, "raw": raw, "role": part["role"] or entry.get("role")} for part in parts
    ]


def _parts(text: str, kind: str | None) -> list[Entry]:
    whole = [{"name": text, "role": None, "organisation": None}]
    if kind == "organization":
        return whole
    if not _SEVERAL.search(text) and not (len(text.split()) > 2 and bylines.is_role(text)):
        return whole
    agencies = [{"name": a, "role": None, "organisation": None} for a in bylines.agencies(text)]
    parts: list[Entry] = [dict(a) for a in bylines.authors(text)]
    return parts + agencies or whole

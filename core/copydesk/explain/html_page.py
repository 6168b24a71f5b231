"""The explain page: a document, its article, and the role of every character, as one HTML file."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from copydesk.adapters.outlet import Outlet
from copydesk.explain import partition
from copydesk.explain.partition import Group, Stretch
from copydesk.explain.provenance import brief, origins
from copydesk.model.article import Article
from copydesk.model.draft import Draft
from copydesk.model.roles import FIELDS, REMOVED
from copydesk.util.text import escape_invisible
from copydesk.util.urls import without_user

# Only a URL of this form becomes a link; any other is shown as text.
_LINK = re.compile(r"https?://[^\s\x00-\x20\x7f<>\"'`\\{}|^]+", re.IGNORECASE)
_RIGHT_TO_LEFT = frozenset("ar arc ckb dv fa he iw ku-arab nqo ps sd syr ug ur yi".split())
# White space that a browser collapses.
_FOLDED = "\t\n\r"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of the source on the page; group is None for text outside all segments."""

    group: Group | None
    role: str
    rule: str
    field: str | None
    start: int
    end: int
    text: str

    @property
    def characters(self) -> int:
        """Number of characters without white space."""
        return partition.visible(self.text)


def render(
    draft: Draft, article: Article, adapter: type[Outlet] | None, stretches: list[Stretch]
) -> str:
    """Return the page as HTML, without scripts and requests, and with all input text escaped.

    stretches: the partition of the draft; the page shows its errors, if any.
    """
    entries = partition.entries(draft.text, stretches)
    roles = sorted({entry.role for entry in entries})
    style = _environment().get_template("report.css.jinja").render(roles=roles)
    counted = sum(entry.characters for entry in entries)
    return (
        _environment()
        .get_template("report.html.jinja")
        .render(
            article=article,
            document=draft.document,
            style=Markup(style),
            digest=digest_of(style),
            lang=article.language,
            direction=direction(article.language),
            runs=[
                (own, list(run))
                for own, run in groupby(pieces(draft.text, stretches), _is_furniture)
            ],
            entries=entries,
            shares=_shares(entries, max(counted, 1)),
            counted=counted,
            visible=partition.visible(draft.text),
            faults=partition.faults(draft.text, stretches),
            origins=origins(draft, article, adapter),
            candidates=draft.candidates,
            authors={
                comment.id: comment.author for comment in article.comments.items if comment.id
            },
        )
    )


def pieces(text: str, stretches: list[Stretch]) -> Iterator[Piece]:
    """Yield the stretches of a text and the gaps between them, each character once."""
    done = 0
    for one in stretches:
        start, end = max(one["start"], done), max(one["end"], done)
        yield from _gap(text, done, start)
        words = text[start:end]
        yield Piece(
            group=partition.group(one),
            role=one["role"],
            rule=one["rule"],
            field=one["field"],
            start=start,
            end=end,
            text=words,
        )
        done = end
    yield from _gap(text, done, len(text))


def _gap(text: str, start: int, end: int) -> Iterator[Piece]:
    if words := text[start:end].strip():
        yield Piece(group=None, role="", rule="", field=None, start=start, end=end, text=words)


def _is_furniture(piece: Piece) -> bool:
    return piece.group == "furniture"


def direction(language: str | None) -> str:
    """Return the writing direction of a language for `dir`; "auto" without a language."""
    if language is None:
        return "auto"
    tag = language.casefold()
    known = {tag, tag.split("-")[0], "-".join(tag.split("-")[:2])}
    return "rtl" if known & _RIGHT_TO_LEFT else "ltr"


def shown(value: object) -> Markup:
    """Escape a text for the page, with invisible and bidi characters written out."""
    form = '<span class="control">{}</span>'
    return Markup(escape_invisible(str(escape(str(value))), form, keep=_FOLDED))


def inline(value: object) -> Markup:
    """Escape a text inside a line, isolated so that its direction does not affect the rest."""
    return Markup("<bdi>{}</bdi>").format(shown(value))


def link(address: str | None) -> str | None:
    """Return a URL if it may become a link, else None."""
    if not address or without_user(address) != address:
        return None
    if _LINK.fullmatch(address) and escape_invisible(address) == address:
        return address
    return None


def as_lines(value: Any) -> list[str]:
    """Return a value of the record as lines of text, one for each item of a list."""
    if value is None:
        return []
    if isinstance(value, list):
        return ["; ".join(as_lines(item)) for item in value]
    if isinstance(value, dict):
        parts = {k: "; ".join(as_lines(v)) for k, v in value.items() if v is not None}
        return [", ".join(f"{name}: {words}" for name, words in parts.items() if words)]
    return [str(value)]


def _shares(entries: list[partition.Entry], counted: int) -> list[tuple[Group, int, float, float]]:
    """Return characters, start and length in percent of each group's share of the text."""
    found = []
    begin = 0.0
    for group in partition.SIGNS:
        characters = sum(e.characters for e in entries if e.group == group)
        part = 100 * characters / counted
        found.append((group, characters, round(begin, 3), round(part, 3)))
        begin += part
    return found


def digest_of(style: str) -> str:
    """Return the hash of a style sheet by which the page's policy allows it."""
    return base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")


def environment_of(*packages: str) -> Environment:
    """Return what makes pages of the templates of packages, the first one first, all text escaped."""
    return Environment(
        loader=ChoiceLoader([PackageLoader(package) for package in packages]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _environment() -> Environment:
    environment = environment_of("copydesk.explain")
    environment.filters |= {
        "shown": shown,
        "inline": inline,
        "as_lines": as_lines,
        "brief": brief,
        "plain": escape_invisible,
        "link": link,
    }
    environment.globals["signs"] = partition.SIGNS
    environment.globals["meanings"] = {r: what for r, (_, what) in FIELDS.items()} | REMOVED
    return environment

"""What an outlet adapter says of its outlet, checked when its class is created."""

from __future__ import annotations

import hashlib
import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo

from copydesk.errors import OutletDefinitionError
from copydesk.model.document import Document
from copydesk.model.roles import FIELDS, REMOVED, ROLES
from copydesk.readers.html.selectors import LayoutSelectors, Selectors
from copydesk.rules import Rule
from copydesk.util.text import did_you_mean, fold
from copydesk.util.urls import host_of, is_http

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

FIELD_NAMES = (
    "body", "headline", "standfirst", "byline", "dateline", "published", "modified", "section",
    "breadcrumbs", "tags", "images", "caption", "credit", "comments", "related", "corrections",
)  # fmt: skip
"""Fields for which an adapter may say where they stand: a CSS selector, or a method."""

STATED_FIELDS = ("headline", "standfirst", "byline", "published", "modified", "section")
"""Fields whose method, given a `Page`, returns the value itself or None."""

Strip = str | re.Pattern[str] | tuple[str | re.Pattern[str], ...]

_IDENTITY = (
    "id",
    "name",
    "domains",
    "country",
    "language",
    "timezone",
    "feeds",
    "strip",
    "rules",
    "layouts",
)
ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
"""What an outlet may be called: kebab-case."""

_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|\d{3}))?")
_HOST = re.compile(
    r"(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+"
)
_COUNTRY = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True, slots=True)
class Page:
    """What a field method may look at.

    text: the visible text. url: the page's address or None. document: the input itself.
    """

    text: str
    url: str | None
    document: Document
    _tree: LexborHTMLParser | None = None

    def all(self, css: str) -> list[str]:
        """The texts of all elements that match, white space folded; none in plain text."""
        nodes = self._tree.css(css) if self._tree is not None else []
        return [fold(node.text(separator=" ")) for node in nodes]

    def first(self, css: str) -> str | None:
        """The text of the first element that matches; None where none does or it is empty."""
        node = self._tree.css_first(css) if self._tree is not None else None
        return fold(node.text(separator=" ")) or None if node is not None else None

    def attribute(self, css: str, name: str) -> str | None:
        """An attribute of the first element that matches; None where there is none."""
        node = self._tree.css_first(css) if self._tree is not None else None
        return node.attributes.get(name) if node is not None else None


class Layout:
    """One generation of an outlet's pages, chosen by evidence in the page.

    name: what the record's `adapter.layout` says. matches: the CSS probe. until: the last day on
    which it was seen, ISO 8601, used only where two layouts match. Any field of `FIELD_NAMES`, and
    strip, may be given; they come before the outlet's own.
    """

    __slots__ = ("fields", "matches", "name", "strip", "until")

    def __init__(
        self, name: str, *, matches: str, until: str | None = None, strip: Mapping[str, Strip] | None = None,
        **fields: str,
    ) -> None:  # fmt: skip
        self.name = name
        self.matches = matches
        self.until = until
        self.strip = dict(strip or {})
        self.fields = fields


class Outlet:
    """An outlet adapter: a subclass states what is peculiar to the outlet, and nothing else.

    id: kebab-case, unique. name: as the outlet writes itself. domains: hosts, subdomains included.
    country: ISO 3166-1 alpha-2. language: BCP 47, for pages that state none. timezone: IANA name,
    for dates printed without one. feeds: URLs. strip: kind of residue -> what to take out, a CSS
    selector (str) or a pattern for whole lines (re.Pattern), or a tuple of them. rules: `Rule`s for
    what tables cannot say. layouts: generations of its pages. Any field of `FIELD_NAMES` may be a
    CSS selector or a method of that name, `def headline(self, page: Page) -> str | None`.

    A subclass without an id is a family of outlets: it can be inherited from, not registered.
    """

    id: ClassVar[str] = ""
    name: ClassVar[str] = ""
    domains: ClassVar[tuple[str, ...]] = ()
    country: ClassVar[str | None] = None
    language: ClassVar[str | None] = None
    timezone: ClassVar[str | None] = None
    feeds: ClassVar[tuple[str, ...]] = ()
    strip: ClassVar[Mapping[str, Strip]] = {}
    rules: ClassVar[tuple[Rule, ...]] = ()
    layouts: ClassVar[tuple[Layout, ...]] = ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for attribute in vars(cls):
            if not attribute.startswith("_"):
                _check(cls, attribute)

    @classmethod
    def version(cls) -> str:
        """A hash of the adapter's source, which changes whenever its text does."""
        return _version(cls)  # type: ignore[arg-type]

    @classmethod
    def line_rules(cls) -> tuple[Rule, ...]:
        """The rules, and those that `strip` states as line patterns."""
        return _line_rules(cls)  # type: ignore[arg-type]

    @classmethod
    def selectors(cls) -> Selectors:
        """What it says of its pages in CSS, as the reader for HTML takes it."""
        return _selectors(cls)  # type: ignore[arg-type]


@cache
def _selectors(cls: type[Outlet]) -> Selectors:
    fields = {name: css for name in FIELD_NAMES if isinstance(css := getattr(cls, name, None), str)}
    layouts = tuple(
        LayoutSelectors(one.name, one.matches, one.until, dict(one.fields), _css(one.strip))
        for one in cls.layouts
    )
    return Selectors(cls.id, fields, _css(cls.strip), layouts)


def _css(strip: Mapping[str, Strip]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (kind, one)
        for kind, given in strip.items()
        for one in (given if isinstance(given, tuple) else (given,))
        if isinstance(one, str)
    )


@cache
def _line_rules(cls: type[Outlet]) -> tuple[Rule, ...]:
    stripped = [
        Rule.line(pattern, kind, name=f"strip.{kind}")
        for kind, given in cls.strip.items()
        for pattern in (given if isinstance(given, tuple) else (given,))
        if isinstance(pattern, re.Pattern)
    ]
    return (*cls.rules, *stripped)


@cache
def _version(cls: type[Outlet]) -> str:
    said = [_source(part) for part in cls.__mro__ if part not in (Outlet, object)]
    return hashlib.sha256("\n".join(said).encode("utf-8", "replace")).hexdigest()[:12]


def _source(cls: type) -> str:
    """The text that states the class: its TOML, or its module, with its helpers; else what it holds."""
    if "_declaration" in vars(cls):
        return str(vars(cls)["_declaration"])
    try:
        module = inspect.getmodule(cls)
        if module is not None and inspect.getsource(cls):
            return inspect.getsource(module)
    except (OSError, TypeError):
        pass
    said = {k: _said(v) for k, v in vars(cls).items() if not k.startswith("__")}
    return f"{cls.__qualname__} {sorted(said.items())}"


def _said(value: object) -> str:
    """A text for a value that is the same in every process: no address of an object in it."""
    if inspect.isfunction(value):
        code = value.__code__
        constants = [_said(c) for c in code.co_consts]
        return f"{code.co_name} {code.co_code.hex()} {code.co_names} {constants}"
    if isinstance(value, Layout):
        return f"{value.name} {value.matches} {value.until} {sorted(value.fields.items())} {value.strip}"
    if isinstance(value, (tuple, list)):
        return str([_said(v) for v in value])
    if isinstance(value, Rule):
        when = _said(value.when) if value.when else ""
        said = (value.kind, value.pattern, value.role, value.name, value.place, value.lines)
        return f"{said} {value.until} {value.warn} {when}"
    return type(value).__name__ if " at 0x" in repr(value) else repr(value)


def _fail(cls: type[Outlet], attribute: str, message: str) -> None:
    raise OutletDefinitionError(f"{cls.__module__}.{cls.__qualname__}.{attribute}", message)


def _check(cls: type[Outlet], attribute: str) -> None:
    value = vars(cls)[attribute]
    if attribute in _CHECKS:
        if problem := _CHECKS[attribute](value):
            _fail(cls, attribute, problem)
    elif attribute in FIELD_NAMES:
        if problem := _field(attribute, value):
            _fail(cls, attribute, problem)
    else:
        known = (*_IDENTITY, *FIELD_NAMES)
        _fail(cls, attribute, f"unknown attribute{did_you_mean(attribute, known)}")


def _text(value: object) -> str | None:
    return None if isinstance(value, str) and value.strip() else f"must be a text, not {value!r}"


def _id(value: object) -> str | None:
    good = isinstance(value, str) and (value == "" or ID.fullmatch(value))
    return None if good else f"must be kebab-case (lower case, digits, hyphens), not {value!r}"


def _strings(value: object, what: str) -> str | None:
    if isinstance(value, str) or not isinstance(value, (tuple, list)):
        return f"must be a tuple of {what}, not {value!r}"
    bad = [v for v in value if not isinstance(v, str)]
    return f"must hold {what}, not {bad[0]!r}" if bad else None


def _domains(value: Any) -> str | None:
    if problem := _strings(value, "hosts"):
        return problem
    for domain in value:
        if (
            host_of(domain) is None
            or not _HOST.fullmatch(domain.casefold())
            or domain != domain.casefold()
        ):
            return f"{domain!r} is no host: write it in lower case, without scheme, port or path"
    return None


def _country(value: object) -> str | None:
    good = value is None or (isinstance(value, str) and _COUNTRY.fullmatch(value))
    return None if good else f"must be an ISO 3166-1 code such as 'UY', not {value!r}"


def _language(value: object) -> str | None:
    good = value is None or (isinstance(value, str) and _LANGUAGE.fullmatch(value))
    return None if good else f"must be a BCP 47 tag such as 'en' or 'pt-BR', not {value!r}"


def _timezone(value: object) -> str | None:
    if value is None:
        return None
    try:
        ZoneInfo(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OSError, LookupError):
        return f"{value!r} is no IANA time zone"
    return None


def _feeds(value: Any) -> str | None:
    if problem := _strings(value, "URLs"):
        return problem
    for feed in value:
        if not is_http(feed) or host_of(feed) is None:
            return f"{feed!r} is no http or https URL"
    return None


def _strip(value: Any) -> str | None:
    if not isinstance(value, Mapping):
        return f"must map kinds to selectors and patterns, not {value!r}"
    for kind, given in value.items():
        if kind not in ROLES:
            return f"unknown kind {kind!r}{did_you_mean(str(kind), set(REMOVED) | set(FIELDS))}"
        for one in given if isinstance(given, tuple) else (given,):
            if isinstance(one, re.Pattern) and isinstance(one.pattern, str):
                continue
            if not isinstance(one, str):
                return f"{kind}: must be a selector or a compiled pattern, not {one!r}"
            if problem := _selector(one):
                return f"{kind}: {problem}"
    return None


def _rules(value: Any) -> str | None:
    if not isinstance(value, (tuple, list)):
        return f"must be a tuple of rules, not {value!r}"
    for number, rule in enumerate(value):
        if not isinstance(rule, Rule):
            return f"[{number}] is no Rule: {rule!r}"
        if rule.problem:
            return f"[{number}] {rule.problem}"
    return None


def _layouts(value: Any) -> str | None:
    if not isinstance(value, (tuple, list)):
        return f"must be a tuple of layouts, not {value!r}"
    names: set[str] = set()
    for layout in value:
        if not isinstance(layout, Layout):
            return f"{layout!r} is no Layout"
        if layout.name in names:
            return f"two layouts are named {layout.name!r}"
        names.add(layout.name)
        if problem := _layout(layout):
            return f"layout {layout.name!r}: {problem}"
    return None


def _layout(layout: Layout) -> str | None:
    if problem := _selector(layout.matches):
        return f"matches: {problem}"
    if layout.until is not None:
        try:
            date.fromisoformat(layout.until)
        except (TypeError, ValueError):
            return f"until: {layout.until!r} is no ISO 8601 date"
    for name, given in layout.fields.items():
        if name not in FIELD_NAMES:
            return f"unknown field {name!r}{did_you_mean(name, FIELD_NAMES)}"
        if problem := _selector(given):
            return f"{name}: {problem}"
    if problem := _strip(layout.strip):
        return problem
    for entry in layout.strip.values():
        if any(
            isinstance(one, re.Pattern) for one in (entry if isinstance(entry, tuple) else (entry,))
        ):
            return "strip: a line pattern can stand only in the outlet's own strip"
    return None


def _field(name: str, value: object) -> str | None:
    if isinstance(value, str):
        return _selector(value)
    if not inspect.isfunction(value):
        return f"must be a CSS selector or a method, not {value!r}"
    if name not in STATED_FIELDS:
        return f"cannot be a method; methods are {', '.join(STATED_FIELDS)}"
    if len(inspect.signature(value).parameters) != 2:
        return "must take self and page"
    return None


def _selector(selector: object) -> str | None:
    """What is wrong with a CSS selector; None when lexbor takes it."""
    from selectolax.lexbor import LexborHTMLParser, SelectolaxError

    if not isinstance(selector, str) or not selector.strip():
        return f"must be a CSS selector, not {selector!r}"
    try:
        LexborHTMLParser("").css(selector)
    except SelectolaxError:
        return f"bad CSS selector {selector!r}"
    return None


_CHECKS: dict[str, Callable[[Any], str | None]] = {
    "id": _id, "name": _text, "domains": _domains, "country": _country, "language": _language,
    "timezone": _timezone, "feeds": _feeds, "strip": _strip, "rules": _rules, "layouts": _layouts,
}  # fmt: skip

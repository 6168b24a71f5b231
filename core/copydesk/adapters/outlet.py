"""The base class of outlet adapters. Attributes are checked when a subclass is created."""

from __future__ import annotations

import hashlib
import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar
from zoneinfo import ZoneInfo

from copydesk.errors import OutletDefinitionError
from copydesk.model.document import Document
from copydesk.model.roles import FIELDS, REMOVED, ROLES
from copydesk.readers.html.selectors import LayoutSelectors, Selectors
from copydesk.rules import Rule
from copydesk.util import languages
from copydesk.util.text import did_you_mean, fold
from copydesk.util.urls import host_of, is_http

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

FIELD_NAMES = tuple(
    """body headline standfirst byline dateline published modified section breadcrumbs tags
    images caption credit comments related corrections""".split()
)
"""Fields for which an adapter may have a CSS selector."""

STATED_FIELDS = ("headline", "standfirst", "byline", "published", "modified", "section")
"""Fields for which an adapter may have a method; it takes a `Page` and returns a str or None."""

T = TypeVar("T")
Strip = str | re.Pattern[str] | tuple[str | re.Pattern[str], ...]

_IDENTITY = (
    "id",
    "name",
    "domains",
    "country",
    "language",
    "timezone",
    "feeds",
    "sitemaps",
    "strip",
    "rules",
    "layouts",
)
ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
"""Pattern of outlet ids: kebab-case."""

_HOST = re.compile(
    r"(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+"
)
_COUNTRY = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True, slots=True)
class Page:
    """The input of a field method.

    Attributes:
        text: the visible text.
        url: URL of the page, if known.
        document: the input itself.
    """

    text: str
    url: str | None
    document: Document
    _tree: LexborHTMLParser | None = None

    def all(self, css: str) -> list[str]:
        """Return the texts of all matching elements, with white space folded."""
        nodes = self._tree.css(css) if self._tree is not None else []
        return [fold(node.text(separator=" ")) for node in nodes]

    def first(self, css: str) -> str | None:
        """Return the text of the first matching element; None if there is none or it is empty."""
        node = self._tree.css_first(css) if self._tree is not None else None
        return fold(node.text(separator=" ")) or None if node is not None else None

    def attribute(self, css: str, name: str) -> str | None:
        """Return an attribute of the first matching element, or None."""
        node = self._tree.css_first(css) if self._tree is not None else None
        return node.attributes.get(name) if node is not None else None


class Layout:
    """One page layout of an outlet, detected by a CSS selector.

    Fields of `FIELD_NAMES` and `strip` may be given; they precede those of the outlet.

    Attributes:
        name: value of the record's `adapter.layout`.
        matches: CSS selector that matches pages with this layout.
        until: ISO 8601 date of its last use; it decides if two layouts match.
    """

    __slots__ = ("fields", "matches", "name", "strip", "until")

    def __init__(
        self,
        name: str,
        *,
        matches: str,
        until: str | None = None,
        strip: Mapping[str, Strip] | None = None,
        **fields: str,
    ) -> None:
        self.name = name
        self.matches = matches
        self.until = until
        self.strip = dict(strip or {})
        self.fields = fields


class Outlet:
    """Base class of outlet adapters. A subclass declares only what is specific to its outlet.

    Any field of `FIELD_NAMES` may be a CSS selector, and any of `STATED_FIELDS` a method, such as
    `def headline(self, page: Page) -> str | None`. A subclass without an id is a base class for
    other adapters and cannot be registered.

    Attributes:
        id: unique, kebab-case.
        name: the outlet's name in its own spelling.
        domains: hosts; subdomains are included.
        country: ISO 3166-1 alpha-2 code.
        language: BCP 47 tag for pages that do not declare a language.
        timezone: IANA name for printed dates without a time zone.
        feeds: URLs of feeds.
        sitemaps: URLs of sitemaps; `ingest` reads them after the feeds.
        strip: residue to remove by kind: a CSS selector (str), a pattern for whole lines
            (re.Pattern), or a tuple of them.
        rules: `Rule`s for anything else.
        layouts: page layouts.
    """

    id: ClassVar[str] = ""
    name: ClassVar[str] = ""
    domains: ClassVar[tuple[str, ...]] = ()
    country: ClassVar[str | None] = None
    language: ClassVar[str | None] = None
    timezone: ClassVar[str | None] = None
    feeds: ClassVar[tuple[str, ...]] = ()
    sitemaps: ClassVar[tuple[str, ...]] = ()
    strip: ClassVar[Mapping[str, Strip]] = {}
    rules: ClassVar[tuple[Rule, ...]] = ()
    layouts: ClassVar[tuple[Layout, ...]] = ()
    # Computed on first use. Kept on the class, so that it does not outlive the class.
    _derived: ClassVar[dict[str, Any]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._derived = {}
        for attribute in vars(cls):
            if not attribute.startswith("_"):
                _check(cls, attribute)

    @classmethod
    def version(cls) -> str:
        """Return a hash of the adapter's source code."""
        return cls._derive(_version)

    @classmethod
    def lists(cls) -> tuple[str, ...]:
        """Return the URLs of `feeds` and `sitemaps`, each once."""
        return tuple(dict.fromkeys((*cls.feeds, *cls.sitemaps)))

    @classmethod
    def line_rules(cls) -> tuple[Rule, ...]:
        """Return the rules, including those for the line patterns of `strip`."""
        return cls._derive(_line_rules)

    @classmethod
    def selectors(cls) -> Selectors:
        """Return all CSS selectors, for the HTML reader."""
        return cls._derive(_selectors)

    @classmethod
    def _derive(cls, compute: Callable[[type[Outlet]], T]) -> T:
        if compute.__name__ not in cls._derived:
            cls._derived[compute.__name__] = compute(cls)
        value: T = cls._derived[compute.__name__]
        return value


def _selectors(cls: type[Outlet]) -> Selectors:
    fields = {name: css for name in FIELD_NAMES if isinstance(css := getattr(cls, name, None), str)}
    layouts = tuple(
        LayoutSelectors(
            name=one.name,
            matches=one.matches,
            until=one.until,
            fields=dict(one.fields),
            strip=_css(one.strip),
        )
        for one in cls.layouts
    )
    return Selectors(cls.id, fields, _css(cls.strip), layouts)


def _css(strip: Mapping[str, Strip]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (kind, one)
        for kind, entry in strip.items()
        for one in (entry if isinstance(entry, tuple) else (entry,))
        if isinstance(one, str)
    )


def _line_rules(cls: type[Outlet]) -> tuple[Rule, ...]:
    stripped = [
        Rule.line(pattern, kind, name=f"strip.{kind}")
        for kind, entry in cls.strip.items()
        for pattern in (entry if isinstance(entry, tuple) else (entry,))
        if isinstance(pattern, re.Pattern)
    ]
    return (*cls.rules, *stripped)


def _version(cls: type[Outlet]) -> str:
    sources = [_source(part) for part in cls.__mro__ if part not in (Outlet, object)]
    return hashlib.sha256("\n".join(sources).encode("utf-8", "replace")).hexdigest()[:12]


def _source(cls: type) -> str:
    """Return the TOML of a class, or the source of its whole module, or else its attributes."""
    if "_declaration" in vars(cls):
        return str(vars(cls)["_declaration"])
    try:
        module = inspect.getmodule(cls)
        if module is not None and inspect.getsource(cls):
            return inspect.getsource(module)
    except (OSError, TypeError):
        pass
    stated = {k: v for k, v in vars(cls).items() if not k.startswith("__") and k != "_derived"}
    attributes = {k: _stable_repr(v) for k, v in stated.items()}
    return f"{cls.__qualname__} {sorted(attributes.items())}"


def _stable_repr(value: object) -> str:
    """Return a text for a value that is the same in every process, without object addresses."""
    if inspect.isfunction(value):
        code = value.__code__
        constants = [_stable_repr(c) for c in code.co_consts]
        return f"{code.co_name} {code.co_code.hex()} {code.co_names} {constants}"
    if isinstance(value, Layout):
        return f"{value.name} {value.matches} {value.until} {sorted(value.fields.items())} {value.strip}"
    if isinstance(value, (tuple, list)):
        return str([_stable_repr(v) for v in value])
    if isinstance(value, Rule):
        when = _stable_repr(value.when) if value.when else ""
        attributes = (value.kind, value.pattern, value.role, value.name, value.place, value.lines)
        return f"{attributes} {value.until} {value.warn} {when}"
    return type(value).__name__ if " at 0x" in repr(value) else repr(value)


def _fail(cls: type[Outlet], attribute: str, message: str) -> None:
    raise OutletDefinitionError(f"{cls.__module__}.{cls.__qualname__}.{attribute}", message)


def problem(attribute: str, value: object) -> str | None:
    """Why a value of an attribute of identity, such as "country", is invalid; None if it is not."""
    return _CHECKS[attribute](value)


def _check(cls: type[Outlet], attribute: str) -> None:
    value = vars(cls)[attribute]
    if attribute in _CHECKS:
        if fault := problem(attribute, value):
            _fail(cls, attribute, fault)
    elif attribute in FIELD_NAMES:
        if fault := _field(attribute, value):
            _fail(cls, attribute, fault)
    else:
        known = (*_IDENTITY, *FIELD_NAMES)
        _fail(cls, attribute, f"unknown attribute{did_you_mean(attribute, known)}")


def _text(value: object) -> str | None:
    good = isinstance(value, str) and value.strip()
    return None if good else f"must be a non-empty string, not {value!r}"


def _id(value: object) -> str | None:
    good = isinstance(value, str) and (value == "" or ID.fullmatch(value))
    return None if good else f"must be kebab-case (lower case, digits, hyphens), not {value!r}"


def _strings(value: object, what: str) -> str | None:
    if isinstance(value, str) or not isinstance(value, (tuple, list)):
        return f"must be a tuple of {what}, not {value!r}"
    bad = [v for v in value if not isinstance(v, str)]
    return f"must contain only {what}, not {bad[0]!r}" if bad else None


def _domains(value: Any) -> str | None:
    if problem := _strings(value, "hosts"):
        return problem
    for domain in value:
        if (
            host_of(domain) is None
            or not _HOST.fullmatch(domain.casefold())
            or domain != domain.casefold()
        ):
            return f"{domain!r} is not a host; write it in lower case, without scheme, port or path"
    return None


def _country(value: object) -> str | None:
    good = value is None or (isinstance(value, str) and _COUNTRY.fullmatch(value))
    return None if good else f"must be an ISO 3166-1 code such as 'UY', not {value!r}"


def _language(value: object) -> str | None:
    good = value is None or (isinstance(value, str) and languages.normalise(value) == value)
    return None if good else f"must be a BCP 47 tag such as 'en' or 'pt-BR', not {value!r}"


def _timezone(value: object) -> str | None:
    if value is None:
        return None
    try:
        ZoneInfo(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OSError, LookupError):
        return f"{value!r} is not an IANA time zone"
    return None


def _urls(value: Any) -> str | None:
    if problem := _strings(value, "URLs"):
        return problem
    for url in value:
        if not is_http(url) or host_of(url) is None:
            return f"{url!r} is not an http or https URL"
    return None


def _strip(value: Any) -> str | None:
    if not isinstance(value, Mapping):
        return f"must map kinds to selectors and patterns, not {value!r}"
    for kind, entry in value.items():
        if kind not in ROLES:
            return f"unknown kind {kind!r}{did_you_mean(str(kind), set(REMOVED) | set(FIELDS))}"
        for one in entry if isinstance(entry, tuple) else (entry,):
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
            return f"[{number}] is not a Rule: {rule!r}"
        if rule.problem:
            return f"[{number}] {rule.problem}"
    return None


def _layouts(value: Any) -> str | None:
    if not isinstance(value, (tuple, list)):
        return f"must be a tuple of layouts, not {value!r}"
    names: set[str] = set()
    for layout in value:
        if not isinstance(layout, Layout):
            return f"{layout!r} is not a Layout"
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
            return f"until: {layout.until!r} is not an ISO 8601 date"
    for name, selector in layout.fields.items():
        if name not in FIELD_NAMES:
            return f"unknown field {name!r}{did_you_mean(name, FIELD_NAMES)}"
        if problem := _selector(selector):
            return f"{name}: {problem}"
    if problem := _strip(layout.strip):
        return problem
    for entry in layout.strip.values():
        if any(
            isinstance(one, re.Pattern) for one in (entry if isinstance(entry, tuple) else (entry,))
        ):
            return "strip: line patterns are allowed only in the outlet's own strip"
    return None


def _field(name: str, value: object) -> str | None:
    if isinstance(value, str):
        return _selector(value)
    if not inspect.isfunction(value):
        return f"must be a CSS selector or a method, not {value!r}"
    if name not in STATED_FIELDS:
        return f"cannot be a method; methods are allowed for {', '.join(STATED_FIELDS)}"
    if len(inspect.signature(value).parameters) != 2:
        return "must take self and page"
    return None


def _selector(selector: object) -> str | None:
    """Return what is wrong with a CSS selector; None if it is valid."""
    from selectolax.lexbor import LexborHTMLParser, SelectolaxError

    if not isinstance(selector, str) or not selector.strip():
        return f"must be a CSS selector, not {selector!r}"
    try:
        LexborHTMLParser("").css(selector)
    except SelectolaxError:
        return f"bad CSS selector {selector!r}"
    return None


_CHECKS: dict[str, Callable[[Any], str | None]] = {
    "id": _id,
    "name": _text,
    "domains": _domains,
    "country": _country,
    "language": _language,
    "timezone": _timezone,
    "feeds": _urls,
    "sitemaps": _urls,
    "strip": _strip,
    "rules": _rules,
    "layouts": _layouts,
}

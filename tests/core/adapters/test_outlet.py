"""An outlet adapter is checked when its class is created."""

from __future__ import annotations

import gc
import importlib.util
import re
import sys
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from copydesk import Layout, Outlet, Page, Rule
from copydesk.adapters.outlet import FIELD_NAMES, STATED_FIELDS
from copydesk.errors import OutletDefinitionError


def make(**said: Any) -> type[Outlet]:
    """Create an adapter class that says what is given."""
    return cast(type[Outlet], type("Paper", (Outlet,), {"__module__": "press", **said}))


def complaint(**said: Any) -> str:
    with pytest.raises(OutletDefinitionError) as caught:
        make(**said)
    assert caught.value.reason == "outlet_definition"
    return str(caught.value)


FAULTS: list[tuple[str, Any, str]] = [
    ("titel", "h1", "unknown attribute"),
    ("headlin", "h1", "unknown attribute; did you mean 'headline'?"),
    ("timezon", "Europe/London", "unknown attribute; did you mean 'timezone'?"),
    ("domain", ("weir.example",), "unknown attribute; did you mean 'domains'?"),
    ("version", "3", "unknown attribute"),
    ("id", "Weir", "must be kebab-case"),
    ("id", "the weir", "must be kebab-case"),
    ("id", "weir_news", "must be kebab-case"),
    ("id", "-weir", "must be kebab-case"),
    ("id", "weir--news", "must be kebab-case"),
    ("id", "wéir", "must be kebab-case"),
    ("id", "weir\n", "must be kebab-case"),
    ("id", None, "not None"),
    ("name", "", "must be a non-empty string, not ''"),
    ("name", "  ", "must be a non-empty string"),
    ("name", 5, "must be a non-empty string, not 5"),
    ("domains", "weir.example", "must be a tuple of hosts, not 'weir.example'"),
    ("domains", {"weir.example"}, "must be a tuple of hosts"),
    ("domains", ("weir.example", 5), "must contain only hosts, not 5"),
    ("domains", ("https://weir.example",), "'https://weir.example' is not a host; write it in"),
    ("domains", ("Weir.example",), "lower case"),
    ("domains", ("weir.example/news",), "without scheme, port or path"),
    ("domains", ("weir.example:80",), "is not a host"),
    ("domains", ("weir.example.",), "is not a host"),
    ("domains", ("weir",), "is not a host"),
    ("domains", ("*.weir.example",), "is not a host"),
    ("domains", ("weir .example",), "is not a host"),
    ("domains", ("",), "is not a host"),
    ("domains", ("[weir",), "is not a host"),
    ("country", "uy", "must be an ISO 3166-1 code such as 'UY', not 'uy'"),
    ("country", "Uruguay", "ISO 3166-1"),
    ("country", "", "ISO 3166-1"),
    ("country", 858, "ISO 3166-1"),
    ("language", "English", "must be a BCP 47 tag such as 'en' or 'pt-BR', not 'English'"),
    ("language", "en_GB", "BCP 47"),
    ("language", "EN", "BCP 47"),
    ("language", "", "BCP 47"),
    ("language", 5, "BCP 47"),
    ("timezone", "Montevideo", "'Montevideo' is not an IANA time zone"),
    ("timezone", "UTC+3", "is not an IANA time zone"),
    ("timezone", "../etc/passwd", "is not an IANA time zone"),
    ("timezone", "Europe", "is not an IANA time zone"),
    ("timezone", "", "is not an IANA time zone"),
    ("timezone", 3, "is not an IANA time zone"),
    ("feeds", "https://weir.example/rss", "must be a tuple of URLs"),
    ("feeds", ("weir.example/rss",), "'weir.example/rss' is not an http or https URL"),
    ("feeds", ("ftp://weir.example/rss",), "is not an http or https URL"),
    ("feeds", ("https:///rss",), "is not an http or https URL"),
    ("feeds", (None,), "must contain only URLs, not None"),
    ("sitemaps", "https://weir.example/map.xml", "must be a tuple of URLs"),
    ("sitemaps", ("weir.example/map.xml",), "is not an http or https URL"),
    ("body", "a[", "bad CSS selector 'a['"),
    ("body", "", "must be a CSS selector, not ''"),
    ("headline", "h1 >>", "bad CSS selector"),
    ("headline", None, "must be a CSS selector or a method, not None"),
    ("headline", ("h1", "h2"), "must be a CSS selector or a method"),
    ("headline", property(lambda self: "x"), "must be a CSS selector or a method"),
    (
        "body",
        lambda self, page: "x",
        "cannot be a method; methods are allowed for headline, standfirst,",
    ),
    ("images", lambda self, page: "x", "cannot be a method"),
    ("headline", lambda self: "x", "must take self and page"),
    ("headline", lambda self, page, more: "x", "must take self and page"),
    ("published", lambda: "x", "must take self and page"),
    ("strip", ".promo", "must map kinds to selectors and patterns, not '.promo'"),
    ("strip", {"related": 5}, "related: must be a selector or a compiled pattern, not 5"),
    ("strip", {"related": "a["}, "related: bad CSS selector 'a['"),
    ("strip", {"related": (re.compile("x"), "a[")}, "related: bad CSS selector"),
    ("strip", {"related": (".a", None)}, "related: must be a selector or a compiled pattern"),
    ("strip", {"share_baer": ".a"}, "unknown kind 'share_baer'; did you mean 'share_bar'?"),
    ("strip", {5: ".a"}, "unknown kind 5"),
    ("rules", Rule.line("a", "caption"), "must be a tuple of rules"),
    ("rules", (Rule.line("a", "caption"), "b"), "[1] is not a Rule: 'b'"),
    ("rules", (Rule.line("(", "caption"),), "[0] bad pattern '(': missing )"),
    ("rules", (Rule.line("a", "captoin"),), "[0] unknown role 'captoin'; did you mean 'caption'?"),
    ("rules", (Rule.split("(?P<titel>a)"),), "[0] unknown role 'titel'"),
    ("rules", (Rule.split("a"),), "[0] a split rule names its parts by groups"),
    ("rules", (Rule.zone("a", "comment"),), "[0] a zone has either lines or until"),
    ("rules", (Rule.zone("a", "comment", lines=2, until="end"),), "[0] a zone has either lines"),
    ("rules", (Rule.zone("a", "comment", until="("),), "[0] bad pattern '('"),
    (
        "rules",
        (Rule.line("a", "caption", place="top"),),  # type: ignore[arg-type]
        "[0] unknown place 'top'; places are head, body and tail",
    ),
    ("layouts", Layout("a", matches="p"), "must be a tuple of layouts"),
    ("layouts", ("2025",), "'2025' is not a Layout"),
    (
        "layouts",
        (Layout("a", matches="p"), Layout("a", matches="i")),
        "two layouts are named 'a'",
    ),
    ("layouts", (Layout("a", matches="p["),), "layout 'a': matches: bad CSS selector 'p['"),
    ("layouts", (Layout("a", matches=""),), "layout 'a': matches: must be a CSS selector"),
    (
        "layouts",
        (Layout("a", matches="p", until="2025"),),
        "layout 'a': until: '2025' is not an ISO 8601 date",
    ),
    ("layouts", (Layout("a", matches="p", until="31.12.2025"),), "is not an ISO 8601 date"),
    (
        "layouts",
        (Layout("a", matches="p", headlin="h1"),),
        "layout 'a': unknown field 'headlin'; did you mean 'headline'?",
    ),
    ("layouts", (Layout("a", matches="p", body="h1["),), "layout 'a': body: bad CSS selector"),
    (
        "layouts",
        (Layout("a", matches="p", strip={"nothing_known": "p"}),),
        "layout 'a': unknown kind 'nothing_known'",
    ),
    (
        "layouts",
        (Layout("a", matches="p", strip={"related": ("a", re.compile("x"))}),),
        "layout 'a': strip: line patterns are allowed only in the outlet's own strip",
    ),
]


@pytest.mark.parametrize(("attribute", "value", "message"), FAULTS)
def test_a_fault_names_class_and_attribute(attribute: str, value: object, message: str) -> None:
    told = complaint(**{attribute: value})
    assert told.startswith(f"press.Paper.{attribute}: ")
    assert message in told


def test_every_attribute_that_an_adapter_can_state_has_a_fault_above() -> None:
    stated = {a for a in vars(Outlet) if not a.startswith("_")} - {
        "line_rules",
        "lists",
        "selectors",
    }
    assert stated <= {attribute for attribute, _, _ in FAULTS}


SOUND: list[tuple[str, Any]] = [
    ("id", ""),
    ("id", "weir"),
    ("id", "24-7-weir-2"),
    ("domains", ()),
    ("domains", ("weir.example", "www.weir.co.uk", "xn--bcher-kva.example", "24.weir.example")),
    ("country", None),
    ("country", "GB"),
    ("language", None),
    ("language", "pt-BR"),
    ("language", "zh-Hant-TW"),
    ("language", "es-419"),
    ("language", "gsw"),
    ("timezone", None),
    ("timezone", "America/Argentina/Buenos_Aires"),
    ("timezone", "UTC"),
    ("feeds", ("https://weir.example/rss", "http://weir.example/atom")),
    ("sitemaps", ("https://weir.example/map.xml",)),
    ("strip", {}),
    ("strip", {"related": ".a, .b > p", "site_promo": (re.compile("x"), "p:first-child")}),
    ("layouts", (Layout("a", matches="p", until="2025-12-31", body="p", strip={"related": "i"}),)),
    ("layouts", (Layout("a", matches="p"), Layout("b", matches="p"))),
]


@pytest.mark.parametrize(("attribute", "value"), SOUND)
def test_what_is_sound_is_taken_as_it_is(attribute: str, value: object) -> None:
    assert getattr(make(**{attribute: value}), attribute) == value


@pytest.mark.parametrize("field", FIELD_NAMES)
def test_any_field_may_be_a_selector(field: str) -> None:
    assert getattr(make(**{field: "article p"}), field) == "article p"


@pytest.mark.parametrize("field", STATED_FIELDS)
def test_a_field_that_is_one_text_may_be_a_method(field: str) -> None:
    make(**{field: lambda self, page: None})


@pytest.mark.parametrize("field", sorted(set(FIELD_NAMES) - set(STATED_FIELDS)))
def test_a_field_that_is_more_than_a_text_cannot_be_a_method(field: str) -> None:
    assert "cannot be a method" in complaint(**{field: lambda self, page: None})


def test_a_fault_in_a_class_statement_names_it_where_it_stands() -> None:
    with pytest.raises(OutletDefinitionError) as caught:

        class Weir(Outlet):
            id = "weir"
            languge = "en"

    assert caught.value.subject.startswith(f"{__name__}.test_a_fault_in_a_class_statement")
    assert caught.value.subject.endswith(".Weir.languge")


def test_a_byte_pattern_is_refused_as_it_could_never_match() -> None:
    assert "related" in complaint(strip={"related": re.compile(b"x")})


def test_names_with_an_underscore_are_the_adapters_own() -> None:
    class Weir(Outlet):
        id = "weir"
        name = "Weir"
        _mark = "|"
        __secret = 5

        def __init__(self) -> None:
            self.seen = self.__secret

        def _clean(self, text: str) -> str:
            return text.split(self._mark)[0].strip()

        def headline(self, page: Page) -> str | None:
            return self._clean(page.text)

    assert Weir()._clean("a | b") == "a"


# Families.


class Family(Outlet):
    name = "Family"
    country = "GB"
    language = "en"
    rules = (Rule.line("bell", "site_promo"),)
    strip = {"related": re.compile("See also")}

    def headline(self, page: Page) -> str | None:
        return "A headline of the family"


class Child(Family):
    id = "child"
    name = "Child"
    language = "cy"


def test_a_child_says_what_its_family_does_not() -> None:
    assert Family.id == ""
    assert (Child.name, Child.country, Child.language) == ("Child", "GB", "cy")
    assert Child.rules is Family.rules
    assert Child.headline is Family.headline


def test_a_child_is_checked_for_what_it_says_itself() -> None:
    with pytest.raises(OutletDefinitionError, match=r"press\.Grandchild\.country: must be"):
        type("Grandchild", (Child,), {"__module__": "press", "country": "england"})


def test_a_helper_class_beside_the_family_may_add_methods() -> None:
    class Mixin:
        def _helper(self) -> str:
            return "help"

    class Both(Mixin, Family):
        id = "both"

    assert Both()._helper() == "help"


# Line rules.


def test_line_rules_are_the_rules_then_the_patterns_of_strip() -> None:
    class Weir(Outlet):
        rules = (Rule.line("bell", "site_promo"),)
        strip = {
            "related": (re.compile("See also"), ".related", re.compile("More on")),
            "share_bar": re.compile("Share"),
            "most_read": ".most-read",
        }

    named = [(r.name, r.role, r.pattern.pattern) for r in Weir.line_rules()]
    assert named == [
        ("site_promo", "site_promo", "bell"),
        ("strip.related", "related", "See also"),
        ("strip.related", "related", "More on"),
        ("strip.share_bar", "share_bar", "Share"),
    ]


def test_line_rules_are_made_once() -> None:
    assert Child.line_rules() is Child.line_rules()
    assert [r.name for r in Child.line_rules()] == ["site_promo", "strip.related"]


def test_adapters_that_nothing_refers_to_are_collected() -> None:
    def make() -> weakref.ref[type[Outlet]]:
        class Echo(Outlet):
            headline = "h1"
            strip = {"byline": "p"}

        assert Echo.version()
        assert Echo.selectors()
        assert not Echo.line_rules()
        return weakref.ref(Echo)

    adapters = [make() for _ in range(50)]
    gc.collect()
    assert [adapter() for adapter in adapters if adapter() is not None] == []


def test_an_outlet_without_rules_has_none() -> None:
    assert make().line_rules() == ()


# Version.

Written = Callable[[str], type[Outlet]]


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Written]:
    """Import an adapter from a source, each time as a module of its own."""
    names: list[str] = []

    def load(source: str) -> type[Outlet]:
        name = f"fake_written_{len(names)}"
        path = tmp_path / f"{name}.py"
        path.write_text("from copydesk import Layout, Outlet, Rule\n" + source, "utf-8")
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        names.append(name)
        sys.modules[name] = module
        spec.loader.exec_module(module)
        return cast(type[Outlet], module.Paper)

    yield load
    for name in names:
        del sys.modules[name]


def made_in_memory(source: str) -> type[Outlet]:
    """An adapter whose source lies in no file."""
    names: dict[str, Any] = {
        "__name__": "made_in_memory",
        "Outlet": Outlet,
        "Layout": Layout,
        "Rule": Rule,
    }
    exec(source, names)
    return cast(type[Outlet], names["Paper"])


def test_a_version_is_twelve_digits_of_a_hash() -> None:
    assert re.fullmatch("[0-9a-f]{12}", Child.version())
    assert Child.version() == Child.version()


def test_the_version_is_the_same_for_the_same_source(written: Written) -> None:
    source = "class Paper(Outlet):\n    id = 'paper'\n"
    assert written(source).version() == written(source).version()


@pytest.mark.parametrize(
    "changed",
    [
        "class Paper(Outlet):\n    id = 'paper'\n    country = 'GB'\n",
        "class Paper(Outlet):\n    id = 'paper'\n    def headline(self, page): return 'a'\n",
        "class Paper(Outlet):\n    id = 'paper'\n    rules = (Rule.line('a', 'caption'),)\n",
    ],
)
def test_the_version_changes_with_the_source(written: Written, changed: str) -> None:
    assert (
        written("class Paper(Outlet):\n    id = 'paper'\n").version() != written(changed).version()
    )


@pytest.mark.parametrize(
    "source",
    [
        "PATTERN = {!r}\nclass Paper(Outlet):\n    rules = (Rule.line(PATTERN, 'caption'),)\n",
        "class Base(Outlet):\n    rules = (Rule.line({!r}, 'caption'),)\nclass Paper(Base):\n    id = 'p'\n",
    ],
    ids=["a constant beside the class", "its family"],
)
def test_the_version_changes_with_what_the_class_is_made_of(written: Written, source: str) -> None:
    assert written(source.format("a")).version() != written(source.format("b")).version()


def test_a_class_without_a_source_file_has_a_version_too() -> None:
    one = made_in_memory("class Paper(Outlet):\n    id = 'paper'\n")
    other = made_in_memory("class Paper(Outlet):\n    id = 'paper'\n    country = 'GB'\n")
    assert re.fullmatch("[0-9a-f]{12}", one.version())
    assert one.version() != other.version()


@pytest.mark.parametrize(
    "said",
    [
        "country = 'GB'",
        "layouts = (Layout('a', matches='p'),)",
        "def headline(self, page): return 'a'",
        "rules = (Rule.line('a', 'caption', when=lambda line: line.gap),)",
    ],
    ids=["values", "a layout", "a method", "a rule"],
)
def test_a_class_without_a_source_file_has_the_same_version_each_time(said: str) -> None:
    source = f"class Paper(Outlet):\n    id = 'paper'\n    {said}\n"
    assert made_in_memory(source).version() == made_in_memory(source).version()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("def headline(self, page): return 'a'", "def headline(self, page): return 'b'"),
        ("layouts = (Layout('a', matches='p'),)", "layouts = (Layout('a', matches='i'),)"),
        ("rules = (Rule.line('a', 'caption'),)", "rules = (Rule.line('b', 'caption'),)"),
        (
            "rules = (Rule.line('a', 'caption', when=lambda line: line.gap),)",
            "rules = (Rule.line('a', 'caption', when=lambda line: line.prose),)",
        ),
        (
            "rules = (Rule.zone('a', 'comment', lines=1),)",
            "rules = (Rule.zone('a', 'comment', lines=2),)",
        ),
        (
            "rules = (Rule.zone('a', 'comment', until='end'),)",
            "rules = (Rule.zone('a', 'comment', until='paragraph'),)",
        ),
        (
            "rules = (Rule.split('(?P<caption>a)', warn='b'),)",
            "rules = (Rule.split('(?P<caption>a)', warn='c'),)",
        ),
    ],
)
def test_a_class_without_a_source_file_changes_its_version_with_what_it_says(
    one: str, other: str
) -> None:
    source = "class Paper(Outlet):\n    id = 'paper'\n    {}\n"
    first, second = (made_in_memory(source.format(said)) for said in (one, other))
    assert first.version() != second.version()


def test_a_class_of_a_module_that_cannot_be_looked_up_has_a_version() -> None:
    assert re.fullmatch("[0-9a-f]{12}", make(__module__="nowhere_to_be_found").version())

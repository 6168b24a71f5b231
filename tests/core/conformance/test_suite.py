"""The contract of an adapter: each fault is found and named."""

from __future__ import annotations

import itertools
import json
import re
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from types import FrameType, FunctionType
from typing import Any, cast

import pytest

from copydesk import Layout, Outlet, Page, Rule
from copydesk.adapters.registry import Registry
from copydesk.conformance import mutation
from copydesk.conformance import suite as contracts
from copydesk.conformance.checks import Finding
from copydesk.conformance.run import limited, read_safely, run_fixture
from copydesk.fixtures import store
from copydesk.fixtures.store import Fixture
from copydesk.rules import Line

STORY = (
    "Volunteers rebuild the weir by hand\n"
    "\n"
    "The weir was rebuilt this week, stone by stone, by sixty volunteers from the valley.\n"
    "\n"
    "They used wheelbarrows and a rope, and finished on Sunday as the rain began to fall.\n"
)
PAGE = """<!doctype html><html><head><meta charset="utf-8"><title>Weir</title></head><body>
<main class="{layout}"><h1>Volunteers rebuild the weir by hand</h1>
<div class="copy"><p>The weir was rebuilt this week, stone by stone, by sixty volunteers from the valley.</p>
<p>They used wheelbarrows and a rope, and finished on Sunday as the rain began to fall.</p>
{more}</div></main></body></html>"""
URL = "https://quay.example/weir"
PROMISED = {"id": "quay-courier", "name": "The Quay Courier", "domains": ("quay.example",)}

# Seconds that a busy machine does not need for a reading.
DEADLINE = 1.0
needs_timer = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no interval timer")


def make(*bases: type[Outlet], **said: Any) -> type[Outlet]:
    """An adapter that says what is given beside its identity."""
    body = {"__module__": "press", **PROMISED, **said}
    return cast(type[Outlet], type("QuayCourier", bases or (Outlet,), body))


def put(
    folder: Path, stem: str = "weir", content: str = STORY, *, url: str | None = URL, **meta: object
) -> Fixture:
    ending = ".html" if content.startswith("<") else ".txt"
    (folder / (stem + ending)).write_text(content, "utf-8")
    said = {"made": "by hand", "url": url, "outlet": "quay-courier", **meta}
    (folder / f"{stem}.meta.json").write_text(json.dumps(said), "utf-8")
    return Fixture(folder / (stem + ending), stem)


def expect(fixture: Fixture, outlet: type[Outlet], **changes: object) -> None:
    """Write what a fixture comes to as its expectation, with some fields changed."""
    outcome = read_safely(outlet, fixture.document(fixture.meta()), 60).outcome
    fixture.expected_path.write_bytes(store.canonical({**outcome, **changes}))


def check(outlet: type[Outlet], *items: Fixture, **options: Any) -> list[str]:
    """What the contract suite finds but for the number of fixtures."""
    found = contracts.check(outlet, items, **options)
    return [told(f) for f in found if "has one fixture" not in f.message]


def told(finding: Finding) -> str:
    mark = "warning " if finding.warning else ""
    return f"{mark}{finding.check}: {finding}"


def settled(folder: Path, outlet: type[Outlet], content: str = STORY, **options: Any) -> list[str]:
    """What the suite finds of an adapter and one fixture whose expectation is what it gives."""
    fixture = put(folder, content=content)
    expect(fixture, outlet)
    return check(outlet, fixture, **options)


def test_an_adapter_without_a_fault_has_no_finding(tmp_path: Path) -> None:
    outlet = make(language="en", rules=(Rule.line(r"They used", "caption", name="used"),))
    one, other = put(tmp_path), put(tmp_path, "page", PAGE.format(layout="a", more=""))
    for fixture in (one, other):
        expect(fixture, outlet)
    assert contracts.check(outlet, [one, other]) == []


# Code of the adapter


def test_a_method_that_raises_is_named(tmp_path: Path) -> None:
    def headline(self: Outlet, page: Page) -> str:
        return page.text.split("\n")[99]

    fixture = put(tmp_path)
    expect(fixture, make())
    assert check(make(headline=headline), fixture) == [
        "failure: weir: headline raised IndexError('list index out of range')"
    ]


def test_a_rule_that_raises_is_named(tmp_path: Path) -> None:
    def when(line: Line) -> bool:
        return int(line.text) > 1

    rules = (Rule.line("Tide", "page_furniture"), Rule.line(".", "caption", name="late", when=when))
    fixture = put(tmp_path)
    expect(fixture, make())
    assert check(make(rules=rules), fixture)[0] == (
        "failure: weir: rules[1] 'late' raised ValueError(\"invalid literal for int() with base 10: "
        "'Volunteers rebuild the weir by hand'\")"
    )


def test_an_adapter_that_makes_the_engine_fail_is_reported(tmp_path: Path) -> None:
    def when(line: Line) -> bool:
        line.segment.text = cast(str, None)
        return False

    fixture = put(tmp_path)
    expect(fixture, make())
    assert check(make(rules=(Rule.line(".", "caption", when=when),)), fixture)[0] == (
        "failure: weir: the reading raised TypeError(\"object of type 'NoneType' has no len()\")"
    )


@pytest.mark.slow
@needs_timer
def test_a_method_that_hangs_is_ended_and_named(tmp_path: Path) -> None:
    def headline(self: Outlet, page: Page) -> str:
        while True:
            pass

    fixture = put(tmp_path)
    expect(fixture, make())
    found = check(make(headline=headline), fixture, deadline=DEADLINE)
    assert found[0] == f"failure: weir: was still reading after {DEADLINE:g} s, in headline"


@pytest.mark.slow
@needs_timer
def test_a_method_that_swallows_its_end_is_ended_and_named(tmp_path: Path) -> None:
    def headline(self: Outlet, page: Page) -> str:
        while True:
            try:
                while True:
                    pass
            except Exception:
                continue

    fixture = put(tmp_path)
    expect(fixture, make())
    found = check(make(headline=headline), fixture, deadline=DEADLINE)
    assert found[0] == f"failure: weir: was still reading after {DEADLINE:g} s, in headline"


@pytest.mark.slow
@needs_timer
def test_a_method_that_hangs_after_both_readings_is_ended(tmp_path: Path) -> None:
    calls: list[int] = []

    def headline(self: Outlet, page: Page) -> str:
        calls.append(1)
        while len(calls) > 2:
            try:
                while True:
                    pass
            except Exception:
                continue
        return "Volunteers rebuild the weir"

    fixture = put(tmp_path)
    expect(fixture, make())
    run = run_fixture(make(headline=headline), fixture, DEADLINE)
    assert run.first.outcome == run.second.outcome
    assert run.returned == {}
    assert len(calls) == 3


@pytest.mark.slow
@needs_timer
@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"rules": (Rule.line(r"(\w+\s?)+$", "caption", name="slow"),)}, "rules[0] 'slow'"),
        ({"strip": {"site_promo": re.compile(r"(\w+\s?)+$")}}, "strip.site_promo"),
    ],
    ids=["rule", "strip"],
)
def test_a_pattern_that_backtracks_for_ever_is_ended_and_named(
    tmp_path: Path, said: dict[str, Any], where: str
) -> None:
    fixture = put(tmp_path, content=STORY + "\n" + "word " * 40 + "(end)\n")
    expect(fixture, make())
    found = check(make(**said), fixture, deadline=DEADLINE)
    assert found[0] == f"failure: weir: was still reading after {DEADLINE:g} s, in {where}"


@needs_timer
def test_a_timer_of_the_caller_keeps_running() -> None:
    rung: list[int] = []

    def ring(_: int, frame: FrameType | None) -> None:
        rung.append(1)

    held = signal.signal(signal.SIGALRM, ring)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        with limited(make(), 60):
            pass
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 0 or rung
        assert signal.getsignal(signal.SIGALRM) is ring
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, held)


def test_a_method_that_returns_none_for_every_fixture_is_named(tmp_path: Path) -> None:
    def byline(self: Outlet, page: Page) -> str | None:
        return page.first("p.by")

    assert settled(tmp_path, make(byline=byline)) == [
        "failure: quay-courier: byline returned None for every fixture: its field is not tested",
        "mutation: quay-courier: nothing tests byline()",
    ]


def test_a_method_that_returns_none_for_some_fixtures_is_not_a_fault(tmp_path: Path) -> None:
    def byline(self: Outlet, page: Page) -> str | None:
        return page.first("p.by")

    outlet = make(byline=byline)
    more = '<p class="by">morag of the mill</p>'
    one = put(tmp_path)
    other = put(tmp_path, "page", PAGE.format(layout="a", more=more))
    for fixture in (one, other):
        expect(fixture, outlet)
    assert check(outlet, one, other) == []


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("headline", 5, "headline returned 5, not a string or None"),
        ("headline", ["a"], "headline returned ['a'], not a string or None"),
        (
            "published",
            "yesterday",
            "published returned 'yesterday', not an ISO 8601 date, or datetime with offset",
        ),
    ],
)
def test_a_method_that_returns_junk_is_named(
    tmp_path: Path, name: str, value: object, message: str
) -> None:
    def method(self: Outlet, page: Page) -> Any:
        return value

    fixture = put(tmp_path)
    expect(fixture, make())
    assert check(make(**{name: method}), fixture)[0] == f"failure: weir: {message}"


def assert_told_of_network(tmp_path: Path, headline: Callable[..., str | None], below: int) -> None:
    """The contract names the line of a method that reached out, counted from its first."""
    fixture = put(tmp_path)
    expect(fixture, make())
    (first, *_) = check(make(headline=headline), fixture)
    line = cast(FunctionType, headline).__code__.co_firstlineno + below
    where = f"{__file__}:{line} in {cast(FunctionType, headline).__qualname__}"
    assert first == (
        f"network: weir: {where} reached for the network (socket.getaddrinfo '127.0.0.1')"
    )


def test_an_adapter_that_reaches_for_the_network_is_named_by_file_and_line(tmp_path: Path) -> None:
    def headline(self: Outlet, page: Page) -> str:
        with socket.create_connection(("127.0.0.1", 9)):
            return "never"

    assert_told_of_network(tmp_path, headline, 1)


def test_an_adapter_that_hides_that_it_reached_for_the_network_is_named_too(tmp_path: Path) -> None:
    def headline(self: Outlet, page: Page) -> str | None:
        try:
            socket.create_connection(("127.0.0.1", 9))
        except Exception:
            return None
        return "never"

    assert_told_of_network(tmp_path, headline, 2)


def test_an_adapter_that_gives_another_article_each_time_is_reported(tmp_path: Path) -> None:
    count = itertools.count(1)

    def headline(self: Outlet, page: Page) -> str:
        return f"Weir, part {next(count)}"

    outlet = make(headline=headline)
    fixture = put(tmp_path)
    expect(fixture, make())
    (found,) = [f for f in check(outlet, fixture) if f.startswith("deterministic")]
    assert found.startswith("deterministic: weir: two readings of the same input differ:\n")
    assert '  headline:\n    -"Weir, part 1"\n    +"Weir, part 2"' in found


# Editing the input


def test_an_adapter_that_edits_the_words_of_a_line_is_reported(tmp_path: Path) -> None:
    def when(line: Line) -> bool:
        line.segment.text = line.text.replace("sixty", "six hundred")
        return False

    found = settled(tmp_path, make(rules=(Rule.line("The weir", "paragraph", when=when),)))
    assert found == [
        "conservation: weir: the adapter changed characters 37 to 121: "
        "'one by stone, by sixty volunteers from the valley.' became "
        "'one by stone, by six hundred volunteers from the valley.'"
    ]


def test_an_adapter_that_moves_the_end_of_a_line_is_reported(tmp_path: Path) -> None:
    def when(line: Line) -> bool:
        line.segment.end = 116
        return False

    found = settled(tmp_path, make(rules=(Rule.line("The weir", "paragraph", when=when),)))
    assert found[0] == ("conservation: weir: characters 116 to 123 are in no segment: 'lley.'")


def test_an_adapter_that_edits_the_visible_text_is_reported(tmp_path: Path) -> None:
    def when(line: Line) -> bool:
        line._draft.text = line._draft.text.replace("sixty", "forty")
        return False

    found = settled(tmp_path, make(rules=(Rule.line("The weir", "paragraph", when=when),)))
    assert found[0] == "conservation: weir: the adapter changed the visible text"


def test_an_adapter_that_edits_the_page_is_reported_with_its_method(tmp_path: Path) -> None:
    def headline(self: Outlet, page: Page) -> str | None:
        assert page._tree is not None
        for node in page._tree.css("p"):
            node.decompose()
        return "The weir"

    found = settled(tmp_path, make(headline=headline), PAGE.format(layout="a", more=""))
    assert found == ["conservation: weir: headline changed the page"]


def test_an_adapter_that_edits_the_document_is_reported(tmp_path: Path) -> None:
    def headline(self: Outlet, page: Page) -> str | None:
        object.__setattr__(page.document, "content", b"Another story.")
        return "The weir"

    found = settled(tmp_path, make(headline=headline))
    assert "conservation: weir: the adapter changed the document" in found


# What the article says


def test_a_caption_that_is_fed_into_the_body_is_reported(tmp_path: Path) -> None:
    def below(line: Line) -> bool:
        hint = line.segment.hint
        return hint is not None and hint.tag == "p"

    words = "The crest of the weir on Sunday evening, with the rope still around it."
    more = f'<figure><img src="/w.jpg"><figcaption>{words}</figcaption></figure><p class="wp-caption-text">{words}</p>'
    more += "<p>Nobody had expected that it would hold through the first night of the flood.</p>"
    rule = Rule.line(r"The crest", "paragraph", name="crest", when=below)
    assert settled(tmp_path, make(rules=(rule,)), PAGE.format(layout="a", more=more)) == [
        "body: weir: a caption is in the body word for word: "
        "'The crest of the weir on Sunday evening, with the rope still'"
    ]


def test_a_url_of_another_host_is_reported(tmp_path: Path) -> None:
    fixture = put(tmp_path, url="https://press.example/weir")
    expect(fixture, make())
    assert check(make(), fixture) == [
        "host: weir: host 'press.example' of 'https://press.example/weir' is not within quay.example"
    ]


@pytest.mark.parametrize(
    "url", ["https://www.quay.example/weir", "https://en.quay.example/w", None]
)
def test_a_url_within_the_domains_or_none_is_not_a_fault(tmp_path: Path, url: str | None) -> None:
    fixture = put(tmp_path, url=url)
    expect(fixture, make())
    assert check(make(), fixture) == []


def test_a_publication_after_the_change_or_the_retrieval_is_a_warning(tmp_path: Path) -> None:
    def published(self: Outlet, page: Page) -> str:
        return "2025-12-03T10:00:00+01:00"

    def modified(self: Outlet, page: Page) -> str:
        return "2025-12-03"

    outlet = make(published=published, modified=modified)
    fixture = put(tmp_path, retrieved_at="2025-12-01T10:00:00+00:00")
    expect(fixture, outlet)
    assert check(outlet, fixture) == [
        "warning dates: weir: published 2025-12-03T10:00:00+01:00 is after retrieved_at "
        "2025-12-01T10:00:00+00:00"
    ]


def test_a_publication_after_the_last_change_is_a_warning(tmp_path: Path) -> None:
    def published(self: Outlet, page: Page) -> str:
        return "2025-12-03T10:00:00+01:00"

    def modified(self: Outlet, page: Page) -> str:
        return "2025-12-03T08:59:59+00:00"

    outlet = make(published=published, modified=modified)
    fixture = put(tmp_path)
    expect(fixture, outlet)
    assert check(outlet, fixture) == [
        "warning dates: weir: published 2025-12-03T10:00:00+01:00 is after modified "
        "2025-12-03T08:59:59+00:00"
    ]


# Beside other adapters


def test_an_id_that_another_adapter_has_is_reported(tmp_path: Path) -> None:
    other = make(domains=("press.example",), __qualname__="Other")
    registry = Registry()
    registry.register(other, "some plugin")
    assert settled(tmp_path, make(), registry=registry) == [
        "collision: quay-courier: id 'quay-courier' belongs to outlet 'quay-courier' "
        "(press.Other, some plugin)"
    ]


def test_a_host_that_another_adapter_has_is_reported(tmp_path: Path) -> None:
    registry = Registry()
    registry.register(make(id="press", __qualname__="Press"), "some plugin")
    assert settled(tmp_path, make(), registry=registry) == [
        "collision: quay-courier: host 'quay.example' belongs to outlet 'press' "
        "(press.Press, some plugin)"
    ]


def test_an_adapter_does_not_collide_with_itself(tmp_path: Path) -> None:
    registry = Registry()
    registry.register(make())
    assert settled(tmp_path, make(), registry=registry) == []
    assert registry.owners == {"quay-courier": "this process"}


# The expectation


def test_an_unreviewed_expectation_is_reported(tmp_path: Path) -> None:
    fixture = put(tmp_path)
    expect(fixture, make())
    expected = fixture.expected()
    assert expected is not None
    marked = {store.UNREVIEWED: "copydesk outlets accept quay-courier", **expected}
    fixture.expected_path.write_bytes(store.canonical(marked))
    assert check(make(), fixture) == [
        "reviewed: weir: its expectation is unreviewed; read it, then "
        "run: copydesk outlets accept quay-courier"
    ]


def test_a_fixture_without_expectation_is_reported(tmp_path: Path) -> None:
    fixture = put(tmp_path)
    assert check(make(), fixture) == [
        "reviewed: weir: has no expectation; run: copydesk replay --update "
        f"{fixture.source}, and read the result"
    ]


def test_a_fixture_whose_sidecar_is_broken_is_reported(tmp_path: Path) -> None:
    fixture = put(tmp_path)
    fixture.meta_path.write_text("{}", "utf-8")
    assert check(make(), fixture) == [f"reviewed: weir: {fixture.meta_path}: made: Field required"]


def reordered(data: bytes) -> bytes:
    """An expectation with the first two fields exchanged."""
    first, second, *rest = json.loads(data).items()
    return store.canonical(dict([second, first, *rest]))


def reordered_inside(data: bytes) -> bytes:
    """An expectation with the keys of the first block exchanged."""
    expected = json.loads(data)
    expected["body"][0] = dict(reversed(expected["body"][0].items()))
    return store.canonical(expected)


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data.replace(b"  ", b"\t", 1),
        lambda data: data.rstrip(b"\n"),
        reordered,
        reordered_inside,
    ],
    ids=["blanks", "end", "order of fields", "order inside of one"],
)
def test_an_expectation_that_is_not_canonical_is_reported(
    tmp_path: Path, change: Callable[[bytes], bytes]
) -> None:
    fixture = put(tmp_path)
    expect(fixture, make())
    path = fixture.expected_path
    path.write_bytes(change(path.read_bytes()))
    assert check(make(), fixture) == [
        "canonical: weir: weir.expected.json is not in canonical form; run: copydesk replay "
        f"--update {path}"
    ]


def test_an_expectation_with_matchers_is_canonical_in_the_order_of_the_record(
    tmp_path: Path,
) -> None:
    fixture = put(tmp_path)
    expect(fixture, make(), id="re:[0-9a-f]{32}", body="count:2", document="type:object")
    assert check(make(), fixture) == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"section": "Region"},
            'section is missing: expected "Region", got none',
        ),
        (
            {"headline": None},
            'headline is unexpected: expected none, got "Volunteers rebuild the weir by hand"',
        ),
        (
            {"headline": "Weir rebuilt"},
            'headline is wrong:\n    -"Weir rebuilt"\n    +"Volunteers rebuild the weir by hand"',
        ),
        ({"tags": None}, "tags is wrong:\n    -null\n    +[]"),
        ({"surplus": 1}, "surplus is in the expectation, but is not a field of the record"),
        ({"headline": "re:Vol.*hand"}, ""),
        (
            {"headline": "re:Weir.*"},
            'headline is wrong:\n    -"re:Weir.*"\n    +"Volunteers rebuild the weir by hand"',
        ),
    ],
)
def test_each_way_in_which_a_field_differs_has_its_own_message(
    tmp_path: Path, changes: dict[str, object], message: str
) -> None:
    fixture = put(tmp_path)
    expect(fixture, make(), **changes)
    assert check(make(), fixture) == ([f"field: weir: {message}"] if message else [])


def test_a_field_that_the_expectation_lacks_is_reported(tmp_path: Path) -> None:
    fixture = put(tmp_path)
    expect(fixture, make())
    expected = fixture.expected()
    assert expected is not None
    del expected["headline"]
    fixture.expected_path.write_bytes(store.canonical(expected))
    assert check(make(), fixture) == [
        'field: weir: headline is not in the expectation, got "Volunteers rebuild the weir by hand"'
    ]


def test_a_broken_matcher_is_reported_once_with_file_and_place(tmp_path: Path) -> None:
    fixture = put(tmp_path)
    expect(fixture, make(), comments={"status": "absent", "count": None, "items": "count:few"})
    assert check(make(), fixture) == [
        f"field: weir: {fixture.expected_path}: comments.items: 'count:few' has no number"
    ]


def test_an_expected_error_is_compared(tmp_path: Path) -> None:
    error = {"reason": "empty", "message": "re:no .* in it"}
    fixture = put(tmp_path, content=" \n")
    fixture.expected_path.write_bytes(store.canonical({"error": error}))
    assert check(make(), fixture) == []
    fixture.source.write_text(STORY, "utf-8")
    assert check(make(), fixture) == [
        'field: weir: error is missing: expected {"reason": "empty", "message": "re:no .* in it"}, '
        "got none"
    ]


def test_an_error_instead_of_an_article_is_reported_once(tmp_path: Path) -> None:
    fixture = put(tmp_path)
    expect(fixture, make())
    fixture.source.write_text(" \n", "utf-8")
    assert check(make(), fixture) == [
        "field: weir: error is unexpected: expected none, got "
        '{"reason": "empty", "message": "no text in it"}'
    ]


# Layouts


def layouts(*given: Layout) -> type[Outlet]:
    return make(layouts=given)


def test_a_page_that_two_probes_match_is_reported(tmp_path: Path) -> None:
    outlet = layouts(Layout("old", matches="main.old"), Layout("new", matches="main"))
    found = settled(tmp_path, outlet, PAGE.format(layout="old", more=""))
    assert found[0] == ("layout: weir: layouts 'old' and 'new' match it; a page has one layout")


def test_each_of_several_layouts_needs_two_fixtures(tmp_path: Path) -> None:
    outlet = layouts(Layout("old", matches="main.old"), Layout("new", matches="main.new"))
    pages = [put(tmp_path, f"p{n}", PAGE.format(layout="old", more="")) for n in (1, 2)]
    for fixture in pages:
        expect(fixture, outlet)
    found = contracts.check(outlet, pages)
    assert [told(f) for f in found if f.check == "layout"] == [
        "layout: quay-courier: layout 'new' has no fixture; each of several layouts needs two"
    ]
    found = contracts.check(outlet, pages[:1])
    assert [told(f) for f in found if f.check == "layout"] == [
        "layout: quay-courier: layout 'old' has one fixture; each of several layouts needs two",
        "layout: quay-courier: layout 'new' has no fixture; each of several layouts needs two",
    ]


def test_one_fixture_is_a_warning_and_none_a_fault(tmp_path: Path) -> None:
    fixture = put(tmp_path)
    expect(fixture, make())
    assert [told(f) for f in contracts.check(make(), [fixture])] == [
        "warning layout: quay-courier: has one fixture; a second one shows what is common to all pages"
    ]
    assert [told(f) for f in contracts.check(make(), [])] == [
        "layout: quay-courier: has no fixture"
    ]


# Mutation


def test_a_part_that_nothing_tests_is_named_as_it_is_written(tmp_path: Path) -> None:
    outlet = make(
        standfirst="p.deck",
        strip={
            "related": ".more",
            "site_promo": (re.compile("Courier Plus"), "div.mugs"),
        },
        rules=(Rule.line("Tide table", "page_furniture", name="tides"),),
        layouts=(
            Layout("only", matches="main", byline="p.by", strip={"ad_marker": ("i.ad", "b.ad")}),
        ),
    )
    found = settled(tmp_path, outlet)
    assert found == [
        f"mutation: quay-courier: nothing tests {said}"
        for said in (
            "standfirst = 'p.deck'",
            "strip['related'] = '.more'",
            "strip['site_promo'][0] = /Courier Plus/",
            "strip['site_promo'][1] = 'div.mugs'",
            "rules[0] 'tides' = /Tide table/",
            "layouts['only']",
            "layouts['only'].byline = 'p.by'",
            "layouts['only'].strip['ad_marker'][0] = 'i.ad'",
            "layouts['only'].strip['ad_marker'][1] = 'b.ad'",
        )
    ]


def test_a_part_that_a_fixture_tests_is_not_named(tmp_path: Path) -> None:
    more = '<p class="mugs">Mugs with the weir on them are sold at the office from Monday on.</p>'
    outlet = make(
        strip={"site_promo": ".mugs"},
        rules=(Rule.line("They used", "heading", name="used"),),
        layouts=(Layout("only", matches="main", section="h1"),),
    )
    assert settled(tmp_path, outlet, PAGE.format(layout="a", more=more)) == []


def test_a_part_whose_loss_changes_no_value_is_a_warning(tmp_path: Path) -> None:
    found = settled(tmp_path, make(headline="h1"), PAGE.format(layout="a", more=""))
    assert found == [
        "warning mutation: quay-courier: the generic reading gives the same result without headline = 'h1'"
    ]


def test_a_part_whose_loss_changes_only_warnings_is_named(tmp_path: Path) -> None:
    outlet = make(standfirst="p.deck")
    found = settled(tmp_path, outlet, PAGE.format(layout="a", more=""))
    assert found == ["mutation: quay-courier: nothing tests standfirst = 'p.deck'"]


def test_a_loss_that_the_expectation_allows_by_a_matcher_is_not_noticed(tmp_path: Path) -> None:
    outlet = make(rules=(Rule.line("They used", "page_furniture", name="used"),))
    fixture = put(tmp_path)
    allowed = {
        "revision": "type:string",
        "fingerprint": "type:string",
        "text": "type:string",
        "body": "type:array",
    }
    expect(fixture, outlet, **allowed)
    assert check(outlet, fixture) == []
    expect(fixture, outlet, **allowed, removed="type:array")
    assert check(outlet, fixture) == [
        "mutation: quay-courier: nothing tests rules[0] 'used' = /They used/"
    ]


def test_a_part_of_the_family_that_nothing_tests_is_a_warning(tmp_path: Path) -> None:
    family = type("Family", (Outlet,), {"__module__": "press", "strip": {"related": ".more"}})
    found = settled(tmp_path, make(cast(type[Outlet], family)))
    assert found == ["warning mutation: quay-courier: nothing tests strip['related'] = '.more'"]


def test_taking_a_part_away_leaves_the_adapter_as_it_was() -> None:
    outlet = make(headline="h1", strip={"related": (".a", ".b")})
    selectors = outlet.selectors()
    for part in mutation.parts(outlet):
        mutant = part.removed_from(outlet)
        assert mutant.selectors() != selectors
        assert mutant.version() == outlet.version()
    assert outlet.selectors() == selectors


def test_labels_of_parts_are_short_and_differ() -> None:
    outlet = make(
        headline="h1",
        strip={"related": ".a", "site_promo": (".b", ".c")},
        rules=(Rule.line("a", "caption"), Rule.line("b", "caption")),
        layouts=(Layout("2025", matches="main", body="main", strip={"related": ".d"}),),
    )
    assert [part.label for part in mutation.parts(outlet)] == [
        "headline",
        "strip.related",
        "strip.site_promo[0]",
        "strip.site_promo[1]",
        "rules[0].caption",
        "rules[1].caption",
        "layouts.2025",
        "layouts.2025.body",
        "layouts.2025.strip.related",
    ]


# Which fixtures are an adapter's


def test_fixtures_of_other_outlets_are_passed_over(tmp_path: Path) -> None:
    put(tmp_path, "named")
    put(tmp_path, "by-address", outlet=None)
    put(tmp_path, "by-nobody", outlet=None, url=None)
    put(tmp_path, "broken").meta_path.write_text("{}", "utf-8")
    put(tmp_path, "of-another", outlet="press")
    put(tmp_path, "at-another", outlet=None, url="https://press.example/weir")
    (tmp_path / "bare.txt").write_text(STORY, "utf-8")
    found, bare = contracts.fixtures_of(make(), [tmp_path])
    assert [f.stem for f in found] == ["broken", "by-address", "by-nobody", "named"]
    assert bare == [tmp_path / "bare.txt"]

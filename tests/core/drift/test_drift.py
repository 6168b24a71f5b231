"""Drift: what records of an outlet come to, and which departures from the baseline are told."""

from __future__ import annotations

import inspect
import random
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk import CopydeskError, Layout, Outlet, Rule
from copydesk.cli.commands import diff
from copydesk.cli.commands.outlets import check
from copydesk.drift.baseline import MAX_RUNS
from copydesk.drift.comparison import (
    ASSUMED_SHARE,
    CODES,
    MIN_DIFFERENCE,
    MIN_RECORDS,
    Baseline,
    DriftFinding,
    Rate,
    Z,
    compare_profiles,
    declared_by,
)
from copydesk.drift.observe import observe_article
from copydesk.drift.profile import (
    FIELDS,
    OUTCOMES,
    Observation,
    Profile,
    build_profiles,
    is_filled,
    outcome_of,
    quantile,
)
from copydesk.model.document import Document
from copydesk.readers.html import refusal
from copydesk.reading import read


class Echo(Outlet):
    id = "harbour-echo"
    name = "Harbour Echo"
    domains = ("echo.example",)
    language = "en"
    byline = ".who"
    strip = {"newsletter_promo": re.compile("The Echo by mail"), "related": ".more"}
    rules = (Rule.line(r"Tide table:", "page_furniture", name="tides"),)
    layouts = (Layout("2024", matches="main.v24", body=".text"), Layout("2025", matches="main.v25", body=".story"))  # fmt: skip


WORDS = (
    "The harbour council met on Tuesday and talked for hours about the wall, the ferry and the tide"
)


def page(
    number: int,
    *,
    layout: str = "v25",
    byline: str = '<p class="who">By Jo Bloggs</p>',
    mail: str = "<p>The Echo by mail: every morning</p>",
    paragraphs: int = 4,
    more: str = "",
    words: int = 1,
) -> str:
    body = {"v24": "text", "v25": "story"}.get(layout, "copy")
    text = "".join(
        f"<p>{' '.join([WORDS] * words)}, as they did on day {number} of {i + 2} weeks.</p>"
        for i in range(paragraphs)
    )
    return (
        f'<!doctype html><html lang="en"><title>Wall number {number}</title><body>'
        f'<main class="{layout}"><h1>Council talks about wall number {number}</h1>{byline}'
        f'<div class="{body}">{text}{more}{mail}</div></main></body></html>'
    )


@cache
def seen(html: str, number: int = 0) -> Observation:
    url = f"https://echo.example/wall/{number:03}"
    document = Document(content=html.encode(), media_type="text/html", url=url, encoding="utf-8")
    try:
        return observe_article(read(document, Echo)[1])
    except CopydeskError as error:
        return Observation(
            outlet="harbour-echo", where=url, record=None, reason=error.reason, detail=error.detail
        )


def whole(documents: Iterable[Observation]) -> Profile:
    profile = Profile()
    for document in documents:
        profile.add(document)
    return profile


def pages(count: int, **options: Any) -> Profile:
    return whole(seen(page(n, **options), n) for n in range(count))


def found(fresh: Profile, runs: Profile, fixtures: Profile | None = None) -> list[DriftFinding]:
    baseline = Baseline(fixtures or Profile(), runs, int(runs.documents > 0))
    return compare_profiles("harbour-echo", "page", fresh, baseline)


def codes(findings: list[DriftFinding]) -> set[tuple[str, str]]:
    return {(finding.code, finding.subject) for finding in findings}


CHALLENGE = (
    "<!doctype html><title>Just a moment...</title><h1>Just a moment...</h1><p>Please wait.</p>"
)
EMPTY = (
    '<!doctype html><html><body><main class="v25"><div class="story"></div></main></body></html>'
)
GONE = "<!doctype html><title>404 Not Found</title><h1>404 Not Found</h1><p>Nothing here.</p>"


# A page that changes


def test_pages_as_they_were_have_no_finding() -> None:
    assert found(pages(30), pages(40)) == []


def test_a_layout_that_none_matches_is_told_apart_from_what_it_costs() -> None:
    findings = found(pages(30, layout="v26"), pages(30))
    assert ("layout_changed", "") in codes(findings)
    assert not codes(findings) & {(code, "") for code in OUTCOMES}
    first = findings[0]
    assert (first.code, first.was, first.now) == ("layout_changed", Rate(0, 30), Rate(30, 30))
    assert first.example == "https://echo.example/wall/000"


def test_a_known_layout_that_spreads_is_a_mix_and_no_change_of_layout() -> None:
    both = whole(seen(page(n, layout="v24" if n % 2 else "v25"), n) for n in range(40))
    assert codes(found(pages(40, layout="v24"), both)) == {("layout_mix", "2024")}


def test_a_field_that_goes_empty_is_lost_and_its_selector_named() -> None:
    findings = found(pages(30, byline=""), pages(30))
    assert {("field_lost", "byline"), ("field_lost", "authors")} < codes(findings)
    assert ("selector_stopped", "byline") in codes(findings)
    assert ("rule_silent", "harbour-echo:byline") in codes(findings)


def test_an_element_that_is_there_and_empty_fills_nothing() -> None:
    findings = found(pages(30, byline='<p class="who"> </p>'), pages(30))
    assert ("field_lost", "byline") in codes(findings)


def test_a_strip_rule_that_never_hits_any_more_is_silent() -> None:
    findings = found(pages(30, mail=""), pages(30))
    assert codes(findings) == {("rule_silent", "harbour-echo:strip.newsletter_promo")}


def test_a_rule_that_the_adapter_has_no_more_is_not_silent() -> None:
    baseline = Baseline(Profile(), pages(30), 1)
    declared = declared_by(Echo) - {"harbour-echo:strip.newsletter_promo"}
    assert compare_profiles("harbour-echo", "page", pages(30, mail=""), baseline, declared) == []
    assert compare_profiles("harbour-echo", "page", pages(30, mail=""), baseline, declared_by(Echo))


def test_what_an_adapter_declares_has_the_names_that_records_give() -> None:
    assert declared_by(Echo) == {
        f"harbour-echo:{name}"
        for name in ("byline", "body", "tides", "strip.newsletter_promo", "strip.related")
    }
    assert set(pages(1).rules) <= declared_by(Echo)


def test_a_rule_that_hits_less_often_is_not_silent() -> None:
    quarter = whole(seen(page(n, mail="") if n % 4 else page(n), n) for n in range(40))
    findings = found(quarter, pages(40))
    assert codes(findings) == {("rule_hits", "harbour-echo:strip.newsletter_promo")}
    assert (findings[0].was, findings[0].now) == (Rate(40, 40), Rate(10, 40))


@pytest.mark.parametrize(
    ("words", "code"), [(1, "body_shorter"), (9, "body_longer")], ids=["shorter", "longer"]
)
def test_bodies_that_shrink_or_grow_are_told_with_both_medians(words: int, code: str) -> None:
    findings = found(pages(30, words=words), pages(30, words=3))
    assert codes(findings) == {(code, "")}
    before, _, after = findings[0].note.removeprefix("characters: ").partition(", now ")
    assert before != after


def test_bodies_of_which_some_are_cut_are_told_though_the_median_stays() -> None:
    cut = whole(seen(page(n, words=1 if n % 5 < 2 else 3), n) for n in range(60))
    assert codes(found(cut, pages(60, words=3))) == {("body_shorter", "")}


def test_another_mix_of_blocks_is_told_by_type() -> None:
    quotes = "".join(f"<blockquote><p>{WORDS}, {i}.</p></blockquote>" for i in range(9))
    findings = codes(found(pages(40, more=quotes), pages(40)))
    assert {("block_mix", "paragraph"), ("block_mix", "quote")} <= findings
    assert {code for code, _ in findings} == {"block_mix", "body_longer"}


def test_more_of_a_kind_of_residue_is_told() -> None:
    mail = "".join(f"<p>The Echo by mail: {WORDS} number {i}</p>" for i in range(9))
    findings = found(pages(40, mail=mail), pages(40))
    assert codes(findings) == {("removed_mix", "newsletter_promo")}
    before, after = findings[0].was, findings[0].now
    assert before is not None
    assert after is not None
    assert before.share < 0.2 < 0.5 < after.share


# What is no article


@pytest.mark.parametrize(
    ("html", "code"),
    [(CHALLENGE, "blocked"), (EMPTY, "empty"), (GONE, "not_an_article")],
    ids=["challenge", "empty", "gone"],
)
def test_what_gives_no_article_is_told_apart_and_costs_no_field(html: str, code: str) -> None:
    some = [seen(html if n % 2 else page(n), n) for n in range(40)]
    findings = found(whole(some), pages(40))
    assert (findings[0].code, findings[0].now) == (code, Rate(20, 40))
    assert {f.code for f in findings} <= {code, "selector_stopped"}
    assert findings[0].example in {document.where for document in some[1::2]}


def test_a_single_challenge_page_is_enough_where_there_was_none() -> None:
    assert ("blocked", "") in codes(found(whole([seen(CHALLENGE)]), Profile(), pages(3)))


def test_a_failing_adapter_is_neither_blocked_nor_empty() -> None:
    faults = whole(
        Observation(outlet="harbour-echo", where=f"u{n}", record=None, reason="adapter")
        for n in range(9)
    )
    assert codes(found(faults, pages(30))) == {("failed", "")}


def test_a_share_of_blocked_pages_that_is_usual_is_no_finding() -> None:
    def mixed(count: int) -> Profile:
        return whole(seen(CHALLENGE if n % 5 == 0 else page(n), n) for n in range(count))

    assert found(mixed(40), mixed(50)) == []


@pytest.mark.parametrize("kind", ["challenge_page", "login_wall", "consent_page"])
def test_walls_are_called_as_the_reader_for_pages_calls_them(kind: str) -> None:
    assert kind in refusal._TITLES
    wall = Observation(outlet="echo", where="u", record=None, reason="not_an_article", detail=kind)
    assert outcome_of(wall) == "blocked"


def test_a_record_without_a_word_of_body_is_empty_unless_it_is_a_gallery() -> None:
    record = {"kind": "article", "body": [{"type": "paragraph", "text": " "}]}
    assert outcome_of(Observation(outlet="e", where="u", record=record)) == "empty"
    assert (
        outcome_of(Observation(outlet="e", where="u", record={**record, "kind": "gallery"}))
        == "article"
    )
    assert (
        outcome_of(
            Observation(outlet="e", where="u", record={**record, "access": {"observed": "blocked"}})
        )
        == "blocked"
    )


# What counts as filled


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("headline", None), ("headline", ""), ("headline", " \n"), ("tags", []), ("tags", [""]),
        ("authors", [{"name": " ", "role": None, "raw": None}]), ("dateline", {}),
        ("dateline", {"raw": "", "place": None, "date": "2025-11-03"}),
        ("comments", {"status": "none_yet", "count": None, "items": []}),
        ("comments", {"status": "complete", "count": 0, "items": []}),
        ("images", [{"url": None, "caption": None, "position": 2}]),
        ("images.caption", [{"url": "https://e.example/a.jpg", "caption": " "}]),
        ("corrections", [{"kind": "correction", "text": "", "position": 1}]),
        ("info_sources", [{"name": "", "role": "agency", "category": "wires"}]),
    ],
)  # fmt: skip
def test_a_field_that_holds_nothing_is_not_filled(name: str, value: object) -> None:
    assert not is_filled(name, {name.partition(".")[0]: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("headline", "Wall"), ("tags", ["", "wall"]), ("dateline", {"raw": "HARWICK -"}),
        ("comments", {"status": "not_loaded", "count": 3, "items": []}),
        ("images.credit", [{"credit": None}, {"credit": "Ana Ruiz"}]),
        ("related", [{"text": "More", "url": None}]), ("body", "count:4"),
    ],
)  # fmt: skip
def test_a_field_that_holds_something_is_filled(name: str, value: object) -> None:
    assert is_filled(name, {name.partition(".")[0]: value})


def test_an_embed_alone_is_no_text() -> None:
    embed = {"type": "embed", "url": "https://v.example/1", "provider": "V", "text": None}
    assert (
        outcome_of(Observation(outlet="e", where="u", record={"kind": "article", "body": [embed]}))
        == "empty"
    )


@pytest.mark.parametrize("name", ["access", "document", "adapter", "provenance", "warnings", "removed", "body", "text"])  # fmt: skip
def test_an_expectation_that_says_a_part_in_words_is_taken(name: str) -> None:
    record = dict(seen(page(1)).record or {})
    assert (
        whole(
            [Observation(outlet="harbour-echo", where="u", record={**record, name: "type:object"})]
        ).documents
        == 1
    )


# The tolerance


def test_the_interval_is_wilsons() -> None:
    low, high = Rate(0, 10).interval
    assert low == 0
    assert high == pytest.approx(2.576**2 / (10 + 2.576**2))
    assert Rate(3, 0).interval == (0.0, 1.0)
    assert Rate(5, 10).interval == pytest.approx((0.1844, 0.8156), abs=1e-3)


def test_a_small_sample_does_not_cry_wolf() -> None:
    assert found(pages(3, byline="", mail=""), pages(3)) == []
    assert found(pages(3, words=9), pages(40)) == []


def test_a_loss_in_a_larger_sample_shows_against_few_fixtures() -> None:
    findings = found(pages(40, byline=""), Profile(), pages(2))
    assert ("field_lost", "byline") in codes(findings)


def test_a_small_difference_is_none_however_many_records_there_are() -> None:
    old, new = Profile(records=100_000), Profile(records=100_000)
    old.outcomes["article"] = new.outcomes["article"] = 100_000
    old.filled["byline"], new.filled["byline"] = 97_000, 93_000
    assert found(new, old) == []
    new.filled["byline"] = 80_000
    assert codes(found(new, old)) == {("field_lost", "byline")}


def test_fixtures_do_not_say_how_often_or_how_long() -> None:
    fixtures = pages(20, words=1)
    assert found(pages(40, words=9, more="<blockquote><p>Yes.</p></blockquote>"), Profile(), fixtures) == []  # fmt: skip


def test_too_few_records_say_nothing_of_how_often() -> None:
    few = MIN_RECORDS - 1
    assert found(pages(few, words=9), pages(60)) == []
    assert found(pages(few + 8, words=9), pages(60)) != []


def test_without_a_baseline_that_is_the_finding_and_blocks_are_told_all_the_same() -> None:
    assert codes(found(pages(30), Profile())) == {("no_baseline", "")}
    blocked = whole(seen(CHALLENGE, n) for n in range(9))
    assert codes(found(blocked, Profile())) == {("no_baseline", ""), ("blocked", "")}


@pytest.mark.parametrize(
    ("was", "now", "fallen"),
    [
        (Rate(2, 2), Rate(0, 20), False), (Rate(2, 2), Rate(0, 25), True),
        (Rate(6, 6), Rate(0, 6), False), (Rate(7, 7), Rate(0, 7), True),
        (Rate(90, 100), Rate(70, 100), False), (Rate(90, 100), Rate(65, 100), True),
    ],
)  # fmt: skip
def test_the_examples_of_the_documentation_are_right(
    root: Path, was: Rate, now: Rate, fallen: bool
) -> None:
    row = f"| {was.count} of {was.of} | {now.count} of {now.of} | {'yes' if fallen else 'no'} |"
    assert row in (root / "docs" / "drift.md").read_text("utf-8")
    old, new = Profile(records=was.of), Profile(records=now.of)
    old.outcomes["article"], new.outcomes["article"] = was.of, now.of
    old.filled["byline"], new.filled["byline"] = int(was.count), int(now.count)
    assert bool(found(new, Profile(), old)) is fallen


def test_the_documentation_has_every_code_tolerance_and_option(root: Path) -> None:
    text = " ".join((root / "docs" / "drift.md").read_text("utf-8").split())
    assert [code for code in CODES if f"`{code}`" not in text] == []
    assert [code for code in ("article", *OUTCOMES) if f"| `{code}` |" not in text] == []
    assert f"{Z} standard deviations" in text
    assert f"The last {MAX_RUNS} runs count" in text
    assert f"need {MIN_RECORDS} records" in text
    points = [f"{MIN_DIFFERENCE[name]:.0%}".rstrip("%") for name in ("share", "outcome", "length")]
    assert f"below {points[0]} points are ignored; below {points[1]} points" in text
    assert f"below {points[2]} for lengths" in text
    for share in set(ASSUMED_SHARE.values()):
        named = ", ".join(f"`{code}`" for code, usual in ASSUMED_SHARE.items() if usual == share)
        assert f"{share * 100:.0f} % ({named})" in text
    commands = (root / "docs" / "commands.md").read_text("utf-8")
    for command in (check.check, diff.diff):
        for name in inspect.signature(command).parameters:
            option = {"as_json": "json"}.get(name, name)
            assert f"`--{option}" in commands or name in ("ids", "old", "new")


def test_findings_come_in_the_order_of_the_codes() -> None:
    findings = found(pages(30, layout="v26", byline="", mail=""), pages(30))
    places = [list(CODES).index(finding.code) for finding in findings]
    assert places == sorted(places)
    assert len(set(places)) > 3


# Profiles


RECORDS = [
    seen(html, number)
    for number, html in enumerate(
        [page(1), page(2, byline=""), page(3, layout="v24"), page(4, layout="v9"), page(5, mail=""),
         page(6, paragraphs=9), CHALLENGE, EMPTY, GONE]
    )
]  # fmt: skip
some_records = st.lists(st.sampled_from(RECORDS), max_size=20)


@given(some_records, st.randoms(use_true_random=False))
def test_the_order_of_records_does_not_matter(
    chosen: list[Observation], source: random.Random
) -> None:
    other = chosen.copy()
    source.shuffle(other)
    assert whole(chosen) == whole(other)
    assert whole(chosen).examples == whole(other).examples


@given(some_records)
def test_a_set_compared_with_itself_has_no_finding_but_what_is_wrong_by_itself(
    chosen: list[Observation],
) -> None:
    profile = whole(chosen)
    codes_found = {f.code for f in found(profile, profile)}
    assert codes_found <= ({"no_baseline"} if not chosen else set())


@given(some_records, some_records)
def test_profiles_add_up_to_the_profile_of_all(
    one: list[Observation], other: list[Observation]
) -> None:
    assert whole(one).plus(whole(other)) == whole(one + other)
    assert whole(one).plus(whole(other)).examples == whole(one + other).examples


@given(some_records)
def test_a_profile_is_kept_as_json_without_addresses(chosen: list[Observation]) -> None:
    profile = whole(chosen)
    said = profile.model_dump_json()
    assert "echo.example" not in said
    again = Profile.model_validate_json(said)
    assert again.model_dump() == profile.model_dump()


def test_pages_and_texts_are_never_compared_with_one_another() -> None:
    text = Observation(outlet="e", where="t", record={"document": {"media_type": "text/plain"}})
    html = Observation(outlet="e", where="h", record={"document": {"media_type": "text/html"}})
    refused = Observation(outlet="e", where="r", record=None, reason="empty")
    assert {k: p.documents for k, p in build_profiles([text, html, refused]).items()} == {
        ("e", "page"): 2, ("e", "text"): 1
    }  # fmt: skip
    assert list(build_profiles([text, refused])) == [("e", "text")]
    assert list(build_profiles([refused])) == [("e", "page")]


def test_a_quantile_is_a_length_that_occurs() -> None:
    lengths = whole(seen(page(n, words=n + 1), n) for n in range(9)).lengths
    assert quantile(lengths, 0.5) == sorted(lengths)[4]
    assert quantile(Profile().lengths, 0.5) == -1


def test_every_field_that_is_compared_is_one_of_the_record() -> None:
    record = seen(page(1)).record
    assert record is not None
    assert {name.partition(".")[0] for name in FIELDS} <= set(record)

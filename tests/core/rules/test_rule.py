"""Rules as an outlet states them: split, zone and line."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

import pytest

from copydesk import Rule
from copydesk.model.document import Document
from copydesk.model.draft import Draft
from copydesk.readers import text as reader
from copydesk.rules import Line, apply

PROSE = (
    "Sixty volunteers rebuilt the crest of the weir this week, stone by stone, because no machine "
    "could reach it."
)
MORE = (
    "They used wheelbarrows and a rope, and finished on Sunday as the rain began to fall on the "
    "valley and the river rose."
)
Where = Literal["head", "body", "tail"]


def draft_of(*lines: str) -> Draft:
    return reader.read(Document(content="\n".join(lines).encode()))


def decided(rules: Rule | tuple[Rule, ...], *lines: str) -> list[tuple[str, str]]:
    """Text and role of each segment that the outlet's rules decided."""
    draft = applied(rules, *lines)
    return [(s.text, s.role) for s in draft.segments if s.rule.owner == "paper"]


def applied(rules: Rule | tuple[Rule, ...], *lines: str) -> Draft:
    draft = draft_of(*lines)
    apply(draft, rules if isinstance(rules, tuple) else (rules,), "paper")
    return draft


# Line rules.


def test_a_line_rule_gives_every_matching_line_its_role() -> None:
    rule = Rule.line(r"bell \d", "site_promo")
    lines = ("bell 1", PROSE, "bell 2", MORE, "a bell 3")
    assert decided(rule, *lines) == [("bell 1", "site_promo"), ("bell 2", "site_promo")]


def test_a_pattern_is_tried_at_the_start_of_the_folded_text() -> None:
    rule = Rule.line("ring the bell$", "site_promo")
    lines = (PROSE, "  ring \t the   bell ", "do ring the bell", "ring the bell now")
    assert decided(rule, *lines) == [("ring the bell", "site_promo")]


def test_a_list_mark_is_not_part_of_the_text() -> None:
    assert decided(Rule.line("ring", "site_promo"), PROSE, "- ring me") == [
        ("ring me", "site_promo")
    ]


def test_a_compiled_pattern_keeps_its_flags() -> None:
    rule = Rule.line(re.compile("RING", re.IGNORECASE), "site_promo")
    assert decided(rule, PROSE, "ring me") == [("ring me", "site_promo")]


def test_the_first_line_rule_that_matches_wins() -> None:
    rules = (
        Rule.line("ring", "site_promo", name="first"),
        Rule.line("ring me", "app_promo", name="second"),
    )
    (segment,) = [s for s in applied(rules, PROSE, "ring me").segments if s.role == "site_promo"]
    assert str(segment.rule) == "paper:first"


def test_an_outlets_rule_goes_before_the_shared_ones() -> None:
    shared = draft_of("Advertisement", PROSE)
    apply(shared)
    assert shared.segments[0].role == "ad_marker"
    assert decided(Rule.line("Advertisement", "page_furniture"), "Advertisement", PROSE) == [
        ("Advertisement", "page_furniture")
    ]


def test_named_groups_of_a_line_become_its_data() -> None:
    rule = Rule.line(r"from (?P<text>\w+)(?: at (?P<place>\w+))?", "byline")
    segment = applied(rule, "from Morag", PROSE).segments[0]
    assert segment.data == {"text": "Morag"}


def test_a_rule_is_named_by_its_role_or_by_itself() -> None:
    assert Rule.line("a", "site_promo").name == "site_promo"
    assert Rule.line("a", "site_promo", name="bell").name == "bell"
    assert Rule.zone("a", "comment", until="end").name == "comment"
    assert Rule.split("(?P<headline>a)(?P<rest>b)").name == "headline+rest"


PLACED = ("ring 1", PROSE, "ring 2", MORE, "ring 3")


@pytest.mark.parametrize(
    ("place", "texts"),
    [
        ("head", ["ring 1"]),
        ("body", ["ring 2"]),
        ("tail", ["ring 3"]),
        (("head", "tail"), ["ring 1", "ring 3"]),
        ((), ["ring 1", "ring 2", "ring 3"]),
    ],
)
def test_place_limits_a_line_rule(place: Where | tuple[Where, ...], texts: list[str]) -> None:
    rule = Rule.line("ring", "site_promo", place=place)
    assert [text for text, _ in decided(rule, *PLACED)] == texts


def test_without_a_paragraph_every_line_belongs_to_the_body() -> None:
    rule = Rule.line("ring", "site_promo", place="body")
    assert [text for text, _ in decided(rule, "ring 1", "ring 2")] == ["ring 1", "ring 2"]


def test_when_sees_only_lines_that_the_pattern_matches() -> None:
    asked = []

    def even(line: Line) -> bool:
        asked.append(line.text)
        return line.text.endswith("2")

    assert decided(Rule.line("ring", "site_promo", when=even), *PLACED) == [
        ("ring 2", "site_promo")
    ]
    assert asked == ["ring 1", "ring 2", "ring 3"]


def test_when_sees_what_was_decided_before() -> None:
    def repeated(line: Line) -> bool:
        return line.previous is not None and line.previous.role == "publisher"

    rules = (
        Rule.line("The Bell", "page_furniture", when=repeated),
        Rule.line("The Bell", "publisher"),
    )
    assert decided(rules, "The Bell", "The Bell", PROSE) == [
        ("The Bell", "publisher"),
        ("The Bell", "page_furniture"),
    ]


# What a rule sees of a line.


def line_at(index: int) -> Line:
    draft = draft_of("Weir rebuilt", "", PROSE, MORE, "- ring me")
    draft.segments[0].decide("headline", "test")
    return Line(draft, index, (1, 2))


def test_a_line_shows_its_segment() -> None:
    head, first, second, mark = (line_at(i) for i in range(4))
    assert [line.text for line in (head, first, mark)] == ["Weir rebuilt", PROSE, "ring me"]
    assert mark.segment.bullet == "-"
    assert [line.role for line in (head, first)] == ["headline", ""]
    assert [line.gap for line in (head, first, second)] == [False, True, False]
    assert [line.prose for line in (head, first, mark)] == [False, True, False]
    assert [line.place for line in (head, first, second, mark)] == ["head", "body", "body", "tail"]


def test_a_line_knows_its_neighbours() -> None:
    line = line_at(2)
    assert line.previous is not None
    assert line.next is not None
    assert (line.previous.text, line.next.text) == (PROSE, "ring me")
    assert line_at(0).previous is None
    assert line_at(3).next is None
    assert line.previous.place == "body"


def test_the_lines_before_come_nearest_first() -> None:
    assert [line.index for line in line_at(3).before()] == [2, 1, 0]
    assert list(line_at(0).before()) == []


# Split rules.


def test_a_split_gives_each_group_its_role() -> None:
    rule = Rule.split(r"(?P<dateline>VALLEY:) (?P<paragraph>.+)")
    assert decided(rule, f"VALLEY: {PROSE}") == [("VALLEY:", "dateline"), (PROSE, "paragraph")]


def test_a_rest_is_left_to_later_rules() -> None:
    draft = applied(Rule.split(r"(?P<section_label>Rivers) (?P<rest>.+)"), f"Rivers {PROSE}")
    label, rest = draft.segments
    assert (label.role, str(label.rule)) == ("section_label", "paper:section_label+rest")
    assert (rest.role, rest.text) == ("paragraph", PROSE)
    assert not rest.rule.is_outlet


def test_later_rules_are_tried_on_a_rest() -> None:
    rules = (
        Rule.split(r"(?P<section_label>Rivers) (?P<rest>.+)"),
        Rule.split(r"(?P<rest>.+?) (?P<page_furniture>Read on)$"),
    )
    assert decided(rules, f"Rivers {PROSE} Read on") == [
        ("Rivers", "section_label"),
        ("Read on", "page_furniture"),
    ]


def test_text_between_groups_goes_with_the_part_before() -> None:
    rule = Rule.split(r"(?P<caption>A weir)\s?/\s?(?P<credit>M\. Tennant)$")
    assert decided(rule, "A weir / M. Tennant", PROSE) == [
        ("A weir /", "caption"),
        ("M. Tennant", "credit"),
    ]


def test_text_before_the_first_group_goes_with_it() -> None:
    rule = Rule.split(r"\d+ (?P<caption>A weir) (?P<credit>M\. Tennant)$")
    assert decided(rule, "17 A weir M. Tennant", PROSE)[0] == ("17 A weir", "caption")


def test_two_parts_of_one_role_are_numbered() -> None:
    rule = Rule.split(r"(?P<related1>Weir \w+);\s(?P<related2>Weir \w+)$")
    assert decided(rule, PROSE, "Weir one; Weir two") == [
        ("Weir one;", "related"),
        ("Weir two", "related"),
    ]


def test_a_group_that_did_not_match_makes_no_part() -> None:
    rule = Rule.split(r"(?P<caption>A weir)(?: (?P<credit>by \w+))?$")
    assert decided(rule, "A weir", PROSE) == [("A weir", "caption")]


def test_a_single_group_keeps_the_line_whole_from_shared_cuts() -> None:
    line = "Montevideo, December 2nd 2025 - 10:20 UTC"
    rule = Rule.split(r"(?P<page_clock>Montevideo, .+ UTC)$")
    assert decided(rule, line, PROSE) == [(line, "page_clock")]


@pytest.mark.parametrize(("place", "count"), [("head", 1), ("body", 1), ("tail", 1), ((), 3)])
def test_place_limits_a_split(place: Where | tuple[()], count: int) -> None:
    rule = Rule.split(r"(?P<section_label>ring) (?P<page_furniture>\d)$", place=place)
    found = decided(rule, *PLACED)
    assert len(found) == 2 * count
    assert found[:2] == [("ring", "section_label"), (found[1][0], "page_furniture")]


def test_when_limits_a_split() -> None:
    rule = Rule.split(
        r"(?P<section_label>ring) (?P<page_furniture>\d)$", when=lambda line: line.index == 2
    )
    assert decided(rule, *PLACED) == [("ring", "section_label"), ("2", "page_furniture")]


def test_a_split_without_a_match_warns_once() -> None:
    rule = Rule.split(
        r"(?P<standfirst>.+?) \| (?P<rest>.+)",
        name="bar",
        when=lambda line: line.prose,
        warn="there may be a standfirst",
    )
    draft = applied(rule, "Weir rebuilt", PROSE, MORE)
    (warning,) = draft.warnings
    assert (warning.code, warning.subject) == ("split_skipped", "paper:bar")
    assert warning.message == "there may be a standfirst"


def test_a_split_that_cuts_or_does_not_apply_does_not_warn() -> None:
    rule = Rule.split(
        r"(?P<standfirst>.+?) \| (?P<rest>.+)", when=lambda line: line.index == 0, warn="unsure"
    )
    assert applied(rule, f"A weir, rebuilt | {PROSE}", MORE).warnings == []
    elsewhere = Rule.split(r"(?P<standfirst>.+?) \| (?P<rest>.+)", place="tail", warn="unsure")
    assert applied(elsewhere, PROSE, MORE).warnings == []


def test_a_split_keeps_every_character() -> None:
    text = f"VALLEY :  {PROSE}"
    draft = applied(Rule.split(r"(?P<dateline>VALLEY :) (?P<paragraph>.+)"), text)
    stretches = [draft.text[s.start : s.end] for s in draft.segments]
    assert "".join("".join(stretches).split()) == "".join(text.split())


# Zone rules.

TAIL = (PROSE, MORE, "Voices", "one voice", "two voices", "three voices", "The end")


@pytest.mark.parametrize(("lines", "taken"), [(1, 2), (2, 3), (9, 5)])
def test_a_zone_of_lines_claims_that_many_after_its_start(lines: int, taken: int) -> None:
    rule = Rule.zone("Voices$", "most_read", lines=lines)
    assert decided(rule, *TAIL) == [(text, "most_read") for text in TAIL[2 : 2 + taken]]


def test_a_zone_of_lines_stops_at_a_paragraph() -> None:
    rule = Rule.zone("Voices$", "most_read", lines=5)
    assert decided(rule, PROSE, "Voices", "one voice", MORE, "a voice") == [
        ("Voices", "most_read"),
        ("one voice", "most_read"),
    ]


def test_a_zone_until_a_paragraph_stops_at_it() -> None:
    rule = Rule.zone("Voices$", "most_read", until="paragraph")
    lines = (PROSE, "Voices", "one", "two", "three", MORE, "four")
    assert [text for text, _ in decided(rule, *lines)] == ["Voices", "one", "two", "three"]


def test_a_zone_until_the_end_takes_paragraphs_too() -> None:
    rule = Rule.zone("Voices$", "comment_chrome", until="end")
    assert [text for text, _ in decided(rule, PROSE, "Voices", MORE, "four")] == [
        "Voices",
        MORE,
        "four",
    ]


@pytest.mark.parametrize("until", ["The end", re.compile("the END", re.IGNORECASE)])
def test_a_zone_until_a_pattern_leaves_the_line_that_ends_it(until: str | re.Pattern[str]) -> None:
    rule = Rule.zone("Voices$", "most_read", until=until)
    assert [text for text, _ in decided(rule, *TAIL)] == list(TAIL[2:-1])


def test_a_zone_whose_end_is_missing_claims_only_its_start() -> None:
    rule = Rule.zone("Voices$", "most_read", until="nowhere")
    assert decided(rule, *TAIL) == [("Voices", "most_read")]


def test_a_zone_keeps_earlier_decisions() -> None:
    rules = (
        Rule.split(r"(?P<site_promo>two voices)$"),
        Rule.zone("Voices$", "most_read", until="The end"),
    )
    assert [role for _, role in decided(rules, *TAIL)] == [
        "most_read",
        "most_read",
        "site_promo",
        "most_read",
    ]


@pytest.mark.parametrize(
    ("place", "texts"),
    [("head", ["ring 1"]), ("body", ["ring 2"]), ("tail", ["ring 3"])],
)
def test_place_limits_a_zone(place: Where, texts: list[str]) -> None:
    rule = Rule.zone("ring", "most_read", until="paragraph", place=place)
    assert [text for text, _ in decided(rule, *PLACED)] == texts


def test_when_limits_a_zone() -> None:
    rule = Rule.zone("ring", "most_read", lines=1, when=lambda line: line.next is None)
    assert decided(rule, *PLACED) == [("ring 3", "most_read")]


def test_the_first_zone_that_matches_wins() -> None:
    rules = (
        Rule.zone("Voices", "most_read", lines=1),
        Rule.zone("Voices", "trending", until="end"),
    )
    assert {role for _, role in decided(rules, *TAIL)} == {"most_read"}


# What is wrong with a rule is kept for the outlet's class.


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda: Rule.line("(", "caption"), r"bad pattern '\(': "),
        (lambda: Rule.line("a{99999999999}", "caption"), "repetition number is too large"),
        (lambda: Rule.split("(?P<caption>", name="x"), r"bad pattern '\(\?P<caption>': "),
        (lambda: Rule.zone("[", "comment", until="end"), r"bad pattern '\[': "),
        (lambda: Rule.zone("a", "comment", until="["), r"bad pattern '\[': "),
        (lambda: Rule.line("a", "captoin"), "unknown role 'captoin'; did you mean 'caption'"),
        (lambda: Rule.line("a", ""), "unknown role ''"),
        (lambda: Rule.split("(?P<headlin>a)(?P<rest>b)"), "'headlin'; did you mean 'headline'"),
        (lambda: Rule.split("(a)(b)"), "names its parts by groups"),
        (lambda: Rule.zone("a", "comments", lines=2), "did you mean 'comment'"),
        (lambda: Rule.zone("a", "comment"), "a zone has either lines or until"),
        (lambda: Rule.zone("a", "comment", lines=1, until="end"), "either lines or until"),
        (lambda: Rule.line("a", "caption", place="top"), "unknown place 'top'; places are"),  # type: ignore[arg-type]
        (
            lambda: Rule.line("a", "caption", place=("head", "foot")),  # type: ignore[arg-type]
            "unknown place 'foot'",
        ),
    ],
)
def test_a_rule_keeps_what_is_wrong_with_it(make: Callable[[], Rule], problem: str) -> None:
    assert re.search(problem, make().problem)


def test_the_first_fault_of_a_rule_is_reported() -> None:
    assert Rule.line("(", "captoin").problem.startswith("bad pattern")


@pytest.mark.parametrize(
    "rule",
    [
        Rule.line("a", "caption", place=("head", "tail")),
        Rule.split("(?P<rest>a)(?P<rest2>b)"),
        Rule.zone("a", "comment", until="end"),
    ],
)
def test_a_sound_rule_has_no_problem(rule: Rule) -> None:
    assert rule.problem == ""


def test_a_rule_with_a_bad_pattern_never_matches() -> None:
    assert decided(Rule.line("(", "site_promo"), "(", PROSE) == []


@pytest.mark.parametrize("pattern", [re.compile(b"x"), b"x", 5, None])
def test_a_pattern_that_is_not_text_is_a_bad_pattern(pattern: str) -> None:
    assert Rule.line(pattern, "caption").problem.startswith("bad pattern")

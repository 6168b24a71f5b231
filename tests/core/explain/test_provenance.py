"""Where every field's value came from: sources, what the adapter says, and what was not taken."""

from __future__ import annotations

import re

from copydesk import Article, Layout, Outlet, Rule
from copydesk.explain.provenance import FIELDS, Fed, Origin, Words, brief, origins
from copydesk.model.document import Document
from copydesk.model.draft import Draft, RuleId
from copydesk.reading import read

PAGE = """<!doctype html><html lang="en"><head><title>Ferry returns - Quay Courier</title>
<meta property="og:title" content="Ferry returns after nine years">
<meta name="description" content="It sails on Friday."><meta name="keywords" content="ferries, quay">
<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Ferry returns after nine
years", "datePublished": "2024-03-02T08:00:00Z", "author": {"name": "Tom Reed"}}</script></head>
<body><article><h1>Ferry returns after nine years</h1><div class="who">By Tom Reed</div>
<p>1 March 2024</p>
<p>The night ferry to the islands sails again from Friday, nine years after it was given up.</p>
<p>It carries forty cars and will run until the end of October, the company said on Monday.</p>
<div class="promo">Take the letter of the quay every morning.</div>
<p>Tides: high water at noon</p></article></body></html>"""
TEXT = """Ferry returns after nine years
By Tom Reed
12 March 2024

The night ferry to the islands sails again from Friday, nine years after it was given up.
It carries forty cars and will run until the end of October, the company said on Monday.
"""


class Quay(Outlet):
    id = "quay"
    name = "Quay Courier"
    domains = ("quay.example",)
    byline = ".who"
    strip = {"newsletter_promo": (".promo", re.compile("Wake up"))}
    rules = (Rule.line(r"Tides:", "market_ticker", name="tides"),)

    def section(self, page: object) -> str:
        return "Harbour"


def told(
    content: str, adapter: type[Outlet] | None = None, url: str | None = None
) -> tuple[dict[str, Origin], Draft, Article]:
    media_type = "text/html" if content.startswith("<") else "text/plain"
    draft, article = read(
        Document(content=content.encode(), media_type=media_type, url=url), adapter
    )
    return {o.name: o for o in origins(draft, article, adapter)}, draft, article


def test_every_field_of_the_record_is_told_with_its_value() -> None:
    found, _, article = told(PAGE)
    assert tuple(found) == FIELDS
    record = article.model_dump()
    assert {name: origin.value for name, origin in found.items()} == {n: record[n] for n in FIELDS}
    assert set(article.provenance) <= set(FIELDS)


def test_a_value_of_the_metadata_names_its_source_rule_and_words() -> None:
    found, _, _ = told(PAGE)
    rule = "json-ld.NewsArticle.datePublished"
    assert found["published"].taken == Words("json-ld", rule, "2024-03-02T08:00:00Z")
    assert found["description"].taken == Words("meta", "meta.description", "It sails on Friday.")


def test_candidates_that_were_not_taken_are_told_and_the_taken_one_is_not() -> None:
    found, _, _ = told(PAGE)
    headline = found["headline"]
    assert headline.taken not in headline.rejected
    rules = [words.rule for words in headline.rejected]
    assert "meta.og:title" in rules
    assert "html.title" in rules
    assert len(set(headline.rejected)) == len(headline.rejected)
    assert found["tags"].rejected == ()


def test_what_the_metadata_overrules_on_the_page_was_not_taken() -> None:
    found, _, article = told(PAGE)
    assert article.published == "2024-03-02T08:00:00+00:00"
    assert Words("rule", "timestamp", "1 March 2024") in found["published"].rejected


def test_the_metadata_that_an_outlet_overrules_was_not_taken() -> None:
    class Own(Quay):
        def headline(self, page: object) -> str:
            return "Said by the adapter"

    found, _, _ = told(PAGE, Own)
    headline = found["headline"]
    assert headline.value == "Said by the adapter"
    assert headline.taken == Words("outlet", "quay:headline", "Said by the adapter")
    assert "json-ld.NewsArticle.headline" in [words.rule for words in headline.rejected]
    assert headline.declared == {"quay:headline": "def headline(self, page)"}


def test_the_segments_that_feed_a_field_are_counted_by_rule() -> None:
    found, draft, _ = told(PAGE, Quay)
    assert [str(s.rule) for s in draft.segments if s.field == "body"] == ["html.paragraph"] * 2
    assert found["body"].taken is None
    assert found["body"].fed == (Fed(RuleId("", "html.paragraph"), 2),)
    assert found["description"].fed == ()


def test_fields_of_a_text_are_told_with_their_rules() -> None:
    found, _, _ = told(TEXT)
    assert found["byline"].taken == Words("rule", "byline.opened", "By Tom Reed")
    assert found["published"].taken == Words("rule", "timestamp", "12 March 2024")
    assert found["body"].fed == (Fed(RuleId("", "body.paragraph"), 2),)
    assert found["standfirst"] == Origin(
        name="standfirst", value=None, taken=None, fed=(), declared={}, rejected=()
    )


def test_a_second_byline_of_a_text_was_not_taken() -> None:
    found, draft, _ = told(f"{TEXT}\nBy Ann Lee\n")
    spare = [s for s in draft.segments if s.role == "byline" and s.field is None]
    assert [words.raw for words in found["byline"].rejected] == [s.text for s in spare]


def test_a_date_of_update_was_not_taken_for_modified_alone() -> None:
    updated = "12 March 2024\nUpdated: 13 March 2024\nUpdated: 14 March 2024"
    found, _, article = told(TEXT.replace("12 March 2024", updated))
    assert article.modified == "2024-03-13"
    assert found["modified"].rejected == (Words("rule", "timestamp", "Updated: 14 March 2024"),)
    assert found["published"].rejected == ()


def test_a_date_that_cannot_be_read_was_not_taken() -> None:
    found, _, article = told(TEXT.replace("12 March 2024", "3 hours ago"))
    assert article.published is None
    assert [words.raw for words in found["published"].rejected] == ["3 hours ago"]


def test_the_source_of_the_kind_is_told_though_the_record_has_none() -> None:
    found, _, article = told(PAGE)
    assert found["kind"].taken == Words("json-ld", "json-ld.NewsArticle.@type", "newsarticle")
    assert "kind" not in article.provenance


def test_an_outlets_selector_is_told_under_its_rule() -> None:
    found, _, _ = told(PAGE, Quay)
    assert found["byline"].declared == {"quay:byline": ".who"}
    assert found["section"].declared == {"quay:section": "def section(self, page)"}
    assert found["headline"].declared == {}


def test_the_selector_is_that_of_the_layout_that_matched() -> None:
    class Laid(Quay):
        layouts = (
            Layout("new", matches=".new", byline=".writer"),
            Layout("old", matches="article", byline="div.who"),
        )

    found, draft, _ = told(PAGE, Laid)
    assert draft.layout == "old"
    assert found["byline"].declared == {"quay:byline": "div.who"}


def test_an_outlets_pattern_is_told_and_no_selector_for_a_text() -> None:
    class Lined(Quay):
        rules = (Rule.line(r"By (?P<text>[A-Z].+)$", "byline"),)

    found, _, _ = told(TEXT, Lined)
    assert found["byline"].declared == {"quay:byline": "/By (?P<text>[A-Z].+)$/"}


def test_a_rule_of_another_owner_is_not_looked_up_in_the_adapter() -> None:
    found, _, _ = told(TEXT, Quay)
    assert all(rule.startswith("quay:") for o in found.values() for rule in o.declared)


def test_body_and_comments_are_told_in_short() -> None:
    found, _, _ = told(TEXT)
    assert brief(found["body"]) == {"paragraph": 2}
    assert brief(found["comments"]) == {"status": "absent", "count": None, "items": 0}
    assert brief(found["byline"]) == "By Tom Reed"

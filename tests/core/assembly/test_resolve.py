"""Of what a page says of itself, the most trusted statement is chosen, field by field."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.assembly import contributors
from copydesk.assembly.resolve import ORDER, Visible, resolve
from copydesk.dates import timestamps
from copydesk.dates.printed_dates import is_record_date
from copydesk.model.article import Article, Provenance
from copydesk.model.metadata import FIELDS, Metadata, Resolved, Statement

URL = "https://www.daily-example.com/city/2024/05/03/new-bridge-opens"
NOW = datetime(2024, 5, 4, tzinfo=UTC)


def said(*statements: tuple[str, str, Any]) -> Metadata:
    """Metadata of (field, rule, value)."""
    metadata = Metadata()
    for name, rule, value in statements:
        source = rule.split(".", 1)[0]
        source = source if source in ("json-ld", "meta", "html", "url") else "html"
        if rule.startswith(("meta.og:", "meta.article:")):
            source = "opengraph"
        place = rule
        if source == "json-ld":
            _, kind, key = rule.split(".", 2)
            place = f"json-ld.page.{key}" if kind == "WebPage" else f"json-ld.{key}"
        metadata.add(name, value, source, rule, str(value), place)
    return metadata


def chosen(
    *statements: tuple[str, str, Any],
    visible: Visible | None = None,
    timezone: str | None = None,
    now: datetime | None = None,
) -> dict[str, Resolved]:
    return resolve(said(*statements), visible or Visible(), timezone=timezone, url=URL, now=now)


def person(name: str, kind: str | None = "person", role: str | None = None) -> dict[str, Any]:
    return {"name": name, "url": None, "kind": kind, "role": role}


def winner(found: dict[str, Resolved], name: str) -> Statement:
    won = found[name].winner
    assert won is not None
    return won


def names(found: dict[str, Resolved]) -> list[str]:
    return [a["name"] for a in found["authors"].value]


def test_every_field_of_the_order_is_one_that_is_collected() -> None:
    assert set(ORDER) <= {*FIELDS, *Article.model_fields}


def test_a_page_that_says_nothing_gives_nothing() -> None:
    found = resolve(Metadata(), Visible(), timezone=None, url=None, now=None)
    assert {name: one.value for name, one in found.items()} == dict.fromkeys(ORDER, None) | {
        "authors": [], "tags": [], "breadcrumbs": [], "info_sources": [],
        "site": {"name": None, "domain": None, "publisher": None},
    }  # fmt: skip
    assert not any(one.winner or one.rejected for one in found.values())


def test_the_choice_tells_its_origin_and_keeps_what_it_rejected() -> None:
    found = chosen(
        ("description", "meta.og:description", "B"), ("description", "meta.description", "A")
    )
    assert found["description"].value == "A"
    assert winner(found, "description")[2:5] == ("meta", "meta.description", "A")
    assert [c.value for c in found["description"].rejected] == ["B"]


# The headline.


@pytest.mark.parametrize(
    "title",
    [
        "New bridge opens | Daily Example",
        "New bridge opens - Daily Example",
        "Daily Example: New bridge opens | daily-example.com",
        "New bridge opens – City | Daily Example Online",
    ],
)
def test_the_name_of_the_site_is_cut_off_a_title(title: str) -> None:
    found = chosen(("headline", "meta.og:title", title), ("site_name", "meta.og:site_name", "DE"))
    assert found["headline"].value.removesuffix(" – City").endswith("New bridge opens")


def test_a_dash_in_a_headline_is_no_site_name() -> None:
    found = chosen(("headline", "meta.og:title", "Bridge opens - after ten years"))
    assert found["headline"].value == "Bridge opens - after ten years"


def test_two_statements_that_agree_outweigh_a_heading() -> None:
    found = chosen(
        ("headline", "json-ld.NewsArticle.headline", "City: Bridge opens"),
        ("headline", "meta.og:title", "City: Bridge opens | Daily Example"),
        visible=Visible(headings=["Bridge opens"]),
    )
    assert found["headline"].value == "City: Bridge opens"


def test_of_two_that_differ_the_one_in_a_heading_is_chosen() -> None:
    found = chosen(
        ("headline", "json-ld.NewsArticle.headline", "For robots"),
        ("headline", "meta.og:title", "For readers"),
        visible=Visible(headings=["For readers"]),
    )
    assert found["headline"].value == "For readers"
    assert winner(found, "headline").source == "opengraph"


def test_a_heading_in_the_breadcrumb_confirms_nothing() -> None:
    found = chosen(
        ("headline", "json-ld.NewsArticle.headline", "For robots"),
        ("headline", "meta.og:title", "For readers"),
        ("headline", "html.h1.crumb", "For robots"),
        ("headline", "html.h2", "Kicker For readers"),
        ("headline", "html.h2.part", "For readers"),
        visible=Visible(headings=["For robots"]),
    )
    assert found["headline"].value == "For readers"


def test_a_heading_with_the_site_s_name_is_no_headline() -> None:
    found = chosen(
        ("headline", "html.title", "New bridge opens : Town talk"),
        ("headline", "html.h1", "Town talk"),
    )
    assert found["headline"].value == "New bridge opens"


def test_a_heading_stands_in_where_nothing_is_stated() -> None:
    found = chosen(visible=Visible(headings=["New bridge opens"]))
    assert found["headline"].value == "New bridge opens"
    assert winner(found, "headline").rule == "visible.h1"


# Dates.


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        ("2024-05-03T10:00:00Z", None, "2024-05-03T10:00:00+00:00"),
        ("2024-05-03T10:00:00.123+0200", None, "2024-05-03T10:00:00+02:00"),
        ("2024-05-03 10:00:00 +02:00", None, "2024-05-03T10:00:00+02:00"),
        ("2024-05-03T10:00:00", "Europe/Berlin", "2024-05-03T10:00:00+02:00"),
        ("2024-05-03T10:00:00", None, "2024-05-03"),
        ("2024-05-03T10:00:00", "Not/There", "2024-05-03"),
        ("2024-05-03T00:00:00", "Europe/Berlin", "2024-05-03"),
        ("2024-05-03", "Europe/Berlin", "2024-05-03"),
        ("20240503", None, "2024-05-03"),
        ("1714730400", None, "2024-05-03T10:00:00+00:00"),
        ("1714730400000", None, "2024-05-03T10:00:00+00:00"),
        ("Fri, 03 May 2024 10:00:00 +0000", None, "2024-05-03T10:00:00+00:00"),
        ("Fri May  3 10:00:00 CEST 2024", None, "2024-05-03T10:00:00+02:00"),
        ("Fri May 3 10:00:00 2024", "Europe/Berlin", "2024-05-03T10:00:00+02:00"),
        ("May 3, 2024", None, "2024-05-03"),
        ("3. Mai 2024", None, "2024-05-03"),
        ("3/5/2024", None, "2024-05-03"),
        ("1970-01-01T00:00:00Z", None, None),
        ("0001-01-01T00:00:00", None, None),
        ("2150-01-01", None, None),
        ("99:99:99 2024-05-03T25:99:00", None, "2024-05-03"),
        ("২০২৪-০৫-০৩T১০:৪৬:০৬", None, "2024-05-03"),
        ("soon", None, None),
        ("", None, None),
    ],
)
def test_a_stated_date_becomes_a_date_of_the_record(
    text: str, zone: str | None, expected: str | None
) -> None:
    assert timestamps.parse(text, timezone=zone, now=None) == expected


def test_a_date_far_ahead_of_the_clock_is_not_believed() -> None:
    assert timestamps.parse("2024-05-30", timezone=None, now=NOW) is None
    assert timestamps.parse("2024-05-05", timezone=None, now=NOW) == "2024-05-05"


def test_an_absurd_date_gives_way_to_the_next_statement() -> None:
    found = chosen(
        ("published", "json-ld.NewsArticle.datePublished", "0001-01-01T00:00:00Z"),
        ("published", "url.path_date", "2024-05-03"),
    )
    assert found["published"].value == "2024-05-03"
    assert winner(found, "published").source == "url"


def test_the_fuller_form_of_the_same_day_is_kept() -> None:
    found = chosen(
        ("published", "json-ld.NewsArticle.datePublished", "2024-05-03"),
        ("published", "meta.article:published_time", "2024-05-02T10:00:00Z"),
        visible=Visible(times=[("2024-05-03T09:00:00+02:00", "Friday")]),
    )
    assert found["published"].value == "2024-05-03T09:00:00+02:00"


def test_a_change_never_stands_in_for_the_publication() -> None:
    found = chosen(("modified", "json-ld.NewsArticle.dateModified", "2024-05-03"))
    assert found["published"].value is None
    assert found["modified"].value == "2024-05-03"
    found = chosen(("published", "json-ld.NewsArticle.datePublished", "2024-05-03"))
    assert found["modified"].value is None


def test_a_printed_date_goes_before_a_plain_date() -> None:
    found = chosen(
        ("published", "meta.date", "2024-05-04"),
        visible=Visible(times=[("", "Published 3 May 2024")]),
    )
    assert found["published"].value == "2024-05-03"


def test_the_day_is_the_one_of_the_outlets_own_time() -> None:
    found = chosen(
        ("published", "json-ld.NewsArticle.datePublished", "2024-05-02T22:04:00Z"),
        ("published", "meta.date", "Fri, 03 May 2024 00:04:00 +0200"),
    )
    assert found["published"].value == "2024-05-03T00:04:00+02:00"
    assert winner(found, "published").rule == "meta.date"


def test_the_time_of_another_change_is_not_that_of_the_publication() -> None:
    found = chosen(
        ("published", "json-ld.NewsArticle.datePublished", "2024-05-02T22:04:00Z"),
        ("published", "meta.date", "Fri, 03 May 2024 09:30:00 +0200"),
    )
    assert found["published"].value == "2024-05-02T22:04:00+00:00"


# Authors and suppliers.


def test_stated_people_go_before_a_printed_byline() -> None:
    found = chosen(
        ("authors", "json-ld.NewsArticle.author", [person("Jo Bloggs", role="Editor")]),
        visible=Visible(bylines=["By Someone Else"]),
    )
    assert found["authors"].value == [
        {
            "name": "Jo Bloggs",
            "role": "Editor",
            "organisation": None,
            "url": None,
            "raw": "Jo Bloggs",
        }
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("By Jo Bloggs and Ann Other", ["Jo Bloggs", "Ann Other"]),
        ("Jo Bloggs And Ann Other", ["Jo Bloggs", "Ann Other"]),
        ("Von Jo Bloggs", ["Jo Bloggs"]),
        ("Veröffentlicht von Jo Bloggs", ["Jo Bloggs"]),
        ("Jo Bloggs, Political Editor", ["Jo Bloggs"]),
        ("jo@example.com (Jo Bloggs)", ["Jo Bloggs"]),
        ("Jo Bloggs jo.bloggs@example.com", ["Jo Bloggs"]),
        ("Jo Bloggs https://example.com/jo", ["Jo Bloggs"]),
        ("Jo Bloggs, jo bloggs", ["Jo Bloggs"]),
        ("Jo Bloggs Daily Example Staff", ["Jo Bloggs Daily Example Staff"]),
        ("jo@example.com", []),
        ("https://example.com/people/jo", []),
        ("admin", []),
        ("12345", []),
        ("", []),
    ],
)
def test_names_are_cut_out_of_what_is_stated(text: str, expected: list[str]) -> None:
    assert names(chosen(("authors", "meta.author", [person(text, None)]))) == expected


def test_an_office_behind_a_name_is_the_role() -> None:
    found = chosen(("authors", "meta.author", [person("Jo Bloggs, Political Editor", None)]))
    assert found["authors"].value[0]["role"] == "Political Editor"


def test_an_agency_beside_people_is_a_source_and_no_author() -> None:
    found = chosen(
        ("authors", "json-ld.NewsArticle.author", [person("Jo Bloggs"), person("Reuters")])
    )
    assert names(found) == ["Jo Bloggs"]
    assert found["info_sources"].value == [
        {"name": "Reuters", "role": "agency", "category": "wires"}
    ]


def test_an_agency_alone_is_both() -> None:
    found = chosen(("authors", "json-ld.NewsArticle.author", [person("Associated Press")]))
    assert names(found) == ["Associated Press"]
    assert [s["name"] for s in found["info_sources"].value] == ["AP"]


def test_the_agency_of_a_printed_byline_is_kept() -> None:
    found = chosen(
        ("authors", "json-ld.NewsArticle.author", [person("Jo Bloggs")]),
        ("agencies", "json-ld.NewsArticle.provider", "Some house"),
        visible=Visible(bylines=["By Jo Bloggs, Reuters"]),
    )
    assert [s["name"] for s in found["info_sources"].value] == ["Reuters"]


def test_the_site_is_an_author_only_where_nobody_is_named() -> None:
    site = ("authors", "json-ld.NewsArticle.author", [person("Daily Example")])
    name = ("site_name", "meta.og:site_name", "Daily Example")
    assert names(chosen(site, name)) == ["Daily Example"]
    assert names(chosen(site, name, visible=Visible(bylines=["By Jo Bloggs"]))) == ["Jo Bloggs"]
    assert names(chosen(site, name, ("authors", "meta.author", [person("Jo Bloggs")]))) == [
        "Jo Bloggs"
    ]


def test_a_desk_that_bears_the_site_s_name_is_an_author() -> None:
    desk = ("authors", "json-ld.NewsArticle.author", [person("Redaktion daily-example.com")])
    assert names(chosen(desk, visible=Visible(bylines=["Jo Bloggs"]))) == [
        "Redaktion daily-example.com"
    ]


def test_a_sentence_is_no_byline() -> None:
    assert names(chosen(visible=Visible(bylines=["The bridge opened on Friday, he said."]))) == []


def test_a_site_s_name_behind_a_person_is_the_organisation() -> None:
    found = contributors.clean([person("Jo Bloggs Example Staff", None)], frozenset({"example"}))
    assert found.authors[0]["name"] == "Jo Bloggs"
    assert found.authors[0]["organisation"] == "Example Staff"


# The rest.


@pytest.mark.parametrize(
    ("stated", "expected"),
    [("en_us", "en-US"), ("de", "de"), ("PT-br", "pt-BR"), ("zh-Hans-CN", "zh-Hans-CN"),
     ("english", None), ("", None)],
)  # fmt: skip
def test_a_language_is_written_as_bcp_47(stated: str, expected: str | None) -> None:
    assert chosen(("language", "html.lang", stated))["language"].value == expected


def test_a_canonical_address_that_is_only_the_host_is_not_believed() -> None:
    found = chosen(
        ("canonical_url", "html.link.canonical", "https://www.daily-example.com/"),
        ("canonical_url", "meta.og:url", URL),
    )
    assert found["canonical_url"].value == URL


def test_tags_of_one_place_are_put_together() -> None:
    found = chosen(
        ("tags", "meta.article:tag", ["Bridge"]),
        ("tags", "meta.keywords", ["news"]),
        ("tags", "meta.article:tag", ["bridge"]),
        ("tags", "meta.article:tag", ["River"]),
    )
    assert found["tags"].value == ["Bridge", "River"]


def test_the_lead_picture_is_that_of_the_most_trusted_place() -> None:
    one = {"url": "https://example.com/a.jpg", "caption": None, "credit": None, "alt": None}
    found = chosen(
        ("image", "meta.og:image", one), ("image", "json-ld.NewsArticle.image", one | {"alt": "x"})
    )
    assert found["image"].value == one


def test_no_comments_is_a_count() -> None:
    found = chosen(("comment_count", "json-ld.NewsArticle.commentCount", 0))
    assert found["comment_count"].value == 0


# Lines of the text against the metadata.


def line(name: str, value: Any, owner: str = "") -> Visible:
    source, place = ("outlet", "outlet") if owner else ("rule", "line")
    said = Statement(name, value, source, "a rule", str(value), place)
    return Visible(statements={name: [said]})


def test_a_statement_of_the_metadata_goes_before_a_line_of_a_shared_rule() -> None:
    stated = ("section", "meta.article:section", "City")
    found = chosen(stated, visible=line("section", "Sports"))
    assert found["section"].value == "City"
    assert chosen(visible=line("section", "Sports"))["section"].value == "Sports"


def test_a_line_of_an_outlets_rule_goes_before_the_metadata_which_is_rejected() -> None:
    stated = ("section", "meta.article:section", "City")
    found = chosen(stated, visible=line("section", "Sports", "quay"))
    assert found["section"].value == "Sports"
    assert winner(found, "section").source == "outlet"
    assert [s.value for s in found["section"].rejected] == ["City"]


def test_an_adapters_method_goes_before_its_selector_and_that_before_its_rules() -> None:
    places = ["line", "outlet", "selector", "method"]
    said = [Statement("section", p, "outlet", p, p, p) for p in places]
    stated = ("section", "meta.article:section", "City")
    for at, place in enumerate(places[1:], 2):
        visible = Visible(statements={"section": said[:at]})
        assert chosen(stated, visible=visible)["section"].value == place


def test_the_urls_date_goes_before_that_of_the_crawl_and_a_printed_one_before_both() -> None:
    places = {"crawl_date": "2024-05-05", "url.path_date": "2024-05-03", "line": "2024-05-02"}
    said = [Statement("published", day, "rule", p, day, p) for p, day in places.items()]
    for at, day in enumerate(places.values(), 1):
        visible = Visible(statements={"published": said[:at]})
        assert chosen(visible=visible)["published"].value == day


def test_a_statement_without_a_value_is_rejected() -> None:
    said = Statement("published", None, "rule", "timestamp", "an hour ago", "line")
    found = chosen(visible=Visible(statements={"published": [said]}))["published"]
    assert (found.value, found.winner, found.rejected) == (None, None, (said,))


def test_a_printed_date_goes_before_those_below_it_in_the_order_and_adds_the_time() -> None:
    draft = ("published", "json-ld.NewsArticle.dateCreated", "2024-05-01")
    assert chosen(draft, visible=line("published", "2024-05-03"))["published"].value == "2024-05-03"
    day = ("published", "json-ld.NewsArticle.datePublished", "2024-05-03")
    for printed, expected in {
        "2024-05-03T10:00:00+00:00": "2024-05-03T10:00:00+00:00",
        "2024-05-02": "2024-05-03",
    }.items():
        assert chosen(day, visible=line("published", printed))["published"].value == expected


RULES = st.sampled_from([
    "json-ld.NewsArticle.headline", "json-ld.NewsArticle.datePublished", "meta.og:title",
    "json-ld.NewsArticle.dateModified", "json-ld.NewsArticle.author", "meta.author", "meta.date",
    "html.itemprop.datepublished", "html.h1", "html.h1.crumb", "html.h2.part", "html.title",
    "html.lang", "meta.other", "url.path_date", "json-ld.WebPage.name", "html.link.canonical",
])  # fmt: skip
DATES = (
    st.datetimes().map(str) | st.dates().map(str) | st.from_regex(r"\d{4}-\d\d-\d\dT\d\d:\d\dZ?")
)
TEXTS = st.text(max_size=60) | DATES | st.sampled_from(["By A B and C D", "x | y - z", "1e9", "//"])
ADDRESS = re.compile(r"https?://\S|[^\s@<>()]@[^\s@<>()]+\.\w\w")
PEOPLE = st.lists(
    st.fixed_dictionaries({
        "name": st.none() | TEXTS, "url": st.none() | TEXTS,
        "kind": st.sampled_from(["person", "organization", None]),
    }),
    max_size=3,
)  # fmt: skip


@given(
    st.lists(st.tuples(st.sampled_from(["headline", "published", "modified", "language",
                                        "canonical_url", "site_name", "section"]), RULES, TEXTS)),
    st.lists(st.tuples(st.just("authors"), RULES, PEOPLE)),
    st.builds(Visible, headings=st.lists(TEXTS), bylines=st.lists(TEXTS),
              times=st.lists(st.tuples(TEXTS, TEXTS))),
    st.sampled_from([None, "Europe/Berlin", "America/New_York", "No/Where"]),
    st.sampled_from([None, NOW]),
    st.none() | TEXTS,
)  # fmt: skip
def test_nothing_stated_raises_and_every_date_is_one_of_the_record(
    texts: list[tuple[str, str, Any]],
    authors: list[tuple[str, str, Any]],
    visible: Visible,
    timezone: str | None,
    now: datetime | None,
    url: str | None,
) -> None:
    metadata = said(*texts, *authors)
    found = resolve(metadata, visible, timezone=timezone, url=url, now=now)
    for name in ("published", "modified"):
        assert found[name].value is None or is_record_date(found[name].value)
    for author in found["authors"].value:
        assert author["name"]
        assert not ADDRESS.search(author["name"])
    for one in found.values():
        if (won := one.winner) is not None:
            Provenance(source=won.source, rule=won.rule, raw=won.raw)

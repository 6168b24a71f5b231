"""Fields of the record, fed by the roles of segments."""

from __future__ import annotations

from tests.drafts import P1, P2, P3, TITLE, article, paragraphs, text

STORY = paragraphs(P1, P2, P3)


def test_each_segment_names_the_field_that_it_feeds() -> None:
    found = text("Local", TITLE, "By Ana Ruiz", "27 April 2024", P1, "Advertisement", P2)
    assert [(s.role, s.field) for s in found.draft.segments] == [
        ("section_label", "section"),
        ("headline", "headline"),
        ("byline", "byline"),
        ("timestamp", "published"),
        ("paragraph", "body"),
        ("ad_marker", None),
        ("paragraph", "body"),
    ]


def test_the_first_segment_of_a_field_counts_and_the_next_is_removed() -> None:
    found = text(TITLE, "By Ana Ruiz", "Published: 27 April 2024", P1, P2, "28 April 2024")
    assert found.article.published == "2024-04-27"
    assert [(r.kind, r.text) for r in found.article.removed] == [("timestamp", "28 April 2024")]


def test_an_update_is_never_the_publication() -> None:
    found = text(TITLE, "Updated: 28 April 2024", P1, P2).article
    assert (found.published, found.modified) == (None, "2024-04-28")


def test_two_bylines_in_a_row_are_one_byline_of_two_people() -> None:
    found = text(TITLE, "By Ana Ruiz", "By Bo Marsh", P1, P2).article
    assert [a.name for a in found.authors] == ["Ana Ruiz", "Bo Marsh"]
    assert found.byline == "By Ana Ruiz, By Bo Marsh"


def test_a_byline_that_is_apart_adds_nobody() -> None:
    found = text(TITLE, "By Ana Ruiz", P1, P2, P3, "By Bo Marsh").article
    assert [a.name for a in found.authors] == ["Ana Ruiz"]


def test_the_line_below_an_author_is_the_role() -> None:
    found = text(TITLE, "By Ana Ruiz", "Countryside Reporter", P1, P2).article
    assert [(a.name, a.role) for a in found.authors] == [("Ana Ruiz", "Countryside Reporter")]


def test_a_dateline_gives_place_date_and_supplier() -> None:
    found = text(TITLE, f"KATHMANDU, April 25, 2024 (Reuters) - {P1}", P2, P3).article
    assert found.dateline is not None
    assert (found.dateline.place, found.dateline.date) == ("KATHMANDU", "2024-04-25")
    assert [(s.name, s.role, s.category) for s in found.info_sources] == [
        ("Reuters", "agency", "wires")
    ]
    assert found.text.startswith(P1)


def test_a_supplier_named_twice_is_one() -> None:
    found = text(TITLE, f"KATHMANDU (Reuters) - {P1}", P2, P3, "Source: Reuters").article
    assert [s.name for s in found.info_sources] == ["Reuters"]


def test_a_publisher_is_a_source_of_another_kind() -> None:
    found = text(P1, P2, P3, "Source: Valley Radio").article
    assert [(s.name, s.role, s.category) for s in found.info_sources] == [
        ("Valley Radio", "publisher", "other")
    ]


def test_the_metadata_goes_before_the_words_of_the_page() -> None:
    head = "<meta property=article:section content=Harbour>"
    printed = "<p>Updated: 28 April 2024</p>"
    found = article(printed + STORY, head).article
    assert (found.section, found.modified) == ("Harbour", "2024-04-28")
    head += "<meta property=article:modified_time content=2024-04-29T08:00:00Z>"
    assert article(printed + STORY, head).article.modified == "2024-04-29T08:00:00+00:00"


def test_provenance_names_source_rule_and_raw_text() -> None:
    found = text(TITLE, "Published: 27 April 2024", P1, P2).article.provenance
    assert (found["published"].source, found["published"].raw) == (
        "rule",
        "Published: 27 April 2024",
    )
    head = "<meta property=article:published_time content=2024-04-27T08:15:00Z>"
    stated = article(STORY, head).article.provenance["published"]
    assert (stated.source, stated.raw) == ("opengraph", "2024-04-27T08:15:00Z")


def test_related_links_have_absolute_urls() -> None:
    found = article(paragraphs(P1, P2) + "<p><a href=/b>Quay closed</a></p>" + paragraphs(P3))
    assert [(r.text, r.url) for r in found.article.related] == [
        ("Quay closed", "https://news.example/b")
    ]

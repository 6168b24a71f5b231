"""The shared rules tell what stands around an article, by wording, shape, neighbours and place."""

from __future__ import annotations

import pytest

from copydesk.model.article import Article
from copydesk.model.document import Document
from copydesk.model.draft import Draft
from copydesk.reading import read

P1 = "The council said on Monday that the bridge over the river would be closed for repairs until spring."
P2 = "Lorries will have to take the ferry, which sails every hour and carries twelve of them at a time."
P3 = "The ferry's owner promised a second ship, and asked the council to pay for half of the crossing."
P4 = "Nobody at the meeting wanted to say how long the repairs would really take this time around."


def reading(*lines: str, url: str | None = None) -> tuple[Draft, Article]:
    return read(Document(content="\n".join(lines).encode(), url=url), None)


def roles(*lines: str, url: str | None = None) -> list[str]:
    return [s.role for s in reading(*lines, url=url)[0].segments]


@pytest.mark.parametrize(
    ("line", "role"),
    [
        ("Advertisement", "ad_marker"),
        ("- Advertisement -", "ad_marker"),
        ("ANZEIGE", "ad_marker"),
        ("Share on FacebookShare on TwitterShare on Telegram", "share_bar"),
        ("Share this Email, Facebook, Twitter", "share_bar"),
        ("https://news.example/a/b", "page_url"),
        ("bridge_2025.jpg", "file_name"),
        ("-A +A", "font_size_control"),
        ("Image 1 of 5", "gallery_counter"),
        ("2/7", "gallery_counter"),
        ("50:55", "gallery_counter"),
        ("4 minute read", "reading_time"),
        ("Reading time: 2 min", "reading_time"),
        ("2min", "reading_time"),
        ("4 pm", "heading"),
        ("Subscribe to our newsletter and get the news in your inbox", "newsletter_promo"),
        ("Download our app for Android", "app_promo"),
        ("Síganos en nuestro canal de WhatsApp", "social_follow"),
        ("GET THE NEWS ON THE GO BY CLICKING HERE", "site_promo"),
        ("To continue reading, subscribe or log in", "paywall_notice"),
        ("Do you know more about this story? Email desk@news.example", "contact_line"),
        ("desk@news.example", "contact_line"),
        ("© 2025 Valley News Ltd", "copyright"),
        ("© Agenzia Nova - Riproduzione riservata", "copyright"),
        ("Copyright 2019 Valley News. All rights reserved.", "copyright"),
        ("Read also: Ferry fares to rise", "related"),
        ("Lesen Sie auch: Fähre wird teurer", "related"),
        ("Correction: The bridge was built in 1921, not in 1911.", "correction"),
        ("This article was amended on 1 December 2025 to correct a date.", "correction"),
        ("Editor's note: The council's letter was translated by the paper.", "editors_note"),
        ("Source: Reuters", "agency_credit"),
        ("Quelle: ntv.de, ino/dpa", "agency_credit"),
        ("Source: Valley Radio", "publisher"),
        ("© dpa-infocom, dpa:251201-930-10442/1", "agency_credit"),
        ("By Reuters", "agency_credit"),
        ("sep/dpa", "agency_credit"),
        ("Reporting by Jo Bloggs; Editing by Ana Ruiz", "reporting_credit"),
        ("Previous article Ferry fares to rise", "prev_next"),
        ("Remote video URL", "video_teaser"),
        ("Scroll down to see the plan of the bridge", "scroll_cue"),
        ("This story was originally published by the Valley Herald.", "syndication_notice"),
        ("The views expressed in this article are those of the author.", "disclaimer"),
        ("12 comments", "comment_count"),
        ("Kommentare (3)", "comment_count"),
        ("Tags: bridge, ferry", "topic_tags"),
    ],
)
def test_a_line_between_paragraphs_is_told_by_what_it_says(line: str, role: str) -> None:
    found = roles(P1, P2, line, P3, P4)
    assert found == ["paragraph", "paragraph", role, "paragraph", "paragraph"]


def test_a_label_claims_the_links_below_it_with_their_dates_and_writers() -> None:
    draft, article = reading(
        P1, "Related articles", "Ferry fares to rise", "21/04/2022", "Who pays for the bridge?",
        "By Ana Ruiz", P2, P3,
    )  # fmt: skip
    assert [s.role for s in draft.segments] == [
        "paragraph",
        *["related"] * 5,
        "paragraph",
        "paragraph",
    ]
    assert [r.text for r in article.related] == ["Ferry fares to rise", "Who pays for the bridge?"]


def test_a_label_at_the_end_claims_all_that_follows() -> None:
    lines = (
        "Most Popular",
        "1",
        "Ferry fares to rise",
        "2",
        "Mayor opens a pool",
        "LATEST NEWS",
        "A cat is found",
    )
    assert roles(P1, P2, P3, *lines)[3:] == ["most_read"] * 5 + ["latest_news"] * 2


def test_tags_are_kept_apart_from_their_label() -> None:
    _, article = reading(P1, P2, "Related Tags:", "- Bridges", "- Ferries", "Share")
    assert article.tags == ["Bridges", "Ferries"]
    assert reading(P1, P2, "Tags: a, b; c")[1].tags == ["a", "b; c"]
    glued = reading(P1, P2, P3, "FloridaFederal ReserveNew York")[1]
    assert [r.kind for r in glued.removed] == ["topic_tags"]


def test_breadcrumbs_on_one_line_or_many() -> None:
    head = ("Bridge closed until spring", P1, P2)
    _, article = reading("Home / Local News / Bridge closed until spring", *head)
    assert article.breadcrumbs == ["Home", "Local News", "Bridge closed until spring"]
    assert article.headline == "Bridge closed until spring"
    _, article = reading("You are at:", "- Home", "- Local", "- Bridge closed until spring", *head)
    assert article.breadcrumbs == ["Home", "Local", "Bridge closed until spring"]
    draft, article = reading("Home 9 Local 9 Bridge closed until spring", *head)
    assert (draft.segments[0].role, article.headline) == (
        "breadcrumb",
        "Bridge closed until spring",
    )
    draft, _ = reading("Bridge closed until spring | Valley News", *head)
    assert draft.segments[0].role == "duplicate_headline"


def test_a_banner_of_newer_stories_stands_above() -> None:
    found = roles("BREAKING NEWS", "- Fire at the harbour", "Bridge closed until spring", P1, P2)
    assert found[:3] == ["breaking_banner", "breaking_banner", "headline"]


def test_a_table_of_quotes_is_told_by_its_figures() -> None:
    ticker = (
        "Ticker",
        "Last",
        "Change",
        "HD",
        "HOME CO.",
        "225.86",
        "-12.99",
        "-5.44%",
        "LOW",
        "LOWE CO.",
        "113.40",
        "-1.62",
    )
    assert roles(P1, *ticker, P2, P3)[1:13] == ["market_ticker"] * 12


def test_a_video_its_title_and_its_blurb_go_together() -> None:
    found = roles(
        P1, "close", "video", "Mayor Prado explains the bridge repairs",
        "Mayor Maria Prado explains why the bridge repairs take until spring.", P2, P3,
    )  # fmt: skip
    assert found == ["paragraph", *["video_teaser"] * 4, "paragraph", "paragraph"]


def test_a_sponsors_link_needs_its_label() -> None:
    assert roles(P1, "Sponsored", "New flats by the river", P2)[1:3] == ["sponsored", "sponsored"]
    assert roles(P1, "New flats by the river", P2)[1] == "heading"


def test_other_briefs_behind_a_brief_are_a_ticker() -> None:
    briefs = (
        "Ferry fares to rise",
        "- By STAFF REPORTER",
        "- 11/20/2019 01:14 PM",
        "Pool opens",
        "- By REUTERS",
        "- 11/20/2019 10:08 AM",
    )
    draft, article = reading("Bridge closed until spring", "By Jo Bloggs", P1, P2, *briefs)
    assert [s.role for s in draft.segments][-6:] == ["news_ticker"] * 6
    assert article.info_sources == []


def test_the_head_is_told_apart() -> None:
    draft, article = reading(
        "0", "Local", "Bridge closed until spring", "The ferry will carry lorries only.", "- Facebook", "- Twitter",
        "By Morag TennantVALLEYNEWS", "Countryside Reporter", "Published: 27 April 2024 | Updated: 28 April 2024",
        "The bridge on Sunday", "Getty Images", P1, P2, P3,
    )  # fmt: skip
    assert [s.role for s in draft.segments][:12] == [
        "page_furniture", "section_label", "headline", "standfirst", "share_bar", "share_bar", "byline",
        "author_role", "timestamp", "timestamp", "caption", "credit",
    ]  # fmt: skip
    assert article.authors[0].name == "Morag Tennant"
    assert article.authors[0].role == "Countryside Reporter"
    assert (article.published, article.modified) == ("2024-04-27", "2024-04-28")
    assert (article.section, article.images[0].credit) == ("Local", "Getty Images")


def test_labels_of_the_head_on_lines_of_their_own() -> None:
    _, article = reading(
        "Bridge closed until spring", "Article by", "Kareem Smith", "Published on", "April 21, 2022", P1, P2,
    )  # fmt: skip
    assert ([a.name for a in article.authors], article.published) == (
        ["Kareem Smith"],
        "2022-04-21",
    )


def test_place_desk_and_time_on_one_line() -> None:
    line = "New Delhi, News Nation Bureau | Updated : 19 November 2019, 09:01 AM"
    _, article = reading("Bridge closed until spring", line, P1, P2)
    assert article.dateline is not None
    assert article.dateline.place == "New Delhi"
    assert article.byline == "News Nation Bureau"
    assert (article.published, article.modified) == (None, "2019-11-19")


def test_name_and_age_glued_together() -> None:
    _, article = reading("Bridge closed until spring", "Nizaar Kinsella2 minutes ago", P1, P2)
    assert (article.byline, article.published) == ("Nizaar Kinsella", None)


def test_the_address_tells_the_headline() -> None:
    url = "https://news.example/local/bridge-closed-until-spring-mayor-says"
    _, article = reading(
        "The valley this week in pictures", "Bridge closed until spring", P1, P2, url=url
    )
    assert article.headline == "Bridge closed until spring"


def test_a_paywall_notice_is_the_evidence_of_a_cut_text() -> None:
    _, article = reading(
        P1, P2, "Il vous reste 57.09% de cet article à lire. La suite est réservée aux abonnés."
    )
    assert article.access.observed == "truncated"
    assert article.access.evidence is not None


def test_the_author_box_closes_the_story() -> None:
    bio = "She has covered the valley's bridges and ferries for eleven years, and knows every one."
    found = roles(
        "Bridge closed until spring",
        "By Ana Ruiz",
        P1,
        P2,
        P3,
        P4,
        "Ana Ruiz",
        bio,
        "LEAVE A REPLY",
    )
    assert found[-3:] == ["author_bio", "author_bio", "comment_form"]
    bio = "Ana Ruiz is a senior reporter at the Valley News, where she covers bridges and ferries."
    assert (
        roles("Bridge closed until spring", "By Ana Ruiz", P1, P2, P3, P4, bio)[-1] == "author_bio"
    )
    found = roles(P1, P2, P3, "Ana Ruiz", "Valley correspondent")
    assert found[-2:] == ["byline", "author_role"]


def test_a_promotions_blurb_stands_between_its_lines() -> None:
    found = roles(
        P1, P2, P3, "Valley newsletter: sign up now",
        "News, service and stories: every day what happens in our valley.",
        "By signing up you agree to our terms",
    )  # fmt: skip
    assert found[3:] == ["newsletter_promo"] * 3


def test_the_rules_of_commenting_stand_above_the_form() -> None:
    policy = "The paper discourages any commentary that is abusive, and all submissions made in the comment section are the views of their writers."
    assert roles(P1, P2, P3, policy, "Leave a Reply Cancel reply", "Name *", "Δ")[3:] == [
        "comment_rules", "comment_form", "comment_form", "comment_form",
    ]  # fmt: skip


def test_comments_that_open_with_their_writer() -> None:
    _, article = reading(
        P1, P2, "3 Kommentare", "Jo Bloggs sagt:", "12. Mai 2023 um 09:30 Uhr", "Endlich eine Brücke.",
        "Sie war lange genug zu.", "Antworten", "Ana R. sagt:", "12. Mai 2023 um 10:00 Uhr", "Na ja.", "Antworten",
    )  # fmt: skip
    assert (article.comments.status, article.comments.count) == ("partial", 3)
    assert [(c.author, c.text, c.published_raw) for c in article.comments.items] == [
        (
            "Jo Bloggs",
            "Endlich eine Brücke.\n\nSie war lange genug zu.",
            "12. Mai 2023 um 09:30 Uhr",
        ),
        ("Ana R.", "Na ja.", "12. Mai 2023 um 10:00 Uhr"),
    ]
    assert "Brücke." not in article.text


def test_a_comment_cut_off_at_the_end_is_kept_and_told() -> None:
    _, article = reading(
        P1, P2, "Comments", "- Jo", "So it is.", "Dec 24th, 2020 - 09:34 am - Link - Report abuse -2",
        "- Ana", "And then the ferry",
    )  # fmt: skip
    assert article.comments.status == "partial"
    assert [(c.author, c.score) for c in article.comments.items] == [("Jo", -2), ("Ana", None)]


@pytest.mark.parametrize(
    ("line", "status", "count"),
    [
        ("No comments yet", "none_yet", 0),
        ("0 Comments", "none_yet", 0),
        ("Comments are closed", "disabled", None),
        ("14 Comments", "not_loaded", 14),
        ("Leave a comment", "not_loaded", None),
    ],
)
def test_the_state_of_the_comments_is_read(line: str, status: str, count: int | None) -> None:
    comments = reading(P1, P2, line)[1].comments
    assert (comments.status, comments.count, comments.items) == (status, count, [])


def test_captions_are_told_by_the_credit_below_and_by_repeating_the_text() -> None:
    _, article = reading(P1, "The bridge at noon", "REUTERS", P2, P1.removesuffix("."), P3)
    assert [(i.caption, i.credit, i.position) for i in article.images] == [
        ("The bridge at noon", "REUTERS", 1),
        (P1.removesuffix("."), None, 2),
    ]
    assert article.text == "\n\n".join((P1, P2, P3))


def test_a_signature_of_the_agency_is_no_text() -> None:
    for ending in (" REUTERS", " (AFP)", " – dpa", " EFE"):
        _, article = reading(P1, P2 + ending)
        assert len(article.info_sources) == 1
        assert article.text.endswith(P2)
    _, article = reading(P1, P2, "Reuters")
    assert [s.name for s in article.info_sources] == ["Reuters"]
    _, article = reading("Bridge closed until spring", "By Ana Ruiz", "Associated Press", P1, P2)
    assert [s.name for s in article.info_sources] == ["AP"]


def test_an_address_in_brackets_leaves_the_paragraph() -> None:
    draft, article = reading(P1, P2 + " ([email protected])", "—", "Best Regards,")
    assert article.text.endswith(P2)
    assert [s.role for s in draft.segments][2:] == ["contact_line", "separator", "email_signature"]


def test_lists_are_lists_and_single_numbers_are_not() -> None:
    _, article = reading(
        P1, "1. The crane came late.", "2. The rope was short.", P2, "7. Street will open.", P3
    )
    assert [b.type for b in article.body] == [
        "paragraph",
        "list",
        "paragraph",
        "paragraph",
        "paragraph",
    ]
    _, article = reading(
        "Bridge closed until spring",
        "- The ferry sails on",
        "- Fares will rise soon",
        "By Ana Ruiz",
        P1,
        P2,
    )
    assert [b.type for b in article.body] == ["list", "paragraph", "paragraph"]


def test_times_of_day_head_the_entries_of_a_running_story() -> None:
    found = roles(
        "PARIS (AP) — The Latest on the bridge (all times local):",
        "10 p.m.",
        P1,
        "___",
        "4:14 p.m.",
        P2,
    )
    assert found == [
        "dateline",
        "paragraph",
        "heading",
        "paragraph",
        "divider",
        "heading",
        "paragraph",
    ]


def test_a_dateline_date_takes_its_year_from_the_publication() -> None:
    url = "https://news.example/2025/01/02/bridge"
    _, article = reading("PARIS, Dec 31 (AFP) - " + P1, P2, url=url)
    assert article.dateline is not None
    assert (article.dateline.date, article.published) == ("2024-12-31", "2025-01-02")


def test_a_printed_date_is_stronger_than_the_crawlers() -> None:
    _, article = reading(
        "date 2025-12-02 Bridge closed until spring", "Published: 27 April 2024", P1, P2
    )
    assert article.published == "2024-04-27"
    assert [r.kind for r in article.removed] == ["crawl_date"]


def test_what_follows_the_last_paragraph_goes_with_the_furniture_only_behind_some() -> None:
    assert roles(P1, P2, P3, "Valley radio on air")[3] == "paragraph"
    assert roles(P1, P2, P3, "Back to top", "Valley radio on air")[3:] == ["page_furniture"] * 2
    assert roles(P1, P2, P3, "Local", url="https://news.example/local/bridge")[3] == "section_label"

"""Pages of the built-in outlets: layouts chosen and missed, selectors that no longer match."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from copydesk import Article, Layout, Outlet, extract
from copydesk.adapters.registry import Registry

ROOT = Path(__file__).resolve().parent / "outlets"
PAGES = sorted(p.relative_to(ROOT).as_posix().removesuffix(".html") for p in ROOT.glob("*/*.html"))
REACT = "straits-times/page-2025-react"
PARAGRAPH = '<p data-testid="article-paragraph-annotation-test-id">'
STORY = """<html><body><div id="app"><main><article>
<h1 data-testid="heading-test-id">Night market moves under the viaduct</h1>
<div data-testid="timestamp-test-id"><p>Published Feb 03, 2026, 05:00 AM</p></div>
<div><p data-testid="article-paragraph-annotation-test-id">The night market that was closed by rain
on 40 evenings will move under the viaduct in June, its stallholders decided.</p>
{middle}
<p data-testid="article-paragraph-annotation-test-id">There is room for 90 stalls there, and for a
stage that nobody has asked for yet.</p></div>
</article></main></div></body></html>"""


def page(name: str) -> str:
    """The page of a fixture, by its folder and stem."""
    return (ROOT / f"{name}.html").read_text(encoding="utf-8")


def expected(name: str) -> Article:
    return Article.model_validate_json((ROOT / f"{name}.expected.json").read_text("utf-8"))


def read(html: str, name: str) -> Article:
    """Read a page with the adapter of the outlet that a fixture's folder names."""
    return extract(html, media_type="text/html", outlet=name.split("/")[0])


def texts(article: Article) -> list[str]:
    return [block.text for block in article.body if block.type == "paragraph"]


def changed(name: str, *pairs: tuple[str, str]) -> str:
    """A fixture's page with something replaced that must stand in it."""
    html = page(name)
    for old, new in pairs:
        assert old in html
        html = html.replace(old, new)
    return html


def middle(article: Article) -> list[str]:
    """What stands between the first and the last paragraph of `STORY`."""
    first, *between, last = texts(article)
    assert first.endswith("its stallholders decided.")
    assert last.endswith("nobody has asked for yet.")
    return between


@pytest.mark.parametrize("name", PAGES)
def test_a_normal_page_gives_no_warning(name: str) -> None:
    assert expected(name).warnings == []


def test_every_layout_of_a_built_in_outlet_has_a_page(registry: Registry) -> None:
    read_by = {(e.adapter.id, e.adapter.layout) for e in map(expected, PAGES)}
    layouts = {
        (outlet.id, layout.name)
        for outlet in registry
        if outlet.__module__.startswith("copydesk_outlets")
        for layout in outlet.layouts
    }
    assert len(layouts) >= 11
    assert layouts <= read_by


@pytest.mark.parametrize(
    ("name", "layout"),
    [
        ("straits-times/page-2013", "2013"),
        ("straits-times/page-2015-drupal7", "2015 Drupal 7"),
        ("straits-times/page-2021-drupal9", "2021 Drupal 9"),
        ("straits-times/page-2025-transition", "2025 transition"),
        ("straits-times/page-2025-react", "2025 React"),
        ("okaz/page-paragraphs", "article"),
        ("okaz/page-amp", "amp"),
        ("benzinga/page-2020-drupal", "2020 Drupal"),
        ("benzinga/page-2021-bz3", "2021 bz3"),
        ("benzinga/page-2023-react", "2023 React"),
        ("benzinga/page-2025", "2025"),
    ],
)
def test_layout_is_chosen_by_what_stands_in_the_page(name: str, layout: str) -> None:
    # No page says more than its markup: neither address nor clock is given.
    assert read(page(name), name).adapter.layout == layout


@pytest.mark.parametrize(("day", "layout"), [("2023-12-05", "old"), ("2026-02-01", "new")])
def test_date_decides_between_layouts_that_both_match(day: str, layout: str) -> None:
    class Paper(Outlet):
        id = "paper"
        name = "Paper"
        layouts = (
            Layout("old", matches="main", until="2024-12-31"),
            Layout("new", matches="article"),
        )

    stamp = f'<meta property="article:published_time" content="{day}T07:45:00-05:00">'
    html = STORY.format(middle="").replace("<html>", f"<html><head>{stamp}</head>")
    article = extract(html, outlet=Paper)
    assert article.adapter.layout == layout
    assert article.warnings == []


def test_evidence_in_the_page_outweighs_its_date() -> None:
    """An old story that was moved to new pages is read as a new page."""
    stamp = '<meta property="article:published_time" content="2012-05-01T08:00:00+08:00">'
    article = read(changed(REACT, ("</head>", f"{stamp}</head>")), REACT)
    assert article.adapter.layout == "2025 React"


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("straits-times/page-2013", '"story"', '"tale"'),
        ("straits-times/page-2015-drupal7", "articleBody", "articleCopy"),
        ("straits-times/page-2021-drupal9", "node-header", "node-top"),
        ("straits-times/page-2025-transition", "paragraph-base", "paragraph-plain"),
        (REACT, "-test-id", "-id"),
        ("okaz/page-paragraphs", "bodyText", "bodyCopy"),
        ("okaz/page-bare-text", "bodyText", "bodyCopy"),
        ("benzinga/page-press-release", "article-content-body-only", "story"),
    ],
)
def test_page_that_no_layout_matches_warns_and_keeps_its_story(
    name: str, old: str, new: str
) -> None:
    article = read(changed(name, (old, new)), name)
    assert [w.code for w in article.warnings] == ["no_layout"]
    assert article.adapter.layout is None
    assert article.headline == expected(name).headline
    assert all(text in article.text for text in texts(expected(name)))


@pytest.mark.parametrize(
    ("name", "old", "new", "field", "selector"),
    [
        ("straits-times/page-2013", '"published"', '"when"', "published", "div.published"),
        (REACT, "article-paragraph-annotation", "article-text", "body", "article-paragraph"),
        (REACT, "timestamp-test-id", "stamp-test-id", "published", "timestamp-test-id"),
        ("okaz/page-bare-text", "media_article_publish_time", "time", "published", "li.media"),
        (
            "benzinga/page-2023-react",
            "article-content-body-only",
            "article-copy",
            "body",
            "div.article-content-body-only",
        ),
    ],
)
def test_renamed_class_warns_by_selector_and_keeps_the_story(
    name: str, old: str, new: str, field: str, selector: str
) -> None:
    article = read(changed(name, (old, new)), name)
    (warning,) = article.warnings
    assert (warning.code, warning.subject) == ("selector_unmatched", field)
    assert selector in warning.message
    assert article.headline == expected(name).headline
    assert article.published == expected(name).published
    assert all(text in article.text for text in texts(expected(name)))


@pytest.mark.parametrize(
    "lost",
    [
        r'<h3 class="article-subtitle">.*?</h3>',
        r'<ul class="list-tags">.*?</ul>',
        r'<div class="itemLightGallery">.*?</div>',
    ],
)
def test_page_without_an_optional_element_gives_no_warning(lost: str) -> None:
    html, count = re.subn(lost, "", page("okaz/page-paragraphs"))
    assert count
    article = read(html, "okaz")
    assert article.warnings == []
    assert texts(article) == texts(expected("okaz/page-paragraphs"))


def test_summary_box_is_stripped_by_its_selector_and_kept_in_removed() -> None:
    article = read(page(REACT), REACT)
    boxed = [r.text for r in article.removed if r.rule == "straits-times:strip.site_promo"]
    assert boxed == [
        "AI generated summary",
        "A kelp farm will sell its first harvest in March 2026.",
        "Hotels are expected to buy most of the crop.",
    ]
    assert not any(text in article.text for text in boxed if text)


def test_what_is_stripped_leaves_the_paragraphs_around_it_alone() -> None:
    class Paper(Outlet):
        id = "paper"
        name = "Paper"
        strip = {"site_promo": ".box"}
        layouts = (Layout("all", matches="main", strip={"ad_marker": "aside b"}),)

    html = STORY.format(
        middle=f'<div class="box"><p>Take our tour of the viaduct.</p></div>{PARAGRAPH}'
        "A crane will lift the roofs over, one a night.</p><aside><b>Paid for</b></aside>"
    )
    article = extract(html, outlet=Paper)
    assert middle(article) == ["A crane will lift the roofs over, one a night."]
    kinds = [(r.kind, r.text) for r in article.removed if r.rule.startswith("paper:")]
    assert kinds == [("site_promo", "Take our tour of the viaduct."), ("ad_marker", "Paid for")]


@pytest.mark.parametrize(
    ("inner", "whole"),
    [
        (
            "It was put off {a}when the piles were tested{b} in May by the port.",
            "It was put off when the piles were tested in May by the port.",
        ),
        (
            "{a}The piles{b}, which date from 1962, were tested in May by the port.",
            "The piles, which date from 1962, were tested in May by the port.",
        ),
        (
            "{a}The Viaduct Authority{b} tested the piles in May, and found them dry.",
            "The Viaduct Authority tested the piles in May, and found them dry.",
        ),
        (
            "The port wants to see the piles again {a}before the first stall opens{b}.",
            "The port wants to see the piles again before the first stall opens.",
        ),
        (
            "Both {a}the port{b} and {a}Mr Lim Ah Kow{b} have said that they will come to look.",
            "Both the port and Mr Lim Ah Kow have said that they will come to look.",
        ),
        (
            "It was put off when the<!-- --> <!-- -->piles were tested, said Mr<!-- --> Lim.",
            "It was put off when the piles were tested, said Mr Lim.",
        ),
    ],
    ids=["middle", "start", "start of a name", "end", "twice", "comment nodes"],
)
def test_paragraph_with_a_link_that_holds_a_paragraph_stays_one(inner: str, whole: str) -> None:
    link = '<a data-testid="custom-link" href="/singapore/x?ref=inline-article">'
    link += '<p data-testid="paragraph-test-id" class="inline">'
    html = STORY.format(middle=PARAGRAPH + inner.format(a=link, b="</p></a>") + "</p>")
    assert middle(read(html, REACT)) == [whole]


def test_link_to_a_sign_up_form_is_copy_in_a_sentence_and_promotion_alone() -> None:
    link = '<a data-testid="custom-link" href="https://www.straitstimes.com/newsletter-signup">'
    sentence = f"{PARAGRAPH}The port writes {link}a letter to its tenants</a> every week.</p>"
    alone = f"{PARAGRAPH}{link}Read the port’s week on Fridays</a></p>"
    article = read(STORY.format(middle=sentence + alone), REACT)
    assert middle(article) == ["The port writes a letter to its tenants every week."]
    assert [r.kind for r in article.removed if "Fridays" in (r.text or "")] == ["newsletter_promo"]


def test_update_printed_above_the_publication_is_not_taken_for_it() -> None:
    stamps = '<div data-testid="timestamp-test-id"><p>Updated Feb 04, 2026, 09:30 PM</p></div>\n<h1'
    html = STORY.format(middle="").replace("<h1", stamps)
    article = read(html, REACT)
    assert article.published == "2026-02-03T05:00:00+08:00"
    assert article.modified == "2026-02-04T21:30:00+08:00"


def test_nested_ticker_links_keep_their_words_in_order() -> None:
    article = read(page("benzinga/page-2025"), "benzinga")
    assert "founder of Arable Vault Inc. (NASDAQ:ARVT) told Benzinga" in article.text
    assert "rival Granary One Corp. (NYSE:GRN) keeps its own" in article.text


@pytest.mark.parametrize(
    "ticker",
    [
        '<a class="ticker" href="/quote/OWLC">OWLC</a>',
        '(NYSE: <a class="ticker" href="/quote/OWLC">OWLC</a>)',
        '<a class="ticker-link" data-ticker="OWLC" data-exchange="NYSE">(NYSE:'
        '<a class="ticker" href="/quote/OWLC">OWLC</a>)</a>',
        '<a class="ticker-link" data-ticker="OWLC"><strong>(NYSE:'
        '<a class="ticker" href="/quote/OWLC">OWLC</a>)</strong></a>',
    ],
    ids=["bare", "in brackets", "nested", "nested in bold"],
)
def test_ticker_stays_in_its_sentence_whatever_its_form(ticker: str) -> None:
    name = "benzinga/page-2025"
    old = "The company sows&#160;310 kinds every spring"
    html = changed(name, (old, f"Owl Clocks {ticker} sows 310 kinds every spring"))
    said = re.sub(r"<[^>]*>", "", ticker)
    opened = f"What Happened: Owl Clocks {said} sows 310 kinds every spring, so that"
    assert sum(text.startswith(opened) for text in texts(read(html, name))) == 1


def test_run_in_label_stays_and_read_also_goes_to_related() -> None:
    article = read(page("benzinga/page-2025"), "benzinga")
    assert sum(t.startswith(("What Happened:", "What’s Next:")) for t in texts(article)) == 2
    assert "Read Also" not in article.text
    assert [link.text for link in article.related] == [
        "Rye Is Back, And Bakers Are To Blame",
        "A Mill Reopens In Kansas. Its Stones Are From 1911.",
    ]


def test_exclusive_stays_in_the_headline() -> None:
    headline = read(page("benzinga/page-2025"), "benzinga").headline
    assert headline is not None
    assert headline.startswith("EXCLUSIVE: Seed Bank Founder")


@pytest.mark.parametrize("blanks", [" ", "  ", "\n      "])
def test_okaz_date_may_have_any_blanks_before_the_time(blanks: str) -> None:
    name = "okaz/page-bare-text"
    html = changed(name, ("2023 00:55", f"2023{blanks}00:55"))
    assert read(html, name).published == "2023-12-15T00:55:00+03:00"


def test_okaz_body_of_bare_text_and_of_paragraphs_may_be_mixed() -> None:
    name = "okaz/page-bare-text"
    more = "<p>وفي الظرف صورة لبيت لم يبق منه إلا بابه، وهو باب أخضر صغير.</p>\n            </div>"
    article = read(changed(name, ("\n            </div>", more)), name)
    assert texts(article)[:1] == texts(expected(name))
    assert texts(article)[1:] == ["وفي الظرف صورة لبيت لم يبق منه إلا بابه، وهو باب أخضر صغير."]


def test_inkl_paywall_element_is_a_wrapper_and_no_notice() -> None:
    """The element holds copy, whether all of it or the last paragraphs only."""
    name = "inkl/page-article"
    opens = '<div class="paywall">\n'
    late = changed(name, (opens, "")).replace("<p>The council will", f"{opens}<p>The council will")
    for html in (page(name), late):
        article = read(html, name)
        assert all(text in article.text for text in texts(expected(name)))
        assert article.access.observed != "truncated"


def test_clock_above_the_headline_is_not_the_date() -> None:
    name = "mercopress/page-article"
    clock = "<p>Montevideo, June 4th 2023 - 03:58 UTC</p>\n"
    html = changed(name, (clock, "")).replace("<h1>", f"{clock}<h1>")
    article = read(html, name)
    assert article.published == "2020-12-23T09:55:00+00:00"
    assert article.modified is None
    assert [r.text for r in article.removed if r.kind == "page_clock"] == [clock[3:-5]]


@pytest.mark.parametrize(
    ("url", "outlet"),
    [
        ("https://www.benzinga.com/news/politics/26/05/52999004/seed-bank", "benzinga"),
        ("http://feeds.benzinga.com/benzinga/news/global", "benzinga"),
        ("https://www.okaz.com.sa/ampArticle/2990201", "okaz"),
        ("https://en.Mercopress.Com/2020/12/23/wool-store", "mercopress"),
        ("https://www.straitstimes.com/singapore/kelp-farm", "straits-times"),
    ],
)
def test_outlet_is_found_by_the_address_of_its_pages(
    registry: Registry, url: str, outlet: str
) -> None:
    found = registry.find(url)
    assert found is not None
    assert found.id == outlet

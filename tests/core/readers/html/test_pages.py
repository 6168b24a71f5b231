"""Pages read from markup to record."""

from __future__ import annotations

from copydesk import Article, Outlet, extract

LEAD = "The night ferry to the islands sails again from Friday, nine years after it was given up."
MORE = "Eighty people and twelve cars were on the first crossing, which took four hours in all."
LAST = "The company will decide in May whether the ship stays for the winter, its director said."


def page(body: str, head: str = "") -> Article:
    html = f"<!doctype html><html lang=en><head>{head}</head><body>{body}</body></html>"
    return extract(html, url="https://quay.example/news/night-ferry", media_type="text/html")


def story(middle: str = "", head: str = "", last: str = LAST) -> Article:
    text = f"<p>{LEAD}</p>{middle}<p>{MORE}</p><p>{last}</p>"
    return page(f"<article><h1>Night ferry returns</h1>{text}</article>", head)


def test_a_picture_has_its_caption_credit_and_place() -> None:
    figure = (
        "<figure><img data-src='/ferry.jpg' src='data:image/gif;base64,R0' alt='A ship'>"
        "<figcaption>The ferry at the quay. (Photo: Ana Ruiz/Reuters)</figcaption></figure>"
    )
    (image,) = story(figure).images
    assert image.url == "https://quay.example/ferry.jpg"
    assert (image.caption, image.alt) == ("The ferry at the quay.", "A ship")
    assert (image.credit, image.agency, image.position) == ("Ana Ruiz/Reuters", "Reuters", 1)


def test_the_largest_of_a_set_of_pictures_is_taken() -> None:
    source = "<picture><source srcset='/s.jpg 300w, /l.jpg 1200w'><img alt=x></picture>"
    (image,) = story(source).images
    assert image.url == "https://quay.example/l.jpg"


def test_the_picture_of_the_metadata_is_used_if_the_page_shows_none() -> None:
    article = story(head="<meta property=og:image content=https://quay.example/og.jpg>")
    assert [i.url for i in article.images] == ["https://quay.example/og.jpg"]


def below(menu: str) -> Article:
    text = f"<p>{LEAD}</p><p>{MORE}</p><p>{LAST}</p>"
    return page(f"<nav>{menu}</nav><article><h1>Night ferry returns</h1>{text}</article>")


def test_only_the_visible_words_of_a_menu_count() -> None:
    unseen = (
        "<script>go()</script><svg><title>Mark</title></svg><!-- old --><li hidden>Jobs</li>"
        "<li style='display: none'>Press</li><iframe>x</iframe><textarea>Seek</textarea>"
    )
    (rest,) = below(f"<ul><li><a href=/>Home</a></li>{unseen}<li>Tides</li></ul>").removed
    assert (rest.kind, rest.characters) == ("page_furniture", len("Home Tides"))


def test_a_menu_nested_deeper_than_the_recursion_limit_is_read() -> None:
    article = below("<div>" * 3000 + "Home<script></script>" + "</div>" * 3000)
    assert article.text.startswith(LEAD)
    assert [r.characters for r in article.removed] == [len("Home")]


def test_lists_are_nested_like_their_markup() -> None:
    listed = "<ol><li>Tickets<ul><li>Adults pay six</li><li>Children pay two</li></ul></li></ol>"
    (block,) = (b for b in story(listed).body if b.type == "list")
    assert block.ordered
    assert [i.text for i in block.items] == ["Tickets"]
    assert [i.text for i in block.items[0].items] == ["Adults pay six", "Children pay two"]


def test_a_table_keeps_its_rows() -> None:
    table = (
        "<table><tr><th>Day</th><th>Hour</th></tr><tr><td>Friday</td><td>21:30</td></tr></table>"
    )
    (block,) = (b for b in story(table).body if b.type == "table")
    assert block.rows == [["Day", "Hour"], ["Friday", "21:30"]]


def test_quotes_code_frames_and_rules_are_blocks_of_their_own() -> None:
    middle = (
        "<blockquote><p>We should have done it last year.</p></blockquote>"
        "<pre>sail(ship)</pre><hr><iframe src='https://www.youtube.com/embed/1'></iframe>"
    )
    article = story(middle)
    assert [b.type for b in article.body] == [
        "paragraph", "quote", "code", "divider", "embed", "paragraph", "paragraph",
    ]  # fmt: skip
    (embed,) = (b for b in article.body if b.type == "embed")
    assert (embed.provider, embed.text) == ("YouTube", None)


def test_a_body_cut_by_advertisements_is_joined() -> None:
    parts = f"<div class=text><p>{LEAD}</p><p>{MORE}</p></div><div class=ad>Advertisement</div>"
    article = page(f"<h1>Night ferry returns</h1>{parts}<div class=text><p>{LAST}</p></div>")
    assert article.text == f"{LEAD}\n\n{MORE}\n\n{LAST}"


def test_a_hover_card_does_not_break_the_sentence() -> None:
    card = "<p>The mayor, <span class=hovercard>Ann Lee, 50, mayor since 2019</span>she said, agreed.</p>"
    assert "The mayor, she said, agreed." in story(card).text


def test_links_to_other_stories_are_related_with_their_addresses() -> None:
    middle = "<h3>More on this</h3><ul><li><a href='/a'>Harbour wall to be raised</a></li><li><a href='/b'>Quay closed for a week</a></li></ul>"
    article = story(middle)
    assert [r.url for r in article.related] == ["https://quay.example/a", "https://quay.example/b"]
    assert "Harbour wall" not in article.text


def test_boilerplate_around_the_article_is_one_entry_without_words() -> None:
    around = f"<div class=top>Weather today</div><article><h1>Night ferry returns</h1><p>{LEAD}</p><p>{MORE}</p></article><footer>Imprint</footer>"
    outside = [r for r in page(around).removed if r.text is None]
    assert [(r.kind, r.characters) for r in outside] == [("page_furniture", 20)]


def test_a_correction_is_kept_apart_with_its_place() -> None:
    article = story(last="Correction: An earlier version of this article gave the wrong day.")
    assert [(c.kind, c.position) for c in article.corrections] == [("correction", 2)]
    assert "wrong day" not in article.text


def test_the_aria_label_of_a_section_names_it() -> None:
    box = "<section aria-label='Newsletter sign-up'><h3>The quay by post</h3><p>Every other Sunday.</p></section>"
    assert story(box).text == story().text


def test_a_heading_that_repeats_the_headline_after_a_kicker_is_left_out() -> None:
    title = "The night ferry to the islands returns after nine years"
    again = f"<h3>At the quay - {title}</h3>"
    article = page(
        f"<article>{again}<p>{LEAD}</p><p>{MORE}</p><p>{LAST}</p></article>",
        f"<meta property=og:title content='{title}'>",
    )
    assert article.headline == title
    assert [b.type for b in article.body] == ["paragraph"] * 3


def test_the_description_of_the_metadata_shown_as_a_line_is_the_standfirst() -> None:
    said = "Ships sail for the islands once more, with a new company and old timetables"
    article = page(
        f"<article><h1>Night ferry returns</h1><div class='teaser lead'>{said}</div>"
        f"<p>{LEAD}</p><p>{MORE}</p><p>{LAST}</p></article>",
        f"<meta name=description content='{said}'>",
    )
    assert article.standfirst == said
    assert said not in article.text


def test_a_notice_for_members_removes_the_offers_below_it() -> None:
    text = "港の夜行フェリーは、廃止から九年を経て、金曜日から再び島々へ向けて運航を始める。"
    gate = "<p>この記事は会員限定です。 登録は無料です。</p><dl><dt>登録すると</dt><dd>記事が読み放題</dd></dl>"
    article = page(
        f"<article><h1>夜行フェリー再開</h1><p>{text}</p><p>{text[::-1]}</p>{gate}</article>"
    )
    assert [b.type for b in article.body] == ["paragraph"] * 2
    assert {r.kind for r in article.removed} == {"paywall_notice"}


def test_a_paragraph_selected_by_an_outlet_is_not_a_teaser() -> None:
    class Quay(Outlet):
        id = "quay"
        name = "Quay"
        strip = {"paragraph": "p.kept"}

    said = "The ship was built for the Baltic."
    cards = f"<h3><a href=/a>Two swans moved</a></h3><p class=kept>{said}</p><h3><a href=/b>A new lock</a></h3>"
    text = f"<article><h1>Night ferry returns</h1><p>{LEAD}</p><p>{MORE}</p><p>{LAST}</p>{cards}</article>"
    html = f"<!doctype html><html lang=en><body>{text}</body></html>"
    assert said not in extract(html, media_type="text/html").text
    assert said in extract(html, media_type="text/html", outlet=Quay).text


def test_an_outlets_selectors_go_before_lines_found_above_them() -> None:
    class Quay(Outlet):
        id = "quay"
        name = "Quay"
        published = "div.when"
        byline = "div.who"

    above = "<p>3 May 2024</p><p class=byline>By Bo Marsh</p>"
    named = "<div class=who>Ann Lee</div><div class=when>12 March 2024</div>"
    html = f"<!doctype html><html lang=en><body><article><h1>Night ferry returns</h1>{above}{named}<p>{LEAD}</p><p>{MORE}</p></article></body></html>"
    without = extract(html, media_type="text/html")
    assert (without.published, without.byline) == ("2024-05-03", "By Bo Marsh")
    article = extract(html, media_type="text/html", outlet=Quay)
    assert (article.published, article.byline) == ("2024-03-12", "Ann Lee")
    assert [author.name for author in article.authors] == ["Ann Lee"]
    assert article.provenance["published"].rule == "quay:published"
    assert {r.text for r in article.removed} == {"3 May 2024", "By Bo Marsh"}

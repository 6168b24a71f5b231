"""Readers' comments in the markup of a page: found, nested, counted, and never in the text."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

import copydesk
from copydesk import Article
from copydesk.readers.html.comments import sections

STORY = "".join(
    f"<p>Paragraph {n}: the weigh-house at the old harbour was opened again, and the master "
    "explained to all who had come why it had been closed for so long.</p>"
    for n in range(1, 9)
)


def read(html: str) -> Article:
    return copydesk.extract(html, url="https://news.example/a", media_type="text/html")


def page(below: str, head: str = "", inside: str = "") -> str:
    return (
        f"<!doctype html><html lang=en><head><title>Weigh-house</title>{head}</head><body>"
        f"<article><h1>Weigh-house opened again</h1><div class=story>{STORY}</div>{inside}"
        f"</article>{below}</body></html>"
    )


WORDPRESS = """
<section id="comments" class="comments-area"><h2 class="comments-title">3 thoughts on this</h2>
<ol class="comment-list">
 <li id="comment-51" class="comment even depth-1"><article id="div-comment-51" class="comment-body">
  <footer class="comment-meta"><div class="comment-author vcard"><img class="avatar" src="/u/1.jpg">
   <b class="fn"><a href="/u/1">Ada Stone</a></b> <span class="says">says:</span></div>
   <div class="comment-metadata"><a href="#comment-51">
    <time datetime="2024-03-02T09:15:00+01:00">March 2, 2024 at 9:15 am</time></a>
    <span class="edit-link">Edit</span></div></footer>
  <div class="comment-content"><p>I remember the scales.</p><p>They were never right.</p></div>
  <div class="reply"><a href="#r">Reply</a></div></article>
  <ol class="children"><li id="comment-52" class="comment odd depth-2">
   <article id="div-comment-52" class="comment-body"><footer class="comment-meta">
    <div class="comment-author vcard"><b class="fn">Bo Reed</b></div><div class="comment-metadata">
    <time datetime="2024-03-02T10:00:00+01:00">March 2, 2024 at 10:00 am</time></div></footer>
    <div class="comment-content"><p>Nor was the weigher.</p></div></article></li></ol></li>
 <li id="comment-53" class="comment even depth-1"><div id="div-comment-53" class="comment-body">
  <div class="comment-author vcard"><cite class="fn">Cy Marsh</cite></div>
  <div class="comment-meta commentmetadata"><a href="#comment-53">March 3, 2024 at 8:00 am</a></div>
  <p>An older list.</p><p>With bare paragraphs.</p><div class="reply"><a>Reply</a></div></div></li>
</ol></section>"""


def test_wordpress_lists_give_items_with_authors_times_and_nesting() -> None:
    article = read(page(WORDPRESS))
    found = [
        (c.id, c.parent_id, c.author, c.published, c.published_raw, c.text)
        for c in article.comments.items
    ]
    assert found == [
        ("51", None, "Ada Stone", "2024-03-02T09:15:00+01:00", "March 2, 2024 at 9:15 am",
         "I remember the scales.\n\nThey were never right."),
        ("52", "51", "Bo Reed", "2024-03-02T10:00:00+01:00", "March 2, 2024 at 10:00 am",
         "Nor was the weigher."),
        ("53", None, "Cy Marsh", "2024-03-03", "March 3, 2024 at 8:00 am",
         "An older list.\n\nWith bare paragraphs."),
    ]  # fmt: skip
    assert (article.comments.status, article.comments.count) == ("complete", 3)
    chrome = [r.text for r in article.removed if r.rule == str(sections.RULE)]
    assert chrome == ["says:", "Edit", "Reply", "Reply"]


def test_comments_are_not_part_of_text_pictures_authors_or_dates() -> None:
    plain, commented = read(page("")), read(page("", inside=WORDPRESS))
    assert (commented.text, commented.body) == (plain.text, plain.body)
    assert commented.images == []
    assert commented.authors == []
    assert (commented.published, commented.modified) == (None, None)


MICRODATA = """
<section><div itemprop="comment" itemscope itemtype="https://schema.org/Comment">
 <span itemprop="author" itemscope itemtype="https://schema.org/Person">
  <span itemprop="name">Ada Stone</span></span>
 <time itemprop="datePublished" datetime="2024-03-02T09:15:00Z">2 March</time>
 <div itemprop="text">The scales were rusty.</div><meta itemprop="upvoteCount" content="12">
 <button>Like</button></div>
<div itemprop="comment" itemscope itemtype="https://schema.org/UserComments">
 <span itemprop="creator">Bo Reed</span>
 <span itemprop="commentTime" content="2024-03-02T11:00:00Z">2 March 2024</span>
 <div itemprop="commentText"><p>They still are.</p></div>
 <span itemprop="upvoteCount">-3</span></div></section>"""


def test_microdata_gives_author_time_text_and_score() -> None:
    article = read(page(MICRODATA))
    assert [(c.author, c.published, c.text, c.score) for c in article.comments.items] == [
        ("Ada Stone", "2024-03-02T09:15:00+00:00", "The scales were rusty.", 12),
        ("Bo Reed", "2024-03-02T11:00:00+00:00", "They still are.", -3),
    ]
    assert article.authors == []


VARIANT = """
<div class="comments"><h3 class="comments__heading">7 Comments</h3>
<div class="comment" data-comment-id="a1"><span class="comment__user">Ada S.</span>
 <span class="comment__date">2 March 2024, 10:11</span>
 <div class="comment__text">Rusty scales. <a class="comment__reply">Reply</a></div>
 <span class="comment__votes">+4</span> <a class="comment__report">Report</a></div>
<div class="replies"><article class="comment" data-comment-id="a2">
 <span class="username">Bo</span> <span class="ago">3 hours ago</span>
 <p class="comment-body">Not all of them.</p><span class="score">−2</span></article></div></div>"""


def test_common_class_words_are_understood_and_a_higher_count_means_partial() -> None:
    article = read(page(VARIANT))
    found = [(c.id, c.parent_id, c.author, c.text, c.score) for c in article.comments.items]
    assert found == [
        ("a1", None, "Ada S.", "Rusty scales.", 4),
        ("a2", "a1", "Bo", "Not all of them.", -2),
    ]
    assert [c.published_raw for c in article.comments.items] == [
        "2 March 2024, 10:11",
        "3 hours ago",
    ]
    assert (article.comments.status, article.comments.count) == ("partial", 7)


def test_nested_comments_without_ids_are_numbered_by_their_place() -> None:
    html = """<ul class="comments"><li class="comment"><b class="author">Ada</b>
    <time>2 March 2024</time><p>First.</p><ul><li class="comment"><b class="author">Bo</b>
    <time>3 March 2024</time><p>Second.</p></li></ul></li></ul>"""
    items = read(page(html)).comments.items
    assert [(c.id, c.parent_id, c.text) for c in items] == [
        ("1", None, "First."), ("2", "1", "Second."),
    ]  # fmt: skip


ITEM_FORMS = [
    "<p>{name}</p><p>Words of {name} on the scales.</p><p>And more.</p>"
    "<div>{when} - <a href=#l>Link</a> - <a href=#r>Report abuse</a> {score}</div>",
    "{name}<p>Words of {name} on the scales.</p><p>And more.</p>"
    "{when} - <a href=#l>Link</a> - <a href=#r>Report abuse</a> {score}",
    "<strong>{name}</strong><p>Words of {name} on the scales.</p><p>And more.</p>"
    "<span>{when} - <a href=#l>Link</a> - <a href=#r>Report abuse</a> {score}</span>",
]
WRITERS = [
    ("Weigher1", "Mar 2nd, 2024 - 09:34 am", "-2"),
    ("Jo Bloggs", "Mar 2nd, 2024 - 10:01 am", "+7"),
    ("Old-H.", "Mar 3rd, 2024 - 11:59 pm", "0"),
]


@pytest.mark.parametrize("form", ITEM_FORMS)
@pytest.mark.parametrize("attribute", ["", ' id="comments"', ' class="comment-list"'])
def test_a_plain_list_with_closing_lines_gives_items(form: str, attribute: str) -> None:
    rows = "".join(
        f"<li>{form.format(name=name, when=when, score=score)}</li>"
        for name, when, score in WRITERS
    )
    article = read(page(f"<h3>Top Comments</h3><div{attribute}><ul>{rows}</ul></div>"))
    found = [(c.author, c.published_raw, c.score) for c in article.comments.items]
    assert found == [(name, when, int(score)) for name, when, score in WRITERS]
    assert article.comments.items[0].text == "Words of Weigher1 on the scales.\n\nAnd more."
    assert [c.published for c in article.comments.items] == [
        "2024-03-02", "2024-03-02", "2024-03-03",
    ]  # fmt: skip
    assert "Weigher1" not in article.text


def test_a_comment_shown_twice_is_one_item() -> None:
    one = '<div class="comment" id="comment-9"><b class="author">Ada</b><p>Once.</p></div>'
    article = read(page(f'<div class="comments">{one}{one}</div>'))
    assert [c.text for c in article.comments.items] == ["Once."]


COUNTED = (
    '<script type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle",'
    '"headline":"Weigh-house opened again","commentCount":%d}</script>'
)


def test_a_stated_count_without_comments_is_not_loaded() -> None:
    article = read(page("", head=COUNTED % 12))
    assert (article.comments.status, article.comments.count) == ("not_loaded", 12)
    shown = (
        '<div id="comments" class="comments"><span class="comment-count">12 comments</span></div>'
    )
    article = read(page(shown))
    assert (article.comments.status, article.comments.count) == ("not_loaded", 12)
    assert article.comments.items == []


def test_the_comments_shown_go_before_the_number_in_the_metadata() -> None:
    article = read(page(WORDPRESS, head=COUNTED % 40))
    assert (article.comments.status, article.comments.count) == ("complete", 3)
    article = read(page(MICRODATA, head=COUNTED % 40))
    assert (article.comments.status, article.comments.count) == ("partial", 40)


def test_a_page_without_comments_has_none() -> None:
    article = read(page(""))
    assert (article.comments.status, article.comments.count) == ("absent", None)


def test_a_story_about_comments_is_a_story() -> None:
    html = (
        '<html><body class="comment"><div class="comment" id="comment-2024">'
        '<div class="comment-author">By Jo Bloggs</div><time datetime="2024-03-02">2 March</time>'
        f'<h1>Comment: what comments are for</h1><div class="comment-text">{STORY}'
        "<p>Comments, he says, are closed.</p></div></div></body></html>"
    )
    article = read(html)
    assert article.comments.items == []
    assert article.text.count("Paragraph") == 8


def test_an_opinion_in_an_element_called_comment_is_not_a_comment() -> None:
    html = (
        f'<html><body><h1>On weights</h1><div class="comment"><b class="author">Jo Bloggs</b>'
        f'<time>2 March 2024</time><div class="text">{STORY}</div></div></body></html>'
    )
    article = read(html)
    assert article.comments.items == []
    assert article.text.count("Paragraph") == 8


def test_teasers_called_comments_are_not_comments() -> None:
    teaser = (
        '<div class="comment"><h3><a href="/opinion/{n}">A view on weights {n}</a></h3>'
        '<span class="author">Jo Bloggs</span><time>2 March 2024</time><p>He weighs it all.</p></div>'
    )
    article = read(page("".join(teaser.format(n=n) for n in range(3))))
    assert article.comments.items == []


def test_the_latest_comments_on_other_stories_are_left_out() -> None:
    below = (
        '<aside><div class="latest"><div class="comment" id="comment-3"><b class="author">Ada</b>'
        "<time>2 March 2024</time><p>On another story.</p></div></div></aside>"
    )
    assert read(page(below)).comments.items == []


@pytest.mark.parametrize(
    "html",
    ["", "<div class=comment>", "<li class=comment><li class=comment>x", "<p class=comment>a</p>",
     '<div class="comment"><b class=author></b><p></p></div>' * 3],
)  # fmt: skip
def test_scraps_claim_nothing(html: str) -> None:
    assert sections.find(LexborHTMLParser(html, scripting=True)) == {}

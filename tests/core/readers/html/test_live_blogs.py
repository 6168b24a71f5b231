"""Running stories: entries with time and headline become live updates, in page order."""

from __future__ import annotations

from typing import Any

import copydesk
from copydesk import Article
from copydesk.model.article import LiveUpdate, Paragraph

DECLARED = (
    '<script type="application/ld+json">{"@context":"https://schema.org","@type":'
    '"LiveBlogPosting","headline":"Barge adrift: live","datePublished":"2024-03-02T08:00:00Z"%s}'
    "</script>"
)
TIMES = [f"2024-03-02T1{n}:30:00+01:00" for n in range(4)]


def read(html: str) -> Article:
    return copydesk.extract(html, url="https://news.example/a", media_type="text/html")


def entry(n: int, tag: str, name: str, extra: str = "", link: str = "#e", stamp: str = "") -> str:
    stamp = stamp or f' datetime="{TIMES[n]}"'
    return (
        f'<{tag} class="{name}" id="e{n}"><header><time{stamp}>1{n}.30</time>'
        f'<h3><a href="{link}{n}">Headline of entry {n}</a></h3></header><div>'
        f"<p>Entry {n}: the barge passed pier {n} with nobody at the wheel, the watch says.</p>"
        f"{extra}<p>Entry {n} ends with the promise of more from the quay later on.</p>"
        f"</div></{tag}>"
    )


def page(entries: str, head: str = "", inner: str = '<div class="live-blog">{}</div>') -> str:
    return (
        f"<!doctype html><html lang=en><head><title>Barge adrift: live</title>{head}</head><body>"
        "<main><h1>Barge adrift: live</h1><div class=intro><p>A barge is adrift on the river "
        "this morning; follow the search for its crew as it goes on.</p></div>"
        f"{inner.format(entries)}</main></body></html>"
    )


def updates(article: Article) -> list[LiveUpdate]:
    return [b for b in article.body if isinstance(b, LiveUpdate)]


def shape(update: LiveUpdate) -> list[Any]:
    return [b.type for b in update.body]


def check(article: Article) -> None:
    found = updates(article)
    assert article.kind == "live_blog"
    assert [u.time for u in found] == TIMES
    assert [u.headline for u in found] == [f"Headline of entry {n}" for n in range(4)]
    for n, update in enumerate(found):
        paragraphs = [b.text for b in update.body if isinstance(b, Paragraph)]
        assert paragraphs[0].startswith(f"Entry {n}: the barge")
        assert paragraphs[-1].startswith(f"Entry {n} ends")
    assert "Headline of entry 2\n\nEntry 2: the barge" in article.text
    assert "12.30" not in article.text


def test_entries_called_so_become_live_updates() -> None:
    article = read(page("".join(entry(n, "div", "live-blog__entry") for n in range(4))))
    check(article)
    assert (article.published, article.modified) == (None, None)


def test_entries_of_a_declared_live_blog_may_be_called_anything() -> None:
    entries = "".join(entry(n, "article", "x1") for n in range(4))
    article = read(page(entries, DECLARED % "", '<div class="y">{}</div>'))
    check(article)
    assert article.published == "2024-03-02T08:00:00+00:00"


def test_entries_may_be_items_of_a_list() -> None:
    points = "<ul><li>First point</li><li>Second point</li></ul>"
    entries = "".join(entry(n, "li", "post", points) for n in range(4))
    article = read(page(entries, DECLARED % "", '<ol class="stream">{}</ol>'))
    check(article)
    assert [shape(u) for u in updates(article)] == [["paragraph", "list", "paragraph"]] * 4


def test_blocks_stay_in_their_entry_and_rules_between_entries_go() -> None:
    extra = "<blockquote><p>We wait, she said.</p></blockquote><ul><li>One</li><li>Two</li></ul>"
    entries = "<hr>".join(entry(n, "section", "", extra) for n in range(4))
    article = read(page(entries, inner='<div id="liveticker">{}</div>'))
    check(article)
    assert [shape(u) for u in updates(article)] == [["paragraph", "quote", "list", "paragraph"]] * 4


def test_an_hour_alone_is_not_a_time_unless_json_ld_states_it() -> None:
    entries = "".join(entry(n, "div", "live-entry", stamp=" class=t") for n in range(4))
    article = read(page(entries))
    assert [u.time for u in updates(article)] == [None] * 4
    assert "12.30" in [r.text for r in article.removed if r.kind == "timestamp"]
    stated = ",".join(
        f'{{"@type":"BlogPosting","headline":"Headline of entry {n}","datePublished":"{TIMES[n]}"}}'
        for n in range(4)
    )
    article = read(page(entries, DECLARED % f',"liveBlogUpdate":[{stated}]'))
    assert [u.time for u in updates(article)] == TIMES


def test_the_author_of_an_entry_is_not_the_articles() -> None:
    extra = '<span class="entry-author">Jo Bloggs</span>'
    entries = "".join(entry(n, "div", "live-blog__entry", extra) for n in range(4))
    article = read(page(entries))
    check(article)
    assert (article.byline, article.authors) == (None, [])
    assert "Jo Bloggs" not in article.text


STORY = "".join(
    f"<section><p>On <time datetime='19{n}0-03-02'>2 March 19{n}0</time> the barge was built anew, "
    "and the yard was paid for it in the spring of the year after.</p></section>"
    for n in range(4, 9)
)


def test_an_article_with_several_times_is_an_article() -> None:
    article = read(
        "<html><body><article class='post'><h1>The barge</h1><time datetime='2024-03-02T08:00Z'>"
        f"2 March</time>{STORY}</article></body></html>"
    )
    assert article.kind == "article"
    assert updates(article) == []
    assert article.published == "2024-03-02T08:00:00+00:00"
    assert article.text.count("the barge was built anew") == 5


def test_teasers_with_times_are_not_entries() -> None:
    teasers = "".join(entry(n, "div", "live-item", link="/story/") for n in range(4))
    article = read(page(f"{STORY}<div class='live-feed'>{teasers}</div>", inner="<div>{}</div>"))
    assert article.kind == "article"
    assert updates(article) == []


def test_comments_below_a_story_are_not_entries() -> None:
    comments = "".join(
        f'<div class="comment live-entry" id="comment-{n}"><b class="author">Ada {n}</b>'
        f'<time datetime="{TIMES[n]}">1{n}.30</time><p>I saw the barge from the bridge at the time, '
        "and there was nobody at the wheel of it, I am quite sure.</p></div>"
        for n in range(4)
    )
    article = read(
        f"<html><body><article><h1>The barge</h1>{STORY}</article>"
        f'<div class="comments live-blog">{comments}</div></body></html>'
    )
    assert article.kind == "article"
    assert [c.author for c in article.comments.items] == [f"Ada {n}" for n in range(4)]
    assert article.published is None

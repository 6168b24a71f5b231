"""An article as one clean HTML element: no scripts, no styles, everything escaped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING

from copydesk.model.renderings.inline import Span, cell_ranges, spans, web_url

if TYPE_CHECKING:
    from copydesk.model.article import (
        Article,
        Block,
        Image,
        ListItem,
        LiveUpdate,
        Quote,
        Range,
        Table,
    )

_TAGS = {"emphasis": "em", "strong": "strong", "code": "code"}


def to_html(article: Article, *, headline: bool, standfirst: bool, images: bool) -> str:
    """Return an article as an `article` element, see `Article.to_html`."""
    language = f' lang="{escape(article.language)}"' if article.language else ""
    lines = [f"<article{language}>"]
    if headline and article.headline:
        lines.append(f"<h1>{_text(article.headline)}</h1>")
    if standfirst and article.standfirst:
        lines.append(f'<p class="standfirst">{_text(article.standfirst)}</p>')
    lines += _body(article.body, article.images if images else ())
    return "\n".join([*lines, "</article>"]) + "\n"


def _body(blocks: Sequence[Block], images: Sequence[Image]) -> Iterator[str]:
    for index, block in enumerate(blocks):
        yield from (_figure(image) for image in images if image.position == index)
        if found := _block(block):
            yield found
    yield from (_figure(image) for image in images if image.position >= len(blocks))


def _block(block: Block) -> str:
    if block.type == "paragraph":
        return f"<p>{_marked(block.text, block.ranges)}</p>"
    if block.type == "heading":
        return f"<h{block.level}>{_marked(block.text, block.ranges)}</h{block.level}>"
    if block.type == "list":
        return _list(block.items, ordered=block.ordered)
    if block.type == "quote":
        return _quote(block)
    if block.type == "table":
        return _table(block)
    if block.type == "code":
        return f"<pre><code>{_text(block.text)}</code></pre>"
    if block.type == "embed":
        return _embed(block.url, block.text)
    return "<hr>" if block.type == "divider" else _live_update(block)


def _list(items: list[ListItem], *, ordered: bool) -> str:
    tag = "ol" if ordered else "ul"
    inner = "\n".join(
        f"<li>{_marked(item.text, item.ranges)}"
        + (f"\n{_list(item.items, ordered=ordered)}\n" if item.items else "")
        + "</li>"
        for item in items
    )
    return f"<{tag}>\n{inner}\n</{tag}>"


def _quote(quote: Quote) -> str:
    by = f"\n<footer>{_text(quote.citation)}</footer>" if quote.citation else ""
    return f"<blockquote>\n<p>{_marked(quote.text, quote.ranges)}</p>{by}\n</blockquote>"


def _table(table: Table) -> str:
    rows = (
        "".join(
            f"<td>{_marked(cell, cell_ranges(table, row, column))}</td>"
            for column, cell in enumerate(cells)
        )
        for row, cells in enumerate(table.rows)
    )
    return "<table>\n" + "".join(f"<tr>{cells}</tr>\n" for cells in rows) + "</table>"


def _embed(url: str | None, text: str | None) -> str:
    link = web_url(url)
    linked = f'<p><a href="{escape(link)}">{_text(url or link)}</a></p>' if link else ""
    if not text:
        return linked
    return f"<blockquote>\n<p>{_text(text)}</p>\n{linked}\n</blockquote>"


def _live_update(update: LiveUpdate) -> str:
    lines = ["<section>"]
    if update.time:
        time = escape(update.time)
        lines.append(f'<p><time datetime="{time}">{time}</time></p>')
    if update.headline:
        lines.append(f"<h3>{_text(update.headline)}</h3>")
    return "\n".join([*lines, *_body(update.body, ()), "</section>"])


def _figure(image: Image) -> str:
    source = web_url(image.url)
    picture = f'<img src="{escape(source)}" alt="{escape(image.alt or "")}">' if source else ""
    words = " ".join(filter(None, (image.caption, image.credit and f"({image.credit})")))
    caption = f"<figcaption>{_text(words)}</figcaption>" if words else ""
    return f"<figure>{picture}{caption}</figure>"


def _marked(text: str, ranges: Iterable[Range]) -> str:
    return "".join(map(_part, spans(text, ranges)))


def _part(part: str | Span) -> str:
    if isinstance(part, str):
        return _text(part)
    inner = "".join(map(_part, part.parts))
    if part.href is not None:
        return f'<a href="{escape(part.href)}">{inner}</a>'
    return f"<{_TAGS[part.kind]}>{inner}</{_TAGS[part.kind]}>"


def _text(text: str) -> str:
    # A parser would make a line feed of a carriage return.
    return escape(text).replace("\r", "&#13;")

"""Plain text: of a block, of a body, and of an article with what stands around its body."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from copydesk.model.article import Article

_Record = dict[str, Any]


def body_text(body: Iterable[_Record]) -> str:
    """Return the text of a body: that of its blocks, joined by blank lines."""
    return "\n\n".join(filter(None, map(block_text, body)))


def block_text(block: _Record) -> str:
    """Return the text of one block, given as in the record."""
    kind = block["type"]
    if kind == "paragraph":
        return str(block["text"])
    if kind == "list":
        return "\n".join(_item_lines(block["items"]))
    if kind == "table":
        return "\n".join("\t".join(row) for row in block["rows"])
    if kind == "live_update":
        inner = [block_text(b) for b in block["body"]]
        return "\n\n".join(filter(None, [block["headline"], *inner]))
    return str(block.get("text") or "")


def _item_lines(items: list[_Record]) -> Iterator[str]:
    for item in items:
        yield item["text"]
        yield from _item_lines(item["items"])


def to_text(
    article: Article, *, headline: bool = False, standfirst: bool = False, captions: bool = False
) -> str:
    """Return the text of an article, see `Article.to_text`."""
    parts = [article.headline] if headline else []
    if standfirst:
        parts.append(article.standfirst)
    if captions:
        blocks = [block_text(block.model_dump()) for block in article.body]
        parts += _with_captions(blocks, article)
    else:
        parts.append(article.text)
    return "\n\n".join(filter(None, parts))


def _with_captions(blocks: list[str], article: Article) -> Iterator[str | None]:
    """Yield the texts of the blocks, and each picture's caption where the picture stands."""
    for index in range(len(blocks) + 1):
        last = index == len(blocks)
        for image in article.images:
            if image.position == index or (last and image.position > index):
                yield image.caption
        if not last:
            yield blocks[index]

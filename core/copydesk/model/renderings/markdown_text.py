"""The text of an article's Markdown, as its record has it.

Citations, the times of live updates, the URLs of embeds and pictures are no text of a record.
"""

from __future__ import annotations

from functools import cache

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from copydesk.model.renderings.markdown import NO_CELL, TIME


def text_of(markdown: str) -> str:
    """Return the text of Markdown, without the marks."""
    root = SyntaxTreeNode(_parser().parse(markdown))
    return "\n\n".join(filter(None, map(_block, root.children)))


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("table")


def _block(node: SyntaxTreeNode) -> str:
    if node.type == "fence":
        return node.content.removesuffix("\n")
    if node.type == "code_block":
        return node.content
    if node.type in ("bullet_list", "ordered_list"):
        return "\n".join(_items(node))
    if node.type == "table":
        return "\n".join(
            "\t".join(_text(cell) for cell in row.children if not _is_missing(cell))
            for part in node.children
            for row in part.children
        )
    if node.type == "blockquote":
        # The second paragraph says whom the quote is from.
        return _block(node.children[0]) if node.children else ""
    if node.type == "paragraph" and _is_no_text(node.children[0]):
        return ""
    return _text(node) if node.type in ("paragraph", "heading") else ""


def _items(node: SyntaxTreeNode) -> list[str]:
    lines = []
    for item in node.children:
        texts = [_text(part) for part in item.children if part.type == "paragraph"]
        lines.append("\n\n".join(texts))
        for part in item.children:
            if part.type in ("bullet_list", "ordered_list"):
                lines += _items(part)
    return lines


def _is_missing(cell: SyntaxTreeNode) -> bool:
    return bool(cell.children) and cell.children[0].content == NO_CELL


def _is_no_text(inline: SyntaxTreeNode) -> bool:
    """Whether a paragraph has only a picture, a bare URL or the time of a live update."""
    if len(inline.children) != 1:
        return False
    only = inline.children[0]
    if only.type == "em":
        return TIME.fullmatch(_text(only)) is not None
    return only.type == "image" or (only.type == "link" and only.info == "auto")


def _text(node: SyntaxTreeNode) -> str:
    if node.type in ("text", "code_inline"):
        return node.content
    if node.type in ("softbreak", "hardbreak"):
        return "\n"
    return "".join(map(_text, node.children))

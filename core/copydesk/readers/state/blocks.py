"""Blocks of an editor's or content system's JSON as HTML, for the reader of pages.

The systems differ in names, not in forms: a block is an object with a type and its content, which is
a text, HTML, or a list of blocks or of spans. Known are ANS (Arc), Portable Text, Contentful,
ProseMirror, Lexical, Slate, Draft.js, Editor.js, Gutenberg and React's elements.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any

from copydesk.readers.state import nodes
from copydesk.readers.state.nodes import Object, Words

# A text of such a type has blocks in it, not the parts of a line.
_CONTAINERS = frozenset(
    "array container group section column columns body document doc root rich content".split()
)
_PHRASES = frozenset("a strong em b i u span cite q sup sub small br".split())
_LINES = frozenset("p li h1 h2 h3 h4 h5 h6 figcaption td th a strong em b i u span cite q".split())
_OWN = re.compile(r"(?:title|headline|url|href|slug|author|authors|byline|path)$", re.I)
_LEVEL = re.compile(r"[1-6]")
_NUMBERS = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6"}
_DEEPEST = 40


@dataclass(slots=True)
class Budget:
    """How much may still be read of a page's state.

    values: values looked at. parts, characters: parts of blocks converted, and the characters of
    their texts. texts: texts tried.
    """

    values: int = 200_000
    parts: int = 200_000
    characters: int = 2_000_000
    texts: int = 400

    def allows(self, node: Any, depth: int) -> bool:
        """Count a part of a block; return whether it may be converted."""
        self.parts -= 1
        if isinstance(node, str):
            self.characters -= len(node)
        return depth <= _DEEPEST and self.parts >= 0 and self.characters >= 0


class Blocks:
    """A conversion of blocks.

    stores: objects by their ids, for references to them. budget: what may still be read.
    """

    def __init__(self, stores: list[Object], budget: Budget) -> None:
        self.stores = stores
        self.budget = budget

    def block(self, node: Any, depth: int = 0) -> str:
        """Return the HTML of a block, of a list of blocks, or of a text; "" for anything else."""
        if not self.budget.allows(node, depth):
            return ""
        if isinstance(node, str):
            return nodes.as_blocks(node)
        if isinstance(node, list):
            element = nodes.element(node)
            if element is not None:
                return self._element(*element, depth)
            return self._joined(node[: nodes.MOST_ITEMS], depth)
        if not isinstance(node, dict):
            return ""
        node = self.resolved(node)
        kind, words = nodes.kind_of(node)
        if kind == "text" and not words.isdisjoint(("h2", "h3", "h4", "heading")):
            kind = "heading"
        return _MAKERS.get(kind, Blocks._unknown)(self, node, words, depth)

    def resolved(self, node: Object) -> Object:
        """Return the object that a reference of Apollo's cache names, or the object itself."""
        name = node.get("__ref")
        if name is None and node.get("type") == "id":
            name = node.get("id")
        if not isinstance(name, str):
            return node
        found = next((store[name] for store in self.stores if name in store), node)
        return found if isinstance(found, dict) else node

    def _unknown(self, node: Object, words: Words, depth: int) -> str:
        """Return what is in an object of no known kind, but not in another story or comment."""
        if nodes.PLAIN.issuperset(node):
            return self._paragraph(node, words, depth)
        if any(_OWN.search(name) and isinstance(node[name], str) for name in node):
            return ""
        inner = [value for value in node.values() if isinstance(value, dict | list)]
        return "".join(
            self.block(value, depth + 1) for value in inner if not nodes.is_strings(value)
        )

    def _joined(self, parts: list[Any], depth: int) -> str:
        """Join blocks; list items in a row become one list, the deeper ones inside those before."""
        made: list[str] = []
        ends: list[str] = []
        for node in parts:
            html = self.block(node, depth + 1)
            mark, level = _bullet(node, html)
            while len(ends) > level:
                made.append(ends.pop())
            if mark and not html.startswith("<li"):
                html = nodes.wrapped("li", re.sub(r"^<p>|</p>$", "", html))
            while len(ends) < level:
                is_inside = bool(ends) and made[-1].endswith("</li>")
                if is_inside:
                    made[-1] = made[-1].removesuffix("</li>")
                ends.append(f"</{mark}></li>" if is_inside else f"</{mark}>")
                made.append(f"<{mark}>")
            made.append(html)
        return "".join([*made, *reversed(ends)])

    def _paragraph(self, node: Object, words: Words, depth: int) -> str:
        inner = nodes.content(node)
        if isinstance(inner, str):
            return nodes.as_blocks(inner)
        if isinstance(inner, dict):
            return self.block(inner, depth + 1)
        is_container = not _CONTAINERS.isdisjoint(words)
        if isinstance(inner, list) and (is_container or any(map(self._is_block, inner))):
            return self.block(inner, depth + 1)
        return nodes.wrapped("p", self.inline(inner, depth + 1))

    def _is_block(self, node: Any) -> bool:
        """Return whether a part is a block of its own, not a span of a line."""
        if isinstance(node, list):
            element = nodes.element(node)
            if element is not None:
                return element[0] in nodes.TAGS and element[0] not in _PHRASES
            return any(not isinstance(one, list) and self._is_block(one) for one in node)
        if isinstance(node, str):
            return nodes.BLOCKS.search(node) is not None
        if not isinstance(node, dict):
            return False
        kind, words = nodes.kind_of(self.resolved(node))
        if kind == "text":
            return words.isdisjoint(("text", "span", "link", "hyperlink", "html"))
        return kind not in ("", "break")

    def _inline(self, node: Object, depth: int) -> str:
        return self.inline(nodes.content(node), depth + 1)

    def inline(self, node: Any, depth: int = 0) -> str:
        """Return the HTML of a line: a text, or spans and links."""
        if not self.budget.allows(node, depth):
            return ""
        if isinstance(node, str):
            return nodes.as_line(node)
        if isinstance(node, list):
            element = nodes.element(node)
            if element is not None:
                return self._element(*element, depth + 1)
            return "".join(self.inline(one, depth + 1) for one in node[: nodes.MOST_ITEMS])
        if not isinstance(node, dict):
            return ""
        node = self.resolved(node)
        if nodes.kind_of(node)[0] == "break":
            return "<br>"
        html = self._inline(node, depth)
        address = nodes.text_of(node, "href", "uri", "url") or nodes.linked(node)
        return f'<a href="{escape(address)}">{html}</a>' if address and html else html

    def _heading(self, node: Object, words: Words, depth: int) -> str:
        return nodes.wrapped(f"h{self._level(node, words)}", self._inline(node, depth))

    def _single_item(self, node: Object, words: Words, depth: int) -> str:
        return nodes.wrapped("li", self._item(node, depth))

    def _gallery(self, node: Object, words: Words, depth: int) -> str:
        pictures = nodes.first_list(node, "content_elements", "images", "items", "photos", "slides")
        return "".join(
            self._image(self.resolved(one), words, depth)
            for one in pictures
            if isinstance(one, dict)
        )

    def _code(self, node: Object, words: Words, depth: int) -> str:
        return nodes.wrapped("pre", self._inline(node, depth))

    def _divider(self, node: Object, words: Words, depth: int) -> str:
        return "<hr>"

    def _correction(self, node: Object, words: Words, depth: int) -> str:
        return nodes.wrapped("p", self._inline(node, depth), "correction")

    def _level(self, node: Object, words: Words) -> str:
        stated = nodes.text_of(node, "level", "headingLevel", "tag", "style")
        named = " ".join([stated, *(_NUMBERS.get(word, word) for word in words)])
        found = _LEVEL.search(named)
        return found[0] if found and found[0] != "1" else "2"

    def _list(self, node: Object, words: Words, depth: int) -> str:
        inner = nodes.content(node, "items", "listItems", "values")
        if isinstance(inner, dict):
            inner = nodes.content(inner, "items", "values")
        if isinstance(inner, str):
            return inner if re.match(r"\s*<[uo]l\b", inner) else nodes.wrapped("ul", inner)
        if not isinstance(inner, list):
            return ""
        stated = nodes.text_of(node, "list_type", "listType", "style", "ordered").lower()
        ordered = stated in ("ordered", "number", "numbered", "true", "ol", "decimal")
        tag = "ol" if ordered or not words.isdisjoint(("ordered", "ol", "numbered")) else "ul"
        items = (self._list_item(one, depth + 1) for one in inner[: nodes.MOST_ITEMS])
        return nodes.wrapped(tag, "".join(items))

    def _list_item(self, node: Any, depth: int) -> str:
        if depth > _DEEPEST:
            return ""
        if isinstance(node, dict) and nodes.kind_of(self.resolved(node))[0] == "list":
            return self.block(node, depth)
        inner = self._item(self.resolved(node), depth) if isinstance(node, dict) else ""
        return nodes.wrapped("li", inner or self.inline(node, depth))

    def _item(self, node: Object, depth: int) -> str:
        """Return the content of a list item; its paragraphs are its lines."""
        inner = nodes.content(node)
        if isinstance(inner, list) and any(self._is_block(one) for one in inner):
            parts = []
            for one in inner[: nodes.MOST_ITEMS]:
                kind = nodes.kind_of(self.resolved(one))[0] if isinstance(one, dict) else "text"
                is_line = kind == "text" and not isinstance(one, list)
                parts.append(self.inline(one, depth + 1) if is_line else self.block(one, depth + 1))
            return " ".join(parts)
        nested = nodes.first_list(node, "items", "children", "innerBlocks")
        html = self.inline(inner, depth + 1)
        if nested and nested is not inner:
            html += nodes.wrapped("ul", "".join(self._list_item(one, depth + 1) for one in nested))
        return html

    def _quote(self, node: Object, words: Words, depth: int) -> str:
        inner = self._paragraph(node, words, depth)
        citation = (
            node.get("citation") or node.get("cite") or nodes.text_of(node, "citation", "caption")
        )
        by = self.inline(citation, depth + 1)
        return nodes.wrapped(
            "blockquote", inner + (nodes.wrapped("p", nodes.wrapped("cite", by)) if by else "")
        )

    def _image(self, node: Object, words: Words, depth: int) -> str:
        address = nodes.image_address(node)
        if not address:
            return ""
        caption = self.inline(nodes.named(node, "caption", "legend", "description", "subtitle"), 1)
        credit = escape(" / ".join(nodes.names_in_credits(node)))
        alt = nodes.text_of(node, "alt_text", "alt", "altText", "alternativeText")
        legend = caption + (f' <span class="credit">{credit}</span>' if credit else "")
        return (
            f'<figure><img src="{escape(address)}" alt="{escape(alt)}">'
            f"{nodes.wrapped('figcaption', legend)}</figure>"
        )

    def _table(self, node: Object, words: Words, depth: int) -> str:
        inner = nodes.content(node, "rows", "cells", "content", "data")
        if isinstance(inner, dict):
            inner = nodes.content(inner, "rows", "content", "cells", "table")
        if isinstance(inner, str):
            return inner if "<tr" in inner else ""
        rows = inner if isinstance(inner, list) else []
        header = node.get("header")
        if isinstance(header, list):
            rows = [header, *rows]
        lines = []
        for row in rows[: nodes.MOST_ITEMS]:
            cells = nodes.content(row, "cells") if isinstance(row, dict) else row
            if isinstance(cells, list):
                made = "".join(nodes.wrapped("td", self.inline(c, depth + 1) or " ") for c in cells)
                lines.append(nodes.wrapped("tr", made))
        return nodes.wrapped("table", "".join(lines))

    def _embed(self, node: Object, words: Words, depth: int) -> str:
        stated = nodes.named(node, "html", "code", "embed", "raw_oembed", "content")
        if isinstance(stated, dict):
            stated = stated.get("html") or stated.get("url")
        if isinstance(stated, str) and "<" in stated:
            return stated
        address = nodes.text_of(node, "url", "src", "href", "source")
        if not address and isinstance(stated, str) and nodes.ADDRESS.match(stated):
            address = stated
        return f'<iframe src="{escape(address)}"></iframe>' if nodes.ADDRESS.match(address) else ""

    def _aside(self, node: Object, words: Words, depth: int) -> str:
        """Return the links to other stories, each as a paragraph."""
        links = []
        for one in [node, *nodes.first_list(node, "items", "links", "stories")][: nodes.MOST_ITEMS]:
            if isinstance(one, dict):
                address = nodes.text_of(one, "url", "link", "href", "website_url", "canonical_url")
                text = self.inline(
                    nodes.named(one, "content", "title", "text", "headline"), depth + 1
                )
                if address and text:
                    links.append(nodes.wrapped("p", f'<a href="{escape(address)}">{text}</a>'))
        return "".join(links)

    def _element(self, tag: str, props: Object, inner: Any, depth: int) -> str:
        """Return the HTML of an element that is written as a list."""
        raw = props.get("dangerouslySetInnerHTML")
        if isinstance(raw, dict) and isinstance(raw.get("__html"), str):
            made = raw["__html"]
        else:
            made = self.inline(inner, depth + 1) if tag in _LINES else self.block(inner, depth + 1)
        address = props.get("href")
        if tag == "a" and isinstance(address, str):
            return f'<a href="{escape(address)}">{made}</a>'
        if tag in ("br", "hr"):
            return f"<{tag}>"
        return nodes.wrapped(tag, made) if tag in nodes.TAGS else made


_MAKERS: dict[str, Callable[[Blocks, Object, Words, int], str]] = {
    "text": Blocks._paragraph,
    "heading": Blocks._heading,
    "list": Blocks._list,
    "item": Blocks._single_item,
    "quote": Blocks._quote,
    "image": Blocks._image,
    "gallery": Blocks._gallery,
    "table": Blocks._table,
    "code": Blocks._code,
    "divider": Blocks._divider,
    "embed": Blocks._embed,
    "correction": Blocks._correction,
    "aside": Blocks._aside,
}


def _bullet(node: Any, html: str) -> tuple[str, int]:
    """Return the tag of the list that a block is an item of, "" for none, and how deep it is in it."""
    if not isinstance(node, dict) or not html:
        return "", 0
    stated = node.get("listItem")
    kind, words = ("item", frozenset()) if isinstance(stated, str) else nodes.kind_of(node)
    if kind != "item":
        return "", 0
    ordered = stated == "number" or ("ordered" in words)
    deep = node.get("level") if isinstance(stated, str) else node.get("depth", 0)
    level = deep if isinstance(deep, int) else 1
    return ("ol" if ordered else "ul"), min(8, max(1, level + (stated is None)))

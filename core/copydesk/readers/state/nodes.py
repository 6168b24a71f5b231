"""The parts of blocks in JSON: their kind by the words of their type, their content and properties."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape, unescape
from typing import Any

Object = dict[str, Any]
Words = frozenset[str]

_TYPE = re.compile(
    r"(?:type|typename|cls|class|kind|component|blockname|layout|tag|tagname)$", re.I
)
_CONTENT = tuple(
    """content content_elements children text html value body innerHTML originalContent items
    paragraphs innerBlocks blocks nodes document rendered __html data attributes attrs model fields
    props properties root""".split()
)
_OTHER_CONTENT = re.compile(r"(?:text|html|content|body|copy|paragraph)s?$", re.I)
_PROPERTIES = ("data", "attributes", "attrs", "model", "fields", "props", "properties")
# An object without a known type is a block only if it has nothing else than these.
PLAIN = frozenset(_CONTENT) | frozenset(
    """_id id _key key uid type _type kind __typename style marks markDefs format mode version
    indent direction detail textFormat textStyle subtype channels alignment class className depth
    inlineStyleRanges entityRanges order index position""".split()
)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
# Kind -> words of a type; the first kind with one of them counts.
_KINDS = {
    kind: frozenset(words.split())
    for kind, words in {
        "aside": """related interstitial link_list readmore newsletter advertisement advert teaser
            recommendation recommended poll quiz""",
        "item": "listitem li",
        "list": "list ul ol bulleted numbered",
        "quote": "quote blockquote pullquote pull citation",
        "image": "image img photo picture figure asset atomic",
        "gallery": "gallery slideshow carousel",
        "heading": "heading header subheading subhead subheadline crosshead h1 h2 h3 h4 h5 h6",
        "table": "table",
        "code": "code codeblock pre",
        "divider": "divider hr separator thematic horizontal",
        "embed": """embed oembed tweet twitter instagram facebook youtube video audio podcast iframe
            social vimeo tiktok""",
        "break": "hardbreak linebreak br",
        "correction": "correction",
        "text": """paragraph text p block unstyled normal rich html raw markdown span link hyperlink
            doc document root container group section column columns body copy content""",
    }.items()
    for words in [words]
}
# Types that are another story or an advertisement if they have no further words.
_ELSEWHERE = frozenset("story reference article ad ads promo collection".split())
TAGS = frozenset(
    """div p h1 h2 h3 h4 h5 h6 ul ol li blockquote strong em a b i u span section figure figcaption
    article table tbody tr td th br hr cite q sup sub small""".split()
)
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>")
_ESCAPED = re.compile(r"&lt;/?(?:p|div|h[1-6]|ul|ol|li|br|a|strong|em|figure)\b")
BLOCKS = re.compile(
    r"<(?:p|div|h[1-6]|ul|ol|li|table|figure|blockquote|section|article|aside|pre|hr|dl)\b", re.I
)
_ENTITY = re.compile(r"&(?:#\d{2,6}|#[xX][0-9a-fA-F]{2,6}|[a-zA-Z]{2,12});")
_DEEPEST = 6
_BLANK_LINES = re.compile(r"\n[ \t\r]*\n\s*")
ADDRESS = re.compile(r"(?:https?:)?//\S+$|/[^\s/]\S*$", re.I)
MOST_ITEMS = 5_000


def element(node: list[Any]) -> tuple[str, Object, Any] | None:
    """Return tag, properties and content of an element that is written as a list.

    React writes ["$", tag, key, properties], JsonML [tag, properties, child, ...].
    """
    if len(node) >= 4 and node[0] == "$" and isinstance(node[1], str):
        props = node[3] if isinstance(node[3], dict) else {}
        return node[1], props, props.get("children")
    if len(node) > 1 and isinstance(node[0], str) and node[0] in TAGS:
        if isinstance(node[1], dict) and "type" not in node[1]:
            return node[0], node[1], node[2:]
        return node[0], {}, node[1:]
    return None


def is_strings(value: Any) -> bool:
    """Return whether a value is a list of texts."""
    return isinstance(value, list) and bool(value) and all(isinstance(v, str) for v in value)


def wrapped(tag: str, inner: str, name: str = "") -> str:
    """Return HTML in an element with a class, "" if there is nothing in it."""
    if not inner.strip():
        return ""
    return f'<{tag} class="{name}">{inner}</{tag}>' if name else f"<{tag}>{inner}</{tag}>"


def kind_of(node: Object) -> tuple[str, frozenset[str]]:
    """Return the kind of a block by the words of its type and style; "" for an unknown one."""
    stated = [v for k, v in node.items() if isinstance(v, str) and len(v) < 60 and _TYPE.search(k)]
    if not stated and isinstance(node.get("name"), str):
        stated = [node["name"][:60]]
    if not stated:
        is_text = isinstance(node.get("text"), str) and PLAIN.issuperset(node)
        return ("text" if is_text else ""), frozenset(("text",))
    words: set[str] = set()
    for name in stated:
        bare = name.rsplit("/", 1)[-1]
        words.update(word.lower() for word in _WORD.findall(bare))
        words.update((re.sub(r"[^a-z]", "", bare.lower()), bare.lower()))
    for name in ("style", "listItem"):
        value = node.get(name)
        if isinstance(value, str) and value not in ("normal", "bullet", "number"):
            words.update((value.lower(), *_WORD.findall(value.lower())))
    if "list" in words and "item" in words:
        words.add("listitem")
    if not _ELSEWHERE.isdisjoint(name.lower() for name in stated):
        return "aside", frozenset(words)
    kind = next((kind for kind, named in _KINDS.items() if not named.isdisjoint(words)), "")
    return kind, frozenset(words)


def content(node: Any, *first: str) -> Any:
    """Return the content of a block: the first of its members that may have it, with something in it."""
    return _content(node, (*first, *_CONTENT), 0)


def _content(node: Any, names: tuple[str, ...], depth: int) -> Any:
    if not isinstance(node, dict):
        return node
    for name in names:
        if value := node.get(name):
            if isinstance(value, str | list):
                return value
            if isinstance(value, dict) and depth < _DEEPEST:
                inner = _content(value, _CONTENT, depth + 1)
                if inner:
                    return inner if not isinstance(inner, dict) else value
    return next(
        (
            v
            for k, v in node.items()
            if v and isinstance(v, str | list) and _OTHER_CONTENT.search(k)
        ),
        None,
    )


def named(node: Object, *names: str) -> Any:
    """Return the first member of a block, or of its properties, that has one of the names."""
    for holder in (node, *(node.get(name) for name in _PROPERTIES)):
        if isinstance(holder, dict):
            for name in names:
                if value := holder.get(name):
                    return value
    return None


def text_of(node: Object, *names: str) -> str:
    """Return a property of a block as a text, "" if it has none."""
    value = named(node, *names)
    if value is True:
        return "true"
    return str(value) if isinstance(value, str | int) and value else ""


def linked(node: Object) -> str:
    """Return the address in the marks of a span."""
    marks = node.get("marks")
    for mark in marks[:20] if isinstance(marks, list) else ():
        if isinstance(mark, dict) and (address := text_of(mark, "href", "url")):
            return address
    return ""


def first_list(node: Object, *names: str) -> list[Any]:
    """Return the first member that has one of the names if it is a list, else an empty list."""
    value = named(node, *names)
    return value[:MOST_ITEMS] if isinstance(value, list) else []


def image_address(node: Object) -> str:
    """Return the address of a picture's file, from the block or an object inside it."""
    waiting: list[tuple[Any, int]] = [(node, 0)]
    for _ in range(200):
        if not waiting:
            break
        holder, depth = waiting.pop(0)
        if isinstance(holder, list):
            waiting += [(one, depth + 1) for one in holder[:3]]
        elif isinstance(holder, dict):
            for name in ("url", "src", "contentUrl", "href"):
                value = holder.get(name)
                if isinstance(value, str) and ADDRESS.match(value):
                    return value
            if depth < 5:
                waiting += [(v, depth + 1) for v in holder.values() if isinstance(v, dict | list)]
    return ""


def names_in_credits(node: Object) -> Iterator[str]:
    """Yield the names of those who made or supplied a picture."""
    seen: set[str] = set()
    stated = named(node, "vanity_credits", "credits", "credit", "photographer", "copyright")
    waiting = [stated]
    for _ in range(50):
        if not waiting:
            return
        one = waiting.pop(0)
        if isinstance(one, list):
            waiting += one[:20]
        elif isinstance(one, dict):
            waiting += [one[name] for name in ("by", "affiliation", "name", "text") if name in one]
        elif isinstance(one, str) and (name := one.strip()) and name not in seen:
            seen.add(name)
            yield name


def as_blocks(text: str) -> str:
    """Return a text as blocks: HTML as it is, a line of HTML or text as a paragraph."""
    if _ESCAPED.search(text) and not _MARKUP.search(text):
        text = unescape(text)
    if BLOCKS.search(text):
        return text
    if _MARKUP.search(text):
        return wrapped("p", text)
    # Where blank lines part paragraphs, a single line break is only a place to wrap a line.
    parts = _BLANK_LINES.split(text) if _BLANK_LINES.search(text) else text.splitlines()
    return "".join(wrapped("p", as_line(part)) for part in parts)


def as_line(text: str) -> str:
    """Return a text as the HTML of a line."""
    if _MARKUP.search(text):
        return text
    if _ENTITY.search(text):
        return text.replace("<", "&lt;")
    return escape(text, quote=False)

"""An article as CommonMark with tables: every sign of the text that would be markup is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING
from unicodedata import category

from copydesk.model.renderings.inline import Span, cell_ranges, spans, web_url

if TYPE_CHECKING:
    from copydesk.model.article import (
        Article,
        Block,
        Embed,
        Image,
        ListItem,
        LiveUpdate,
        Range,
        Table,
    )

NO_CELL = "&nbsp;"
"""A cell that a row of a table does not have: Markdown wants rows of one length."""

CITATION = "— "
"""Begins the second paragraph of a quote, which says whom it is from."""

TIME = re.compile(r"\d{4}-\d\d-\d\d[\dT:.+Z-]*")
"""The time of a live update, which stands in emphasis above it."""

_ENTITY = re.compile(r"&(?=#|\w)")
_ESCAPED = r"\\\g<0>"
_SIGNS = re.compile(r"[\\`*\[\]<~]|&(?=#|\w|$)|(?<![^\W_])_|_(?![^\W_])")
# Signs that are markup at the start of a line only.
_LINE_START = re.compile(r"#{1,6}(?=\s|$)|[-+](?![^\W_])|[>=|:]|(?<=^)\d{1,9}(?=[.)](?:\s|$))")
_PRINTED_NUMBER = re.compile(r"\d+[.)]\s")
_ITEM = re.compile(r"\d*([-*.)])(?: |$)")
_TICKS = re.compile("`+")
_MARKS = {"emphasis": "*", "strong": "**"}


def to_markdown(article: Article, *, headline: bool, standfirst: bool, images: bool) -> str:
    """Return an article as Markdown, see `Article.to_markdown`."""
    parts = []
    if headline and article.headline:
        parts.append(f"# {_line(article.headline)}")
    if standfirst and article.standfirst:
        parts.append(_inline(article.standfirst, ()))
    parts += _body(article.body, article.images if images else ())
    return "\n\n".join(parts) + "\n" if parts else ""


def plain(text: str) -> str:
    """Return the paragraphs of a text of which nothing more is known as Markdown."""
    return "\n\n".join(_inline(part, ()) for part in text.split("\n\n")) + "\n"


def _body(blocks: Sequence[Block], images: Sequence[Image]) -> Iterator[str]:
    before = ""
    for index, block in enumerate(blocks):
        yield from _images(image for image in images if image.position == index)
        if found := _block(block, _marker(block, before)):
            before = found
            yield found
    yield from _images(image for image in images if image.position >= len(blocks))


def _marker(block: Block, before: str) -> str:
    """Return the marker of a list's items: "-" or "*", "." or ")" behind a number; else "".

    before: what stands above it. Two lists that touch would be one, unless their markers differ.
    """
    if block.type != "list":
        return ""
    numbered = block.ordered and not any(_PRINTED_NUMBER.match(i.text) for i in block.items)
    one, other = ".)" if numbered else "-*"
    lines = [line for line in before.split("\n") if line and line[0] != " "]
    last = _ITEM.match(lines[-1]) if lines else None
    return other if last and last[1] == one else one


def _block(block: Block, marker: str) -> str:
    if block.type == "paragraph":
        ranges = [] if TIME.fullmatch(block.text) else block.ranges
        return _inline(block.text, ranges)
    if block.type == "heading":
        return f"{'#' * block.level} {_line(block.text, block.ranges)}" if block.text else ""
    if block.type == "list":
        return "\n".join(_items(block.items, marker))
    if block.type == "quote":
        return _quote(_inline(block.text, block.ranges), _inline(block.citation or "", ()))
    if block.type == "table":
        return "\n".join(_table(block))
    if block.type == "code":
        fence = "`" * max(3, 1 + max(map(len, _TICKS.findall(block.text)), default=0))
        return f"{fence}\n{block.text}\n{fence}"
    if block.type == "embed":
        return _embed(block)
    return "---" if block.type == "divider" else _live_update(block)


def _items(items: Iterable[ListItem], marker: str) -> Iterator[str]:
    for number, item in enumerate(items, 1):
        sign = marker if marker in "-*" else f"{number}{marker}"
        lines = _inline(item.text, item.ranges).split("\n")
        if item.items:
            # An item without text does not end a paragraph above it.
            lines += [""] * bool(item.text and not item.items[0].text)
            lines += _items(item.items, marker)
        yield f"{sign} {lines[0]}".rstrip(" ")
        indent = " " * (len(sign) + 1)
        yield from (f"{indent}{line}" if line else "" for line in lines[1:])


def _quote(text: str, source: str) -> str:
    if not text:
        return ""
    lines = text.split("\n")
    if source:
        lines += ["", *f"{CITATION}{source}".split("\n")]
    return "\n".join(f"> {line}".rstrip(" ") for line in lines)


def _table(table: Table) -> Iterator[str]:
    """Yield the lines of a table; the first row is its head, since Markdown needs one."""
    width = max(map(len, table.rows), default=0)
    if not width:
        return
    for row, cells in enumerate(table.rows):
        made = [_cell(cell, cell_ranges(table, row, column)) for column, cell in enumerate(cells)]
        made += [NO_CELL] * (width - len(cells))
        yield f"| {' | '.join(made)} |"
        if row == 0:
            yield f"|{' --- |' * width}"


def _cell(text: str, ranges: Iterable[Range]) -> str:
    return _line(text, ranges).replace("|", "\\|")


def _embed(embed: Embed) -> str:
    link = web_url(embed.url)
    linked = f"<{link}>" if link else ""
    if not embed.text:
        return linked
    by = " ".join(filter(None, (_inline(embed.provider or "", ()), linked)))
    return _quote(_inline(embed.text, ()), by)


def _live_update(update: LiveUpdate) -> str:
    parts = []
    if update.time and TIME.fullmatch(update.time):
        parts.append(f"*{update.time}*")
    if update.headline:
        parts.append(f"### {_line(update.headline)}")
    return "\n\n".join([*parts, *_body(update.body, ())])


def _images(images: Iterable[Image]) -> Iterator[str]:
    for image in images:
        if (source := web_url(image.url)) is not None:
            words = " ".join(filter(None, (image.caption, image.credit and f"({image.credit})")))
            title = ' "{}"'.format(_line(words).replace('"', '\\"')) if words else ""
            yield f"![{_line(image.alt or '')}]({_address(source)}{title})"


def _address(url: str) -> str:
    made = _ENTITY.sub(_ESCAPED, url)
    return f"<{made}>" if "(" in made or ")" in made else made


def _line(text: str, ranges: Iterable[Range] = ()) -> str:
    """Return marked text on one line."""
    made = _inline(text, ranges, line_break="&#10;")
    # A run of these at the end of a heading would be left out.
    return f"{made[:-1]}\\#" if made.endswith("#") and made[-2:] != "\\#" else made


def _inline(text: str, ranges: Iterable[Range], *, line_break: str = "\\\n") -> str:
    """Return marked text; a parser finds exactly this text in it, whatever its signs."""
    found = spans(text, ranges)
    return _Inline(text, line_break).of(found, 0, "", "")


class _Inline:
    """Writes the spans of one text.

    text: the whole text, in which the places of the spans are counted.
    """

    def __init__(self, text: str, line_break: str) -> None:
        self._text, self._line_break = text, line_break

    def of(self, parts: Sequence[str | Span], at: int, before: str, after: str) -> str:
        """Return parts that begin at a place, between two characters ("" for an edge)."""
        made = ""
        for number, part in enumerate(parts):
            if isinstance(part, str):
                made += self._escaped(part, at)
                at += len(part)
                continue
            rest = parts[number + 1 :]
            follows = after if not rest else rest[0][0] if isinstance(rest[0], str) else "x"
            made = self._joined(made, part, at, before, follows)
            at += len(part.text)
        return made

    def _joined(self, made: str, span: Span, at: int, before: str, after: str) -> str:
        """Return what was made, and a span behind it: marked if the marks will be read as such."""
        text = span.text
        before = made[-1:] or before
        if span.kind == "code":
            return made + (_code(text) if _is_code(text, before) else self._escaped(text, at))
        if span.href is not None:
            inner = self.of(span.parts, at, "[", "]")
            return f"{made}[{inner}]({_address(span.href)})"
        inner = self.of(span.parts, at, "x", "x")
        # The marks of nested spans count as one run.
        bare = inner.strip("*")
        blank = not text.strip() or text[0].isspace() or text[-1].isspace()
        if blank or before == "*" or not bare:
            return made + self.of(span.parts, at, before, after)
        if _opens(bare[0], before) and _opens(bare[-1], after):
            return f"{made}{_MARKS[span.kind]}{inner}{_MARKS[span.kind]}"
        return made + self.of(span.parts, at, before, after)

    def _escaped(self, text: str, at: int) -> str:
        """Return a part of the text, at its place, with every sign escaped that would be read."""
        lines = text.split("\n")
        made = ""
        for number, line in enumerate(lines):
            first = number > 0 or at == 0
            last = number < len(lines) - 1 or at + len(text) == len(self._text)
            if number:
                # Only between words is a line feed a break of the line.
                whole = lines[number - 1].strip() and line.strip()
                made += self._line_break if whole else "&#10;"
            made += _escaped_line(line, first=first, last=last)
        return made


def _escaped_line(line: str, *, first: bool, last: bool) -> str:
    """Escape a part of a line; first and last: whether it begins and ends a line."""
    head = tail = ""
    if first:
        rest = line.lstrip()
        head, line = _entities(line[: len(line) - len(rest)]), rest
    if last:
        rest = line.rstrip()
        tail, line = _entities(line[len(rest) :]), rest
    made = _SIGNS.sub(_ESCAPED, line)
    if made.endswith("!") and not last:
        # Before a link it would make a picture of it.
        made = f"{made[:-1]}\\!"
    if first and not head and not last and made.isdigit():
        # The stop that would make a list of it may follow.
        made = _entities(made[0]) + made[1:]
    if first and not head and (found := _LINE_START.match(made)):
        end = found.end()
        made = f"{made[:end]}\\{made[end:]}" if found[0].isdigit() else f"\\{made}"
    return head + made + tail


def _entities(blanks: str) -> str:
    return "".join(f"&#{ord(sign)};" for sign in blanks)


def _is_code(text: str, before: str) -> bool:
    """Whether a text can be written between backticks: no blanks, one line, not behind one."""
    return bool(text.strip()) and "\n" not in text and before != "`"


def _code(text: str) -> str:
    ticks = {len(run) for run in _TICKS.findall(text)}
    fence = "`" * next(n for n in range(1, len(ticks) + 2) if n not in ticks)
    blank = " " if text[0] in "` " or text[-1] in "` " else ""
    return f"{fence}{blank}{text}{blank}{fence}"


def _opens(edge: str, beside: str) -> bool:
    """Whether a mark between a character of its text and one beside it is read as a mark."""
    if category(edge)[0] not in "PS":
        return True
    return not beside or beside in " \t\n" or category(beside)[0] == "P"

"""Protection of the parser: pages that would take quadratic time to parse are flattened first."""

from __future__ import annotations

import re
from html import escape
from itertools import islice

from copydesk.model.draft import HEADING_TAGS
from copydesk.model.notices import Notice, NoticeCode
from copydesk.readers.limits import SURROGATES

_DEPTH = 512
"""Maximum nesting depth, the limit of browsers."""
_ATTRIBUTES = 256
"""Maximum number of attributes kept on one tag."""
_BOMB = 1_000
"""Attributes that make a page suspicious; script code after a "<" can look like hundreds."""
_TAGS = 10_000
"""Number of "<" up to which any nesting parses fast; news pages have at most about 8,000."""
_STRIDE, _WINDOW = 16_384, 512
_LONG = 2_000_000
"""Length in characters above which a page is always checked in full."""

_NAMED = re.compile(r"<[a-zA-Z][\w:-]*+[ \t\n\f\r/]", re.A)
_ATTRIBUTE = re.compile(
    r"""[^ \t\n\f\r/>][^ \t\n\f\r/>=]*+
    (?:[ \t\n\f\r]*+=[ \t\n\f\r]*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^ \t\n\f\r>"'][^ \t\n\f\r>]*+|))?+""",
    re.X,
)
# Comment, CDATA section, declaration or other bogus comment, tag. An unclosed one runs to the end
# of the page, as in the parser.
_TOKEN = re.compile(
    rf"""<(?:!--(?:-?>|.*?(?:--!?>|\Z))
    |(?P<cdata>!\[CDATA\[)
    |[!?][^>]*+(?:>|\Z)|/[^a-zA-Z][^>]*+(?:>|\Z)
    |(?P<end>/?)(?P<name>[a-zA-Z][^ \t\n\f\r/>]*+)(?:[ \t\n\f\r/]++|{_ATTRIBUTE.pattern})*+(?:>|\Z))""",
    re.X | re.S,
)


def guard(html: str, *, decoded: bool = False) -> tuple[str, list[Notice]]:
    """Return the page in a form that parses in linear time, and warnings of the changes.

    Deep nesting and many attributes on one tag take a parser quadratic time. If a page seems to
    have either, elements below 512 levels lose their tags and tags lose all attributes after the
    256th. Text is never removed. NUL characters and lone surrogates become U+FFFD. A page that
    needs no change is returned as the same object.

    decoded: whether html comes from `charset.decode_page`, so that it needs no check for NULs and
    surrogates.
    """
    warnings = []
    if not decoded:
        html = _writable(html)
    if "\ufffd" in html:
        count = html.count("\ufffd")
        what = "replaced by U+FFFD: NULs, surrogates or invalid bytes"
        warnings.append(_counted(NoticeCode.CHARACTERS_REPLACED, count, "character", what))
    if len(html) > _LONG or _is_suspicious(html):
        html, found = _flatten(html)
        warnings += found
    return html, warnings


def _writable(html: str) -> str:
    html = html.replace("\x00", "\ufffd")
    try:
        html.encode("utf-8")
    except UnicodeEncodeError:
        return SURROGATES.sub("\ufffd", html)
    return html


def _counted(code: NoticeCode, count: int, noun: str, what: str) -> Notice:
    return Notice(code, None, f"{count:,} {noun}{'s' * (count > 1)} {what}")


def _is_suspicious(html: str) -> bool:
    """Return whether a page may have more tags than parse fast, or a tag with very many attributes.

    Samples one thirty-second of the page: counting all of it would take a tenth of the parse.
    """
    sample = 0
    for at in range(0, len(html), _STRIDE):
        here = html.count("<", at, at + _WINDOW)
        sample += here
        if not here and at and _is_overloaded(html, at):
            return True
    return sample * (_STRIDE // _WINDOW) > _TAGS // 2 and html.count("<") > _TAGS


def _is_overloaded(html: str, at: int) -> bool:
    """Return whether a tag that starts in the stride before an offset and spans it is too long."""
    start = html.rfind("<", at - _STRIDE, at)
    # Matching the name first is cheaper: most comparisons in scripts fail there.
    tag = _TOKEN.match(html, start) if start >= 0 and _NAMED.match(html, start) else None
    return bool(tag and _surplus(tag, _BOMB))


def _surplus(tag: re.Match[str], limit: int = _ATTRIBUTES) -> int:
    """Return the offset of the first surplus attribute of a tag; 0 if it has none."""
    if tag.end() - tag.end("name") <= 2 * limit:
        return 0
    found = _ATTRIBUTE.finditer(tag.string, tag.end("name"), tag.end() - 1)
    return next((match.start() for match in islice(found, limit, None)), 0)


_FONT = re.compile(r"[ \t\n\f\r/](?:color|face|size)[ \t\n\f\r/=>]", re.I | re.A)
_RAW = {
    name: re.compile(rf"</{name}(?=[ \t\n\f\r/>])", re.I | re.A)
    for name in "script style textarea title xmp iframe noembed noframes noscript".split()
} | {"plaintext": re.compile(r"\Z")}
_VOID = frozenset(
    """area base basefont bgsound br col embed frame hr image img input keygen link meta param
    source track wbr""".split()
)
_FORMATTING = frozenset("a b big code em font i nobr s small strike strong tt u".split())
# Elements that do not separate words.
_INLINE = _FORMATTING | frozenset(
    """abbr acronym bdi bdo cite data del dfn ins kbd label mark output q rb rp rt ruby samp span sub
    sup time var""".split()
)
_CELLS, _GROUPS = ("td", "th"), ("tbody", "thead", "tfoot")
_TABLE = frozenset(["table", "caption", "colgroup", "tr", *_CELLS, *_GROUPS])
_SCOPE = frozenset("applet button caption marquee object select table td template th".split())
# Start tags that close an open paragraph.
_BLOCK = HEADING_TAGS | frozenset(
    """address article aside blockquote center dd details dialog dir div dl dt fieldset figcaption
    figure footer form header hgroup li listing main menu nav ol p pre search section summary
    ul""".split()
)
_SPECIAL = (_BLOCK | _SCOPE | _TABLE) - {"dialog"}
_CLOSING = _BLOCK | _TABLE | {"a", "nobr", "button", "option"}
# Start tags that the parser moves out of svg and math, and the elements there that contain HTML.
_BREAKOUT = HEADING_TAGS | frozenset(
    """b big blockquote body br center code dd div dl dt em embed head hr i img li listing menu meta
    nobr ol p pre ruby s small span strong strike sub sup table tt u ul var""".split()
)
_HOLDS_HTML = {
    "svg": frozenset(["foreignobject", "desc", "title"]),
    "math": frozenset(["mi", "mo", "mn", "ms", "mtext"]),
}
_SHELL = frozenset(["html", "head", "body", "frameset"])
_SHELLS = 16
_REOPENED = 16


class _OpenElements:
    """The open elements at a point of a page: the parser's, or more where that is simpler.

    entries: per element its name (empty if it was closed alone), whether its tag was kept, and the
    state to restore when it closes.
    """

    __slots__ = ("entries", "mode", "places", "root", "scope", "special")

    def __init__(self) -> None:
        self.entries: list[tuple[str, bool, int, int, int, str, int]] = []
        self.places: dict[str, int] = {}
        self.special = self.scope = self.root = -1
        self.mode = ""

    def push(self, name: str, kept: bool) -> None:
        at = len(self.entries)
        before = self.places.get(name, -1)
        self.entries.append((name, kept, before, self.special, self.scope, self.mode, self.root))
        self.places[name] = at
        if self.mode:
            if name in _HOLDS_HTML[self.mode]:
                self.special = self.scope = self.root = at
                self.mode = ""
        elif name in _SPECIAL:
            self.special = at
            if name in _SCOPE:
                self.scope = at
        elif name in _HOLDS_HTML:
            self.mode, self.root = name, at

    def cut(self, at: int) -> None:
        """Close an element and all in it; reopen formatting elements as the parser does."""
        lost: list[tuple[str, bool]] = []
        while len(self.entries) > at or (self.entries and not self.entries[-1][0]):
            name, kept, place, self.special, self.scope, self.mode, self.root = self.entries.pop()
            self.places[name] = place
            if name in _FORMATTING and len(self.entries) > at and len(lost) < _REOPENED:
                lost.append((name, kept))
        for name, kept in reversed(lost):
            self.push(name, kept)

    def leave_foreign(self) -> None:
        """Close svg and math up to the surrounding HTML."""
        while self.mode:
            self.cut(self.root)

    def innermost(self, *names: str) -> int:
        """Return the position of the innermost open element of these names; -1 for none."""
        return max([self.places.get(name, -1) for name in names])

    def end(self, name: str) -> bool:
        """Close what an end tag closes; return False if its start tag was removed."""
        at = self.places.get(name, -1)
        if at < 0:
            return True
        floor = self.special
        if name in _TABLE:
            floor = self.innermost("table", "template")
        elif name == "li":
            floor = max(self.scope, self.innermost("ul", "ol"))
        elif name in _SPECIAL or name in _FORMATTING:
            floor = self.scope
        if at < floor:
            return True
        entry = self.entries[at]
        if (name == "form" or name in _FORMATTING) and at < len(self.entries) - 1:
            # Only the element itself closes: elements inside it stay open or are reopened.
            self.entries[at] = ("", *entry[1:])
            self.places[name] = entry[2]
            at = len(self.entries)
        self.cut(at)
        return entry[1]

    def start(self, name: str) -> None:
        """Close the elements that a start tag closes."""
        if name in _BLOCK and (at := self.places.get("p", -1)) > self.scope:
            self.cut(at)
        if name in ("li", "dd", "dt"):
            at = self.innermost("li") if name == "li" else self.innermost("dd", "dt")
            if at >= 0 and at == self.special:
                self.cut(at)
        elif name in _TABLE and name not in ("table", "caption", "colgroup"):
            peers = _CELLS if name in _CELLS else _GROUPS if name in _GROUPS else ("tr",)
            if (at := self.innermost(*peers)) > self.innermost("table", "template"):
                self.cut(at)
        elif name in ("a", "nobr", "button"):
            self.end(name)
        elif self.entries and (name in HEADING_TAGS or name == "option"):
            top = self.entries[-1][0]
            if top in HEADING_TAGS if name in HEADING_TAGS else top == name:
                self.cut(len(self.entries) - 1)

    def open(self, name: str, depth: int) -> bool:
        """Open an element; return False if it is too deep for its tag to be kept."""
        if not self.mode and name in _CLOSING:
            self.start(name)
        at = len(self.entries)
        kept = at < depth
        if name in _TABLE and not self.mode:
            if name != "table" and self.innermost("table", "template") < 0:
                # The parser ignores table parts outside a table.
                return True
            # A table is removed whole: the parser moves text out of a table without cells.
            kept = kept and (at if name == "table" else self.innermost("table")) < depth - 4
        self.push(name, kept)
        return kept


def _flatten(html: str, depth: int = _DEPTH) -> tuple[str, list[Notice]]:
    """Remove the tags of elements below a depth, and surplus attributes; return the warnings too."""
    flat = _Flattening(html, depth)
    at = 0
    while token := _TOKEN.search(html, at):
        if token["name"]:
            at = flat.read_tag(token)
        elif token["cdata"]:
            at = flat.read_cdata(token)
        else:
            at = token.end()
    return flat.markup(), flat.warnings()


class _Flattening:
    """The state of a flattening: the open elements, and the markup that is kept."""

    __slots__ = ("depth", "done", "flattened", "html", "nesting", "pieces", "shells", "trimmed")

    def __init__(self, html: str, depth: int) -> None:
        self.html = html
        self.depth = depth
        self.nesting = _OpenElements()
        self.pieces: list[str] = []
        self.done = self.flattened = self.trimmed = self.shells = 0

    def markup(self) -> str:
        """Return the flattened markup, once every tag is read."""
        return "".join([*self.pieces, self.html[self.done :]]) if self.pieces else self.html

    def warnings(self) -> list[Notice]:
        """Return what was changed."""
        found = []
        if self.flattened:
            what = f"nested below {self.depth} levels flattened"
            found.append(_counted(NoticeCode.ELEMENTS_FLATTENED, self.flattened, "element", what))
        if self.trimmed:
            what = f"cut to {_ATTRIBUTES} attributes"
            found.append(_counted(NoticeCode.ATTRIBUTES_DROPPED, self.trimmed, "tag", what))
        return found

    def read_cdata(self, token: re.Match[str]) -> int:
        """Read a CDATA section; return where to go on."""
        html, nesting, start = self.html, self.nesting, token.end()
        mark = "]]>" if nesting.mode else ">"
        at = close + len(mark) if (close := html.find(mark, start)) >= 0 else len(html)
        if nesting.mode and not nesting.entries[nesting.root][1]:
            # Outside the svg this would be a comment.
            text = escape(html[start : close if close >= 0 else at])
            self.pieces += html[self.done : token.start()], text
            self.done = at
        return at

    def read_tag(self, token: re.Match[str]) -> int:
        """Read a tag, and keep it or not; return where to go on."""
        name = token["name"]
        if name.isascii():
            name = name.lower()
        at = token.end()
        if token["end"]:
            if name in ("p", "br"):
                self.nesting.leave_foreign()
            kept = self.nesting.end(name)
        else:
            if self.nesting.mode and (
                name in _BREAKOUT or (name == "font" and _FONT.search(token[0]))
            ):
                self.nesting.leave_foreign()
            if name in _RAW and not self.nesting.mode:
                kept = True
                at = self._end_of_raw(name, at)
            else:
                kept = self._opens(name, token)
                self.flattened += not kept
        if not kept:
            # A comment replaces an inline tag, so that a "<" or "&" before the tag does not join
            # the letters after it.
            mark = "<!---->" if name in _INLINE else "\n"
            self.pieces += self.html[self.done : token.start()], mark
            self.done = token.end()
        elif surplus := _surplus(token):
            self.pieces.append(self.html[self.done : surplus])
            self.done = token.end() - 1
            self.trimmed += 1
        return at

    def _opens(self, name: str, token: re.Match[str]) -> bool:
        """Read a start tag; return whether it is kept."""
        nesting = self.nesting
        if nesting.mode or name in _HOLDS_HTML:
            if token[0].endswith(('"/>', "'/>", " />")) or token.end("name") == token.end() - 2:
                return len(nesting.entries) < self.depth
            return nesting.open(name, self.depth)
        if name in _SHELL:
            # The parser merges their attributes into one element.
            self.shells += 1
            return self.shells <= _SHELLS
        return name in _VOID or nesting.open(name, self.depth)

    def _end_of_raw(self, name: str, at: int) -> int:
        """Return where the raw text of an element ends; inside a select few elements have such."""
        if name in ("script", "textarea") or self.nesting.innermost("select") < 0:
            close_tag = _RAW[name].search(self.html, at)
            return close_tag.start() if close_tag else len(self.html)
        return at

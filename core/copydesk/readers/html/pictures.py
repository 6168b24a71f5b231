"""The URL of a picture: the largest one that its element offers, without placeholders."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

from copydesk.readers.elements import Attributes

# Attributes from which lazy-loading scripts fill `src` and `srcset`; they take precedence.
_LAZY = tuple(
    """data-src data-original data-lazy-src data-lazy data-full-url data-hi-res-src
    data-orig-file data-large-file lazy-src""".split()
)
_SETS = ("srcset", "data-srcset", "data-lazy-srcset", "data-original-set", "data-sizes")
# Other attribute names that suggest a picture's URL, and names that rule it out.
_NAMED = re.compile(r"data-.*(?:src|img|image|lazy|orig|full|large|hi-?res|url)")
_OTHER = re.compile(
    r"thumb|preview|placeholder|low|tiny|blur|lqip|small|icon|logo|avatar|poster|fallback|error|"
    r"default|hover|link|href|page|share|title|meta|caption|credit|alt$|id$"
)
_PLACEHOLDER = re.compile(
    r"(?:^|[\s_-])(?:blur(?:red)?|lqip|placeholder|preview|skeleton|low-?res)", re.I
)
_EXTENSION = r"\.(?:jpe?g|jfif|png|webp|avif|gif|heic|bmp|tiff?)"
_IS_PICTURE = re.compile(_EXTENSION + r"(?![a-z])", re.IGNORECASE)
# Names of decorative images; inside a `figure` such a name is the picture's subject.
# A "/" is put before the URL, so that every match begins with one of four characters.
_DECORATION = re.compile(
    r"[/_.-](?:(?:logo|icons?|avatar|sprite|badge|gravatar|emoji|smil(?:ey|ies)|button|banner)"
    r"(?:[/_.-]|\d|$)|(?<=\.)svg(?:[?#]|$))",
    re.IGNORECASE,
)
# An image file; if its name has only filler words, it is a placeholder.
_FILE = re.compile(r"(?:^|/)([^/?#]{1,60})\.(?:gif|png|svg|jpe?g|webp)(?:[?#]|$)", re.IGNORECASE)
_LONGEST_FILLER = 30
_WORD = re.compile(r"[a-z]+|\d+")
_FILLERS = frozenset(
    "placeholder blank spacer pixel px loading loader transparent clear empty dummy lazy".split()
)
_BESIDE_FILLERS = _FILLERS | frozenset(
    "load image img picture pic photo default fallback grey gray white black no bg x".split()
)
_SCHEME = re.compile(r"(?!https?:)[a-z][a-z0-9+.-]{0,20}:", re.IGNORECASE)
_WIDTH_MARK = re.compile(r"\{width\}|%7Bwidth%7D", re.IGNORECASE)
_TEMPLATE = re.compile(r"\{|%7B|<%", re.IGNORECASE)
# A comma between two URLs of a set without blanks, not one within a URL.
_BETWEEN = re.compile(
    r",(?=(?:https?:)?//)|(?:(?<=\.jpg|\.png|\.gif)|(?<=\.jpeg|\.webp|\.avif)),(?=[/\w])", re.I
)
_ADDRESS = re.compile(r"[\s,]*([^\s,][^\s]*)")
_DESCRIPTOR = re.compile(r"(\d{1,5}(?:\.\d{1,3})?)([wx])", re.IGNORECASE)
_MAX_CANDIDATES = 100
_FORMS = frozenset(f"image/{form}" for form in "jpeg jpg pjpeg png gif webp avif bmp".split())
# The largest pixel density in a set; larger numbers are widths.
_DENSEST = 10
_SMALL = 60
_LARGE = 200
_LONGEST = 4000

# The size of a picture in its URL. Begins with punctuation, so that searching is fast.
_SIZE = re.compile(
    r"[?&;/,_.@-](?:"
    r"(?<=[?&;])(?:w|width|wid|imwidth|max-?w(?:idth)?|sw|sz|size|resize|fit|h|height|hei|q|quality|"
    r"dpr|scale|auto|fm|format)(?:=|%3D)(?P<query>\d{1,5})?[^&;#]*"
    r"|(?<=[/,_.-])(?:"
    r"(?:w|h|width|height|max|min|resize|fit|crop|fill|s|q|quality|c|imwidth)"
    r"[_:=/-]?(?P<path>\d{1,5})(?:[x,:/]\d{1,5})?"
    r"|(?P<box>\d{2,5})x(?:\d{2,5})?|(?P<pixels>\d{2,5})(?:w|px)"
    r"|small|medium|large|full|thumb(?:nail)?s?|preview|original|orig|scaled|xs|sm|md|lg|xl|xxl|tiny|"
    r"big|blur(?:red)?)(?=[/,_.:?-]|$)"
    r"|(?<=@)[1-4]x(?=[/.?]|$))",
    re.IGNORECASE,
)
_WORDS = {
    word: width
    for width, words in {
        20: "tiny blur blurred",
        60: "preview",
        150: "thumb thumbs thumbnail thumbnails xs",
        300: "small sm",
        600: "medium md",
        1200: "large lg big",
        1600: "xl",
        2000: "xxl",
        2560: "scaled",
        3000: "full orig original",
    }.items()
    for word in words.split()
}
_BLANK = re.compile(r"\s")
_NUMBER = re.compile(r"(?<=[/_-])\d{3,4}(?=[/_.-]|$)")
_USUAL = frozenset((375, 414, 768, 828, 1024, 1152, 1366, 1536, 2048, 3072, 4096))
_IN_QUERY = re.compile(r"[?&](?:\w{0,20}(?:url|src|id|image|img|file|path|name|p|f|i))=", re.I)


class Candidate(NamedTuple):
    """A URL of a set and its width or density; 0 if the set gives none."""

    address: str
    size: float


_SIZE_OF = attrgetter("size")


@dataclass(frozen=True, slots=True)
class Choice:
    """The URL that an element offers for its picture.

    stated: the width in pixels according to a set, else 0.
    lazy: whether it is from a set or a script's attribute. A plain `src` may be a placeholder for
        the picture of another element.
    """

    address: str
    stated: float
    lazy: bool

    @property
    def width(self) -> float:
        """Its width in pixels if known, else 0."""
        return self.stated or width(self.address)


def choose(
    attributes: Attributes, sources: Sequence[Attributes] = (), framed: bool = False
) -> Choice | None:
    """Return the largest real picture of an `img` and the `source` elements before it.

    None if they have none: the element waits for a script, or shows a placeholder.

    framed: whether they are in a `figure`.
    """
    largest: Candidate | None = None
    undescribed = ""
    for number, element in enumerate((attributes, *sources)):
        if number and not _is_for_screens(element):
            continue
        offered = _set_candidates(element)
        least = largest.size if largest else 0
        sized = sorted((c for c in offered if c.size > least), key=_SIZE_OF, reverse=True)
        largest = next((c for c in sized if is_picture(c.address, framed)), largest)
        if not undescribed:
            plain = (c.address for c in reversed(offered) if not c.size)
            undescribed = next((a for a in plain if is_picture(a, framed)), "")
    if is_small(attributes) and not (largest and largest.size >= _LARGE):
        return None
    lazy = next((a for n in _LAZY if n in attributes and (a := _read(attributes, n, framed))), "")
    shown = _read(attributes, "src", framed)
    if not (largest or lazy or shown):
        lazy = _other(attributes, framed)
    best = lazy or shown
    if largest is not None and not (best and _is_as_large(best, largest)):
        return Choice(largest.address, largest.size if largest.size > _DENSEST else 0, True)
    if lazy and shown and 0 < width(lazy) < width(shown):
        best = shown
    if best:
        return Choice(best, 0, bool(lazy))
    return Choice(undescribed, 0, True) if undescribed else None


def is_placeholder(attributes: Attributes) -> bool:
    """Return whether an element's class or URL marks a placeholder."""
    if _PLACEHOLDER.search(attributes.get("class") or ""):
        return True
    return 0 < width(attributes.get("src") or "") < _LARGE / 2


def is_picture(address: str, framed: bool) -> bool:
    """Return whether a URL can be a picture's: not inline data, a template or decoration.

    framed: whether it is in a `figure`, where nothing is decoration.
    """
    if not address or len(address) > _LONGEST or _SCHEME.match(address) or address[0] == "#":
        return False
    if _TEMPLATE.search(address):
        return False
    return not _is_filler(address) and (framed or _DECORATION.search("/" + address) is None)


def _is_filler(address: str) -> bool:
    """Return whether a file's name marks an empty image ("blank_1x1.gif")."""
    found = _FILE.search(address)
    if found is None or len(found[1]) > _LONGEST_FILLER:
        return False
    words = _WORD.findall(found[1].casefold())
    if words == ["1", "x", "1"]:
        return True
    return not _FILLERS.isdisjoint(words) and all(
        w.isdigit() or w in _BESIDE_FILLERS for w in words
    )


def has_extension(address: str) -> bool:
    """Return whether a URL has the extension of an image file."""
    return _IS_PICTURE.search(address) is not None


@lru_cache(maxsize=256)
def width(address: str) -> float:
    """Return the width in pixels that a URL states; 0 if it states none."""
    found = 0.0
    for match in _SIZE.finditer(address):
        number = match["query"] or match["path"] or match["box"] or match["pixels"]
        word = match[0].lstrip("?&;/_.-").casefold()
        if word.startswith(("h", "q", "c", "dpr", "auto", "f", "scale")) and word not in _WORDS:
            continue
        found = max(found, float(number) if number else _WORDS.get(word, 0))
    return found


@lru_cache(maxsize=256)
def name(address: str) -> str:
    """Return the part of a picture's URL that is the same for all its sizes."""
    path, _, query = address.partition("?")
    sized = _SIZE.sub("*", path)
    if query and (not has_extension(path) or _IN_QUERY.search("?" + query)):
        sized += _SIZE.sub("", "?" + query)
    return sized.partition("://")[2] or sized


def loose_name(address: str) -> str:
    """Return the same, with bare numbers that are usual widths removed too."""
    return _NUMBER.sub(_number, name(address))


def _number(match: re.Match[str]) -> str:
    value = int(match[0])
    usual = (value % 10 == 0 and 100 <= value <= 6000) or value in _USUAL
    return "*" if usual else match[0]


def _is_for_screens(source: Attributes) -> bool:
    """Return whether a `source` has a common format and is for screens in light mode."""
    form = (source.get("type") or "").casefold()
    media = (source.get("media") or "").casefold()
    return (not form or form in _FORMS) and "print" not in media and "dark" not in media


def _is_as_large(address: str, largest: Candidate) -> bool:
    """Return whether the element's own URL is larger, or the same picture in another format."""
    if largest.size <= _DENSEST:
        # A density gives no width.
        return False
    return width(address) > largest.size or (
        _without_extension(address) == _without_extension(largest.address)
    )


def _without_extension(address: str) -> str:
    return _IS_PICTURE.sub("", address)


def _read(attributes: Attributes, name: str, framed: bool) -> str:
    address = (attributes.get(name) or "").strip()
    if address and _TEMPLATE.search(address) and (mark := _WIDTH_MARK.search(address)):
        widths = [int(n) for n in re.findall(r"\d{2,5}", attributes.get("data-widths") or "")[:50]]
        address = address.replace(mark[0], str(max(widths))) if widths else ""
    return address if is_picture(address, framed) else ""


def _other(attributes: Attributes, framed: bool) -> str:
    """Return a picture's URL from an attribute that no convention defines."""
    for name in attributes:
        if _NAMED.match(name) and not _OTHER.search(name) and "srcset" not in name:
            address = (attributes[name] or "").strip()
            if len(address) > _LONGEST or not has_extension(address) or _BLANK.search(address):
                continue
            if address := _read(attributes, name, framed):
                return address
    return ""


def is_small(attributes: Attributes) -> bool:
    """Return whether an element's width or height is less than 60 pixels."""
    for name in ("width", "height"):
        size = (attributes.get(name) or "").strip().removesuffix("px")
        if size.isascii() and size.isdigit() and int(size[:6]) < _SMALL:
            return True
    return False


def _set_candidates(attributes: Attributes) -> list[Candidate]:
    return [
        candidate
        for name, value in attributes.items()
        if value and (name in _SETS or name.endswith("srcset"))
        for candidate in candidates(value)
    ]


def candidates(srcset: str) -> list[Candidate]:
    """Parse a `srcset` by the rules of HTML; URLs joined only by a comma are split too."""
    found: list[Candidate] = []
    position = 0
    srcset = srcset[: _LONGEST * 10]
    while len(found) < _MAX_CANDIDATES and (match := _ADDRESS.match(srcset, position)):
        address = match[1]
        position = match.end()
        if "," in address:
            glued = [bare for part in _BETWEEN.split(address) if (bare := part.strip(","))]
            found += [Candidate(part, 0) for part in glued[:-1]]
        else:
            glued = [address]
        if address.endswith(","):
            described = ""
        else:
            end = srcset.find(",", position)
            described = srcset[position : end if end >= 0 else len(srcset)]
            position += len(described)
        size = _DESCRIPTOR.search(described)
        if glued:
            found.append(Candidate(glued[-1], float(size[1]) if size else 0))
    return found

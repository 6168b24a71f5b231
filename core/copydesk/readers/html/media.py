"""What stands in an article without words: pictures, embedded frames, dividers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from copydesk.draft import Insert
from copydesk.readers.elements import Attributes
from copydesk.readers.html.areas import Areas
from copydesk.readers.html.boxes import Box, Page
from copydesk.readers.html.boxes import Insert as Found
from copydesk.readers.html.pictures import (
    Choice,
    choose,
    has_extension,
    is_small,
    is_stand_in,
    loose_name,
    name,
)
from copydesk.readers.html.selectors import Claimed
from copydesk.readers.html.verdicts import FIGURES
from copydesk.text import fold, remove_invisible
from copydesk.urls import absolute

_IMAGES = ("image", "noscript")
_LONGEST_NOSCRIPT = 20_000
_PAINTED = re.compile(
    r"background(?:-image)?\s*:[^;]{0,200}?url\((?P<address>[^()]{1,2000})\)", re.I
)
_IN_URL = re.compile(r"[^'\"\s()]+")

_PROVIDERS = {
    "youtube.com": "YouTube", "youtube-nocookie.com": "YouTube", "youtu.be": "YouTube",
    "vimeo.com": "Vimeo", "twitter.com": "Twitter", "x.com": "X", "facebook.com": "Facebook",
    "instagram.com": "Instagram", "tiktok.com": "TikTok", "dailymotion.com": "Dailymotion",
    "spotify.com": "Spotify", "soundcloud.com": "SoundCloud", "datawrapper.de": "Datawrapper",
    "dwcdn.net": "Datawrapper", "flourish.studio": "Flourish", "reddit.com": "Reddit",
    "bsky.app": "Bluesky", "t.me": "Telegram", "telegram.org": "Telegram", "vk.com": "VK",
    "apple.com": "Apple", "google.com": "Google", "jwplatform.com": "JW Player",
    "brightcove.net": "Brightcove", "infogram.com": "Infogram", "threads.net": "Threads",
}  # fmt: skip


@dataclass(slots=True)
class _Picture:
    """A picture of the article, and the elements of the page that are known to show it.

    choice: None while only a stand-in was seen. noscript: whether the page says what is seen
    without scripts; paired: whether it is known from both. attributes: of the element that has the
    address.
    """

    choice: Choice | None
    url: str | None
    alt: str | None
    at: int
    box: Box
    figure: int
    noscript: bool = False
    attributes: Attributes = field(default_factory=dict)
    paired: bool = False

    @property
    def weak(self) -> bool:
        """Whether a neighbour may hold the picture that this stands for."""
        return is_stand_in(self.attributes)

    def take(self, choice: Choice, url: str | None, alt: str | None) -> None:
        """Go over to another address of the same picture."""
        self.choice, self.url = choice, url
        self.alt = alt or self.alt


def inserts(page: Page, areas: Areas, base: str | None, claimed: Claimed) -> list[Insert]:
    """The article's pictures, embeds and dividers, by their offsets in the visible text.

    base: the address that theirs count from. claimed: what the outlet's adapter names.
    """
    places = frozenset(claimed.images)
    made: list[Insert | _Shown] = []
    pictures = _Pictures(base)
    for found in _with_figures(page):
        area = areas.of(found.at) or areas.of(found.at - 1)
        is_image = found.kind in _IMAGES
        if is_image and places:
            if not _is_in(found.box, places):
                continue
        elif area not in ("head", "body") or not _belongs(found, areas):
            continue
        at = page.runs[found.at].start if found.at < len(page.runs) else page.characters
        if is_image:
            made += pictures.read(found, at)
        elif found.kind == "divider":
            if area == "body":
                made.append(Insert("divider", at))
        elif area == "body" and (address := _frame(found.attributes, base)):
            made.append(Insert("embed", at, url=address, provider=provider(address)))
    return [
        one
        if isinstance(one, Insert)
        else Insert("image", one.at, url=one.picture.url, alt=one.picture.alt, part=one.figure)
        for one in made
        if isinstance(one, Insert) or one.picture.url
    ]


class _Shown(NamedTuple):
    """A place where a picture is shown: its offset, and the figure around it, 0 for none."""

    picture: _Picture
    at: int
    figure: int


class _Pictures:
    """Tells pictures apart: one that stands in several elements or sizes is one picture."""

    def __init__(self, base: str | None) -> None:
        self._base = base
        self._last: _Picture | None = None
        self._known: dict[str, _Picture] = {}

    def read(self, found: Found, at: int) -> list[_Shown]:
        """The places of pictures that an element adds."""
        added = []
        figure = _figure(found.box)
        for attributes, sources in _elements(found):
            choice = choose(attributes, sources, bool(figure))
            if choice is None and (found.kind == "noscript" or is_small(attributes)):
                continue
            url = absolute(self._base, choice.address) if choice else None
            alt = fold(remove_invisible(attributes.get("alt") or "")) or None
            one = _Picture(
                choice if url else None, url, alt, at, found.box, figure,
                found.kind == "noscript", attributes,
            )  # fmt: skip
            if one.noscript and not _is_evident(one, attributes):
                continue
            if not self._is_same_as_last(one):
                known = self._known_as(one)
                if known is None:
                    self._last = one
                    self._note(one)
                # Where it is shown again it may have its caption.
                added.append(_Shown(known or one, at, figure))
        return added

    def _note(self, one: _Picture) -> None:
        if one.url:
            self._known.setdefault(name(one.url), one)
            if one.alt and one.alt.count(" ") > 1:
                self._known.setdefault(f"{one.alt} {loose_name(one.url)}", one)

    def _is_same_as_last(self, one: _Picture) -> bool:
        """Whether an element shows the picture beside it; of both, the better address is kept."""
        last = self._last
        if last is None or not _are_near(last, one) or not _are_one(last, one):
            return False
        if one.choice and _is_better(one, last):
            last.take(one.choice, one.url, one.alt)
            last.attributes = one.attributes
        else:
            last.alt = last.alt or one.alt
        last.paired = last.paired or last.noscript != one.noscript
        self._note(last)
        return True

    def _known_as(self, one: _Picture) -> _Picture | None:
        """The picture that stood higher up, perhaps in another size; the larger one is kept."""
        if one.url is None or one.choice is None:
            return None
        known = self._known.get(name(one.url))
        if known is None and one.alt:
            known = self._known.get(f"{one.alt} {loose_name(one.url)}")
        if known is not None and known.choice is not None:
            if one.choice.width > known.choice.width > 0:
                known.take(one.choice, one.url, known.alt or one.alt)
            else:
                known.alt = known.alt or one.alt
        return known


def _are_near(last: _Picture, one: _Picture) -> bool:
    """Whether two elements stand beside each other, where one picture has its place."""
    if last.at != one.at:
        return False
    if last.figure or one.figure:
        return last.figure == one.figure
    inner, outer = one.box, last.box
    return outer in _around(inner) or inner in _around(outer) or inner.parent is outer.parent


def _around(box: Box) -> list[Box]:
    found = [box]
    while len(found) < 4 and found[-1].parent is not None:
        found.append(found[-1].parent)
    return found


def _are_one(last: _Picture, one: _Picture) -> bool:
    """Whether two neighbours are a picture and what stands for it."""
    if last.url is None or one.url is None:
        # One picture has one text for browsers without scripts: behind it, the next one begins.
        return not last.paired and (last.url is None or last.weak or last.noscript)
    if loose_name(last.url) == loose_name(one.url):
        return True
    if last.noscript == one.noscript:
        return last.weak != one.weak
    if last.paired:
        return False
    return one.noscript or one.weak or bool(one.choice and one.choice.lazy)


def _is_better(one: _Picture, last: _Picture) -> bool:
    """Whether the address of the second of two neighbours is the one to keep."""
    if last.choice is None or one.choice is None:
        return last.choice is None
    if last.weak != one.weak:
        return last.weak
    if last.choice.width and one.choice.width:
        return one.choice.width > last.choice.width
    if one.noscript and not last.noscript:
        return not last.choice.lazy
    return False


def _is_evident(one: _Picture, attributes: Attributes) -> bool:
    """Whether what a `noscript` holds is a picture, and none that counts visitors."""
    if "none" in (attributes.get("style") or ""):
        return False
    return bool(one.figure or one.alt or has_extension(one.url or ""))


def _elements(found: Found) -> list[tuple[Attributes, tuple[Attributes, ...]]]:
    """The picture elements of an insert, each with the `source` elements that go with it."""
    if found.kind == "image":
        return [(found.attributes, found.sources)]
    sources = list(found.sources)
    elements: list[tuple[Attributes, tuple[Attributes, ...]]] = []
    tree = LexborHTMLParser(found.html[:_LONGEST_NOSCRIPT])
    for node in tree.css("source, img, amp-img"):
        if node.tag == "source":
            sources.append(node.attributes)
        else:
            elements.append((node.attributes, tuple(sources)))
            sources = []
    return elements


def _with_figures(page: Page) -> list[Found]:
    """What stands between the runs, with the pictures that figures show by their style alone."""
    # A figure in another is searched with it.
    bare = {
        b.order: b
        for b in page.boxes
        if b.tag == "figure" and (b.parent is None or not _figure(b.parent))
    }
    for found in page.inserts:
        if bare and (found.kind in _IMAGES or found.kind == "embed"):
            bare.pop(_figure(found.box), None)
    painted = []
    for box in bare.values():
        node = box.node.css_first('[style*="url(" i], [data-bg], [data-background-image]')
        if node is None:
            continue
        attributes = node.attributes
        style = _PAINTED.search(attributes.get("style") or "")
        address = attributes.get("data-bg") or attributes.get("data-background-image")
        address = address or (style["address"] if style else None)
        stated = (address or "").strip().removeprefix("url(").lstrip("'\" ")
        if named := _IN_URL.match(stated):
            said = attributes.get("aria-label") or attributes.get("title")
            painted.append(Found("image", box.first, box, {"src": named[0], "alt": said}))
    return sorted([*page.inserts, *painted], key=lambda i: i.at) if painted else page.inserts


def _belongs(found: Found, areas: Areas) -> bool:
    """Whether nothing says that it stands in a part of the page that is not the article."""
    reason = areas.search.residue(found.box)
    return not reason or reason in FIGURES or (reason == "player" and found.kind == "embed")


def _is_in(box: Box, places: frozenset[int]) -> bool:
    around: Box | None = box
    while around is not None:
        if around.node.mem_id in places:
            return True
        around = around.parent
    return False


def _frame(attributes: dict[str, str | None], base: str | None) -> str | None:
    if attributes.get("width") in ("0", "1") or attributes.get("height") in ("0", "1"):
        return None
    for key in ("src", "data-src", "data-lazy-src", "data-url"):
        address = (attributes.get(key) or "").strip()
        if address and not address.startswith(("about:", "javascript:", "data:")):
            return absolute(base, address)
    return None


def provider(address: str) -> str | None:
    """Who serves an embed: a known service's name, else the host."""
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return None
    labels = host.removeprefix("www.").split(".")
    for start in range(len(labels) - 1):
        if known := _PROVIDERS.get(".".join(labels[start:])):
            return known
    return ".".join(labels) or None


def _figure(box: Box) -> int:
    around: Box | None = box
    while around is not None and around.tag != "figure":
        around = around.parent
    return around.order if around is not None else 0

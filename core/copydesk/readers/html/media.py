"""Elements of an article without text: pictures, embedded frames, dividers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from copydesk.model.draft import Insert
from copydesk.readers.elements import Attributes
from copydesk.readers.html.areas import Areas
from copydesk.readers.html.pictures import (
    Choice,
    choose,
    has_extension,
    is_placeholder,
    is_small,
    loose_name,
    name,
)
from copydesk.readers.html.selectors import Claimed
from copydesk.readers.html.tree.boxes import Box, Media, PageTree
from copydesk.readers.html.tree.class_names import FIGURES
from copydesk.util.text import fold, remove_invisible
from copydesk.util.urls import absolute

_IMAGES = ("image", "noscript")
_LONGEST_NOSCRIPT = 20_000
_PAINTED = re.compile(
    r"background(?:-image)?\s*:[^;]{0,200}?url\((?P<address>[^()]{1,2000})\)", re.I
)
_IN_URL = re.compile(r"[^'\"\s()]+")

_PROVIDERS = dict(
    pair.strip().split("=")
    for pair in """
    youtube.com=YouTube; youtube-nocookie.com=YouTube; youtu.be=YouTube; vimeo.com=Vimeo;
    twitter.com=Twitter; x.com=X; facebook.com=Facebook; instagram.com=Instagram;
    tiktok.com=TikTok; dailymotion.com=Dailymotion; spotify.com=Spotify;
    soundcloud.com=SoundCloud; datawrapper.de=Datawrapper; dwcdn.net=Datawrapper;
    flourish.studio=Flourish; reddit.com=Reddit; bsky.app=Bluesky; t.me=Telegram;
    telegram.org=Telegram; vk.com=VK; apple.com=Apple; google.com=Google;
    jwplatform.com=JW Player; brightcove.net=Brightcove; infogram.com=Infogram;
    threads.net=Threads
    """.split(";")
)


@dataclass(slots=True, kw_only=True)
class _Picture:
    """A picture of the article and what is known of it.

    choice: None if only a placeholder was found.
    noscript: whether it is from a `noscript`. paired: whether it was also found outside of one.
    attributes: of the element with the chosen URL.
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
    def is_placeholder(self) -> bool:
        """Whether this is a placeholder, whose picture a neighbour may have."""
        return is_placeholder(self.attributes)

    def replace(self, choice: Choice, url: str | None, alt: str | None) -> None:
        """Replace the URL by another one of the same picture."""
        self.choice, self.url = choice, url
        self.alt = alt or self.alt


def read_media(page: PageTree, areas: Areas, base: str | None, claimed: Claimed) -> list[Insert]:
    """Return the article's pictures, embeds and dividers, with offsets in the visible text.

    base: the URL that relative ones are resolved against. claimed: the outlet's selected elements.
    """
    places = frozenset(claimed.images)
    made: list[Insert | _Occurrence] = []
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
                made.append(Insert(kind="divider", at=at))
        elif area == "body" and (address := _frame(found.attributes, base)):
            made.append(Insert(kind="embed", at=at, url=address, provider=provider(address)))
    return [
        one
        if isinstance(one, Insert)
        else Insert(
            kind="image", at=one.at, url=one.picture.url, alt=one.picture.alt, part=one.figure
        )
        for one in made
        if isinstance(one, Insert) or one.picture.url
    ]


class _Occurrence(NamedTuple):
    """An occurrence of a picture: its offset, and the figure around it, 0 for none."""

    picture: _Picture
    at: int
    figure: int


class _Pictures:
    """The pictures of a page; several elements or sizes of one picture are merged."""

    def __init__(self, base: str | None) -> None:
        self._base = base
        self._last: _Picture | None = None
        self._known: dict[str, _Picture] = {}

    def read(self, found: Media, at: int) -> list[_Occurrence]:
        """Return the occurrences of pictures that an element adds."""
        added = []
        figure = _figure(found.box)
        for attributes, sources in _elements(found):
            choice = choose(attributes, sources, bool(figure))
            if choice is None and (found.kind == "noscript" or is_small(attributes)):
                continue
            url = absolute(self._base, choice.address) if choice else None
            alt = fold(remove_invisible(attributes.get("alt") or "")) or None
            one = _Picture(
                choice=choice if url else None,
                url=url,
                alt=alt,
                at=at,
                box=found.box,
                figure=figure,
                noscript=found.kind == "noscript",
                attributes=attributes,
            )
            if one.noscript and not _is_evident(one, attributes):
                continue
            if not self._is_same_as_last(one):
                known = self._seen_before(one)
                if known is None:
                    self._last = one
                    self._remember(one)
                # A repeated picture may have its caption here.
                added.append(_Occurrence(known or one, at, figure))
        return added

    def _remember(self, one: _Picture) -> None:
        if one.url:
            self._known.setdefault(name(one.url), one)
            if one.alt and one.alt.count(" ") > 1:
                self._known.setdefault(f"{one.alt} {loose_name(one.url)}", one)

    def _is_same_as_last(self, one: _Picture) -> bool:
        """Return whether an element shows the picture before it, and keep the better URL."""
        last = self._last
        if last is None or not _are_near(last, one) or not _are_same(last, one):
            return False
        if one.choice and _has_better_url(one, last):
            last.replace(one.choice, one.url, one.alt)
            last.attributes = one.attributes
        else:
            last.alt = last.alt or one.alt
        last.paired = last.paired or last.noscript != one.noscript
        self._remember(last)
        return True

    def _seen_before(self, one: _Picture) -> _Picture | None:
        """Return the same picture from higher up, perhaps in another size; the larger URL is kept."""
        if one.url is None or one.choice is None:
            return None
        known = self._known.get(name(one.url))
        if known is None and one.alt:
            known = self._known.get(f"{one.alt} {loose_name(one.url)}")
        if known is not None and known.choice is not None:
            if one.choice.width > known.choice.width > 0:
                known.replace(one.choice, one.url, known.alt or one.alt)
            else:
                known.alt = known.alt or one.alt
        return known


def _are_near(last: _Picture, one: _Picture) -> bool:
    """Return whether two elements are side by side, so that they may be one picture."""
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


def _are_same(last: _Picture, one: _Picture) -> bool:
    """Return whether two neighbours are a picture and its placeholder."""
    if last.url is None or one.url is None:
        # A picture has at most one `noscript`: what follows a pair is another picture.
        return not last.paired and (last.url is None or last.is_placeholder or last.noscript)
    if loose_name(last.url) == loose_name(one.url):
        return True
    if last.noscript == one.noscript:
        return last.is_placeholder != one.is_placeholder
    if last.paired:
        return False
    return one.noscript or one.is_placeholder or bool(one.choice and one.choice.lazy)


def _has_better_url(one: _Picture, last: _Picture) -> bool:
    if last.choice is None or one.choice is None:
        return last.choice is None
    if last.is_placeholder != one.is_placeholder:
        return last.is_placeholder
    if last.choice.width and one.choice.width:
        return one.choice.width > last.choice.width
    if one.noscript and not last.noscript:
        return not last.choice.lazy
    return False


def _is_evident(one: _Picture, attributes: Attributes) -> bool:
    """Return whether a `noscript` contains a picture rather than a tracking pixel."""
    if "none" in (attributes.get("style") or ""):
        return False
    return bool(one.figure or one.alt or has_extension(one.url or ""))


def _elements(found: Media) -> list[tuple[Attributes, tuple[Attributes, ...]]]:
    """Return the picture elements of a medium, each with its `source` elements."""
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


def _with_figures(page: PageTree) -> list[Media]:
    """Return the page's media, with the pictures that figures show only by their style."""
    # A nested figure is searched with the outer one.
    bare = {
        b.order: b
        for b in page.boxes
        if b.tag == "figure" and (b.parent is None or not _figure(b.parent))
    }
    for found in page.media:
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
        value = (address or "").strip().removeprefix("url(").lstrip("'\" ")
        if url := _IN_URL.match(value):
            alt = attributes.get("aria-label") or attributes.get("title")
            painted.append(Media("image", box.first, box, {"src": url[0], "alt": alt}))
    return sorted([*page.media, *painted], key=lambda m: m.at) if painted else page.media


def _belongs(found: Media, areas: Areas) -> bool:
    """Return whether a medium may be part of the article."""
    reason = areas.search.boilerplate(found.box)
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
    """Return who serves an embed: a known service's name, else the host."""
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

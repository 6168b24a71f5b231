"""What stands in an article without words: pictures, embedded frames, dividers."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from copydesk.draft import Insert
from copydesk.readers.html.areas import Areas
from copydesk.readers.html.selectors import Claimed
from copydesk.readers.html.verdicts import FIGURES
from copydesk.readers.html.walk import Box, Page
from copydesk.readers.html.walk import Insert as Found
from copydesk.urls import absolute

_SOURCES = ("src", "data-src", "data-original", "data-lazy-src", "data-url", "data-image",
            "data-full-url", "data-hi-res-src", "data-lazy")  # fmt: skip
_SETS = ("srcset", "data-srcset", "data-lazy-srcset", "data-sizes")
_SMALL = 60
# Searched for behind a "/", so that all of it begins with one of four characters.
_NO_PICTURE = re.compile(
    r"[/_.-](?:(?:logo|icons?|avatar|sprite|pixel|spacer|blank|placeholder|loading|1x1|badge|"
    r"gravatar|emoji|smil(?:ey|ies)|button|banner|transparent)(?:[/_.-]|\d|$)|(?<=\.)svg(?:\?|$))",
    re.IGNORECASE,
)
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


def inserts(page: Page, areas: Areas, url: str | None, claimed: Claimed) -> list[Insert]:
    """The article's pictures, embeds and dividers, by their offsets in the visible text.

    url: the page's address, which theirs count from. claimed: what the outlet's adapter names.
    """
    places = frozenset(claimed.images)
    made: list[Insert] = []
    seen: set[str] = set()
    for found in page.inserts:
        area = areas.of(found.at) or areas.of(found.at - 1)
        if found.kind == "image" and places:
            if not _is_in(found.box, places):
                continue
        elif area not in ("head", "body") or not _belongs(found, areas):
            continue
        at = page.runs[found.at].start if found.at < len(page.runs) else page.characters
        if found.kind == "divider":
            if area == "body":
                made.append(Insert("divider", at))
        elif found.kind == "embed":
            if area == "body" and (address := _frame(found.attributes, url)):
                made.append(Insert("embed", at, url=address, provider=provider(address)))
        elif (address := _picture(found.attributes, url)) and _name(address) not in seen:
            seen.add(_name(address))
            alt = " ".join((found.attributes.get("alt") or "").split()) or None
            made.append(Insert("image", at, url=address, alt=alt, part=_figure(found.box)))
    return made


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


def _picture(attributes: dict[str, str | None], base: str | None) -> str | None:
    for name in ("width", "height"):
        size = attributes.get(name) or ""
        if size.isdigit() and int(size) < _SMALL:
            return None
    for name in _SOURCES:
        address = (attributes.get(name) or "").strip()
        if address and _is_picture(address):
            return absolute(base, address)
    for name in _SETS:
        if address := _largest(attributes.get(name) or ""):
            return absolute(base, address)
    return None


def _is_picture(address: str) -> bool:
    return address[:5].lower() != "data:" and _NO_PICTURE.search("/" + address) is None


def _largest(srcset: str) -> str:
    """The address of a set's last candidate, by habit the largest one."""
    candidates = [c.split() for c in re.split(r",\s+", srcset) if c.split()]
    named = [c[0].rstrip(",") for c in candidates if _is_picture(c[0])]
    return named[-1] if named else ""


def _frame(attributes: dict[str, str | None], base: str | None) -> str | None:
    if attributes.get("width") in ("0", "1") or attributes.get("height") in ("0", "1"):
        return None
    for name in ("src", "data-src", "data-lazy-src", "data-url"):
        address = (attributes.get(name) or "").strip()
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


def _name(address: str) -> str:
    """What two addresses of one picture in two sizes have in common."""
    return address.split("?", 1)[0]


def _figure(box: Box) -> int:
    around: Box | None = box
    while around is not None and around.tag != "figure":
        around = around.parent
    return around.order if around is not None else 0

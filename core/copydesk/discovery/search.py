"""Search a site for its feeds and sitemaps: links, robots.txt, well-known places."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Protocol
from urllib.parse import urljoin, urlsplit

from copydesk.discovery import kinds, page_links
from copydesk.discovery.kinds import FEEDS, KINDS, Kind
from copydesk.errors import (
    CopydeskError,
    HttpStatusError,
    OutputError,
    RedirectRefused,
    ResponseTooLarge,
    RobotsRefused,
)
from copydesk.fetching.response import FetchResult

Where = Literal["given", "link", "robots_txt", "well_known", "sitemap_index"]

WHERE: dict[Where, str] = {
    "given": "given",
    "link": "link",
    "robots_txt": "robots.txt",
    "well_known": "well-known place",
    "sitemap_index": "sitemap index",
}
"""Where something was found, in words."""

MAX_REQUESTS = 40
"""Maximum number of URLs that are requested for one site, with its home page."""

MAX_NAMED = 10
"""Maximum number of links of the page, and of lines of robots.txt, that are requested."""

MAX_IN_INDEX = 3
"""Maximum number of news sitemaps of one sitemap index that are requested."""

KEPT_BYTES = 1024 * 1024
"""Maximum size of a response that is kept with what was found."""

SITEMAP_PLACES = (
    "/news-sitemap.xml",
    "/sitemap-news.xml",
    "/sitemap.xml",
    "/sitemap_index.xml",
    "/sitemap-index.xml",
)
"""Where a sitemap is looked for if neither page nor robots.txt names one."""

FEED_PLACES = ("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feed/")
"""Where a feed is looked for, until one is found, if the page names none."""

# After these, another place of the same host may still answer.
_GONE = (HttpStatusError, RedirectRefused, ResponseTooLarge, RobotsRefused)


class SiteFetcher(Protocol):
    """Fetches URLs and the sitemaps of a robots.txt, as `client.Fetcher` does."""

    async def get(self, url: str) -> FetchResult:
        """Fetch a URL. Raises CopydeskError."""

    async def sitemaps(self, url: str) -> tuple[str, ...]:
        """Return the sitemaps that the robots.txt of a URL's host names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A feed or sitemap of a site.

    Attributes:
        url: after redirects.
        where: how it was found: "given" if it is the URL that was to be searched.
        response: if it is not too large to be kept.
    """

    kind: Kind
    url: str
    where: Where
    response: FetchResult | None = field(default=None, repr=False, compare=False)

    @property
    def row(self) -> tuple[str, str, str]:
        """Kind, URL and where it was found, in words."""
        return self.kind.replace("_", " "), self.url, WHERE[self.where]


class Discovery(NamedTuple):
    """The feeds and sitemaps of a site, by kind, and messages about what was named but left out."""

    found: tuple[Found, ...]
    notes: tuple[str, ...] = ()


async def discover(
    fetcher: SiteFetcher,
    url: str,
    page: FetchResult | None = None,
    linked: Sequence[str] = (),
) -> Discovery:
    """Find the feeds and sitemaps of a site, news sitemaps first.

    All are fetched and checked. URLs of other hosts count only if the page or robots.txt names them.

    url: of the home page, or of another page, whose links count too. page: the page, if it was
    fetched already. linked: what other pages of the site link to.

    Raises CopydeskError if the page cannot be fetched and nothing was found.
    """
    search = _Search(fetcher=fetcher)
    fault: CopydeskError | None = None
    if page is None:
        try:
            page = await search.get(url)
        except OutputError:
            raise
        except CopydeskError as error:
            if not isinstance(error, _GONE):
                raise
            fault = error
    if page is not None and (kind := kinds.kind_of(page)) is not None:
        search.add(kind, page, "given")
        return search.result()
    home = page.url if page is not None else url
    await search.name(linked, "link", home)
    await search.run(page, home)
    if fault is not None:
        if not search.found:
            raise fault
        search.notes.insert(0, str(fault))
    return search.result()


@dataclass(slots=True, kw_only=True)
class _Search:
    """One search: what was requested and found so far.

    Attributes:
        ended: the hosts that answer no more.
    """

    fetcher: SiteFetcher
    found: list[Found] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    ended: set[str] = field(default_factory=set)
    requests: int = 0

    async def get(self, url: str) -> FetchResult:
        """Fetch a URL. Raises CopydeskError."""
        self.requests += 1
        self.seen.add(url)
        return await self.fetcher.get(url)

    async def run(self, page: FetchResult | None, home: str) -> None:
        """Look at the links of the page, robots.txt, and then at the well-known places."""
        links = list(page_links.links_of(page.content, page.url)) if page is not None else []
        await self.name((one.url for one in links if not one.is_sitemap), "link", home)
        await self.name((one.url for one in links if one.is_sitemap), "link", home)
        named = await self.fetcher.sitemaps(home)
        # Where there are too many, those of news are requested.
        ordered = sorted(named, key=lambda url: not kinds.is_named_news(url))
        await self.name(ordered, "robots_txt", home)
        if not any(one.kind not in FEEDS for one in self.found):
            for place in SITEMAP_PLACES:
                await self._guess(urljoin(home, place))
        for place in FEED_PLACES:
            if any(one.kind in FEEDS for one in self.found):
                break
            await self._guess(urljoin(home, place))
        for index in [one for one in self.found if one.kind == "sitemap_index"]:
            await self._look_into(index)

    def add(self, kind: Kind, got: FetchResult, where: Where) -> None:
        """Add a feed or sitemap, unless it was found before."""
        self.seen.add(got.url)
        if all(one.url != got.url for one in self.found):
            kept = got if len(got.content) <= KEPT_BYTES else None
            self.found.append(Found(kind=kind, url=got.url, where=where, response=kept))

    def result(self) -> Discovery:
        """Return what was found, in the order of the kinds."""
        found = sorted(self.found, key=lambda one: KINDS.index(one.kind))
        return Discovery(tuple(found), tuple(self.notes))

    async def name(self, urls: Iterable[str], where: Where, home: str) -> None:
        """Request what the site itself names."""
        fresh = [url for url in dict.fromkeys(urls) if url not in self.seen]
        for url in fresh[:MAX_NAMED]:
            await self._try(url, where)
        if len(fresh) > MAX_NAMED:
            by = "the page" if where == "link" else WHERE[where]
            left = len(fresh) - MAX_NAMED
            self.notes.append(f"{home}: {left:,} more that {by} names were not looked at")

    async def _guess(self, url: str) -> None:
        """Request a well-known place; what is not there is no news, nor is another host's."""
        if url in self.seen or _site(url) in self.ended or self.requests >= MAX_REQUESTS:
            return
        try:
            got = await self.get(url)
            if (kind := kinds.kind_of(got)) is not None and _site(got.url) == _site(url):
                self.add(kind, got, "well_known")
        except OutputError:
            raise
        except CopydeskError as error:
            self._failed(url, error)

    async def _try(self, url: str, where: Where) -> None:
        """Request what is named, and say why it is left out."""
        if url in self.seen:
            return
        if self.requests >= MAX_REQUESTS:
            self.notes.append(f"{url}: not looked at, after {MAX_REQUESTS} requests")
            return
        if _site(url) in self.ended:
            self.notes.append(f"{url}: not looked at, since its host does not answer")
            return
        try:
            got = await self.get(url)
            if got.url != url and got.url in self.seen:
                return
            kind = kinds.kind_of(got)
        except OutputError:
            raise
        except CopydeskError as error:
            self._failed(url, error)
            self.notes.append(str(error))
            return
        if kind is None:
            self.notes.append(f"{url}: {kinds.describe(got)}")
        else:
            self.add(kind, got, where)

    def _failed(self, url: str, error: CopydeskError) -> None:
        """Request no more of a host that does not answer, or asks to be left alone."""
        busy = isinstance(error, HttpStatusError) and (error.status == 429 or error.status >= 500)
        if busy or not isinstance(error, _GONE):
            self.ended.add(_site(url))

    async def _look_into(self, index: Found) -> None:
        """Request the news sitemaps of an index; if its own name says news, its first ones.

        By the protocol they are on its host.
        """
        if index.response is None:
            return
        places = [
            url for url in kinds.sitemaps_in(index.response) if _site(url) == _site(index.url)
        ]
        if not kinds.is_named_news(index.url):
            places = [url for url in places if kinds.is_named_news(url)]
        for url in places[:MAX_IN_INDEX]:
            await self._try(url, "sitemap_index")


def _site(url: str) -> str:
    """Return host and port of a URL, without www."""
    try:
        return urlsplit(url).netloc.lower().removeprefix("www.")
    except ValueError:
        return ""

"""Scrapy: an item pipeline, and a mix-in for spiders, that turn responses into article records.

Documents are read in the process of the crawl, without its limits of time and memory.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from copydesk import reading
from copydesk.adapters import loading
from copydesk.adapters.outlet import Outlet
from copydesk.adapters.registry import KnownOutlet, Registry
from copydesk.errors import CopydeskError, needs_extra
from copydesk.model.document import Document
from copydesk.readers import text as text_reader
from copydesk.util.media_types import charset_of, guess_media_type

try:
    from itemadapter import ItemAdapter
    from scrapy.exceptions import DropItem
    from scrapy.http import Response
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(f"{__name__} {needs_extra('scrapy')}", name=error.name) from error

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

_Adapter = str | type[Outlet] | None


def document_of(response: Response, *, retrieved_at: datetime | None = None) -> Document:
    """Return a response as a document.

    Args:
        response: a response; its headers state the media type and the encoding.
        retrieved_at: when it was fetched, with UTC offset, so that relative times can be resolved.
    """
    kind = (response.headers.get("Content-Type") or b"").decode("latin-1")
    request = response.request
    requested = None
    if request is not None:
        requested = (request.meta.get("redirect_urls") or [request.url])[0]
    return Document(
        content=response.body,
        media_type=kind.split(";")[0].strip() or guess_media_type(response.body),
        url=response.url,
        encoding=charset_of(kind),
        retrieved_at=retrieved_at,
        origin=requested,
        requested_url=requested,
    )


class ArticlePipeline:
    """An item pipeline that replaces an item by the record of the article in it, a dict.

    An item has either the field `response`, or `html` (str or bytes) and, if known, `url`,
    `media_type` and `encoding` (of bytes). Items with neither are passed on as they are. An item
    may also have `outlet` and `retrieved_at`, an aware datetime. Other fields are not kept.

    The setting COPYDESK_OUTLET is the id of an outlet for all items. With COPYDESK_RETRIEVED_AT,
    items without a time get that of the pipeline.

    What gives no article is dropped. The stats have the counts `copydesk/accepted`,
    `copydesk/rejected/REASON`, `copydesk/warning/CODE` and `copydesk/passed_on`.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._outlet = crawler.settings.get("COPYDESK_OUTLET")
        self._timed = crawler.settings.getbool("COPYDESK_RETRIEVED_AT")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return a pipeline of a crawler."""
        return cls(crawler)

    def process_item(self, item: Any, spider: object = None) -> Any:
        """Return the record of an item's article. Raises DropItem with the reason code."""
        given = ItemAdapter(item)
        at = given.get("retrieved_at") or (datetime.now(UTC) if self._timed else None)
        if isinstance(response := given.get("response"), Response):
            document = document_of(response, retrieved_at=at)
        elif given.get("html") is not None:
            document = _document_in(given, at)
        else:
            _counter(self._crawler)("copydesk/passed_on")
            return item
        try:
            return _read(document, given.get("outlet") or self._outlet, _counter(self._crawler))
        except CopydeskError as error:
            raise DropItem(f"{error.reason}: {error}") from error


class ArticleMixin:
    """A mix-in for spiders whose callbacks yield articles."""

    if TYPE_CHECKING:
        # Of the spider.
        crawler: Crawler
        logger: logging.LoggerAdapter[logging.Logger]

    def article(
        self, response: Response, *, outlet: _Adapter = None, retrieved_at: datetime | None = None
    ) -> dict[str, Any] | None:
        """Return the record of a response's article; None if it gives none, which Scrapy ignores.

        The reason is logged and counted; the stats are those of `ArticlePipeline`.

        Args:
            response: a response.
            outlet: an id or an Outlet subclass; selected by URL if None.
            retrieved_at: when it was fetched, with UTC offset. If None, relative times such as "2
                hours ago" are not resolved.

        Raises:
            ValueError: retrieved_at has no UTC offset.
        """
        try:
            document = document_of(response, retrieved_at=retrieved_at)
            return _read(document, outlet, _counter(self.crawler))
        except CopydeskError as error:
            self.logger.info("no article, %s: %s", error.reason, error)
            return None


def _document_in(given: ItemAdapter, retrieved_at: datetime | None) -> Document:
    """Return the page of an item that has no response."""
    content, encoding = given["html"], given.get("encoding")
    if isinstance(content, str):
        content, encoding = text_reader.encode(content)[0], "utf-8"
    return Document(
        content=content,
        media_type=given.get("media_type") or "text/html",
        url=given.get("url"),
        encoding=encoding,
        retrieved_at=retrieved_at,
    )


def _read(document: Document, outlet: _Adapter, count: Callable[[str], object]) -> dict[str, Any]:
    """Return the record of a document. Raises CopydeskError, which is counted by its reason."""
    if document.retrieved_at is not None and document.retrieved_at.utcoffset() is None:
        raise ValueError("retrieved_at needs a UTC offset, such as datetime.now(timezone.utc)")
    try:
        article = reading.read(document, _known(document, outlet))[1]
    except CopydeskError as error:
        count(f"copydesk/rejected/{error.reason}")
        raise
    count("copydesk/accepted")
    for warning in article.warnings:
        count(f"copydesk/warning/{warning.code}")
    return article.model_dump(mode="json")


def _known(document: Document, outlet: _Adapter) -> KnownOutlet | None:
    if isinstance(outlet, type):
        Registry().register(outlet)
        return outlet
    registry = loading.installed().registry
    return registry.known(outlet) if outlet else reading.find_outlet(document, registry)


def _counter(crawler: Crawler) -> Callable[[str], object]:
    return crawler.stats.inc_value if crawler.stats is not None else lambda _: None

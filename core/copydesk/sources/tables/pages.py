"""The source of tables: each row is a page, the path of one, or a URL to fetch."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from copydesk.dates import printed_dates
from copydesk.errors import CopydeskError, SourceError, Unreadable, os_message
from copydesk.model.document import Document
from copydesk.sources import page
from copydesk.sources.base import (
    Link,
    Rejected,
    Skipped,
    Sniff,
    Source,
    SourceInput,
    SourceItem,
)
from copydesk.sources.tables import rows
from copydesk.sources.tables.rows import HTML, PATH, TIME, TYPES, URL, Row
from copydesk.sources.unpacking import Unpacked
from copydesk.sources.url_list import web_address
from copydesk.util.content_coding import DECODERS, ZSTD
from copydesk.util.media_types import charset_of
from copydesk.util.urls import without_user

_MAX_SHOWN = 100
_CSV_TYPES = ("text/csv", "text/tab-separated-values", "application/x-ndjson", "application/jsonl")


def accepts(sample: Sniff) -> bool:
    """Whether the first line is a row, or has the columns, of a table of pages."""
    if sample.start.startswith(ZSTD):
        return rows.is_packed(sample.name)
    form = rows.detect(sample.start)
    listed = rows.is_table(sample.name) or sample.media_type in _CSV_TYPES
    return form is not None and form.is_of_pages(listed=listed)


def read(given: SourceInput) -> Iterator[SourceItem]:
    """Yield a document, or a Link to one, for each row; a Rejected for a row that is none."""
    try:
        unpacked = Unpacked(given.stream, given.origin)
        form, found = rows.read(unpacked, given.origin)
        if form is None or not form.is_of_pages(listed=True):
            raise _no_table(form, given.origin)
        for row in found:
            yield _item(given, row)
    except CopydeskError as error:
        yield Rejected.from_error(error, unfinished=isinstance(error, Unreadable))


def _no_table(form: rows.Form | None, origin: str) -> SourceError:
    if form is None:
        needs = "" if "zstd" in DECODERS else "; for zstd, install the extra zstd"
        return SourceError(origin, f"is not a table of pages in JSON Lines or CSV{needs}")
    names = ", ".join(name[:40] for name in form.columns[:8])
    return SourceError(origin, f"rows have {names}; those of pages have url, and html or path")


def _item(given: SourceInput, row: Row) -> SourceItem:
    subject = f"{given.origin}:{row.number}"
    url = None
    try:
        url, moment = facts(row, subject)
        return _page(given, row.values, url, moment, subject)
    except CopydeskError as error:
        return Rejected.from_error(error, subject=subject, url=url)


def facts(row: Row, subject: str) -> tuple[str, datetime | None]:
    """Return the URL of a row, and when the page was fetched. Raises the error of a bad row."""
    if row.error is not None:
        raise row.error
    return _url(row.values.get(URL), subject), _time(row.values.get(TIME), subject)


def _url(stated: object, subject: str) -> str:
    """Return the URL of a row. Raises SourceError."""
    url = web_address(None, stated) if isinstance(stated, str) else None
    if not stated:
        raise SourceError(subject, "has no url")
    if url is None:
        shown = without_user(str(stated))[:_MAX_SHOWN]
        raise SourceError(subject, f"not an http or https URL: {shown!r}")
    return url


def _page(
    given: SourceInput, values: dict[str, Any], url: str, moment: datetime | None, subject: str
) -> SourceItem:
    html, path = values.get(HTML), values.get(PATH)
    if HTML not in values and PATH not in values:
        return Link(url=url, depth=given.depth + 1)
    stated = next((values[name] for name in TYPES if values.get(name)), "")
    if not isinstance(stated, str):
        raise SourceError(subject, "its media type is not a string")
    kind = stated.partition(";")[0].strip().lower()
    if kind and kind not in page.MEDIA_TYPES:
        return Skipped(input=subject, reason="media_type", message=f"is {kind[:_MAX_SHOWN]}")
    if html:
        return Document(
            content=_bytes(html, subject),
            media_type=kind or page.guess_media_type(_bytes(html[:4096], subject)),
            url=url,
            encoding="utf-8",
            retrieved_at=moment,
            origin=subject,
        )
    if not path:
        raise SourceError(subject, "has neither html nor path")
    return _file(given, path, subject, url, kind, charset_of(stated), moment)


def _bytes(html: object, subject: str) -> bytes:
    """Return the bytes of a page that is a string. Raises SourceError."""
    if not isinstance(html, str):
        raise SourceError(subject, "html is not a string")
    try:
        return html.encode("utf-8")
    except UnicodeEncodeError as error:
        raise SourceError(subject, "html is not UTF-8; give it as a file, by path") from error


def _time(stated: object, subject: str) -> datetime | None:
    if not stated:
        return None
    moment = printed_dates.parse_clock(stated) if isinstance(stated, str) else None
    if moment is None:
        shown = str(stated)[:_MAX_SHOWN]
        raise SourceError(subject, f"{TIME} is not an ISO 8601 date: {shown!r}")
    return moment


def _file(
    given: SourceInput,
    path: object,
    subject: str,
    url: str,
    kind: str,
    encoding: str | None,
    moment: datetime | None,
) -> SourceItem:
    """Return the page in a file. Raises SourceError and Unreadable."""
    if not isinstance(path, str):
        raise SourceError(subject, "path is not a string")
    if given.folder is None:
        raise SourceError(subject, "a path needs a table that is a file on this machine")
    place = resolve(given.folder, path, subject)
    try:
        with open(place, "rb") as stream:  # noqa: PTH123
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise SourceError(subject, f"{path}: is not a regular file")
            found = page.read(
                SourceInput(
                    origin=subject,
                    stream=stream,
                    url=url,
                    media_type=kind or None,
                    encoding=encoding,
                    retrieved_at=moment,
                )
            )
            return next(iter(found))
    except OSError as error:
        raise Unreadable(subject, f"cannot open {path}: {os_message(error)}") from error


def resolve(folder: str, path: str, subject: str) -> str:
    """Return the path of a file below the folder of a table, whose links are followed.

    Raises SourceError for a path that leads out of it: a table may come from a stranger.
    """
    base = os.path.realpath(folder)
    try:
        place = os.path.realpath(os.path.join(base, path))  # noqa: PTH118
    except (ValueError, OSError) as error:
        raise SourceError(subject, f"invalid path: {path[:_MAX_SHOWN]!r}") from error
    if not place.startswith(base.rstrip("/") + "/"):
        raise SourceError(subject, f"{path[:_MAX_SHOWN]}: is not below the folder of the table")
    return place


TABLES = Source("table", accepts, read)
"""Tables of pages; each row is one document."""

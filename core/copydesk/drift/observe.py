"""New documents for a drift check: records and rejects of a run, or the pages of an archive."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from pathlib import Path

from copydesk.adapters import loading
from copydesk.adapters.registry import GENERIC, Registry
from copydesk.drift.profile import Observation
from copydesk.errors import Blocked, CopydeskError, RecordError, SourceError
from copydesk.fetching.challenges import challenge, consent_wall
from copydesk.fetching.network_seal import no_network
from copydesk.fetching.recording import SUFFIXES
from copydesk.model.article import Article
from copydesk.model.document import MAX_BYTES, Document
from copydesk.model.outcomes import Accepted, Rejected, Skipped, read_rejects
from copydesk.runs import inputs
from copydesk.sinks import stored
from copydesk.sources.warc.payload import decode
from copydesk.sources.warc.records import RawRecord, raw_records
from copydesk.util.urls import host_of, is_http
from copydesk.workers.isolated import read_document


def observations(
    paths: Iterable[Path], reject_paths: Iterable[Path], loaded: loading.Loaded
) -> Iterator[Observation]:
    """Read files of articles, or WARC files, and the rejects of their runs.

    Documents that no adapter reads have the outlet "generic". Raises RecordError for a line that is
    not an article or reject, SourceError for an archive that cannot be read at all.
    """
    for path in paths:
        if path.name.endswith(SUFFIXES):
            yield from _archive(path, loaded)
        else:
            yield from _lines(path)
    for path in reject_paths:
        for reject in read_rejects(path):
            outlet = reject.adapter or _outlet(reject.input, loaded.registry)
            yield Observation(
                outlet=outlet,
                where=reject.input,
                record=None,
                reason=reject.reason,
                detail=reject.detail,
            )


def _lines(path: Path) -> Iterator[Observation]:
    for _, found in stored.read(path):
        if isinstance(found, RecordError):
            raise found
        yield observe_article(found)


def observe_article(article: Article) -> Observation:
    """Return a record as an observation."""
    where = article.canonical_url or article.url or article.document.origin or article.id
    return Observation(
        outlet=article.adapter.id, where=where, record=article.model_dump(mode="json")
    )


def _archive(path: Path, loaded: loading.Loaded) -> Iterator[Observation]:
    """Read the pages of an archive with the current adapters, and find walls in other responses."""
    registry = loaded.registry
    kinds = tuple(registry.sources.values())
    given = inputs.InputOptions(registry=registry, kinds=kinds, kind="warc", packed=False)
    for found in inputs.find_all([str(path)], given):
        if isinstance(found, Document):
            yield _read(found, loaded)
        elif isinstance(found, Skipped) and found.reason == "status":
            yield from _wall(found.input, registry)
        elif isinstance(found, Rejected):
            if found.input == str(path):
                raise SourceError(found.input, found.message)
            yield Observation(outlet=GENERIC, where=found.input, record=None, reason=found.reason)


def _read(document: Document, loaded: loading.Loaded) -> Observation:
    with no_network():
        done = read_document(document, loaded, None)
    if isinstance(done, Accepted):
        return observe_article(Article.model_validate_json(done.line))
    outlet = done.adapter or _outlet(document.url or "", loaded.registry)
    return Observation(
        outlet=outlet,
        where=document.url or document.subject,
        record=None,
        reason=done.reason,
        detail=done.detail,
    )


def _wall(subject: str, registry: Registry) -> Iterator[Observation]:
    """Yield a challenge, or a redirect to a consent wall, if the response is one."""
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    data = _record(subject)
    for record in ArchiveIterator(io.BytesIO(data), WarcRecordType.response, quirks_mode=True):
        headers = record.http_headers
        # Typed as int, but a str if the status line is invalid.
        status: object = headers.status_code if headers is not None else None
        if headers is None or not isinstance(status, int):
            return
        fields = {name.lower(): value for name, value in headers.items()}
        content = _content(record.reader.read(), fields, subject)
        url = (record.headers.get("WARC-Target-URI") or "").strip().strip("<>")
        target = _redirect_host(fields.get("location", ""))
        if challenge(status, fields, content) or consent_wall(target):
            yield Observation(
                outlet=_outlet(url, registry), where=url, record=None, reason=Blocked.reason
            )
        return


def _redirect_host(location: str) -> str:
    return host_of(location) or "" if is_http(location) else ""


def _content(body: bytes, fields: dict[str, str], subject: str) -> bytes:
    try:
        return decode(body, fields.get("content-encoding", ""), subject, MAX_BYTES)
    except CopydeskError:
        return body


def _record(subject: str) -> bytes:
    """Return the record at FILE@OFFSET; empty if there is none."""
    path, _, place = subject.rpartition("@")
    offset, _, inner = place.partition("+")
    with Path(path).open("rb") as stream:
        stream.seek(int(offset))
        for piece in raw_records(stream.read):
            if isinstance(piece, RawRecord) and piece.inner == int(inner or 0):
                return piece.data
            if piece.offset:
                break
    return b""


def _outlet(url: str, registry: Registry) -> str:
    found = registry.find(url)
    return found.id if found is not None else GENERIC

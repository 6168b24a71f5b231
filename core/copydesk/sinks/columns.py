"""The columns of Parquet files: some for questions, and the whole record as JSON in the last one.

The columns are fixed: they never depend on the articles. `VERSION` changes when they do.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import cache
from typing import Any, BinaryIO

import pyarrow as pa
from pyarrow import parquet

from copydesk.errors import SourceError, describe
from copydesk.model.article import SCHEMA_VERSION
from copydesk.util.urls import host_of

VERSION = "2"
"""Version of the columns, in the metadata of the file beside that of the record."""

RECORD = "record"
"""The column with the whole record."""

_BATCH_ROWS = 64
_ZSTD_LEVEL = 6
# Columns with few different values.
_REPEATED = ["outlet", "outlet_name", "host", "kind", "language", "section", "adapter", "access"]

_Record = dict[str, Any]
_Get = Callable[[_Record], Any]


def writer(file: BinaryIO) -> parquet.ParquetWriter:
    """Return a writer into a file, which it leaves open."""
    names = [name for name in schema().names if name not in ("text", RECORD)]
    return parquet.ParquetWriter(
        file,
        schema(),
        compression="zstd",
        compression_level=_ZSTD_LEVEL,
        use_dictionary=_REPEATED,
        write_statistics=names,
        write_page_checksum=True,
    )


def write(into: parquet.ParquetWriter, lines: list[bytes]) -> None:
    """Write the lines of articles as one group of rows."""
    batches = [
        pa.RecordBatch.from_pylist([*map(row, lines[start : start + _BATCH_ROWS])], schema())
        for start in range(0, len(lines), _BATCH_ROWS)
    ]
    into.write_table(pa.Table.from_batches(batches, schema()), row_group_size=len(lines))


def lines(file: BinaryIO, subject: str) -> Iterator[bytes]:
    """Return the line of each record of a file, one at a time.

    Raises SourceError if the file is truncated, no Parquet or without records, and where a record
    cannot be read.
    """
    try:
        source = parquet.ParquetFile(
            file, buffer_size=1 << 16, pre_buffer=False, page_checksum_verification=True
        )
    except (pa.ArrowException, OSError) as error:
        raise _damaged(subject, error) from error
    found = source.schema_arrow
    if RECORD not in found.names or not _is_text(found.field(RECORD).type):
        raise SourceError(subject, f"has no column {RECORD!r} with the records as text")
    return _records(source, subject)


def _records(source: parquet.ParquetFile, subject: str) -> Iterator[bytes]:
    try:
        for batch in source.iter_batches(_BATCH_ROWS, columns=[RECORD]):
            for value in batch.column(0):
                # A null is no record; an empty line would be passed over.
                text = value.as_py() or "null"
                yield text.replace("\n", " ").encode() + b"\n"
    except (pa.ArrowException, OSError) as error:
        raise _damaged(subject, error) from error


def _damaged(subject: str, error: Exception) -> SourceError:
    return SourceError(subject, f"damaged Parquet data ({describe(error, str)})")


def _is_text(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    )


def row(line: bytes) -> _Record:
    """Return the values of an article's columns, from its line of JSON."""
    record = json.loads(line)
    values = {field.name: get(record) for field, get in _columns()}
    return {**values, RECORD: line.decode().removesuffix("\n")}


@cache
def schema() -> pa.Schema:
    """Return the columns, with the versions of the record and of the columns as metadata."""
    fields = [field for field, _ in _columns()]
    versions = {"copydesk.schema_version": SCHEMA_VERSION, "copydesk.columns_version": VERSION}
    return pa.schema([*fields, pa.field(RECORD, pa.string(), nullable=False)], versions)


@cache
def _columns() -> list[tuple[pa.Field, _Get]]:
    """Return each column but the last, with what gives its value."""
    text, moment, day = pa.string(), pa.timestamp("us", tz="UTC"), pa.date32()
    return [
        _always("id", text),
        _always("revision", text),
        _column("fingerprint", text, lambda r: r.get("fingerprint")),
        _column("outlet", text, _part("outlet", "id")),
        _column("outlet_name", text, _part("outlet", "name")),
        _column("site_name", text, lambda r: _site(r, "name")),
        _column("site_domain", text, lambda r: _site(r, "domain")),
        _column("publisher", text, lambda r: _site(r, "publisher")),
        _column("host", text, lambda r: host_of(r["canonical_url"] or r["url"] or "")),
        _always("kind", text),
        *(_column(name, text) for name in ("url", "canonical_url", "requested_url")),
        _column("origin", text, _part("document", "origin")),
        _column("published", moment, lambda r: _moment(r["published"])),
        _column("published_date", day, lambda r: _day(r["published"])),
        _column("modified", moment, lambda r: _moment(r["modified"])),
        _column("modified_date", day, lambda r: _day(r["modified"])),
        _column("retrieved", moment, lambda r: _moment(r["document"]["retrieved_at"])),
        _column("language", text),
        _column("section", text),
        *(_column(name, text) for name in ("headline", "standfirst", "description", "byline")),
        _structs("authors", name=text, role=text, organisation=text, url=text, raw=text),
        _always("tags", pa.list_(text)),
        _structs("info_sources", name=text, role=text, category=text),
        _always("text", text),
        _always("word_count", pa.int32(), lambda r: len(r["text"].split())),
        _always("character_count", pa.int32(), lambda r: len(r["text"])),
        _always("block_count", pa.int32(), lambda r: len(r["body"])),
        _always("image_count", pa.int32(), lambda r: len(r["images"])),
        _always("comment_count", pa.int32(), lambda r: len(r["comments"]["items"])),
        _structs(
            "images",
            url=text,
            caption=text,
            alt=text,
            credit=text,
            agency=text,
            position=pa.int32(),
        ),
        _always("access", text, _part("access", "observed")),
        _always("adapter", text, _part("adapter", "id")),
        _structs("warnings", code=text, subject=text, message=text),
    ]


def _column(name: str, kind: pa.DataType, get: _Get | None = None) -> tuple[pa.Field, _Get]:
    return pa.field(name, kind), get or (lambda record: record[name])


def _always(name: str, kind: pa.DataType, get: _Get | None = None) -> tuple[pa.Field, _Get]:
    """Return a column without nulls."""
    field, get = _column(name, kind, get)
    return field.with_nullable(False), get


def _structs(name: str, /, **parts: pa.DataType) -> tuple[pa.Field, _Get]:
    return _always(name, pa.list_(pa.struct(list(parts.items()))))


def _site(record: _Record, part: str) -> Any:
    """Return a part of the site; records of earlier versions name none."""
    return (record.get("site") or {}).get(part)


def _part(name: str, part: str) -> _Get:
    return lambda record: record[name] and record[name][part]


def _moment(value: str | None) -> datetime | None:
    """Return a datetime with offset; None for a date alone: it has no time that would be true."""
    try:
        found = datetime.fromisoformat(value) if value and "T" in value else None
    except ValueError:
        return None
    return None if found is None or found.utcoffset() is None else found


def _day(value: str | None) -> date | None:
    """Return the day as the record states it, in the outlet's own time."""
    try:
        return date.fromisoformat(value[:10]) if value else None
    except ValueError:
        return None

"""The rows of a table: JSON Lines, or CSV with commas, semicolons or tabs, by its first line."""

from __future__ import annotations

import codecs
import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from copydesk.errors import CopydeskError, DocumentTooLarge, SourceError
from copydesk.sources.unpacking import Unpacked
from copydesk.util.media_types import BOMS, encoding_of, file_name, opening

URL, HTML, PATH, TIME = "url", "html", "path", "retrieved_at"
TYPES = ("media_type", "content_type")

MAX_LINE = 64 * 1024 * 1024
"""Maximum number of characters of one line, or of one field of CSV."""

_DELIMITERS = ",\t;"
_LISTED = frozenset((URL, TIME, *TYPES))
_SUFFIXES = (".csv", ".tsv", ".jsonl", ".ndjson")
_PACKED_SUFFIXES = tuple(f"{suffix}.zst" for suffix in _SUFFIXES)
# The start of every article's line.
_RECORD_KEY = "schema_version"


@dataclass(frozen=True, slots=True)
class Form:
    """The form of a table.

    Attributes:
        delimiter: of CSV; None for JSON Lines.
        columns: names of the columns, or the keys of the first row, as far as they are known.
        whole: whether all of them are known.
    """

    delimiter: str | None
    columns: tuple[str, ...]
    whole: bool = True

    def is_of_pages(self, *, listed: bool) -> bool:
        """Whether its rows are pages. listed: whether URLs alone are enough."""
        names = set(self.columns)
        if _RECORD_KEY in names:
            return False
        if not self.whole:
            return bool(names & {URL, HTML})
        return URL in names and (bool(names & {HTML, PATH}) or (listed and names <= _LISTED))


def is_packed(name: str) -> bool:
    """Whether a name is that of a table in zstd."""
    return file_name(name).endswith(_PACKED_SUFFIXES)


def is_table(name: str) -> bool:
    """Whether a name is that of a table."""
    return file_name(name).endswith(_SUFFIXES)


def detect(start: bytes) -> Form | None:
    """Return the form of a table by its first bytes; None if it is none."""
    line = opening(start).partition("\n")[0].strip("\ufeff\r ")
    if line.startswith("{"):
        keys, whole = _keys(line)
        return Form(None, keys, whole) if keys else None
    for delimiter in _DELIMITERS:
        try:
            cells = next(csv.reader([line], delimiter=delimiter), [])
        except csv.Error:
            continue
        columns = tuple(map(_column, cells))
        if URL in columns:
            return Form(delimiter, columns)
    return None


def describe(start: bytes) -> str:
    """Say why a table is none of pages; empty if it is no table."""
    if opening(start).lstrip("\ufeff \t\r\n").startswith("["):
        return "an array; a table has one object in each line"
    form = detect(start)
    if form is None:
        return ""
    if _RECORD_KEY in form.columns:
        return "a file of articles, which copydesk convert reads"
    shown = ", ".join(name[:40] for name in form.columns[:8])
    return f"rows with {shown}; those of pages have url, and html or path"


def _column(name: str) -> str:
    return name.strip().lower().replace("-", "_").replace(" ", "_")


def _keys(line: str) -> tuple[tuple[str, ...], bool]:
    """Return the keys of an object, and whether these are all; the line may be cut off."""
    decoder = json.JSONDecoder()
    keys: list[str] = []
    at = 1

    def skip(signs: str) -> int:
        place = at
        while line[place : place + 1] and line[place] in signs:
            place += 1
        return place

    try:
        while line[at := skip(" \t,")] != "}":
            key, at = decoder.raw_decode(line, at)
            if not isinstance(key, str):
                return (), True
            keys.append(_column(key))
            at = skip(" \t:")
            _, at = decoder.raw_decode(line, at)
    except (ValueError, IndexError, RecursionError):
        return tuple(keys), False
    return tuple(keys), True


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table, or why it is none. number: of its first line, from 1."""

    number: int
    values: dict[str, Any]
    error: CopydeskError | None = None


def read(unpacked: Unpacked, subject: str) -> tuple[Form | None, Iterator[Row]]:
    """Return the form of a table and its rows. Reading raises the errors of `unpacked`."""
    start = unpacked.read()
    while b"\n" not in start and len(start) < MAX_LINE and (more := unpacked.read()):
        start += more
    form = detect(start)
    lines = _lines(start, unpacked)
    if form is None or form.delimiter is None:
        return form, _objects(lines, subject)
    return form, _records(lines, form, subject)


def _lines(start: bytes, unpacked: Unpacked) -> Iterator[tuple[int, str | None]]:
    """Yield the lines with their numbers and ends; None for one that is too long."""
    encoding = encoding_of(start) or "utf-8"
    mark = next(
        (len(mark) for mark, name in BOMS if name == encoding and start.startswith(mark)), 0
    )
    decoder = codecs.getincrementaldecoder(encoding)(
        "surrogateescape" if encoding == "utf-8" else "replace"
    )
    chunk = start[mark:]
    number, parts, size = 1, list[str](), 0
    while chunk:
        *ended, last = decoder.decode(chunk).split("\n")
        for piece in ended:
            whole = "".join((*parts, piece, "\n"))
            yield number, None if size + len(piece) > MAX_LINE else whole
            number, parts, size = number + 1, [], 0
        size += len(last)
        if size <= MAX_LINE:
            parts.append(last)
        chunk = unpacked.read()
    if parts and size:
        yield number, None if size > MAX_LINE else "".join(parts)


def _too_long(subject: str, number: int) -> DocumentTooLarge:
    return DocumentTooLarge(f"{subject}:{number}", f"line of more than {MAX_LINE:,} characters")


def _objects(lines: Iterable[tuple[int, str | None]], subject: str) -> Iterator[Row]:
    for number, line in lines:
        if line is None:
            yield Row(number, {}, _too_long(subject, number))
            continue
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except (ValueError, RecursionError) as error:
            what = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deeply"
            found = what
        if isinstance(found, dict):
            yield Row(number, {_column(name): value for name, value in found.items()})
        else:
            what = f"is not a JSON object{f': {found}' if isinstance(found, str) else ''}"
            yield Row(number, {}, SourceError(f"{subject}:{number}", what[:200]))


def _records(lines: Iterable[tuple[int, str | None]], form: Form, subject: str) -> Iterator[Row]:
    csv.field_size_limit(MAX_LINE)
    long: list[int] = []

    def texts() -> Iterator[str]:
        for number, line in lines:
            if line is None:
                long.append(number)
            yield line or "\n"

    assert form.delimiter is not None
    reader = csv.reader(texts(), delimiter=form.delimiter, strict=True)
    next(reader)
    while True:
        number = reader.line_num + 1
        name = f"{subject}:{number}"
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield Row(number, {}, SourceError(name, f"is not CSV: {error}"))
            continue
        if cells is None:
            return
        if long:
            yield Row(number, {}, _too_long(subject, long.pop()))
        elif len(cells) == len(form.columns):
            yield Row(number, dict(zip(form.columns, cells, strict=True)))
        elif cells:
            what = f"has {len(cells)} columns, the first line {len(form.columns)}"
            yield Row(number, {}, SourceError(name, what))

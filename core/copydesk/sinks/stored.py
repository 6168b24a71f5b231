"""Files of articles, read back as JSON Lines: plain, or in a format known by its first bytes."""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from copydesk.errors import RecordError, SourceError, needs_extra
from copydesk.model.article import Article
from copydesk.sinks.jsonl import START, parse
from copydesk.util.content_coding import DECODERS, GZIP, ZSTD, read_steps, unpack

# Magic bytes of Parquet.
_PARQUET = b"PAR1"
_SQLITE = b"SQLite format 3\0"
# A longer line cannot be a record.
_MAX_LINE_BYTES = 64 * 1024 * 1024


class _Pieces(io.RawIOBase):
    """A stream of pieces that are made as it is read."""

    def __init__(self, pieces: Iterator[bytes], file: BinaryIO) -> None:
        self._pieces, self._file = pieces, file
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()


def opened(path: Path) -> BinaryIO:
    """Open a file of articles as JSON Lines.

    Reading raises SourceError at the place of a damage. Raises OSError, and SourceError if the
    format needs an extra that is not installed or the file has no records.
    """
    file = path.open("rb")
    try:
        return unpacked(file, str(path))
    except BaseException as error:
        file.close()
        if isinstance(error, OSError):
            raise type(error)(error.errno, error.strerror, str(path)) from error
        raise


def has_records(path: Path) -> bool:
    """Whether the first bytes of a file say that it has records, whatever its name. Raises OSError."""
    with path.open("rb") as file:
        start = file.read(len(START))
    return start.startswith((START, GZIP, ZSTD, _PARQUET, _SQLITE))


def unpacked(file: BinaryIO, subject: str) -> BinaryIO:
    """Return an open file of articles as JSON Lines, as `opened`."""
    start = file.read(len(_SQLITE))
    if start.startswith(_SQLITE[:4]):
        return io.BufferedReader(_Pieces(_sqlite(file, subject), file))
    if start.startswith(_PARQUET):
        return io.BufferedReader(_Pieces(_parquet(file, subject), file))
    if not start.startswith((GZIP, ZSTD)):
        if b"\0" in start:
            raise SourceError(subject, "is binary data, not a file of articles")
        if file.seekable():
            file.seek(-len(start), os.SEEK_CUR)
            return file
        pieces = chain((start,), read_steps(file, subject))
        return io.BufferedReader(_Pieces(pieces, file))
    coding = "gzip" if start.startswith(GZIP) else "zstd"
    if coding not in DECODERS:
        raise SourceError(subject, needs_extra("zstd"))
    steps = chain((start,), read_steps(file, subject))
    unpacked_pieces = _checked(unpack(steps, coding, subject, strict=True), coding, subject)
    return io.BufferedReader(_Pieces(unpacked_pieces, file))


def _checked(pieces: Iterator[bytes], coding: str, subject: str) -> Iterator[bytes]:
    """Yield unpacked pieces. Raises SourceError if they begin as another format than JSON Lines."""
    first = b""
    while len(first) < len(_SQLITE) and (piece := next(pieces, None)) is not None:
        first += piece
    start = first[: len(_SQLITE)]
    if start.startswith((GZIP, ZSTD, _PARQUET, _SQLITE)):
        raise SourceError(subject, f"has a file of another format in {coding}; unpack it first")
    if b"\0" in start:
        raise SourceError(subject, f"has binary data in {coding}, not articles")
    yield first
    yield from pieces


def _parquet(file: BinaryIO, subject: str) -> Iterator[bytes]:
    if find_spec("pyarrow") is None:
        raise SourceError(subject, needs_extra("parquet"))
    if not file.seekable():
        raise SourceError(subject, "is Parquet, which can be read from a file only")
    from copydesk.sinks import columns

    return columns.lines(file, subject)


def _sqlite(file: BinaryIO, subject: str) -> Iterator[bytes]:
    if not file.seekable():
        raise SourceError(subject, "is SQLite, which can be read from a file only")
    from copydesk.sinks.sqlite import database

    return database.lines(Path(subject))


def seekable(path: Path) -> BinaryIO:
    """Open a file of articles as JSON Lines in which places can be found again.

    Anything but plain JSON Lines is unpacked into a temporary file. Raises RecordError where it is
    damaged, and the errors of `opened`.
    """
    stream = opened(path)
    if stream.seekable():
        return stream
    with stream, contextlib.ExitStack() as stack:
        copy = stack.enter_context(tempfile.TemporaryFile())
        for _, line in lines(stream, str(path)):
            copy.write(line)
        copy.seek(0)
        stack.pop_all()
    return copy


def lines(stream: BinaryIO, subject: str) -> Iterator[tuple[int, bytes]]:
    """Yield the number, from 1, and the content of each line; only line feeds end a line.

    Raises RecordError for a line that is too long to be a record, and where the data are damaged:
    all lines before are good.
    """
    number = 1
    try:
        while line := stream.readline(_MAX_LINE_BYTES):
            if len(line) == _MAX_LINE_BYTES and not line.endswith(b"\n"):
                raise SourceError(
                    subject, f"is longer than {_MAX_LINE_BYTES:,} bytes; nothing further is read"
                )
            yield number, line
            number += 1
    except SourceError as error:
        raise RecordError(f"{subject}:{number}", error.message) from error


def read_lines(path: Path) -> Iterator[bytes | RecordError]:
    """Yield each line of a file, blank ones too. Raises as `opened` and `lines`."""
    with opened(path) as stream:
        try:
            for _, line in lines(stream, str(path)):
                yield line
        except RecordError as error:
            yield error


def read(path: Path) -> Iterator[tuple[int, Article | RecordError]]:
    """Yield the line number and the article or error of each line of a file.

    Blank lines are ignored. Where the data are damaged, the last item is the error that says so.
    Raises the errors of `opened`.
    """
    with opened(path) as stream:
        yield from articles(stream, str(path))


def articles(stream: BinaryIO, subject: str) -> Iterator[tuple[int, Article | RecordError]]:
    """Yield the line number and the article or error of each line of a stream, as `read`."""
    number = 0
    try:
        for number, line in lines(stream, subject):
            if line.strip():
                yield number, parse(f"{subject}:{number}", line)
    except RecordError as error:
        yield number + 1, error

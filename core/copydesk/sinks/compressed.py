"""JSON Lines compressed by gzip or zstd. The same articles always give the same bytes."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Protocol

from copydesk.sinks.replaced import Replacement

_GZIP_LEVEL = 6
_ZSTD_LEVEL = 9


class _Packer(Protocol):
    """Compresses what is written into a file, which `close` completes and leaves open."""

    def write(self, data: bytes, /) -> object: ...

    def close(self) -> None: ...


class Compressed:
    """An output that is compressed beside the file that it replaces."""

    def __init__(self, path: Path, packer: Callable[[BinaryIO], _Packer]) -> None:
        self._new = Replacement(path)
        self._packer = packer(self._new.file)

    def add(self, line: bytes) -> None:
        """Write one article. Raises OSError."""
        self._packer.write(line)

    def close(self) -> None:
        """Complete the file and put it in its place."""
        self._packer.close()
        self._new.commit()

    def discard(self) -> None:
        """Leave the old file in its place."""
        self._new.discard()


def open_gzip(path: Path) -> Compressed:
    """Open an output in gzip, with neither a time nor a name in it."""
    return Compressed(
        path,
        lambda file: gzip.GzipFile(
            filename="", mode="wb", compresslevel=_GZIP_LEVEL, fileobj=file, mtime=0
        ),
    )


def open_zstd(path: Path) -> Compressed:
    """Open an output in zstd: one frame with a checksum, by one thread."""
    import zstandard

    compressor = zstandard.ZstdCompressor(level=_ZSTD_LEVEL, write_checksum=True)
    return Compressed(path, lambda file: compressor.stream_writer(file, closefd=False))

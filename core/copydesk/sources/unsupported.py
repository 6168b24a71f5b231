"""Recognize formats that no source reads, to report what to do about them."""

from __future__ import annotations

_UNPACK = "unpack it and pass its contents"
# Offset, magic bytes, description.
_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"filedesc://", "an ARC archive, the predecessor of WARC; convert it to WARC"),
    (0, b"PK\x03\x04", f"a ZIP file; {_UNPACK}"),
    (0, b"PK\x05\x06", "an empty ZIP file"),
    (257, b"ustar", f"a tar archive; {_UNPACK}"),
    (0, b"7z\xbc\xaf\x27\x1c", f"a 7z archive; {_UNPACK}"),
    (0, b"Rar!\x1a\x07", f"a RAR archive; {_UNPACK}"),
    (0, b"\xfd7zXZ\x00", f"packed with xz; {_UNPACK}"),
    (0, b"BZh", f"packed with bzip2; {_UNPACK}"),
    (0, b"\x28\xb5\x2f\xfd", f"packed with zstd; {_UNPACK}"),
    (0, b"\x5d\x2a\x4d\x18", f"packed with zstd and a dictionary; {_UNPACK}"),
    (0, b"%PDF-", "a PDF document"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document"),
    (0, b"bplist00", "a binary property list, maybe a Safari web archive"),
    (0, b"SQLite format 3\x00", "an SQLite database"),
    (0, b"PAR1", "a Parquet file"),
    (0, b"\x89PNG\r\n\x1a\n", "an image (PNG)"),
    (0, b"\xff\xd8\xff", "an image (JPEG)"),
    (0, b"GIF8", "an image (GIF)"),
    (8, b"WEBP", "an image (WebP)"),
    (4, b"ftypavi", "an image (AVIF)"),
    (0, b"\x00\x00\x01\x00", "an icon"),
    (4, b"ftyp", "a video"),
    (0, b"\x1aE\xdf\xa3", "a video"),
    (0, b"ID3", "audio"),
    (0, b"OggS", "audio or video"),
    (0, b"wOFF", "a font"),
    (0, b"wOF2", "a font"),
    (0, b"\x7fELF", "a program"),
)
_WACZ = "a WACZ file; unzip it and pass the WARC files in its folder archive/"


def describe_format(start: bytes) -> str | None:
    """Describe an unsupported format by its first bytes; None if a source may read it."""
    for place, magic, name in _MAGIC:
        if start.startswith(magic, place):
            is_wacz = magic.startswith(b"PK") and (b"datapackage" in start or b".warc" in start)
            return _WACZ if is_wacz else name
    return None

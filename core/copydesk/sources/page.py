"""The source of single pages: HTML or plain text, maybe gzip."""

from __future__ import annotations

from collections.abc import Iterator

from copydesk.errors import CopydeskError, NotTextArticle
from copydesk.model.document import MAX_BYTES, Document
from copydesk.sources.base import Rejected, Sniff, Source, SourceInput, SourceItem
from copydesk.sources.tables import rows
from copydesk.sources.unpacking import Unpacked
from copydesk.sources.unsupported import describe_format
from copydesk.util.media_types import file_name, guess_media_type, root

__all__ = ["MEDIA_TYPES", "PAGES", "guess_media_type"]

MEDIA_TYPES = frozenset(("text/html", "application/xhtml+xml", "text/plain"))
"""Media types that an article can have."""

_GENERIC_TYPES = frozenset(
    (
        "",
        "application/octet-stream",
        "binary/octet-stream",
        "application/gzip",
        "application/x-gzip",
    )
)
_XML_TYPES = frozenset(("text/xml", "application/xml"))
# Suffixes of files that are never articles, even if they contain sentences.
_CODE_AND_DATA = frozenset(
    """.js .mjs .cjs .ts .tsx .jsx .vue .css .scss .sass .less .json .jsonl .ndjson .geojson .webmanifest
    .map .csv .tsv .xml .xsl .xsd .dtd .rss .atom .svg .yaml .yml .toml .ini .cfg .conf .env .properties
    .lock .py .pyi .ipynb .rb .php .pl .pm .lua .r .jl .java .kt .scala .groovy .c .h .cc .cpp .hpp .cs
    .go .rs .swift .sh .bash .zsh .fish .ps1 .bat .cmd .sql .graphql .proto .tex .bib .log .diff .patch
    .srt .vtt .ics .vcf .eml .mbox .rtf .pdf .ps .po .pot""".split()
)
_DESCRIBED = 8 * 1024
_PAGE_SUFFIXES = (".html", ".htm", ".xhtml", ".txt")


def accepts(sample: Sniff) -> bool:
    """Whether the media type says page, or the input looks like HTML or plain text."""
    if sample.media_type in MEDIA_TYPES:
        return True
    if sample.media_type in _XML_TYPES:
        return root(sample.start) == "html"
    if sample.media_type not in _GENERIC_TYPES or describe_format(sample.start):
        return False
    if file_name(sample.name).endswith(_PAGE_SUFFIXES):
        return True
    if sample.start.startswith(b"<?xml"):
        return root(sample.start) == "html"
    return b"\0" not in sample.start or sample.start.startswith((b"\xff\xfe", b"\xfe\xff"))


def read(given: SourceInput) -> Iterator[SourceItem]:
    """Yield the page as one Document.

    Yields a Rejected for a page above 16 MiB, damaged gzip, or a file of code or data.
    """
    try:
        content = Unpacked(given.stream, given.origin, MAX_BYTES).read_all()
    except CopydeskError as error:
        yield Rejected.from_error(error)
        return
    media_type = (given.media_type or "").partition(";")[0].strip().lower()
    if media_type not in MEDIA_TYPES:
        is_generic = media_type in _GENERIC_TYPES
        media_type = guess_media_type(content)
        suffix = "." + file_name(given.origin).rpartition(".")[2]
        if is_generic and media_type == "text/plain" and suffix in _CODE_AND_DATA:
            more = f" ({words})" if (words := rows.describe(content[:_DESCRIBED])) else ""
            yield Rejected.from_error(
                NotTextArticle(given.origin, f"code or data: a {suffix} file{more}")
            )
            return
    yield Document(
        content=content,
        media_type=media_type,
        url=given.url,
        encoding=given.encoding,
        retrieved_at=given.retrieved_at,
        origin=given.origin,
    )


PAGES = Source("page", accepts, read)
"""Pages; each is one document."""

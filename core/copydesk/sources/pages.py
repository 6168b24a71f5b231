"""The source of single pages: HTML or plain text, packed or not."""

from __future__ import annotations

from collections.abc import Iterator

from copydesk.document import MAX_BYTES, Document
from copydesk.errors import CopydeskError, NotTextArticle
from copydesk.leads import Sniff, Source, SourceFailure, SourceInput, SourceItem
from copydesk.sources import formats
from copydesk.sources.markup import file_name, guess_media_type, root
from copydesk.sources.unpacking import Unpacked

__all__ = ["MEDIA_TYPES", "PAGES", "guess_media_type"]

MEDIA_TYPES = frozenset(("text/html", "application/xhtml+xml", "text/plain"))
"""The media types of what can be an article."""

_UNSTATED = frozenset(
    (
        "",
        "application/octet-stream",
        "binary/octet-stream",
        "application/gzip",
        "application/x-gzip",
    )
)
_XML = frozenset(("text/xml", "application/xml"))
# What is written in such files is no article, whatever sentences it holds.
_NO_ARTICLES = frozenset(
    """.js .mjs .cjs .ts .tsx .jsx .vue .css .scss .sass .less .json .jsonl .ndjson .geojson .webmanifest
    .map .csv .tsv .xml .xsl .xsd .dtd .rss .atom .svg .yaml .yml .toml .ini .cfg .conf .env .properties
    .lock .py .pyi .ipynb .rb .php .pl .pm .lua .r .jl .java .kt .scala .groovy .c .h .cc .cpp .hpp .cs
    .go .rs .swift .sh .bash .zsh .fish .ps1 .bat .cmd .sql .graphql .proto .tex .bib .log .diff .patch
    .srt .vtt .ics .vcf .eml .mbox .rtf .pdf .ps .po .pot""".split()
)
_NAMES = (".html", ".htm", ".xhtml", ".txt")


def accepts(sample: Sniff) -> bool:
    """Whether a sample is said to be a page, or looks like text that is no other markup."""
    if sample.media_type in MEDIA_TYPES:
        return True
    if sample.media_type in _XML:
        return root(sample.start) == "html"
    if sample.media_type not in _UNSTATED or formats.named(sample.start):
        return False
    if file_name(sample.name).endswith(_NAMES):
        return True
    if sample.start.startswith(b"<?xml"):
        return root(sample.start) == "html"
    return b"\0" not in sample.start or sample.start.startswith((b"\xff\xfe", b"\xfe\xff"))


def read(given: SourceInput) -> Iterator[SourceItem]:
    """The page as one Document.

    A SourceFailure where it is above 16 MiB, is gzip that does not unpack, or where its name is one of code or
    data and its content no page.
    """
    try:
        content = Unpacked(given.stream, given.origin, MAX_BYTES).whole()
    except CopydeskError as error:
        yield SourceFailure(given.origin, error)
        return
    media_type = (given.media_type or "").partition(";")[0].strip().lower()
    if media_type not in MEDIA_TYPES:
        unstated = media_type in _UNSTATED
        media_type = guess_media_type(content)
        suffix = "." + file_name(given.origin).rpartition(".")[2]
        if unstated and media_type == "text/plain" and suffix in _NO_ARTICLES:
            yield SourceFailure(
                given.origin, NotTextArticle(given.origin, f"is code or data: a {suffix} file")
            )
            return
    yield Document(
        content,
        media_type,
        given.url,
        given.encoding,
        given.retrieved_at,
        given.origin,
    )


PAGES = Source("page", accepts, read)
"""Pages, each one document."""

"""The reader for plain text: each line becomes a segment."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from copydesk.errors import BinaryDocument, EmptyDocument, UndecodableDocument
from copydesk.model.document import Document
from copydesk.model.draft import UNSEEN, Draft, Hint, Segment
from copydesk.model.notices import Notice, NoticeCode
from copydesk.readers import code_lines, text_tables
from copydesk.readers.encoding import charset, labels
from copydesk.readers.encoding.charset import Decoded
from copydesk.readers.limits import SURROGATES, looks_binary, refuse_large
from copydesk.readers.text_tables import Row
from copydesk.util.media_types import charset_of
from copydesk.util.text import fold, remove_invisible

# Mandatory breaks of UAX 14 end a line; the separators FS to US are white space.
_LINE = re.compile(r"[^\n\r\x0b\x0c\x85\u2028\u2029]+")
_MARK = re.compile(r"(?:[-*•◦▪‣·●○■])\s+(?=\S)|[•◦▪‣●■](?=\S)")
_NUMBERED = re.compile(r"\(?\d{1,2}\s?[.)-]\s*(?=[^\W\d_])")


def read(document: Document) -> Draft:
    """Decode a plain-text document and split it into lines.

    Raises DocumentTooLarge, BinaryDocument, UndecodableDocument or EmptyDocument.
    """
    refuse_large(document)
    found = decode(document)
    text, warnings = found.text, list(found.warnings)
    if nuls := text.count("\x00"):
        text = text.replace("\x00", "\ufffd")
        message = f"{nuls} NUL character{'s' * (nuls > 1)} replaced by U+FFFD"
        warnings.append(Notice(NoticeCode.CHARACTERS_REPLACED, None, message))
    rows = _find_rows(text)
    segments = cut(text, rows)
    code_lines.mark(segments)
    if all(s.rule == UNSEEN for s in segments):
        raise EmptyDocument(document.subject, "no text in it")
    tables: dict[int, list[int]] = {}
    for row in rows.values():
        if row.cells:
            tables.setdefault(row.table, []).append(row.width)
    return Draft(
        document=document,
        text=text,
        segments=segments,
        encoding=found.encoding,
        warnings=warnings,
        tables=tables,
    )


def _find_rows(text: str) -> dict[int, Row]:
    """The rows of the text's tables, by the offset of their line."""
    if "|" not in text and "\t" not in text:
        return {}
    lines = [m for m in _LINE.finditer(text) if m[0].strip()]
    return {lines[at].start(): row for at, row in text_tables.find([m[0] for m in lines]).items()}


def decode(document: Document) -> Decoded:
    """Decode by byte order mark, UTF-8, declared encoding or detection, in this order."""
    label = document.encoding or charset_of(document.media_type)
    if label and labels.encoding_of(label) is None:
        raise UndecodableDocument(document.subject, f"unknown encoding {label!r}")
    found = charset.decode_bytes(document.content, label, page=False, known=document.text)
    if (at := labels.first_invalid_byte(found.content, found.encoding)) >= 0:
        if looks_binary(document.content.decode("latin-1")):
            raise BinaryDocument(document.subject, "binary data, not text")
        where = f"byte 0x{found.content[at]:02x} at offset {at} is not {found.encoding}"
        raise UndecodableDocument(document.subject, where)
    if looks_binary(found.text):
        raise BinaryDocument(document.subject, "binary data, not text")
    return found


def encode(text: str) -> tuple[bytes, int]:
    """Encode a str as UTF-8; lone surrogates become U+FFFD and are counted."""
    try:
        return text.encode("utf-8"), 0
    except UnicodeEncodeError:
        clean, count = SURROGATES.subn("\ufffd", text)
        return clean.encode("utf-8"), count


def cut(text: str, rows: Mapping[int, Row] = MappingProxyType({})) -> list[Segment]:
    """Split a text into its non-blank lines; bullets are removed from the text, numbers stay.

    rows: the rows of tables by the offset of their line; each cell becomes a segment.
    """
    segments: list[Segment] = []
    end = 0
    for match in _LINE.finditer(text):
        line = match[0]
        begin = match.start()
        # White space other than a blank is not printable.
        is_folded = line.isprintable() and "  " not in line
        folded = line.strip() if is_folded else " ".join(line.split())
        if not folded:
            continue
        start = begin + len(line) - len(line.lstrip())
        between = text[end:start]
        gap = len(between) > 1 and (between.count("\n") > 1 or between.count("\r") > 1)
        end = begin + len(line.rstrip())
        if (row := rows.get(begin)) is not None:
            segments += _cells(begin, line, row, gap)
        else:
            segments.append(segment(start, end, folded, gap))
    return segments


def _cells(offset: int, line: str, row: Row, gap: bool) -> Iterator[Segment]:
    """Yield the segments of a row's cells, or of the line of dashes below a header."""
    if not row.cells:
        start = offset + len(line) - len(line.lstrip())
        end = offset + len(line.rstrip())
        rule = Segment(start, end, fold(line), "", gap, Hint("body", "td"))
        rule.decide("separator", "table.rule")
        yield rule
    for cell in row.cells:
        stretch = line[cell.start : cell.end]
        start = offset + cell.start + len(stretch) - len(stretch.lstrip())
        hint = Hint("body", "td")
        hint.whole, hint.part, hint.column = row.table, row.number, cell.column
        made = Segment(start, offset + cell.start + len(stretch.rstrip()), cell.text, "", gap, hint)
        made.decide("table_cell", "table.cell")
        yield made


def segment(start: int, end: int, folded: str, gap: bool = False) -> Segment:
    """Make a segment of a line with white space folded; an invisible line becomes page furniture."""
    mark = ""
    if not folded.isprintable():
        if not (visible := remove_invisible(folded)):
            invisible = Segment(start, end, folded, mark, gap)
            invisible.decide("page_furniture", UNSEEN)
            return invisible
        folded = visible
    if not folded[0].isalpha():
        if (found := _NUMBERED.match(folded)) and folded[0] != "-":
            mark = found[0].strip()
        elif found := _MARK.match(folded):
            mark = found[0].strip()
            folded = folded[found.end() :]
    return Segment(start, end, folded, mark, gap)

"""Decoding of documents: which encoding applies, and the resulting text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from w3lib.encoding import read_bom

from copydesk.errors import BinaryDocument, EmptyDocument
from copydesk.model.document import Document
from copydesk.model.notices import Notice, NoticeCode
from copydesk.readers.encoding import declaration, detection, labels
from copydesk.readers.limits import looks_binary, refuse_large
from copydesk.util.media_types import charset_of

_MAGIC = (
    b"\x89PNG\r\n",
    b"\xff\xd8\xff",
    b"GIF87a",
    b"GIF89a",
    b"%PDF-",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\x1f\x8b",
    b"\xfd7zXZ",
    b"7z\xbc\xaf",
    b"\x28\xb5\x2f\xfd",
    b"\x7fELF",
    b"Rar!\x1a",
)
_FALLBACK = "windows-1252"
_START = 4096
# With more invalid bytes, a text is not in the encoding that its label names.
_MAX_INVALID = 4
# Text in a multi-byte encoding is valid UTF-8 by chance only if it has hardly any letters.
_MIN_CHARACTERS = 4


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a document and its encoding.

    content: the bytes without a byte order mark.
    encoding: the name in the Encoding Standard in lower case, or "utf-32le", "utf-32be".
    warnings: set if a label was wrong or missing.
    """

    text: str
    content: bytes
    encoding: str
    warnings: tuple[Notice, ...] = ()


def decode_page(document: Document) -> Decoded:
    """Decode an HTML document; invalid bytes and stray NULs become U+FFFD.

    Raises DocumentTooLarge, BinaryDocument or EmptyDocument.
    """
    refuse_large(document)
    if document.content.startswith(_MAGIC):
        raise BinaryDocument(document.subject, "binary data, not text")
    label = document.encoding or charset_of(document.media_type)
    found = decode_bytes(document.content, label, page=True, known=document.text)
    text = found.text
    if not text or text.isspace():
        raise EmptyDocument(document.subject, "no text in it")
    # Searching the bytes first: in a wide str the same search takes twenty times as long.
    if b"\x00" in found.content and "\x00" in text:
        if looks_binary(text):
            raise BinaryDocument(document.subject, "binary data, not text")
        text = text.replace("\x00", "\ufffd")
        return Decoded(text, found.content, found.encoding, found.warnings)
    return found


def decode_bytes(
    content: bytes, stated: str | None, *, page: bool, known: str | None = None
) -> Decoded:
    """Decode bytes by byte order mark, UTF-8, labels or detection, in this order.

    stated: the label that came with the bytes. page: whether to read labels in the bytes too.
    known: the text that was encoded as UTF-8, if the bytes were made of one.
    """
    codec, mark = read_bom(content)
    if codec and mark:
        encoding = codec.replace("-le", "le").replace("-be", "be")
        content = content[len(mark) :]
        return Decoded(labels.decode(content, encoding), content, encoding)
    try:
        text = content.decode("utf-8") if known is None else known
    except UnicodeDecodeError:
        return _decode_legacy(content, stated, page)
    if b"\x00" in content[:_START] and (unmarked := detection.guess_unicode(content)):
        return _decode_unmarked(content, unmarked, stated)
    return _decode_utf8(content, text, stated, page)


def _decode_unmarked(content: bytes, encoding: str, stated: str | None) -> Decoded:
    named = labels.encoding_of(stated) if stated else None
    message = f"no byte order mark; read as {encoding}"
    guess = Notice(NoticeCode.ENCODING_GUESSED, encoding, message)
    warnings = () if named == encoding else (guess,)
    return Decoded(labels.decode(content, encoding), content, encoding, warnings)


def _decode_utf8(content: bytes, text: str, stated: str | None, page: bool) -> Decoded:
    """Decode bytes that are valid UTF-8, which ASCII-compatible encodings can be too."""
    is_shifted = detection.has_iso_2022_jp(content) and content.isascii()
    named, warnings = _declared(content if is_shifted else content[:_START], stated, page)
    encoding = named[0][1] if named else None
    if content.isascii():
        if is_shifted and encoding in {None, "iso-2022-jp"}:
            if encoding is None:
                warnings.append(_undeclared("iso-2022-jp"))
            japanese = labels.decode(content, "iso-2022-jp")
            return Decoded(japanese, content, "iso-2022-jp", tuple(warnings))
        # ASCII bytes are the same text in all other encodings of the web.
        plain = encoding if encoding and encoding not in labels.UTF_16 else labels.UTF_8
        return Decoded(text, content, plain, tuple(warnings))
    if encoding in labels.MULTI_BYTE and _is_utf8_by_chance(content, text, encoding):
        other = labels.decode(content, encoding)
        return Decoded(other, content, encoding, tuple(warnings))
    if encoding is not None and encoding != labels.UTF_8:
        warnings.append(_mismatch(*named[0], labels.UTF_8))
    if again := detection.count_double_encoded(content):
        message = f"{again} characters look like UTF-8 that was encoded twice"
        warnings.append(Notice(NoticeCode.ENCODED_TWICE, None, message))
    return Decoded(text, content, labels.UTF_8, tuple(warnings))


def _is_utf8_by_chance(content: bytes, text: str, encoding: str) -> bool:
    _, good = detection.count_characters(text)
    return good < _MIN_CHARACTERS and labels.first_invalid_byte(content, encoding) < 0


def _decode_legacy(content: bytes, stated: str | None, page: bool) -> Decoded:
    """Decode bytes that are not valid UTF-8: by the first label that fits, else by detection."""
    if unmarked := detection.guess_unicode(content):
        return _decode_unmarked(content, unmarked, stated)
    named, warnings = _declared(content, stated, page)
    text = content.decode("utf-8", "replace")
    bad, good = detection.count_characters(text)
    if good > 1 and good * 3 > bad * 2:
        # UTF-8 with a few broken bytes: legacy text never has so many letters of valid UTF-8.
        if named and named[0][1] != labels.UTF_8:
            warnings.append(_mismatch(*named[0], labels.UTF_8))
        return Decoded(text, content, labels.UTF_8, tuple(warnings))
    fit: list[tuple[str, str, str]] = []
    for source, encoding in named:
        text = labels.decode(content, encoding)
        if _fits(content, text, encoding):
            fit.append((source, encoding, text))
    if not fit:
        encoding = detection.guess_legacy(content) or _FALLBACK
        warnings.append(_mismatch(*named[0], encoding) if named else _undeclared(encoding))
        return Decoded(labels.decode(content, encoding), content, encoding, tuple(warnings))
    _, encoding, text = _likeliest(content, fit)
    if encoding != named[0][1]:
        warnings.append(_mismatch(*named[0], encoding))
    elif any(its_text != text for _, _, its_text in fit):
        declared = " and ".join(f"{source} says {name}" for source, name, _ in fit)
        message = f"{declared}; read as {encoding}"
        warnings.append(Notice(NoticeCode.ENCODING_AMBIGUOUS, encoding, message))
    return Decoded(text, content, encoding, tuple(warnings))


def _likeliest(content: bytes, fit: list[tuple[str, str, str]]) -> tuple[str, str, str]:
    """Choose between several declared encodings that fit the bytes.

    The standard takes the first. But servers send one default for all their files, so another label
    wins if only its text decodes without errors, or if detection prefers it.
    """
    first = fit[0]
    for other in fit[1:]:
        if "\ufffd" in first[2] and "\ufffd" not in other[2]:
            return other
        if first[2] != other[2]:
            likely = detection.guess_legacy(content, (first[1], other[1]))
            return other if likely == other[1] else first
    return first


def _mismatch(source: str, named: str, encoding: str) -> Notice:
    message = f"{source} says {named}, but the bytes are {encoding}"
    return Notice(NoticeCode.ENCODING_OVERRULED, named, message)


def _undeclared(encoding: str) -> Notice:
    message = f"no encoding is declared; the bytes look like {encoding}"
    return Notice(NoticeCode.ENCODING_GUESSED, encoding, message)


def _fits(content: bytes, text: str, encoding: str) -> bool:
    """Return whether the bytes were written in the encoding that they were decoded with."""
    bad, good = detection.count_characters(text)
    if bad <= _MAX_INVALID:
        return not detection.is_not_latin(content, encoding)
    if encoding == labels.UTF_8:
        return bad <= good
    if encoding not in labels.MULTI_BYTE:
        return bad <= good // 10 and not detection.is_not_latin(content, encoding)
    likely = detection.guess_legacy(content)
    if likely is None or likely == encoding:
        return True
    return bad <= detection.count_characters(labels.decode(content, likely))[0]


def _declared(
    content: bytes, stated: str | None, page: bool
) -> tuple[list[tuple[str, str]], list[Notice]]:
    """Return the declared encodings, each once with its source, and warnings of unknown labels."""
    named: list[tuple[str, str]] = []
    warnings: list[Notice] = []
    for source, label in _all_labels(content, stated, page):
        encoding = labels.encoding_of(label)
        if encoding is None:
            shown = label[:40].encode("ascii", "backslashreplace").decode()
            message = f"the encoding label {shown!r} is unknown and ignored"
            warnings.append(Notice(NoticeCode.ENCODING_UNKNOWN, shown, message))
        elif source == _PAGE and encoding in labels.UTF_16:
            # In UTF-16 the meta tag would not be readable as ASCII; the standard reads UTF-8.
            named.append((source, labels.UTF_8))
        elif encoding not in [known for _, known in named]:
            named.append((source, encoding))
    return named, warnings


_SENDER = "the sender"
_PAGE = "the page"


def _all_labels(content: bytes, stated: str | None, page: bool) -> Iterable[tuple[str, str]]:
    if stated:
        yield _SENDER, stated
    if page:
        # A page declares one encoding, or two: in its meta tag and its XML declaration.
        for label in islice(declaration.declared_labels(content), 3):
            yield _PAGE, label

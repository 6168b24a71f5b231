"""The encoding of a document, and its text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from w3lib.encoding import read_bom

from copydesk.document import Document
from copydesk.errors import BinaryDocument, EmptyDocument
from copydesk.readers import declaration, detection, labels
from copydesk.readers.raw import looks_binary, refuse_large

_MAGIC = (
    b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"%PDF-", b"PK\x03\x04", b"PK\x05\x06",
    b"\x1f\x8b", b"\xfd7zXZ", b"7z\xbc\xaf", b"\x28\xb5\x2f\xfd", b"\x7fELF", b"Rar!\x1a",
)  # fmt: skip
_FALLBACK = "windows-1252"
_START = 4096
# Faults beyond which a text is not in the encoding that its label names.
_FEW = 4
# A text in a multi-byte encoding is valid UTF-8 by chance only where it has hardly any letters.
_CHANCE = 4


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a document, and how it was read.

    content: the bytes without a byte order mark. encoding: the name in the Encoding Standard, in
    lower case, or "utf-32le", "utf-32be". warnings: where a label was not believed, or none was
    there.
    """

    text: str
    content: bytes
    encoding: str
    warnings: tuple[str, ...] = ()


def decode(document: Document) -> Decoded:
    """The HTML of a document: what does not decode, and stray NULs, come out as U+FFFD.

    Raises DocumentTooLarge, BinaryDocument or EmptyDocument.
    """
    refuse_large(document)
    if document.content.startswith(_MAGIC):
        raise BinaryDocument(document.subject, "binary data, not text")
    label = document.encoding or declaration.stated(document.media_type)
    found = read(document.content, label, page=True)
    text = found.text
    if not text or text.isspace():
        raise EmptyDocument(document.subject, "no text in it")
    # Looked for in the bytes: in a wide str the same search takes twenty times as long.
    if b"\x00" in found.content and "\x00" in text:
        if looks_binary(text):
            raise BinaryDocument(document.subject, "binary data, not text")
        text = text.replace("\x00", "\ufffd")
        return Decoded(text, found.content, found.encoding, found.warnings)
    return found


def read(content: bytes, stated: str | None, *, page: bool) -> Decoded:
    """Decode bytes: byte order mark, UTF-8 where they are that, labels, detection.

    stated: the label that came with the bytes. page: whether to look for labels in them too.
    """
    codec, mark = read_bom(content)
    if codec and mark:
        encoding = codec.replace("-le", "le").replace("-be", "be")
        content = content[len(mark) :]
        return Decoded(labels.decoded(content, encoding), content, encoding)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return _legacy(content, stated, page)
    if b"\x00" in content[:_START] and (unmarked := detection.unmarked(content)):
        return _unmarked(content, unmarked, stated)
    return _utf8(content, text, stated, page)


def _unmarked(content: bytes, encoding: str, stated: str | None) -> Decoded:
    named = labels.encoding_of(stated) if stated else None
    warnings = () if named == encoding else (f"encoding: no byte order mark, read as {encoding}",)
    return Decoded(labels.decoded(content, encoding), content, encoding, warnings)


def _utf8(content: bytes, text: str, stated: str | None, page: bool) -> Decoded:
    """What bytes are that are valid UTF-8."""
    is_shifted = detection.shifts(content) and content.isascii()
    named, warnings = _named(content if is_shifted else content[:_START], stated, page)
    encoding = named[0][1] if named else None
    if content.isascii():
        if is_shifted and encoding in {None, "iso-2022-jp"}:
            if encoding is None:
                warnings.append(_guessed("iso-2022-jp"))
            japanese = labels.decoded(content, "iso-2022-jp")
            return Decoded(japanese, content, "iso-2022-jp", tuple(warnings))
        # All other encodings of the web are the same in ASCII.
        plain = encoding if encoding and encoding not in labels.UTF_16 else labels.UTF_8
        return Decoded(text, content, plain, tuple(warnings))
    if encoding in labels.MULTI_BYTE and _may_be_chance(content, text, encoding):
        other = labels.decoded(content, encoding)
        return Decoded(other, content, encoding, tuple(warnings))
    if encoding is not None and encoding != labels.UTF_8:
        warnings.append(_not_that(*named[0], labels.UTF_8))
    if again := detection.twice(content):
        warnings.append(f"encoding: {again} characters look like UTF-8 that was encoded twice")
    return Decoded(text, content, labels.UTF_8, tuple(warnings))


def _may_be_chance(content: bytes, text: str, encoding: str) -> bool:
    _, good = detection.faults(text)
    return good < _CHANCE and labels.first_fault(content, encoding) < 0


def _legacy(content: bytes, stated: str | None, page: bool) -> Decoded:
    """What bytes are that are not valid UTF-8: the first label that fits them, else a guess."""
    if unmarked := detection.unmarked(content):
        return _unmarked(content, unmarked, stated)
    named, warnings = _named(content, stated, page)
    text = content.decode("utf-8", "replace")
    bad, good = detection.faults(text)
    if good > 1 and good * 3 > bad * 2:
        # UTF-8 with a few broken bytes: in no legacy text are so many letters valid UTF-8.
        if named and named[0][1] != labels.UTF_8:
            warnings.append(_not_that(*named[0], labels.UTF_8))
        return Decoded(text, content, labels.UTF_8, tuple(warnings))
    fit: list[tuple[str, str, str]] = []
    for source, encoding in named:
        text = labels.decoded(content, encoding)
        if _fits(content, text, encoding):
            fit.append((source, encoding, text))
    if not fit:
        encoding = detection.legacy(content) or _FALLBACK
        warnings.append(_not_that(*named[0], encoding) if named else _guessed(encoding))
        return Decoded(labels.decoded(content, encoding), content, encoding, tuple(warnings))
    _, encoding, text = _likeliest(content, fit)
    if encoding != named[0][1]:
        warnings.append(_not_that(*named[0], encoding))
    elif any(its_text != text for _, _, its_text in fit):
        said = " and ".join(f"{source} says {name}" for source, name, _ in fit)
        warnings.append(f"encoding: {said}; read as {encoding}")
    return Decoded(text, content, encoding, tuple(warnings))


def _likeliest(content: bytes, fit: list[tuple[str, str, str]]) -> tuple[str, str, str]:
    """The label to follow where several fit.

    The standard takes the first. But servers state one default for all their files: another label
    wins where its text has no faults and the first has, or where the bytes look more like it.
    """
    first = fit[0]
    for other in fit[1:]:
        if "\ufffd" in first[2] and "\ufffd" not in other[2]:
            return other
        if first[2] != other[2]:
            likely = detection.legacy(content, (first[1], other[1]))
            return other if likely == other[1] else first
    return first


def _not_that(source: str, named: str, encoding: str) -> str:
    return f"encoding: {source} says {named}, but the bytes are {encoding}"


def _guessed(encoding: str) -> str:
    return f"encoding: none is declared, the bytes look like {encoding}"


def _fits(content: bytes, text: str, encoding: str) -> bool:
    """Whether a text was written in the encoding that it was decoded with."""
    bad, good = detection.faults(text)
    if bad <= _FEW:
        return not detection.is_foreign(content, encoding)
    if encoding == labels.UTF_8:
        return bad <= good
    if encoding not in labels.MULTI_BYTE:
        return bad <= good // 10 and not detection.is_foreign(content, encoding)
    likely = detection.legacy(content)
    if likely is None or likely == encoding:
        return True
    return bad <= detection.faults(labels.decoded(content, likely))[0]


def _named(
    content: bytes, stated: str | None, page: bool
) -> tuple[list[tuple[str, str]], list[str]]:
    """The encodings that labels name, each once with its source; warnings of unknown labels."""
    named: list[tuple[str, str]] = []
    warnings: list[str] = []
    for source, label in _labels(content, stated, page):
        encoding = labels.encoding_of(label)
        if encoding is None:
            shown = label[:40].encode("ascii", "backslashreplace").decode()
            warnings.append(f"encoding: the label {shown!r} is unknown, passed over")
        elif source == _PAGE and encoding in labels.UTF_16:
            # A meta tag that could be read byte by byte is no UTF-16, says the standard.
            named.append((source, labels.UTF_8))
        elif encoding not in [known for _, known in named]:
            named.append((source, encoding))
    return named, warnings


_STATED = "the sender"
_PAGE = "the page"


def _labels(content: bytes, stated: str | None, page: bool) -> Iterable[tuple[str, str]]:
    if stated:
        yield _STATED, stated
    if page:
        # A page names one encoding, or two in its meta tag and its XML declaration.
        for label in islice(declaration.labels(content), 3):
            yield _PAGE, label

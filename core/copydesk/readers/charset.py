"""The encoding of a page, in the order of the Encoding Standard, and its text."""

from __future__ import annotations

import re

from w3lib.encoding import html_body_declared_encoding, read_bom, resolve_encoding, to_unicode

from copydesk.document import Document
from copydesk.errors import BinaryDocument, EmptyDocument
from copydesk.readers.raw import looks_binary, refuse_large

_MAGIC = (
    b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"%PDF-", b"PK\x03\x04", b"PK\x05\x06",
    b"\x1f\x8b", b"\xfd7zXZ", b"7z\xbc\xaf", b"\x28\xb5\x2f\xfd", b"\x7fELF", b"Rar!\x1a",
)  # fmt: skip
# Python codec to the name in the Encoding Standard; codecs that are not here are none of the web.
_NAMES = {
    "utf-8": "utf-8", "utf-16": "utf-16le", "utf-16-le": "utf-16le", "utf-16-be": "utf-16be",
    "cp866": "ibm866", "cp874": "windows-874", "koi8-r": "koi8-r", "koi8-u": "koi8-u",
    "mac-roman": "macintosh", "mac-cyrillic": "x-mac-cyrillic", "big5hkscs": "big5",
    "gb18030": "gbk", "cp932": "shift_jis", "cp949": "euc-kr", "euc_jp": "euc-jp",
    "iso2022_jp": "iso-2022-jp",
    **{f"iso8859-{n}": f"iso-8859-{n}" for n in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)},
    **{f"cp{n}": f"windows-{n}" for n in range(1250, 1259)},
}  # fmt: skip
# The way back, for decoding. A lone "utf-16" codec would look for a mark that is not there.
_CODECS = {name: codec for codec, name in _NAMES.items() if codec != "utf-16"}
_CODECS |= {"iso-8859-8-i": "iso8859-8", "utf-32le": "utf-32-le", "utf-32be": "utf-32-be"}
# Labels of the Encoding Standard that Python does not know, or takes for another encoding.
_LABELS = {
    label: name
    for name, *labels in map(
        str.split,
        """utf-8 unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8; utf-16be unicodefffe;
        utf-16le csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff; gb18030 gb18030;
        gbk csgb2312 gb_2312 x-gbk; big5 cn-big5 x-x-big5; euc-jp cseucpkdfmtjapanese x-euc-jp;
        euc-kr cseuckr csksc56011987 iso-ir-149 ks_c_5601-1989 ksc_5601 windows-949;
        iso-8859-6 csiso88596e csiso88596i iso-8859-6-e iso-8859-6-i iso88596; koi8-r koi koi8;
        iso-8859-7 iso88597 sun_eu_greek; iso-8859-8 csiso88598e iso-8859-8-e iso88598 visual;
        iso-8859-8-i csiso88598i iso-8859-8-i logical; iso-8859-10 iso885910; koi8-u koi8-ru;
        iso-8859-15 csisolatin9 iso885915; macintosh csmacintosh mac x-mac-roman;
        x-mac-cyrillic x-mac-cyrillic x-mac-ukrainian; windows-874 dos-874 iso885911;
        windows-1252 iso88591 x-cp1252; windows-1254 iso88599 x-cp1254""".split(";"),
    )
    for label in labels
}
_LABELS |= {f"iso8859{n}": f"iso-8859-{n}" for n in (2, 3, 4, 5, 13, 14)}
_LABELS |= {f"x-cp{n}": f"windows-{n}" for n in (1250, 1251, 1253, 1255, 1256, 1257, 1258)}
_SINGLE_BYTE = ("iso-8859-", "windows-", "koi8-", "ibm866", "macintosh", "x-mac-")
_CHARSET = re.compile(r"charset\s*+=\s*+[\"']?\s*+([^\s\"';,/>]++)", re.I)
_META = re.compile(r"<!--.*?(?:-->|\Z)|(<meta[\s/][^<>]*+)", re.I | re.S)


def decode(document: Document) -> tuple[str, str]:
    """The HTML of a document and the encoding used, found in the order of the WHATWG standards.

    That is: byte order mark, stated encoding, meta tag, then UTF-8 if the bytes are that, else
    windows-1252. Labels that name no encoding of the web are passed over. What does not decode,
    and stray NUL characters, come out as U+FFFD. The name is that of the Encoding Standard, in
    lower case, or "utf-32le", "utf-32be".

    Raises DocumentTooLarge, BinaryDocument or EmptyDocument.
    """
    content = document.content
    refuse_large(document)
    if content.startswith(_MAGIC):
        raise BinaryDocument(document.subject, "binary data, not text")
    codec, mark = read_bom(content)
    if codec and mark:
        content, encoding = content[len(mark) :], codec.replace("-le", "le").replace("-be", "be")
        text = _decoded(content, encoding)
    else:
        text, encoding = _unmarked(document)
    if not text or text.isspace():
        raise EmptyDocument(document.subject, "no text in it")
    # Looked for in the bytes: in a wide str the same search takes twenty times as long.
    if b"\x00" in content and "\x00" in text:
        if looks_binary(text):
            raise BinaryDocument(document.subject, "binary data, not text")
        text = text.replace("\x00", "\ufffd")
    return text, encoding


def _unmarked(document: Document) -> tuple[str, str]:
    """The text and the encoding of a document without a byte order mark."""
    content = document.content
    label = document.encoding
    if label is None and (found := _CHARSET.search(document.media_type)):
        label = found[1]
    if label and (stated := _encoding(label)):
        return _decoded(content, stated), stated
    declared = _declared(content)
    if declared is None or declared.startswith(_SINGLE_BYTE):
        # A page that was written as UTF-8 and kept an old meta tag was always shown right as long
        # as its HTTP header said UTF-8; without the header every accent in it would come out as
        # two wrong letters. No text in a single-byte charset is valid UTF-8 by chance.
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            declared = declared or "windows-1252"
        else:
            return text, (declared if declared and content.isascii() else "utf-8")
    return _decoded(content, declared), declared


def _declared(content: bytes) -> str | None:
    """The encoding that the meta tags at the start of a page name, None when they name none."""
    codec = html_body_declared_encoding(content)
    encoding = _NAMES.get(codec) if codec else None
    if encoding is None or encoding == "gbk":
        # The library answers with Python codecs: without the labels that only the standard has,
        # and with one codec for two encodings.
        for tag in _META.finditer(content[:4096].decode("latin-1")):
            if tag[1] and (found := _CHARSET.search(tag[1])):
                encoding = _encoding(found[1]) or encoding
                break
    # A meta tag that could be read byte by byte is no UTF-16, says the standard.
    return "utf-8" if encoding and encoding.startswith("utf-16") else encoding


def _encoding(label: str) -> str | None:
    """The encoding that a label names, None for what is no label of the web."""
    label = label.strip(" \t\n\f\r\"'").lower()
    if not label.isascii() or not label.isprintable() or len(label) > 40:
        return None
    return _LABELS.get(label) or _NAMES.get(resolve_encoding(label) or "")


def _decoded(content: bytes, encoding: str) -> str:
    if encoding in {"gbk", "gb18030"}:
        text = content.decode("gb18030", "replace")
        # The library's decoder knows the euro sign of GBK, at a microsecond for each bad byte.
        return to_unicode(content, "gb18030") if text.count("\ufffd") < 100_000 else text
    return content.decode(_CODECS[encoding], "replace")

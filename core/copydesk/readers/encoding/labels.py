"""The encodings of the web: their labels and decoders."""

from __future__ import annotations

import re

from w3lib.encoding import resolve_encoding, to_unicode

# Python codec to the name in the Encoding Standard; the web uses no other codecs.
_NAMES = dict(
    pair.split("=")
    for pair in """
    utf-8=utf-8 utf-16=utf-16le utf-16-le=utf-16le utf-16-be=utf-16be cp866=ibm866
    cp874=windows-874 koi8-r=koi8-r koi8-u=koi8-u mac-roman=macintosh
    mac-cyrillic=x-mac-cyrillic big5hkscs=big5 gb18030=gbk cp932=shift_jis cp949=euc-kr
    euc_jp=euc-jp iso2022_jp=iso-2022-jp
    """.split()
)
_NAMES |= {
    **{f"iso8859-{n}": f"iso-8859-{n}" for n in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)},
    **{f"cp{n}": f"windows-{n}" for n in range(1250, 1259)},
}
# The reverse, for decoding. The plain "utf-16" codec would expect a byte order mark.
_CODECS = {name: codec for codec, name in _NAMES.items() if codec != "utf-16"}
_CODECS |= {"iso-8859-8-i": "iso8859-8", "utf-32le": "utf-32-le", "utf-32be": "utf-32-be"}
_CODECS |= {"gb18030": "gb18030"}
# Labels of the Encoding Standard that Python does not know, or maps to another encoding.
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
_PUNCTUATION = re.compile(r"[^a-z0-9]+")
# Common misspellings of labels: without punctuation, or with different punctuation.
_MISSPELLED = {_PUNCTUATION.sub("", label): name for label, name in _LABELS.items()}
_MISSPELLED |= {
    _PUNCTUATION.sub("", name): name for name in _CODECS if not name.startswith("utf-32")
}
_MISSPELLED |= {f"win{n}": f"windows-{n}" for n in range(1250, 1259)}
_MISSPELLED |= {"sjis": "shift_jis", "latin1": "windows-1252", "latin2": "iso-8859-2"}
_LONGEST = 40
# Invalid bytes beyond which w3lib's decoder, at a microsecond each, is too slow.
_MAX_BAD = 100_000

UTF_8 = "utf-8"
UTF_16 = ("utf-16le", "utf-16be")

LATIN = frozenset(
    (
        "macintosh",
        *(f"windows-{n}" for n in (1250, 1252, 1254, 1257, 1258)),
        *(f"iso-8859-{n}" for n in (2, 3, 4, 10, 13, 14, 15, 16)),
    )
)
"""Encodings of Latin alphabets, whose common letters are ASCII."""

MULTI_BYTE = frozenset(("big5", "euc-jp", "euc-kr", "gb18030", "gbk", "iso-2022-jp", "shift_jis"))
"""Multi-byte encodings other than those of Unicode."""


def encoding_of(label: str) -> str | None:
    """Return the encoding that a label names, in lower case; None for an unknown label.

    Labels are those of the Encoding Standard. Stray quotes and punctuation are ignored.
    """
    label = label.strip(" \t\n\f\r\"';,").lower()
    if not label.isascii() or not label.isprintable() or not 0 < len(label) <= _LONGEST:
        return None
    if found := _LABELS.get(label) or _NAMES.get(resolve_encoding(label) or ""):
        return found
    return _MISSPELLED.get(_PUNCTUATION.sub("", label))


def decode(content: bytes, encoding: str) -> str:
    """Decode bytes; invalid bytes become U+FFFD."""
    if encoding in {"gbk", "gb18030"}:
        text = content.decode("gb18030", "replace")
        # Only w3lib's decoder knows the euro sign of GBK.
        return to_unicode(content, "gb18030") if text.count("\ufffd") < _MAX_BAD else text
    return content.decode(_CODECS[encoding], "replace")


def first_invalid_byte(content: bytes, encoding: str) -> int:
    """Return the offset of the first invalid byte; -1 if all bytes are valid."""
    try:
        content.decode(_CODECS[encoding])
    except UnicodeDecodeError as error:
        return error.start
    return -1

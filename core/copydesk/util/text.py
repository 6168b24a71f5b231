"""Helpers for text: folding, comparison keys, invisible characters, patterns and hints."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from unicodedata import combining

# Every character that is not a letter in the scripts of wordings: stripped from the ends of a key.
_EDGES = "".join(c for c in map(chr, range(0x3100)) if not c.isalnum() or c.isdigit())
_COMMON_EDGES = " \t.,:;!?-–—…\"'“”„‘’«»()[]{}<>|/\\•·*#@&%+=_~^$€£©®×°→0123456789"
_KEYS = str.maketrans(
    {"İ": "i", "’": "'", "‘": "'", "`": "'", "´": "'", "ʼ": "'"}
    | dict.fromkeys("\u200b\u200c\u200d\u200e\u200f\ufeff\u00ad\u2060", "")
)
# The common apostrophe is replaced separately, before this search for the rare characters.
_RARE = re.compile("[İ‘`´ʼ\u200b\u200c\u200d\u200e\u200f\ufeff\u00ad\u2060]")
_ALNUM = re.compile(r"[^\W_]+")
# The only signs beyond ASCII in many English texts.
_TYPOGRAPHIC = "’“”–—"
_NO_ALNUM_ASCII = bytes(c for c in range(128) if not chr(c).isalnum())

# C0 and C1 controls, zero-width and bidirectional characters, surrogates and tags.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)

# Invisible characters: C0 controls without white space, and format characters without a use in
# text. Tags are kept only after a black flag, as part of an emoji flag.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f\u00ad\u200b\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb]"
    "|(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0000-\U000e007f]+"
)
_JOINERS = re.compile("[\u200c\u200d]+")
_VIRAMA = 9
# Scripts whose letters change beside a joiner (Arabic to Myanmar, Mongolian, Khmer and similar
# ones), and the symbols of which emoji are made.
_SHAPED = re.compile(
    "[\u0600-\u109f\u1780-\u18af\u1900-\u1cff\ua800-\uabff\ufb50-\ufdff\ufe70-\ufefc"
    "\U00010a00-\U00011fff\U0001e900-\U0001e95f"
    "\u00a9\u00ae\u203c\u2049\u20e3\u2122\u2139\u2190-\u2bff\u3030\u303d\u3297\u3299\ufe0f"
    "\U0001f000-\U0001faff]"
)
_OPENING = "\u202a\u202b\u202d\u202e\u2066\u2067\u2068"
_CLOSING = "\u202c\u2069"
_DIRECTION_MARKS = "\u061c\u200e\u200f" + _OPENING + _CLOSING
_DIRECTIONS = re.compile(f"[{_DIRECTION_MARKS}]")
_PAIRED = re.compile(f"[{_OPENING}{_CLOSING}]")
_RTL = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001eeff"
_RIGHT_TO_LEFT = re.compile(f"[{_RTL}]")
_LETTER = "[\u05d0-\u05ea\u0620-\u064a\u066e-\u06d3\u0710-\u072f\ufb1d-\ufdff\ufe70-\ufefc]"
_IDLE_MARK = re.compile(
    f"(?<={_LETTER})[\u061c\u200f]+(?= ?{_LETTER})|(?<={_LETTER} )[\u061c\u200f]+(?={_LETTER})"
)

# Scripts whose words have no white space between them, with the length of an average word.
_UNSPACED = (
    (re.compile("[\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]"), 2),
    (re.compile("[\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff]"), 5),
)

# Sentence ends of all scripts of news, then closing quotes, brackets and footnote marks. French has
# a space before its closing quotes, German closes with marks that open elsewhere.
_STOP = re.compile(r"[.!?…。！？؟۔।](?:[\"'”’»›“‘«‹」』）)\]*¹²³]|\s[»›])*$")


def remove_invisible(text: str) -> str:
    """Remove invisible characters, which break words for a search.

    These are soft hyphens, zero-width spaces, word joiners, byte order marks, control characters
    and useless direction marks. Joiners stay where they shape the characters beside them, as in
    Persian, Hindi and emoji. If anything was removed, white space is folded.
    """
    if text.isprintable():
        return text
    made = _UNSEEN.sub("", text)
    if _JOINERS.search(made):
        made = _JOINERS.sub(_joiner, made)
    if _DIRECTIONS.search(made):
        made = _directed(made)
    if made == text:
        return text
    return made if "\n" in made else fold(made)


def _joiner(match: re.Match[str]) -> str:
    """Keep a joiner that shapes the characters beside it, drop any other."""
    text, joiner = match.string, match[0][0]
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    if joiner == "\u200d" and before and combining(before) == _VIRAMA:
        # The old encoding of letters such as Malayalam chillus, which end words.
        return joiner
    if not before or not after:
        return ""
    if joiner == "\u200c" and (before.isspace() or after.isspace()):
        return ""
    shaped = _SHAPED.match(before) or _SHAPED.match(after)
    return joiner if shaped else ""


def _directed(text: str) -> str:
    """Remove direction marks: all if the text has one direction, else those at its edges."""
    if not _RIGHT_TO_LEFT.search(text):
        return _DIRECTIONS.sub("", text)
    bare = text.strip(_DIRECTION_MARKS + " \t\n")
    if sum(map(bare.count, _OPENING)) != sum(map(bare.count, _CLOSING)):
        # One of a pair was at the edge.
        bare = _PAIRED.sub("", bare)
    # A right-to-left mark between two right-to-left letters has no effect.
    return _IDLE_MARK.sub("", bare)


def fold(text: str) -> str:
    """Fold every run of white space to one space and trim the ends."""
    return " ".join(text.split())


def unspaced(text: str) -> str:
    """Remove all white space."""
    return "".join(text.split())


def key(text: str) -> str:
    """Make the form in which wordings are compared: casefolded, only letters at both ends."""
    if not text.isascii() or "`" in text:
        text = text.replace("’", "'")
        if _RARE.search(text):
            text = text.translate(_KEYS)
    folded = text.casefold()
    if folded[:1].isalpha() and folded[-1:].isalpha():
        return folded
    folded = folded.strip(_COMMON_EDGES)
    if not folded or (folded[0].isalpha() and folded[-1].isalpha()):
        return folded
    return folded.strip(_EDGES)


def bare(text: str) -> str:
    """Keep letters and digits only, casefolded: equal for two printings of one line."""
    if not text.isascii():
        for sign in _TYPOGRAPHIC:
            text = text.replace(sign, "")
    if text.isascii():
        # Bytes are translated ten times faster than str.
        return text.encode("ascii").translate(None, _NO_ALNUM_ASCII).decode("ascii").lower()
    return "".join(_ALNUM.findall(text.casefold()))


def count_words(text: str) -> int:
    """Count the words of a text: its pieces between white space.

    In scripts without white space between words the number is estimated from that of their
    letters: two a word in Chinese and Japanese, five in Thai, Lao, Khmer and Burmese.
    """
    words = 0
    if not text.isascii():
        for letters, length in _UNSPACED:
            text, found = letters.subn(" ", text)
            words += -(-found // length)
    return words + sum(any(map(str.isalnum, piece)) for piece in text.split())


def ends_sentence(text: str) -> bool:
    """Whether a line ends like a sentence."""
    last = text[-1:]
    if last == "." or last.isalpha():
        return last == "."
    return _STOP.search(text[-8:]) is not None


def escape_invisible(text: str, form: str = "{}", keep: str = "") -> str:
    r"""Replace control, bidirectional, zero-width and tag characters by escapes such as \u200b.

    form: format of each escape. keep: characters that stay as they are.
    """

    def escape(match: re.Match[str]) -> str:
        code = ord(match[0])
        if match[0] in keep:
            return match[0]
        return form.format(f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")

    return _UNSAFE.sub(escape, text)


def compile_pattern(pattern: str) -> re.Pattern[str]:
    """Compile a pattern of an adapter or fixture. Raises ValueError if it is invalid."""
    try:
        return re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        # The other two are raised for huge repeats and deep nesting.
        raise ValueError(str(error)) from error


def did_you_mean(word: str, known: Iterable[str], most: int = 1) -> str:
    """The hint "; did you mean 'x'?" with the most similar known word, or an empty string.

    most: how many words are named at most; all but the first only if they are very similar.
    """
    words = sorted(known)
    close = get_close_matches(word, words, n=1, cutoff=0.5)
    if not close:
        return ""
    if most > 1:
        close = get_close_matches(word, words, n=most, cutoff=0.75) or close
    *others, last = map(repr, close)
    named = f"{', '.join(others)} or {last}" if others else last
    return f"; did you mean {named}?"


def safe(text: str) -> str:
    """Return a text as one line, with control, bidi and zero-width characters escaped."""
    return escape_invisible(text.replace("\n", " "))


def plural(number: int, noun: str) -> str:
    """Return a number with its noun, such as "1 fixture" or "2 fixtures"."""
    return f"{number} {noun}{'s' * (number != 1)}"

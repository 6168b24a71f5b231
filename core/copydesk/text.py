"""Pure helpers on text: folding, keys, word forms, patterns, and what cannot be seen written out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from unicodedata import combining

# What is no letter in the scripts that wordings are written in: stripped from both ends of a key.
_EDGES = "".join(c for c in map(chr, range(0x3100)) if not c.isalnum() or c.isdigit())
_COMMON_EDGES = " \t.,:;!?-–—…\"'“”„‘’«»()[]|/•·*#@&+0123456789"
_KEYS = str.maketrans(
    {"İ": "i", "’": "'", "‘": "'", "`": "'", "´": "'", "ʼ": "'"}
    | dict.fromkeys("\u200b\u200c\u200d\u200e\u200f\ufeff\u00ad\u2060", "")
)
# The apostrophe that texts are full of is replaced by itself, before a search for the rare ones.
_RARE = re.compile("[İ‘`´ʼ\u200b\u200c\u200d\u200e\u200f\ufeff\u00ad\u2060]")
_NO_ALNUM_ASCII = bytes(c for c in range(128) if not chr(c).isalnum())

# C0 and C1 controls, zero-width characters, the marks that turn text around, and tags.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)

# What a reader never sees: C0 controls without white space, and format characters without a use in
# a text. The tags of flags stand behind a black flag.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f\u00ad\u200b\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb]"
    "|(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0000-\U000e007f]+"
)
_JOINERS = re.compile("[\u200c\u200d]+")
_VIRAMA = 9
# Scripts whose letters change beside a joiner (Arabic to Myanmar, Mongolian, Khmer and their
# like), and the symbols that emoji are made of.
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

# Sentence ends of the scripts that news is written in, then what may close after them.
_STOP = re.compile(r"[.!?…。！？؟۔।][\"'”’»›)\]*¹²³]*$")


def remove_invisible(text: str) -> str:
    """A text without the characters that nobody sees and that break its words for a search.

    These are soft hyphens, zero-width spaces, word joiners, byte order marks, control characters,
    and marks of direction where they carry nothing. Joiners stay where they shape what stands
    beside them, as in Persian, Hindi and emoji. White space is folded where a character went.
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
    """A joiner where it shapes; nothing where it does not."""
    text, joiner = match.string, match[0][0]
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    if joiner == "\u200d" and before and combining(before) == _VIRAMA:
        # The old form of letters such as Malayalam chillus, which end words.
        return joiner
    if not before or not after:
        return ""
    if joiner == "\u200c" and (before.isspace() or after.isspace()):
        return ""
    shaped = _SHAPED.match(before) or _SHAPED.match(after)
    return joiner if shaped else ""


def _directed(text: str) -> str:
    """Take out marks of direction: all where the text has one direction, else those at its edges."""
    if not _RIGHT_TO_LEFT.search(text):
        return _DIRECTIONS.sub("", text)
    bare = text.strip(_DIRECTION_MARKS + " \t\n")
    if sum(map(bare.count, _OPENING)) != sum(map(bare.count, _CLOSING)):
        # A pair of which one stood at the edge.
        bare = _PAIRED.sub("", bare)
    # Between two letters that run from right to left the mark of that direction says nothing.
    return _IDLE_MARK.sub("", bare)


def fold(text: str) -> str:
    """Fold every run of white space to one blank and trim the ends."""
    return " ".join(text.split())


def unspaced(text: str) -> str:
    """A text without its white space: what counts where layouts may differ."""
    return "".join(text.split())


def key(text: str) -> str:
    """The form in which wordings are compared: casefolded, bare of edge punctuation and digits."""
    if not text.isascii() or "`" in text:
        text = text.replace("’", "'")
        if _RARE.search(text):
            text = text.translate(_KEYS)
    folded = text.casefold()
    if folded[:1].isalpha() and folded[-1:].isalpha():
        return folded
    folded = folded.strip(_COMMON_EDGES)
    if folded[:1].isalpha() and folded[-1:].isalpha():
        return folded
    return folded.strip(_EDGES)


def bare(text: str) -> str:
    """Letters and digits only, casefolded: equal for two printings of one line."""
    if text.isascii():
        # Bytes are translated ten times faster than text.
        return text.encode("ascii").translate(None, _NO_ALNUM_ASCII).decode("ascii").lower()
    return "".join(filter(str.isalnum, text.casefold()))


def ends_sentence(text: str) -> bool:
    """Whether a line ends as a sentence does."""
    last = text[-1:]
    if last == "." or last.isalpha():
        return last == "."
    return _STOP.search(text[-8:]) is not None


def escape_invisible(text: str, form: str = "{}", keep: str = "") -> str:
    """A text whose control, bidirectional and zero-width characters are written as escapes.

    form: what stands around each escape. keep: those that are left as they are.
    """

    def escape(match: re.Match[str]) -> str:
        code = ord(match[0])
        if match[0] in keep:
            return match[0]
        return form.format(f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")

    return _UNSAFE.sub(escape, text)


def compile_pattern(pattern: str) -> re.Pattern[str]:
    """A pattern that somebody wrote, compiled. Raises ValueError, which says what is wrong with it."""
    try:
        return re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        # The others are how huge repeats and deep nesting end.
        raise ValueError(str(error)) from error


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint for a message: the known word nearest to a mistaken one, or nothing."""
    close = get_close_matches(word, sorted(known), n=1, cutoff=0.5)
    return f"; did you mean {close[0]!r}?" if close else ""

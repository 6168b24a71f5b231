"""Checks whether a plain text reads like an article, or is data, code, a list or an error notice."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

_SAMPLE = 64 * 1024

# Formats recognised by their first characters: not articles, even if they contain sentences.
_FORMATS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("a PDF document", re.compile(r"%PDF-")),
    ("a PostScript document", re.compile(r"%!PS")),
    ("an RTF document", re.compile(r"\{\\rtf")),
    ("a TeX document", re.compile(r"\\documentclass\b|\\input\b")),
    ("a program", re.compile(r"#!\s?/|<\?php\b|<%")),
    ("a patch", re.compile(r"diff --git |Index: \S+\n=|--- \S.*\n\+\+\+ \S")),
    ("a key or certificate", re.compile(r"-----BEGIN [A-Z0-9 ]+-----")),
    ("a calendar or a card", re.compile(r"BEGIN:V[A-Z]+\s")),
    ("a file of subtitles", re.compile(r"WEBVTT\b|1\n\d\d:\d\d:\d\d[,.]\d+ --> ")),
    ("an HTTP message", re.compile(r"HTTP/\d(?:\.\d)? \d{3}\b|(?:GET|POST|HEAD|PUT) \S+ HTTP/")),
    ("a mailbox", re.compile(r"From \S+@\S+ +\S.*\d{4}\n")),
    ("an ARC archive", re.compile(r"filedesc://")),
)
# Header fields that only e-mail has (RFC 5322, 2045, 6376).
_MAIL = re.compile(
    r"(?:received|return-path|delivered-to|message-id|mime-version|dkim-signature|in-reply-to"
    r"|content-transfer-encoding|x-[\w-]+):",
    re.IGNORECASE,
)
_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9-]*:(?:[ \t]|$)|[ \t]\S")
_JSON = re.compile(r'(?:\[\s*)?\{\s*"(?:[^"\\\n]|\\.){0,200}"\s*:')
_ROBOTS = re.compile(r"(user-agent|disallow|allow|sitemap|crawl-delay)\s*:", re.IGNORECASE)
# A lower-case key as in YAML.
_KEY = re.compile(r"[\s-]*[\"']?[a-z_$][\w.$/-]*[\"']?:(?:\s|$)")
_TAG = re.compile(r"<(?:[!?]|[A-Za-z][\w.:-]*[\s/>])")

# The start of a log line: a time with seconds, an IP address or a level.
_STAMP = re.compile(
    r"""\W?(?:\d{4}[-/.]\d\d[-/.]\d\d[T\ ])?\d\d:\d\d:\d\d\b
    |\W?[A-Z][a-z]{2}\ [\ \d]\d\ \d\d:\d\d:\d\d
    |\d{1,3}(?:\.\d{1,3}){3}\s|\S{1,40}\ -\ -\ \[
    |\[?(?:DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|TRACE)\b[\]:\s]""",
    re.X,
)
_ADDRESS = re.compile(
    r"(?:[A-Za-z][A-Za-z0-9+.-]*:)?/?/\S+|(?:[\w-]+\.)+[A-Za-z]{2,}(?::\d+)?(?:/\S*)?|[^\s@]+@[^\s@]+\.\w+"
)
_PATH = re.compile(
    r"(?:\.{0,2}|~|[A-Za-z]:)[/\\]\S.*|\S[^/\\]*(?:[/\\][^/\\]+)+|\S+\.[A-Za-z0-9]{1,5}"
)

_NEUTRAL = re.compile(r"[\W\d_]+")
_WORD = re.compile(
    r"""[("'\[*_-]*[A-Za-z0-9\u00aa-\U0010ffff][A-Za-z0-9'&/.\u00aa-\U0010ffff-]*+[.,;:!?)\]"'*_%]*+"""
)
# Letters of scripts written without spaces; two of them count as a word.
_UNSPACED = re.compile(
    "[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff]"
)
_SENTENCE = re.compile(
    "[.!?\u2026\u3002\uff0e\uff01\uff1f\uff61\u0964\u0965\u061f\u06d4\u1362\u1367\u104a\u104b\u0f0d"
    "\u17d4\u17d5\u0589\u166e]"
    "[\"'\u201d\u2019\u00bb\u203a)\\]\u300d\u300f\u3011\u3015\uff09\uff3d]*(?=\\s|$|[\u3000-\u9fff])"
)
_SYMBOL = re.compile(r"[{}\[\]<>=;|\\^~`$#@_*+&/]")
# Statements of common programming languages, by their first words and endings.
_STATEMENT = re.compile(
    r"""from\s[\w.]+\simport\b|import\s[\w.{*'"]+(?:$|[\s,;.])|package\s[\w.]+;?$|using\s[\w.]+;$
    |\#\s*(?:include|define|ifn?def|endif|pragma)\b
    |(?:async\s)?(?:def|function|func|fn|sub)\s[\w.$]+\s*[({]
    |(?:class|struct|interface|enum|impl|module|namespace|trait)\s.*[:{]$
    |(?:const|let|var|val|my|local|auto|static|final|public|private|protected|export)\s.*[=({;]
    |(?:if|elif|for|while|switch|catch|except|with|match|unless)\b.*[:{]$
    |(?:else|try|finally|do|begin)\s?[:{]?$|return\b.*[;)\]}\w]$|raise\s\w|end;?$|@[\w.]+(?:\(.*)?$
    |(?:SELECT|INSERT\sINTO|CREATE\sTABLE|UPDATE|ALTER\sTABLE|DROP\sTABLE)\s
    |[\w.\]\[]++\s*+(?:[-+*/|&]|:)?=\s*+\S|[.\#@]?[\w-][\w\s.\#>:,-]*+\{""",
    re.X,
)
# A line that begins with a tag but ends like a sentence is not code.
_ENDING = re.compile(r"[{};\\]$|=>$|/>$|^}|^<(?!.*\w[.!?]$)")
_CLOSING = re.compile(r"[\])}],?$|^[\])]")
_COMMENT = re.compile(r"(?:#+!?|//+|/\*+|\*+/?|--+|;+|%+|<!--|REM\b)(?:\s|$)")
_BLOCKS = (('"""', '"""'), ("'''", "'''"), ('r"""', '"""'), ("/*", "*/"), ("<!--", "-->"))
_OPENERS = tuple(opener for opener, _ in _BLOCKS)

_PHRASES = frozenset(s.phrase.casefold() for s in HTTPStatus if s >= 400)
_STATUS = re.compile(r"(?:\S+\s){0,2}?[45]\d\d(?:\s*[-:|.\u2013\u2014].*|\s(?P<phrase>.+))?")
_NOTICE = 300
_LONG = 800


def refusal(text: str) -> str | None:
    """Say why a plain text is not an article; None if it may be one.

    Only the first 64 Ki characters count: the format they start with, whether they parse as data,
    and how much prose, in any script, there is beside code and data. A headline and one sentence
    are enough.
    """
    sample = text[:_SAMPLE].removeprefix("\ufeff")
    start = sample.lstrip("\ufeff \t\r\n")
    for name, pattern in _FORMATS:
        if pattern.match(start):
            return f"is {name}"
    lines = [line for line in sample.splitlines() if line.strip()]
    if len(text) > _SAMPLE and len(lines) > 1:
        del lines[-1]
    found = _structure(text, start, lines)
    return found or _unlike_prose([line.strip() for line in lines], text)


def _structure(text: str, start: str, lines: Sequence[str]) -> str | None:
    """Name the format of a text whose structure is not that of prose."""
    if _JSON.match(start) or _is_json(text):
        return "is JSON"
    if _TAG.match(start) and text.rstrip().endswith(">"):
        return "is markup"
    fields = next((n for n, line in enumerate(lines) if not _FIELD.match(line)), len(lines))
    if fields >= 3 and any(_MAIL.match(line) for line in lines[:fields]):
        return "is an e-mail with its header"
    starts = [line.lstrip() for line in lines]
    directives = [m[1].casefold() for line in starts if (m := _ROBOTS.match(line))]
    if len(directives) >= 2 and "user-agent" in directives:
        return "is a robots.txt"
    keys = [bool(_KEY.match(line)) for line in starts if not line.startswith(("#", "---"))]
    if sum(keys) >= 3 and keys[0] and sum(keys) >= 0.4 * len(keys):
        return "is a key-value file"
    if len(lines) >= 3 and sum(map(bool, map(_STAMP.match, lines))) >= 0.6 * len(lines):
        return "is a log"
    joined = "\n".join(lines)
    marks = (mark for mark in "\t,;|" if joined.count(mark) >= len(lines))
    return "is a table" if any(_is_table(lines, mark) for mark in marks) else None


def _is_json(text: str) -> bool:
    if not text.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
        return False
    try:
        json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return False
    return True


def _is_table(lines: Sequence[str], mark: str) -> bool:
    """Return whether all lines have the same number of cells, of lines with a mark each on average.

    In prose a blank follows a comma or semicolon; in that case the cells must also be short.
    """
    try:
        rows = [row for row in csv.reader(lines, delimiter=mark, strict=True) if row]
    except csv.Error:
        return False
    width = len(rows[0]) if rows else 0
    if width < 2 or any(len(row) != width for row in rows):
        return False
    count = sum(line.count(mark) for line in lines)
    unspaced = sum(len(re.findall(f"{re.escape(mark)}\\S", line)) for line in lines)
    if mark != "\t" and unspaced < 0.5 * count:
        cells = [cell for row in rows for cell in row]
        return len(rows) >= 4 and sum(map(len, cells)) < 30 * len(cells)
    return len(rows) * width >= (4 if mark == "\t" else 8)


@dataclass(slots=True)
class _Weights:
    """The characters in lines of prose and in lines of data, and the number of lines of prose."""

    prose: int = 0
    data: int = 0
    sentences: int = 0

    @property
    def most_data(self) -> int:
        """How much data an article may have beside its prose."""
        return self.prose * (4 if self.prose > _LONG and self.sentences > 4 else 1)


def _unlike_prose(lines: Sequence[str], text: str) -> str | None:
    weights = weigh(lines)
    prose, data = weights.prose, weights.data
    if not prose:
        listed = lines[:200]
        if sum(bool(_ADDRESS.fullmatch(line)) for line in listed) >= 0.8 * len(listed):
            return "is a list of addresses; start each line with http:// or https://"
        if sum(bool(_PATH.fullmatch(line)) for line in listed) >= 0.8 * len(listed):
            return "is a list of files; pass them as arguments"
        return "is code or data, not prose" if data else "contains no sentence"
    if data > weights.most_data:
        return "is code or data with little prose in it"
    if prose < _NOTICE and len(lines) <= 6 and is_notice(lines[0]):
        return f"is an error notice: it begins with {lines[0][:80]!r}"
    return None


def is_notice(title: str) -> bool:
    """Return whether a line is an HTTP status, given as a number or its standard phrase."""
    title = title.strip(" .!-:|").casefold()
    if title in _PHRASES:
        return True
    status = _STATUS.fullmatch(title)
    return status is not None and (status["phrase"] is None or status["phrase"] in _PHRASES)


def weigh(lines: Sequence[str]) -> _Weights:
    """Measure how much of some lines is prose and how much is code or data; comments count as neither.

    Stops where the rest cannot make the lines anything but prose.
    """
    weights = _Weights()
    closing = ""
    left = sum(map(len, lines))
    for line in lines:
        left -= len(line)
        if closing:
            closing = "" if closing in line else closing
            continue
        if line.startswith(_OPENERS):
            opener, end = next(pair for pair in _BLOCKS if line.startswith(pair[0]))
            closing = "" if end in line[len(opener) :] else end
            continue
        kind = _kind(line)
        size = len(line) - line.count(" ")
        if kind == "prose":
            weights.prose += size
            weights.sentences += 1
            if weights.prose >= _NOTICE and weights.data + left <= weights.most_data:
                break
        elif kind == "data":
            weights.data += size
    return weights


def is_code(line: str) -> bool:
    """Return whether a line is a statement of a programming language, or ends like one."""
    return bool(_STATEMENT.match(line) or (_SYMBOL.search(line) and _ENDING.search(line)))


def _kind(line: str) -> str:
    """Classify a line as "prose", "data", or "" for neither, such as a heading."""
    if _COMMENT.match(line):
        return ""
    tokens = line.split()
    size = sum(map(len, tokens))
    symbols = len(_SYMBOL.findall(line))
    if len(tokens) == 1 and line.isascii():
        return "data" if symbols or size >= 40 or _ADDRESS.fullmatch(line) else ""
    if is_code(line):
        return "data"
    if symbols > 0.04 * size and _CLOSING.search(line):
        return "data"
    # What follows comes to the same for the next two kinds of lines, and takes longer.
    if not symbols and len(tokens) < 10 and line.isascii() and not _SENTENCE.search(line):
        return ""
    if symbols <= 0.2 * size and len(tokens) >= 12:
        if sum(map(str.isalpha, tokens)) >= max(12, 0.7 * len(tokens)):
            return "prose"
    unspaced = len(_UNSPACED.findall(line))
    counted = [token for token in tokens if not _NEUTRAL.fullmatch(token)]
    words = sum(_WORD.fullmatch(token) is not None for token in counted)
    amount = words + unspaced / 2
    if symbols > 0.2 * size or (symbols > 0.12 * size and amount < 12):
        return "data"
    if words < 0.7 * len(counted) and unspaced < 0.4 * size:
        return "data" if symbols > 0.06 * size else ""
    if amount >= 10 or (amount >= 4 and _SENTENCE.search(line)):
        return "prose"
    return ""

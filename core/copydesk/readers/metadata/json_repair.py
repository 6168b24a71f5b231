"""A tolerant reader for broken JSON, as page templates produce it."""

from __future__ import annotations

import re
from typing import Any

_LONGEST = 400_000
"""Maximum number of characters read of a broken script."""

_DEEPEST = 60
_SKIPPED = re.compile(
    r"[\s\u00a0\ufeff]+|//[^\n]*|/\*(?:[^*]|\*(?!/))*+(?:\*/)?|<!--|-->|</?[a-z][^<>{}\"]{0,200}>",
    re.I,
)
_START = re.compile(r"\{|\[(?=\s*[{\[\"'])")
_QUOTES = {'"': re.compile(r'\\.|"', re.DOTALL), "'": re.compile(r"\\.|'", re.DOTALL)}
_CURLY = re.compile(r"\\.|[\u201c\u201d\"]", re.DOTALL)
_QUOTE = "[\"'\u201c\u201d]"
_KEY = rf"{_QUOTE}[^\"'\u201c\u201d\n]{{1,80}}{_QUOTE}\s*+:"
_BARE_KEY = r"[A-Za-z_$@][\w$]{0,60}\s*+:(?=\s*+[\"'\[{\d])"
_NAMED = re.compile(_KEY)
_UNQUOTED = re.compile(r"[A-Za-z_$@][\w$]{0,60}\s*+:")
# What may follow the quote that ends a string: in an object, and in a list.
_ENDS_MEMBER = re.compile(
    rf"\s*+(?:\}}(?=\s*+(?:[,}}\]{{\[;<\"/]|\Z))|\](?=\s*+(?:[,}}\]]|\Z))|\Z|//|/\*"
    rf"|,\s*+(?:{_KEY}|{_BARE_KEY}|[,}}\]]|\Z|//|/\*|</?(?:br|p)\b)|{_KEY})"
)
_ENDS_ITEM = re.compile(
    r"\s*+(?:[\]}](?=\s*+(?:[,}\]{\[;<\"/]|\Z))|\Z|//|/\*|,\s*+(?:[\"'{\[\]\d,-]|true|false|null|\Z)"
    r"|(?=[\"'{]))"
)
# A quote that opens the next key after a string whose closing quote is missing.
_OPENS_KEY = re.compile(r"[@A-Za-z][\w:@.-]{0,60}[\"'\u201c\u201d]\s*+:\s*+[\"'\[{\dtfn\u201c]")
_BARE = re.compile(r"[^,}\]\n\"]{1,400}")
_NUMBER = re.compile(r"-?\d{1,18}(?:\.\d{1,18})?")
_RESUME = re.compile(rf"{_KEY}|[{{}}\[\]]")
_TEMPLATES = {"{{": "}}", "{%": "%}", "<%": "%>", "<?": "?>", "${": "}"}
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "", "f": " ", "\n": ""}
_CONSTANTS: dict[str, Any] = {"true": True, "false": False} | dict.fromkeys(
    ("null", "none", "undefined", "nan", "infinity", "-infinity"), None
)
# Keys that articles have and authors or publishers do not: the brace before them is missing.
_ARTICLE_KEYS = frozenset(
    "headline author publisher articleBody articleSection datePublished dateModified dateCreated "
    "mainEntityOfPage isAccessibleForFree wordCount".split()
)
_AGENTS = frozenset(("Person", "Organization", "NewsMediaOrganization"))


def read(text: str) -> list[Any]:
    """Return the complete objects and lists of a broken script, in order.

    Accepts unescaped and single quotes, escapes that JSON does not know, comments, empty values,
    words without quotes, and missing or surplus commas, quotes and brackets. What cannot be parsed
    is skipped up to the next key. A value cut off by the end is left out. At most 400,000
    characters are read, in linear time.
    """
    reader = _Reader(text[:_LONGEST])
    reader.read()
    return [value for value in reader.found if value]


class _Reader:
    """One reading: the position in the text, and the open containers with their current keys."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found: list[Any] = []
        self.stack: list[Any] = []
        self.keys: list[str | None] = []

    def read(self) -> None:
        text = self.text
        while self._skip() and len(self.stack) <= _DEEPEST:
            if not self.stack:
                if not self._begin():
                    return
            elif text[self.at] in "}]":
                self._close(dict if text[self.at] == "}" else list)
                self.at += 1
            elif text[self.at] == ",":
                self._put(None)
                self.at += 1
            elif isinstance(self.stack[-1], dict) and self.keys[-1] is None:
                self._key()
            elif isinstance(self.stack[-1], list) and self._is_key():
                self._close(list)
            else:
                self._value()

    def _skip(self) -> bool:
        """Skip white space, comments and tags; return False at the end."""
        while found := _SKIPPED.match(self.text, self.at):
            self.at = found.end()
        return self.at < len(self.text)

    def _begin(self) -> bool:
        """Open the next value of the script, or reopen the last object if it was closed too soon."""
        text = self.text
        if self.found and isinstance(self.found[-1], dict) and text[self.at] == ",":
            self.at += 1
            if self._skip() and _NAMED.match(text, self.at):
                self._push(self.found[-1])
                return True
        start = _START.search(text, self.at)
        if start is None:
            return False
        self.at = start.end()
        self._push({} if start[0] == "{" else [])
        self.found.append(self.stack[-1])
        return True

    def _push(self, container: Any) -> None:
        self.stack.append(container)
        self.keys.append(None)

    def _close(self, kind: type) -> None:
        """Close the innermost container of a type and all in it; ignore a surplus bracket."""
        for depth in range(len(self.stack) - 1, -1, -1):
            if isinstance(self.stack[depth], kind):
                del self.stack[depth:], self.keys[depth:]
                return

    def _put(self, value: Any) -> None:
        """Add a value to the open container; an object without a current key drops it."""
        top, key = self.stack[-1], self.keys[-1]
        if isinstance(top, list):
            if value is not None:
                top.append(value)
        elif key is not None:
            if value is not None:
                top.setdefault(key, value)
            self.keys[-1] = None

    def _is_key(self) -> bool:
        """Return whether a key follows in a list: the list's closing bracket is missing."""
        named = _NAMED.match(self.text, self.at)
        return named is not None and any(isinstance(c, dict) for c in self.stack)

    def _key(self) -> None:
        text = self.text
        if found := _NAMED.match(text, self.at):
            name = found[0].rstrip(": \t\r\n")[1:-1]
        elif found := _UNQUOTED.match(text, self.at):
            name = found[0].rstrip(": \t\r\n")
        else:
            resume = _RESUME.search(text, self.at + 1)
            self.at = resume.start() if resume else len(text)
            return
        if name in _ARTICLE_KEYS and len(self.stack) > 1 and _is_agent(self.stack[-1]):
            self._close(dict)
            if self.stack and isinstance(self.stack[-1], list):
                self._close(list)
            if not self.stack or not isinstance(self.stack[-1], dict):
                self.at = found.end()
                return
        self.at = found.end()
        self.keys[-1] = name

    def _value(self) -> None:
        text, at = self.text, self.at
        if (end := _TEMPLATES.get(text[at : at + 2])) is not None:
            behind = text.find(end, at, at + 400)
            self.at = behind + len(end) if behind >= 0 else at + 2
            self._put(None)
        elif text[at] in "{[":
            container: Any = {} if text[at] == "{" else []
            self._put(container)
            self._push(container)
            self.at += 1
        elif text[at] in "\"'\u201c\u201d":
            self._put(self._string())
        elif found := _BARE.match(text, at):
            self.at = found.end()
            self._put(_unquoted(found[0].strip()))
        else:
            self.at += 1

    def _string(self) -> str | None:
        """Read a string up to its closing quote; None if the text ends first."""
        text, start = self.text, self.at + 1
        pattern = _QUOTES.get(text[self.at], _CURLY)
        ends = _ENDS_MEMBER if isinstance(self.stack[-1], dict) else _ENDS_ITEM
        for quote in pattern.finditer(text, start):
            if quote[0][0] == "\\":
                continue
            at = quote.start()
            if ends.match(text, at + 1):
                self.at = at + 1
                return _unescaped(text[start:at])
            before = text[max(start, at - 40) : at].rstrip(" \t\r")
            if before[-1:] in ("\n", ",") and at > start and _OPENS_KEY.match(text, at + 1):
                self.at = at
                return _unescaped(text[start:at]).rstrip(", \t\r\n")
        self.at = len(text)
        return None


def _unquoted(word: str) -> Any:
    folded = word.casefold()
    if folded in _CONSTANTS:
        return _CONSTANTS[folded]
    if _NUMBER.fullmatch(word):
        return float(word) if "." in word else int(word)
    return word if word[:1].isalnum() else None


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text

    def resolve(match: re.Match[str]) -> str:
        escape = match[1]
        if len(escape) > 1:
            return chr(int(escape[1:], 16))
        return _ESCAPES.get(escape, match[0] if escape.isalnum() else escape)

    made = _ESCAPE.sub(resolve, text)
    return made.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _is_agent(value: dict[str, Any]) -> bool:
    """Return whether an object is a person or an organisation; `@type` may be a list."""
    stated = value.get("@type")
    kinds = stated if isinstance(stated, list) else [stated]
    return any(isinstance(kind, str) and kind in _AGENTS for kind in kinds)

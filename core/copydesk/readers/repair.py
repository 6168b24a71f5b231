"""JSON with faults, as templates leave it on pages: everything that can be told apart is read."""

from __future__ import annotations

import re
from typing import Any

_LONGEST = 400_000
"""How many characters of a faulty script are read."""

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
# What may stand behind the quote that ends a string: in an object, and in a list.
_ENDS_MEMBER = re.compile(
    rf"\s*+(?:\}}(?=\s*+(?:[,}}\]{{\[;<\"/]|\Z))|\](?=\s*+(?:[,}}\]]|\Z))|\Z|//|/\*"
    rf"|,\s*+(?:{_KEY}|{_BARE_KEY}|[,}}\]]|\Z|//|/\*|</?(?:br|p)\b)|{_KEY})"
)
_ENDS_ITEM = re.compile(
    r"\s*+(?:[\]}](?=\s*+(?:[,}\]{\[;<\"/]|\Z))|\Z|//|/\*|,\s*+(?:[\"'{\[\]\d,-]|true|false|null|\Z)"
    r"|(?=[\"'{]))"
)
# A quote that opens the next key, where the one that should end the string is missing.
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
# Keys of an article that a person or house never has: the brace before them is missing.
_NOBODYS = frozenset(
    "headline author publisher articleBody articleSection datePublished dateModified dateCreated "
    "mainEntityOfPage isAccessibleForFree wordCount".split()
)
_SOMEBODY = frozenset(("Person", "Organization", "NewsMediaOrganization"))


def read(text: str) -> list[Any]:
    """The objects and lists of a faulty script, in order, with all that stands whole in them.

    Read are quotes that are not escaped or are single, escapes that JSON does not know, comments,
    empty values, words without quotes; commas, quotes and brackets may be missing or too many. What
    cannot be told apart is passed over up to the next key. A value that the end cuts off is left
    out. At most 400,000 characters are read, in time in proportion to their number.
    """
    reader = _Reader(text[:_LONGEST])
    reader.read()
    return [value for value in reader.found if value]


class _Reader:
    """One reading: the place in the text, and the containers around it with their open keys."""

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
        """Go past white space, comments and tags; False at the end."""
        while found := _SKIPPED.match(self.text, self.at):
            self.at = found.end()
        return self.at < len(self.text)

    def _begin(self) -> bool:
        """Open the next value of the script, or the last one again where it was closed too soon."""
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
        """Close the nearest container of a kind, and those in it; a bracket too many is passed over."""
        for depth in range(len(self.stack) - 1, -1, -1):
            if isinstance(self.stack[depth], kind):
                del self.stack[depth:], self.keys[depth:]
                return

    def _put(self, value: Any) -> None:
        """Give the open container a value; an object without an open key has no place for one."""
        top, key = self.stack[-1], self.keys[-1]
        if isinstance(top, list):
            if value is not None:
                top.append(value)
        elif key is not None:
            if value is not None:
                top.setdefault(key, value)
            self.keys[-1] = None

    def _is_key(self) -> bool:
        """Whether a key stands where a list should go on: its end is missing."""
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
        if name in _NOBODYS and len(self.stack) > 1 and _is_somebody(self.stack[-1]):
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
            self._put(_bare(found[0].strip()))
        else:
            self.at += 1

    def _string(self) -> str | None:
        """Read a string up to the quote that ends it; None where the text ends first."""
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


def _bare(word: str) -> Any:
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
        said = match[1]
        if len(said) > 1:
            return chr(int(said[1:], 16))
        return _ESCAPES.get(said, match[0] if said.isalnum() else said)

    made = _ESCAPE.sub(resolve, text)
    return made.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _is_somebody(value: dict[str, Any]) -> bool:
    """Whether an object says that it is a person or an organisation; `@type` may be a list."""
    stated = value.get("@type")
    kinds = stated if isinstance(stated, list) else [stated]
    return any(isinstance(kind, str) and kind in _SOMEBODY for kind in kinds)

"""Values written as JavaScript literals: objects, lists, strings, and the arguments of a function."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_TOKEN = re.compile(
    r"""(?P<space>(?:\s|//[^\n]*+|/\*(?:[^*]|\*(?!/))*+\*/)++)
    |(?P<string>"(?:[^"\\]|\\.)*+"|'(?:[^'\\]|\\.)*+'|`(?:[^`\\]|\\.)*+`)
    |(?P<number>-?\.?\d[\w.]*+)
    |(?P<name>[A-Za-z_$][\w$]*+(?:\.[A-Za-z_$][\w$]*+)*+)
    |(?P<sign>.)""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(u\{[0-9A-Fa-f]{1,6}\}|u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "", "f": " ", "v": " ", "0": "", "\n": ""}
_CONSTANTS = {"true": True, "false": False, "null": None, "undefined": None}
_FUNCTION = re.compile(
    r"\(?\s*(?:function\b[^(]{0,80}\(([^()]{0,200000})\)|\(([^()]{0,200000})\)\s*=>)"
)
_RETURN = re.compile(r"\breturn\s*(?=\{)|\(\s*(?=\{)")
_CALLED = re.compile(r"[\s;})]{0,40}\(")
_DEEPEST = 200
# Characters of a function before the value that it returns.
_LONGEST_BODY = 100_000
_CLOSING = frozenset(("}", "]", ")"))
_NONE: dict[str, Any] = {}


class Unreadable(ValueError):
    """A text that is no literal; `at` is where the reading stopped."""

    def __init__(self, at: int) -> None:
        super().__init__(f"no literal at {at}")
        self.at = at


def read(text: str, at: int, names: Mapping[str, Any] = _NONE) -> tuple[Any, int]:
    """Read the object or list at an offset; return it, and where it ends.

    names: the values of identifiers; others are None, like calls and functions. Reads in linear
    time. Raises Unreadable.
    """
    reader = _Reader(text, at, names)
    return reader.read(), reader.at


def read_call(text: str, at: int) -> tuple[Any, int]:
    """Read the object that a function at an offset returns, called at once with its arguments.

    `(function(a,b){return {title:a,text:b}}("...","..."))` gives the object with both values.
    Raises Unreadable.
    """
    function = _FUNCTION.match(text, at)
    returned = (
        _RETURN.search(text, function.end(), function.end() + _LONGEST_BODY) if function else None
    )
    if function is None or returned is None:
        raise Unreadable(min(len(text), function.end() + _LONGEST_BODY) if function else at)
    _, end = read(text, returned.end())
    called = _CALLED.match(text, end)
    if called is None:
        raise Unreadable(end)
    arguments = _Reader(text, called.end(), _NONE)
    values = arguments.read_arguments()
    names = [name.strip() for name in (function[1] or function[2] or "").split(",")]
    value, _ = read(text, returned.end(), dict(zip(names, values, strict=False)))
    return value, arguments.at


def unquote(literal: str) -> str:
    """Return the text of a string literal."""
    inner = literal[1:-1]
    if "\\" not in inner:
        return inner

    def resolve(match: re.Match[str]) -> str:
        escape = match[1]
        if len(escape) > 1:
            number = int(escape.strip("ux{}"), 16)
            return chr(number) if number < 0x110000 else ""
        return _ESCAPES.get(escape, escape)

    made = _ESCAPE.sub(resolve, inner)
    return made.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class _Reader:
    """One reading: the position, and the open containers with their current keys."""

    def __init__(self, text: str, at: int, names: Mapping[str, Any]) -> None:
        self.text = text
        self.at = at
        self.names = names
        self.stack: list[Any] = []
        self.keys: list[str | None] = []

    def read(self) -> Any:
        _, token = self._next()
        if token not in ("{", "["):
            raise Unreadable(self.at)
        value: Any = {} if token == "{" else []
        self._open(value)
        self._fill()
        return value

    def read_arguments(self) -> list[Any]:
        """Read values up to the bracket that closes a call."""
        values: list[Any] = []
        self._open(values)
        self._fill()
        return values

    def _next(self) -> tuple[str, str]:
        while found := _TOKEN.match(self.text, self.at):
            self.at = found.end()
            if (kind := found.lastgroup or "") != "space":
                return kind, found[0]
        raise Unreadable(self.at)

    def _open(self, container: Any) -> None:
        if len(self.stack) >= _DEEPEST:
            raise Unreadable(self.at)
        self.stack.append(container)
        self.keys.append(None)

    def _fill(self) -> None:
        """Read up to the end of the outermost container."""
        while self.stack:
            kind, token = self._next()
            if token in _CLOSING:
                self.stack.pop()
                self.keys.pop()
            elif token == ",":
                self._put(None)
            elif isinstance(self.stack[-1], dict) and self.keys[-1] is None:
                self._key(kind, token)
            elif token in ("{", "["):
                value: Any = {} if token == "{" else []
                self._put(value)
                self._open(value)
            else:
                self._put(self._scalar(kind, token))
                self._skip_rest()

    def _key(self, kind: str, token: str) -> None:
        if kind == "sign" or self._next()[1] != ":":
            raise Unreadable(self.at)
        self.keys[-1] = unquote(token) if kind == "string" else token

    def _put(self, value: Any) -> None:
        """Add a value; a comma without one adds nothing."""
        top, key = self.stack[-1], self.keys[-1]
        if isinstance(top, list):
            if value is not None or not self._is_comma():
                top.append(value)
        elif key is not None:
            top[key] = value
            self.keys[-1] = None

    def _is_comma(self) -> bool:
        return self.text[self.at - 1] == ","

    def _scalar(self, kind: str, token: str) -> Any:
        if kind == "string":
            return unquote(token)
        if kind == "number":
            digits = token.lstrip("-")
            return int(token) if digits.isdecimal() and len(digits) < 18 else None
        if kind == "name":
            return _CONSTANTS.get(token, self.names.get(token))
        if token == "!":
            return self._next()[1] == "0"
        if token == "(":
            self._skip_to_close()
        return None

    def _skip_rest(self) -> None:
        """Skip the rest of an expression, up to a comma or closing bracket."""
        while True:
            start = self.at
            _, token = self._next()
            if token == "," or token in _CLOSING:
                self.at = start
                return
            if token in ("(", "[", "{"):
                self._skip_to_close()

    def _skip_to_close(self) -> None:
        depth = 1
        while depth:
            _, token = self._next()
            depth += (token in ("(", "[", "{")) - (token in _CLOSING)

"""Outlets stated in TOML: what a class can say without code, with the same checks."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, cast

from copydesk.adapters.outlet import FIELD_NAMES, Layout, Outlet, Strip
from copydesk.errors import OutletDefinitionError, os_message
from copydesk.rules import Rule
from copydesk.util.text import compile_pattern, did_you_mean

_Keys = Mapping[str, tuple[type, ...]]

_TEXT = (str,)
_OUTLET: _Keys = {
    **dict.fromkeys(("id", "name", "country", "language", "timezone", *FIELD_NAMES), _TEXT),
    **dict.fromkeys(("domains", "feeds", "rules", "layouts"), (list,)),
    "strip": (dict,),
}
_LAYOUT: _Keys = {
    **dict.fromkeys(("name", "matches", *FIELD_NAMES), _TEXT),
    "until": (str, date),
    "strip": (dict,),
}
_RULE: _Keys = {"kind": _TEXT, "pattern": _TEXT, "name": _TEXT, "place": (str, list)}
_RULES: Mapping[str, _Keys] = {
    "line": {**_RULE, "role": _TEXT},
    "split": {**_RULE, "warn": _TEXT},
    "zone": {**_RULE, "role": _TEXT, "lines": (int,), "until": _TEXT},
}
_KINDS = {str: "a text", int: "a whole number", list: "a list", dict: "a table", date: "a date"}


def outlet_from_toml(declaration: str | Path) -> type[Outlet]:
    """An adapter class from TOML, which holds data alone: nothing in it is ever run.

    declaration: the path of a file, or the TOML itself as a str with line breaks; id and name
    take a line each, so that a str in one line is a path. The class's version is a hash of the
    text. Raises OutletDefinitionError, which names the file ("<toml>" for a text) and the key.
    """
    where, text = "<toml>", str(declaration)
    if isinstance(declaration, Path) or "\n" not in declaration:
        where, text = text, _text_of(Path(declaration))
    try:
        said = _attributes(tomllib.loads(text))
    except (ValueError, RecursionError) as error:
        what = "bad TOML: " * (not isinstance(error, _Fault))
        raise OutletDefinitionError(where, f"{what}{error}") from error
    said |= {"__module__": where, "__doc__": None, "_declaration": text}
    try:
        outlet = cast(type[Outlet], type("Declared", (Outlet,), said))
    except OutletDefinitionError as error:
        key = error.subject.rpartition(".")[2]
        raise OutletDefinitionError(where, f"{key}: {error.message}") from error
    outlet.__name__ = outlet.__qualname__ = outlet.id
    return outlet


class _Fault(ValueError):
    """A key that cannot be what it is; the message begins with its place."""


def _text_of(path: Path) -> str:
    try:
        data = path.read_bytes()
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise OutletDefinitionError(str(path), f"is no UTF-8 (at line {line})") from error
    except OSError as error:
        raise OutletDefinitionError(str(path), os_message(error)) from error


def _attributes(given: dict[str, Any]) -> dict[str, Any]:
    said = _table("", given, _OUTLET, "id", "name")
    for key in ("domains", "feeds"):
        if key in said:
            said[key] = tuple(said[key])
    if "strip" in said:
        said["strip"] = _strip("strip: ", said["strip"])
    for key, make in (("rules", _rule), ("layouts", _layout)):
        if key in said:
            said[key] = tuple(make(f"{key}: [{n}] ", one) for n, one in enumerate(said[key]))
    return said


def _table(where: str, given: Any, keys: _Keys, *needed: str) -> dict[str, Any]:
    """A copy of a table whose keys are known and hold what they may hold."""
    if not isinstance(given, dict):
        raise _Fault(f"{where}must be a table, not {_kind(given)}")
    for key, value in given.items():
        if key not in keys:
            raise _Fault(f"{where}unknown key {key!r}{did_you_mean(key, keys)}")
        if type(value) not in keys[key]:
            wanted = " or ".join(_KINDS[kind] for kind in keys[key])
            raise _Fault(f"{where}{key}: must be {wanted}, not {_kind(value)}")
    for key in needed:
        if not given.get(key):
            raise _Fault(f"{where}{key} is missing")
    return dict(given)


def _kind(value: object) -> str:
    return _KINDS.get(type(value), f"a {type(value).__name__}")


def _strip(where: str, given: dict[str, Any]) -> dict[str, Strip]:
    return {
        kind: tuple(
            _part(f"{where}{kind}: ", one) for one in (said if isinstance(said, list) else [said])
        )
        for kind, said in given.items()
    }


def _part(where: str, given: Any) -> str | re.Pattern[str]:
    if isinstance(given, str):
        return given
    if not isinstance(given, dict):
        raise _Fault(f"{where}must be a CSS selector or {{line = 'pattern'}}, not {_kind(given)}")
    return _pattern(where, _table(where, given, {"line": _TEXT}, "line")["line"])


def _pattern(where: str, text: str) -> re.Pattern[str]:
    try:
        return compile_pattern(text)
    except ValueError as error:
        raise _Fault(f"{where}bad pattern {text!r}: {error}") from error


def _rule(where: str, given: Any) -> Rule:
    kind = _table(where, given, {**_RULES["split"], **_RULES["zone"]}, "kind")["kind"]
    if kind not in _RULES:
        raise _Fault(f"{where}kind: must be 'line', 'split' or 'zone', not {kind!r}")
    keys = _RULES[kind]
    said = _table(f"{where}{kind}: ", given, keys, *({"pattern", "role"} & keys.keys()))
    del said["kind"]
    said["pattern"] = _pattern(where, said["pattern"])
    if said.get("until", "end") not in ("paragraph", "end"):
        said["until"] = _pattern(f"{where}until: ", said["until"])
    make: Any = getattr(Rule, kind)
    return cast(Rule, make(**said))


def _layout(where: str, given: Any) -> Layout:
    said = _table(where, given, _LAYOUT, "name", "matches")
    if isinstance(said.get("until"), date):
        said["until"] = said["until"].isoformat()
    said["strip"] = _strip(f"{where}strip: ", said.get("strip", {}))
    return Layout(**said)

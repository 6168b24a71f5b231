"""Outlet adapters defined in TOML, with the same checks as adapter classes."""

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

_STRING = (str,)
_OUTLET: _Keys = {
    **dict.fromkeys(("id", "name", "country", "language", "timezone", *FIELD_NAMES), _STRING),
    **dict.fromkeys(("domains", "feeds", "sitemaps", "rules", "layouts"), (list,)),
    "strip": (dict,),
}
_LAYOUT: _Keys = {
    **dict.fromkeys(("name", "matches", *FIELD_NAMES), _STRING),
    "until": (str, date),
    "strip": (dict,),
}
_RULE: _Keys = {"kind": _STRING, "pattern": _STRING, "name": _STRING, "place": (str, list)}
_RULES: Mapping[str, _Keys] = {
    "line": {**_RULE, "role": _STRING},
    "split": {**_RULE, "warn": _STRING},
    "zone": {**_RULE, "role": _STRING, "lines": (int,), "until": _STRING},
}
_TYPE_NAMES = {
    str: "a string",
    bool: "a boolean",
    int: "an integer",
    float: "a float",
    list: "an array",
    dict: "a table",
    date: "a date",
}


def outlet_from_toml(declaration: str | Path) -> type[Outlet]:
    """Create an adapter class from TOML. No code is executed.

    The version of the class is a hash of the TOML.

    Args:
        declaration: the path of a file, or the TOML itself. A str with a line break is TOML.

    Raises:
        OutletDefinitionError: names the file (or "<toml>") and the invalid key.
    """
    where, text = "<toml>", str(declaration)
    if isinstance(declaration, Path) or "\n" not in declaration:
        where, text = text, _read_text(Path(declaration))
    try:
        attributes = _attributes(tomllib.loads(text))
    except (ValueError, RecursionError) as error:
        prefix = "" if isinstance(error, _InvalidKey) else "invalid TOML: "
        raise OutletDefinitionError(where, f"{prefix}{error}") from error
    attributes |= {"__module__": where, "__doc__": None, "_declaration": text}
    try:
        outlet = cast(type[Outlet], type("Declared", (Outlet,), attributes))
    except OutletDefinitionError as error:
        key = error.subject.rpartition(".")[2]
        raise OutletDefinitionError(where, f"{key}: {error.message}") from error
    outlet.__name__ = outlet.__qualname__ = outlet.id
    return outlet


class _InvalidKey(ValueError):
    """A missing, unknown or invalid key; the message begins with its place."""


def _read_text(path: Path) -> str:
    try:
        data = path.read_bytes()
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise OutletDefinitionError(str(path), f"is not UTF-8 (at line {line})") from error
    except OSError as error:
        raise OutletDefinitionError(str(path), os_message(error)) from error


def _attributes(declaration: dict[str, Any]) -> dict[str, Any]:
    attributes = _table("", declaration, _OUTLET, "id", "name")
    for key in ("domains", "feeds", "sitemaps"):
        if key in attributes:
            attributes[key] = tuple(attributes[key])
    if "strip" in attributes:
        attributes["strip"] = _strip("strip: ", attributes["strip"])
    for key, make in (("rules", _rule), ("layouts", _layout)):
        if key in attributes:
            items = enumerate(attributes[key])
            attributes[key] = tuple(make(f"{key}: [{n}] ", item) for n, item in items)
    return attributes


def _table(where: str, value: Any, keys: _Keys, *required: str) -> dict[str, Any]:
    """Check the keys and types of a table and return a copy."""
    if not isinstance(value, dict):
        raise _InvalidKey(f"{where}must be a table, not {_type_name(value)}")
    for key, item in value.items():
        if key not in keys:
            raise _InvalidKey(f"{where}unknown key {key!r}{did_you_mean(key, keys)}")
        if type(item) not in keys[key]:
            expected = " or ".join(_TYPE_NAMES[kind] for kind in keys[key])
            raise _InvalidKey(f"{where}{key}: must be {expected}, not {_type_name(item)}")
    for key in required:
        if not value.get(key):
            raise _InvalidKey(f"{where}{key} is missing")
    return dict(value)


def _type_name(value: object) -> str:
    return _TYPE_NAMES.get(type(value), f"a {type(value).__name__}")


def _strip(where: str, table: dict[str, Any]) -> dict[str, Strip]:
    return {
        kind: tuple(
            _selector_or_pattern(f"{where}{kind}: ", item)
            for item in (value if isinstance(value, list) else [value])
        )
        for kind, value in table.items()
    }


def _selector_or_pattern(where: str, value: Any) -> str | re.Pattern[str]:
    if isinstance(value, str):
        return value
    if not isinstance(value, dict):
        expected = "a CSS selector or {line = 'pattern'}"
        raise _InvalidKey(f"{where}must be {expected}, not {_type_name(value)}")
    return _pattern(where, _table(where, value, {"line": _STRING}, "line")["line"])


def _pattern(where: str, text: str) -> re.Pattern[str]:
    try:
        return compile_pattern(text)
    except ValueError as error:
        raise _InvalidKey(f"{where}bad pattern {text!r}: {error}") from error


def _rule(where: str, value: Any) -> Rule:
    kind = _table(where, value, {**_RULES["split"], **_RULES["zone"]}, "kind")["kind"]
    if kind not in _RULES:
        raise _InvalidKey(f"{where}kind: must be 'line', 'split' or 'zone', not {kind!r}")
    keys = _RULES[kind]
    attributes = _table(f"{where}{kind}: ", value, keys, *({"pattern", "role"} & keys.keys()))
    del attributes["kind"]
    attributes["pattern"] = _pattern(where, attributes["pattern"])
    if attributes.get("until", "end") not in ("paragraph", "end"):
        attributes["until"] = _pattern(f"{where}until: ", attributes["until"])
    make: Any = getattr(Rule, kind)
    return cast(Rule, make(**attributes))


def _layout(where: str, value: Any) -> Layout:
    layout = _table(where, value, _LAYOUT, "name", "matches")
    if isinstance(layout.get("until"), date):
        layout["until"] = layout["until"].isoformat()
    layout["strip"] = _strip(f"{where}strip: ", layout.get("strip", {}))
    return Layout(**layout)

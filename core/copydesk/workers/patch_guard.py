"""Notices code that puts something else in the place of functions that every reading uses."""

from __future__ import annotations

import sys
from collections.abc import Callable
from operator import itemgetter
from types import ModuleType
from typing import Any

_WATCHED = frozenset((
    "builtins", "codecs", "collections", "copydesk", "datetime", "functools", "gzip", "hashlib",
    "html", "itertools", "json", "operator", "re", "selectolax", "struct", "time", "unicodedata",
    "urllib", "zlib",
))  # fmt: skip


class Patches:
    """What the modules that reading uses are made of, as it is now."""

    def __init__(self) -> None:
        self._held: list[tuple[str, dict[str, Any], Callable[[Any], Any], Any]] = []
        for name, module in list(sys.modules.items()):
            if name.partition(".")[0] not in _WATCHED:
                continue
            space = vars(module)
            # "__name__" makes the getter give a tuple for a single name too.
            names = [n for n, v in space.items() if callable(v) or isinstance(v, ModuleType)]
            get = itemgetter("__name__", *names)
            self._held.append((name, space, get, get(space)))

    def found(self) -> str | None:
        """The first module in which something was replaced or deleted since, None for none."""
        for name, space, get, values in self._held:
            try:
                # Told by identity: a tuple asks for that first.
                if get(space) == values:
                    continue
            except Exception:
                return name
            return name
        return None

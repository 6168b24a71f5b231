"""Detection of adapters that replace functions of modules that every reading uses."""

from __future__ import annotations

import sys
from collections.abc import Callable
from operator import itemgetter
from types import ModuleType
from typing import Any

_WATCHED = frozenset(
    """builtins codecs collections copydesk datetime functools gzip hashlib html itertools json
    operator re selectolax struct time unicodedata urllib zlib""".split()
)


class ModuleSnapshot:
    """The functions, classes and submodules of all watched modules at one time."""

    def __init__(self) -> None:
        self._modules: list[tuple[str, dict[str, Any], Callable[[Any], Any], Any]] = []
        for name, module in list(sys.modules.items()):
            if name.partition(".")[0] not in _WATCHED:
                continue
            namespace = vars(module)
            # With "__name__" there are two or more keys, so the getter always returns a tuple.
            names = [n for n, v in namespace.items() if callable(v) or isinstance(v, ModuleType)]
            get = itemgetter("__name__", *names)
            self._modules.append((name, namespace, get, get(namespace)))

    def changed(self) -> str | None:
        """Return the first module in which something was replaced or deleted since."""
        for name, namespace, get, values in self._modules:
            try:
                # Tuples compare their items by identity before equality.
                if get(namespace) == values:
                    continue
            except Exception:
                return name
            return name
        return None

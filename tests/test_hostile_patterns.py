"""No pattern is catastrophic: each one is tried on 100 kB of hostile input."""

from __future__ import annotations

import subprocess
import sys

# In a process of its own, since a pattern that runs away cannot be stopped from inside. The limit
# is far above what linear patterns take and is there to end a hang, not to measure.
LIMIT_SECONDS = 240
SCRIPT = r"""
import importlib, pkgutil, re, sys
import copydesk, copydesk_outlets
from copydesk import plugins

SIZE = 100_000
UNITS = ("a", "A", "1", "-", "(", "@", ".", "a ", "A ", "1/", "Ab ", "a@", "photo: ", "By A", "é", "12:3", '"')

def searching(pattern):
    if isinstance(pattern.pattern, str):
        return pattern.search
    return lambda text: pattern.search(text.encode())

def stated(name, value):
    # The patterns of a module's name, in tables too.
    if isinstance(value, re.Pattern):
        yield name, searching(value)
    elif isinstance(value, (dict, list, tuple)):
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from stated(f"{name}[{key}]", one)

patterns = {}
for package in (copydesk, copydesk_outlets):
    for info in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if info.name.endswith("__main__"):
            continue
        module = importlib.import_module(info.name)
        for name, value in vars(module).items():
            patterns.update(stated(f"{info.name}.{name}", value))
for outlet in plugins.load().registry:
    for rule in outlet.line_rules():
        # Rules are tried at the start of a line only.
        patterns[f"{outlet.id}:{rule.name}"] = rule.pattern.match
for name, attempt in patterns.items():
    print(name, file=sys.stderr, flush=True)
    for unit in UNITS:
        attempt((unit * (SIZE // len(unit) + 1))[:SIZE] + "\x00")
for unit in UNITS:
    for text in (unit * (SIZE // len(unit)), "\n".join([unit * 200] * (SIZE // 200 // len(unit)))):
        print("extract", repr(unit), file=sys.stderr, flush=True)
        for outlet in (None, *plugins.load().registry):
            try:
                copydesk.extract(text, media_type="text/plain", outlet=outlet)
            except copydesk.DocumentError:
                pass
print(len(patterns))
"""


def test_every_pattern_and_every_adapter_survives_hostile_input() -> None:
    try:
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT],
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=LIMIT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as expired:
        stuck = (expired.stderr or b"").decode("utf-8", "replace").strip().rsplit("\n", 1)[-1]
        raise AssertionError(f"catastrophic: {stuck}") from expired
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout) > 80

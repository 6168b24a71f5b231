"""No pattern backtracks without end: each is tried on 100 kB of hostile input, as the code uses it."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = [pytest.mark.process, pytest.mark.slow]

# In a process of its own, since a pattern that runs away cannot be stopped from inside. The limit
# is of CPU time, which a busy machine does not use up; linear patterns take a fifth of it.
LIMIT_CPU_SECONDS = 240
PATIENCE = 3_600
SCRIPT = r"""
import ast, importlib, inspect, pkgutil, re, resource, sys, time
import copydesk, copydesk_outlets
from copydesk.adapters import loading

SIZE = 100_000
UNITS = ("a", "A", "1", "-", "(", "@", ".", "a ", "A ", "1/", "Ab ", "a@", "photo: ", "By A", "é", "12:3", '"')
WAYS = ("fullmatch", "match", "search")

modules = {}
for package in (copydesk, copydesk_outlets) if len(sys.argv) == 2 else ():
    for info in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        # Engines and what serves other programs need what their extras install.
        if not info.name.endswith("__main__") and not info.name.startswith(
            ("copydesk.engines", "copydesk.contrib")
        ):
            modules[info.name] = importlib.import_module(info.name)

# How each name is used in a module: the methods that are called on it, and "search" where it is
# handed on.
uses = {}
for module_name, module in modules.items():
    tree = ast.parse(inspect.getsource(module))
    called = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            way = node.attr if node.attr in WAYS else "search"
            uses.setdefault((module_name, node.value.id), set()).add(way)
            called.add(node.value)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node not in called:
            uses.setdefault((module_name, node.id), set()).add("search")

def way_of(module_name, name):
    found = set(uses.get((module_name, name), ()))
    if not name.startswith("_"):
        found |= {way for (_, other), ways in uses.items() if other == name for way in ways}
    # The one that tries most places is as good as the others together.
    return max(found, key=WAYS.index, default="search")

def trying(pattern, way):
    attempt = getattr(pattern, way)
    if isinstance(pattern.pattern, str):
        return attempt
    return lambda text: attempt(text.encode())

def stated(name, value, way):
    # The patterns of a module's name, in tables too.
    if isinstance(value, re.Pattern):
        yield name, trying(value, way)
    elif isinstance(value, (dict, list, tuple)):
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from stated(f"{name}[{key}]", one, "search")

patterns = {}
for module_name, module in modules.items():
    for name, value in vars(module).items():
        patterns.update(stated(f"{module_name}.{name}", value, way_of(module_name, name)))
for outlet in loading.load().registry:
    for rule in outlet.line_rules():
        # Rules are tried at the start of a line only.
        patterns[f"{outlet.id}:{rule.name}"] = rule.pattern.match
if len(sys.argv) > 2:
    # A pattern that the test knows to be catastrophic.
    patterns = {"known": re.compile(sys.argv[2]).search}
limit = int(time.process_time()) + int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 10))
for name, attempt in patterns.items():
    print(name, file=sys.stderr, flush=True)
    for unit in UNITS:
        attempt((unit * (SIZE // len(unit) + 1))[:SIZE] + "\x00")
if len(sys.argv) == 2:
    for unit in UNITS:
        for text in (unit * (SIZE // len(unit)), "\n".join([unit * 200] * (SIZE // 200 // len(unit)))):
            print("extract", repr(unit), file=sys.stderr, flush=True)
            for outlet in (None, *loading.load().registry):
                try:
                    copydesk.extract(text, media_type="text/plain", outlet=outlet)
                except copydesk.DocumentError:
                    pass
print(len(patterns))
"""


def tried(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )


def test_every_pattern_and_every_adapter_reads_hostile_input() -> None:
    done = tried(str(LIMIT_CPU_SECONDS))
    last = done.stderr.strip().rsplit("\n", 1)[-1]
    assert done.returncode >= 0, f"catastrophic: {last}"
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout) > 80


def test_a_pattern_without_end_is_stopped_and_named() -> None:
    done = tried("1", "(?:a|aa)+[bc]")
    assert done.returncode < 0
    assert done.stderr.strip().rsplit("\n", 1)[-1] == "known"

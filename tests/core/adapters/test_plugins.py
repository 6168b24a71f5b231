"""Plugins: found by entry point, file, folder or module; each one whole or not at all."""

from __future__ import annotations

import importlib
import os
import re
import sys
import textwrap
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from tests.conftest import Run

from copydesk import Outlet, extract
from copydesk.adapters import loading
from copydesk.adapters.discovery import FOLDER_VARIABLE, LIMIT_VARIABLE, Plugin, dropin_folder
from copydesk.adapters.loading import SECONDS_VARIABLE, Loaded, load
from copydesk.errors import (
    OutletConflict,
    OutletDefinitionError,
    OutputError,
    PluginError,
    PluginWarning,
)

HOOK = "from copydesk import Outlet, Rule, hookimpl\n"
TEXT = "Sixty volunteers rebuilt the crest of the weir this week, stone by stone, by hand.\n"


def outlet_source(outlet_id: str, *domains: str, name: str = "Paper") -> str:
    """The source of an adapter class named Paper, its second and later ones by other names."""
    return (
        f"class {name}(Outlet):\n"
        f"    id = {outlet_id!r}\n"
        f"    name = {outlet_id.title()!r}\n"
        f"    domains = {domains!r}\n"
    )


def plugin_source(outlet_id: str, *domains: str) -> str:
    """The source of a plugin with one outlet."""
    return (
        f"{HOOK}{outlet_source(outlet_id, *domains)}"
        "@hookimpl\ndef register_outlets(register):\n    register(Paper)\n"
    )


class Site:
    """A folder of distributions as an installer leaves them, on the import path."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()

    def module(self, name: str, source: str) -> None:
        path = self.folder / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(source), "utf-8")
        importlib.invalidate_caches()

    def distribution(self, name: str, source: str, module: str = "", entry: str = "main") -> None:
        """Install a distribution of one module with one entry point."""
        module = module or "fake_" + re.sub(r"\W", "_", name).lower()
        self.module(module, source)
        self.entry_points(name, f"[copydesk]\n{entry} = {module}\n")

    def entry_points(self, name: str, text: str) -> None:
        info = self.folder / f"{name.replace('-', '_')}-1.0.dist-info"
        info.mkdir()
        metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
        (info / "METADATA").write_text(metadata, "utf-8")
        (info / "entry_points.txt").write_text(text, "utf-8")
        importlib.invalidate_caches()


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    known = set(sys.modules)
    made = Site(tmp_path / "site")
    monkeypatch.syspath_prepend(made.folder)
    monkeypatch.delenv(LIMIT_VARIABLE, raising=False)
    yield made
    for name in set(sys.modules) - known:
        origin = getattr(sys.modules[name], "__file__", None) or ""
        if origin.startswith(str(tmp_path)) or name.startswith("copydesk_plugin_"):
            del sys.modules[name]


@pytest.fixture
def fresh() -> Iterator[None]:
    """The plugins that are loaded once, loaded anew, and again afterwards."""
    loading.installed.cache_clear()
    yield
    loading.installed.cache_clear()


def of(loaded: Loaded, distribution: str) -> Plugin:
    """The plugin of a distribution."""
    (found,) = [p for p in loaded.plugins if p.distribution == distribution]
    return found


def fault(loaded: Loaded, distribution: str) -> str:
    """Why the plugin of a distribution was left out."""
    error = of(loaded, distribution).error
    assert isinstance(error, PluginError)
    return str(error)


# What a plugin does well.


def test_built_in_outlets_are_one_plugin_of_one_distribution(site: Site) -> None:
    built_in = of(load(), "copydesk")
    assert built_in.name == "outlets"
    assert built_in.error is None
    assert {"mercopress", "okaz", "inkl"} <= set(built_in.outlets)


def test_a_strangers_outlet_is_registered_through_entry_point_and_hook(site: Site) -> None:
    site.distribution("weir-news", plugin_source("weir", "weir.example"))
    loaded = load()
    assert of(loaded, "weir-news") == Plugin(
        name="main", distribution="weir-news", version="1.0", outlets=("weir",)
    )
    assert loaded.registry.get("weir").name == "Weir"
    assert loaded.registry.find("https://www.weir.example/a") is loaded.registry.get("weir")
    assert loaded.registry.owners["weir"] == "weir-news"
    assert loaded.failures() == []


def test_a_plugin_may_register_many_outlets(site: Site) -> None:
    source = (
        HOOK
        + outlet_source("zebra")
        + outlet_source("ant", name="Other")
        + "@hookimpl\ndef register_outlets(register):\n    register(Paper)\n    register(Other)\n"
    )
    site.distribution("two-papers", source)
    assert of(load(), "two-papers").outlets == ("ant", "zebra")


def test_a_plugin_without_a_hook_registers_nothing_and_is_no_failure(site: Site) -> None:
    site.distribution("silent", HOOK + outlet_source("silent"))
    assert of(load(), "silent") == Plugin(
        name="main", distribution="silent", version="1.0", outlets=()
    )


def test_a_hook_that_registers_nothing_is_no_failure(site: Site) -> None:
    source = f"{HOOK}@hookimpl\ndef register_outlets(register):\n    return None\n"
    site.distribution("idle", source)
    assert of(load(), "idle") == Plugin(name="main", distribution="idle", version="1.0", outlets=())


def test_a_hooks_return_value_is_of_no_account(site: Site) -> None:
    source = f"{HOOK}@hookimpl\ndef register_outlets(register):\n    return 'nonsense'\n"
    site.distribution("chatty", source)
    assert of(load(), "chatty").error is None


def test_a_hook_need_not_take_its_argument(site: Site) -> None:
    site.distribution("terse", f"{HOOK}@hookimpl\ndef register_outlets():\n    pass\n")
    assert of(load(), "terse").error is None


def test_an_entry_point_of_another_group_is_none_of_ours(site: Site) -> None:
    site.module("fake_foreign", "raise RuntimeError('imported')")
    site.entry_points("foreign", "[console_scripts]\nforeign = fake_foreign:main\n")
    assert "foreign" not in [p.distribution for p in load().plugins]


def test_one_distribution_may_have_two_entry_points(site: Site) -> None:
    site.module("fake_left", plugin_source("left"))
    site.module("fake_right", plugin_source("right"))
    site.entry_points("pair", "[copydesk]\nzwei = fake_left\neins = fake_right\n")
    found = [p for p in load().plugins if p.distribution == "pair"]
    assert [(p.name, p.outlets) for p in found] == [("eins", ("right",)), ("zwei", ("left",))]


def test_the_same_module_named_by_two_entry_points_is_taken_once(site: Site) -> None:
    site.module("fake_once", plugin_source("once"))
    site.entry_points("double", "[copydesk]\na = fake_once\nb = fake_once\n")
    loaded = load()
    first, second = [p for p in loaded.plugins if p.distribution == "double"]
    assert first.outlets == ("once",)
    assert second.error is not None
    assert "already" in str(second.error)
    assert "once" in loaded.registry.outlets


def test_the_second_installation_of_a_distribution_is_passed_over(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.distribution("twice", plugin_source("old"))
    newer = Site(tmp_path / "newer")
    monkeypatch.syspath_prepend(newer.folder)
    newer.distribution("Twice", plugin_source("new"))
    found = [p for p in load().plugins if p.distribution.lower() == "twice"]
    assert [p.outlets for p in found] == [("new",)]


# What a plugin does wrong, and what it costs.

BROKEN = {
    "raises at import": ("raise RuntimeError('no\\n  database')", "RuntimeError: no database"),
    "exits at import": ("raise SystemExit(3)", "SystemExit: 3"),
    "is interrupted at import": ("raise KeyboardInterrupt", "KeyboardInterrupt"),
    "raises what is no Exception": ("raise GeneratorExit", "GeneratorExit"),
    "raises what cannot be told": (
        "class Odd(BaseException):\n    def __str__(self):\n        raise self\nraise Odd\n",
        "Odd()",
    ),
    "has a syntax error": ("def broken(:\n", "SyntaxError"),
    "imports what is not there": ("import nowhere_to_be_found", "nowhere_to_be_found"),
    "raises in its hook": (
        f"{HOOK}@hookimpl\ndef register_outlets(register):\n    raise KeyError('colour')\n",
        "KeyError: 'colour'",
    ),
    "exits in its hook": (
        f"{HOOK}@hookimpl\ndef register_outlets(register):\n    raise SystemExit('bye')\n",
        "SystemExit: bye",
    ),
    "registers an instance": (
        f"{HOOK}{outlet_source('junk')}"
        "@hookimpl\ndef register_outlets(register):\n    register(Paper())\n",
        "is not an Outlet subclass",
    ),
    "registers a foreign class": (
        f"{HOOK}@hookimpl\ndef register_outlets(register):\n    register(int)\n",
        "<class 'int'>: is not an Outlet subclass",
    ),
    "registers an outlet without an id": (
        f"{HOOK}class Family(Outlet):\n    name = 'F'\n"
        "@hookimpl\ndef register_outlets(register):\n    register(Family)\n",
        "Family: id is missing",
    ),
    "registers nothing at all": (
        f"{HOOK}@hookimpl\ndef register_outlets(register):\n    register()\n",
        "TypeError",
    ),
    "misspells a hook": (
        f"{HOOK}@hookimpl\ndef register_outlet(register):\n    pass\n",
        "unknown hook 'register_outlet'",
    ),
    "forgets to mark its hook": (
        f"{HOOK}def register_outlets(register):\n    pass\n",
        "register_outlets is not marked with @hookimpl",
    ),
    "misspells the hook's argument": (
        f"{HOOK}@hookimpl\ndef register_outlets(registrar):\n    pass\n",
        "registrar",
    ),
    "says something impossible of an outlet": (
        f"{HOOK}class Paper(Outlet):\n    id = 'p'\n    titel = 'h1'\n",
        "fake_m_broken.Paper.titel: unknown attribute",
    ),
}


@pytest.mark.parametrize(("source", "message"), BROKEN.values(), ids=BROKEN)
def test_a_plugin_that_fails_costs_only_itself(site: Site, source: str, message: str) -> None:
    site.distribution("a-good", plugin_source("early"))
    site.distribution("m-broken", source, entry="entrance")
    site.distribution("z-good", plugin_source("late"))
    loaded = load()
    told = fault(loaded, "m-broken")
    assert told.startswith("plugin 'entrance' of m-broken: ")
    assert message in told
    assert "\n" not in told
    assert [p.distribution for p in loaded.failures()] == ["m-broken"]
    assert of(loaded, "m-broken").outlets == ()
    assert {"early", "late", "mercopress"} <= set(loaded.registry.outlets)


def test_the_cause_of_a_failure_is_kept(site: Site) -> None:
    site.distribution("m-broken", "raise RuntimeError('no database')")
    error = of(load(), "m-broken").error
    assert error is not None
    assert isinstance(error.__cause__, RuntimeError)
    assert (error.reason, error.subject) == ("plugin", "plugin 'main' of m-broken")


CAUGHT = """
    import os, signal
    try:
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(10**6):
            pass
    except BaseException:
        {then}
"""


@pytest.mark.parametrize("then", ["pass", "raise ValueError", "raise"])
def test_an_interrupt_by_the_user_ends_loading_whatever_a_plugin_makes_of_it(
    site: Site, then: str
) -> None:
    site.distribution("m-broken", CAUGHT.format(then=then))
    with pytest.raises(KeyboardInterrupt):
        load()


@pytest.mark.process
def test_a_plugin_that_hangs_costs_itself_and_a_limited_time(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SECONDS_VARIABLE, "0.5")
    site.distribution("m-broken", "import time\ntime.sleep(600)")
    site.distribution("z-good", plugin_source("late"))
    for probe in (False, True):
        loaded = load(probe=probe)
        assert "took longer than 0.5 seconds to load" in fault(loaded, "m-broken")
        assert "late" in loaded.registry.outlets


ENDS = {
    "ends the process": "import os\nos._exit(0)",
    "kills the process": "import os\nos.kill(os.getpid(), 9)",
    "catches its deadline": (
        "while True:\n    try:\n        while True:\n            pass\n"
        "    except BaseException:\n        pass"
    ),
    "ends the process in its hook": (
        f"{HOOK}import os\n@hookimpl\ndef register_outlets(register):\n    os._exit(0)\n"
    ),
    "stays in code that hears no signal": (
        "import ctypes\nctypes.PyDLL(None).usleep(ctypes.c_uint(900_000_000))"
    ),
}


@pytest.mark.process
@pytest.mark.parametrize("source", ENDS.values(), ids=ENDS)
def test_a_plugin_that_would_end_or_block_every_command_costs_itself_alone(
    site: Site, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SECONDS_VARIABLE, "1")
    site.distribution("a-good", plugin_source("early"))
    site.distribution("m-broken", source)
    site.distribution("z-good", plugin_source("late"))
    loaded = load(probe=True)
    assert [p.distribution for p in loaded.failures()] == ["m-broken"]
    assert {"early", "late"} <= set(loaded.registry.outlets)


def test_a_plugin_that_forks_goes_on_once(site: Site, tmp_path: Path, process: Run) -> None:
    (tmp_path / "forks.py").write_text("import os\nos.fork()\n", "utf-8")
    done = process("plugins", "--plugin", str(tmp_path / "forks.py"))
    assert done.stdout.count("forks.py") == 1


def test_an_adapters_fault_names_distribution_entry_point_class_and_attribute(site: Site) -> None:
    source = plugin_source("paper").replace("domains = ()", "country = 'Uruguay'")
    site.distribution("m-broken", source)
    assert fault(load(), "m-broken") == (
        "plugin 'main' of m-broken: fake_m_broken.Paper.country: "
        "must be an ISO 3166-1 code such as 'UY', not 'Uruguay'"
    )


def test_a_refused_id_names_both_claims_and_rolls_the_plugin_back_whole(site: Site) -> None:
    site.distribution("b-first", plugin_source("same"))
    source = (
        HOOK
        + outlet_source("other", "other.example")
        + outlet_source("same", name="Second")
        + "@hookimpl\ndef register_outlets(register):\n    register(Paper)\n    register(Second)\n"
    )
    site.distribution("c-second", source)
    loaded = load()
    error = of(loaded, "c-second").error
    assert error is not None
    assert isinstance(error.__cause__, OutletConflict)
    assert str(error) == (
        "plugin 'main' of c-second: fake_c_second.Second: "
        "id 'same' belongs to outlet 'same' (fake_b_first.Paper, b-first)"
    )
    assert "other" not in loaded.registry.outlets
    assert "other" not in loaded.registry.owners
    assert loaded.registry.find("other.example") is None
    assert of(loaded, "b-first").outlets == ("same",)


def test_a_refused_host_names_both_claims_and_rolls_the_plugin_back_whole(site: Site) -> None:
    site.distribution("b-first", plugin_source("first", "weir.example"))
    source = (
        HOOK
        + outlet_source("other", "other.example")
        + outlet_source("second", "second.example", "www.weir.example", name="Second")
        + "@hookimpl\ndef register_outlets(register):\n    register(Paper)\n    register(Second)\n"
    )
    site.distribution("c-second", source)
    loaded = load()
    assert fault(loaded, "c-second") == (
        "plugin 'main' of c-second: fake_c_second.Second: "
        "host 'weir.example' belongs to outlet 'first' (fake_b_first.Paper, b-first)"
    )
    assert {"other", "second"}.isdisjoint(loaded.registry.outlets)
    assert loaded.registry.find("other.example") is None
    assert loaded.registry.find("second.example") is None
    assert loaded.registry.find("weir.example") is loaded.registry.get("first")


def test_a_plugin_that_swallows_its_refusal_is_rolled_back_all_the_same(site: Site) -> None:
    source = HOOK + outlet_source("other") + outlet_source("mercopress", name="Second")
    source += (
        "@hookimpl\ndef register_outlets(register):\n    register(Paper)\n"
        "    try:\n        register(Second)\n    except Exception:\n        pass\n"
    )
    site.distribution("sly", source)
    loaded = load()
    assert "id 'mercopress' belongs to outlet 'mercopress'" in fault(loaded, "sly")
    assert "other" not in loaded.registry.outlets


def test_two_hosts_of_one_outlet_may_come_to_the_same(site: Site) -> None:
    site.distribution("same-host", plugin_source("weir", "weir.example", "www.weir.example"))
    assert of(load(), "same-host").outlets == ("weir",)


def test_a_distribution_without_a_name_is_passed_over(site: Site) -> None:
    (site.folder / "rest-1.0.dist-info").mkdir()
    (site.folder / "rest-1.0.dist-info" / "entry_points.txt").write_text(
        "[copydesk]\nmain = nowhere_to_be_found\n", "utf-8"
    )
    importlib.invalidate_caches()
    assert load().failures() == []


def test_an_unreadable_list_of_entry_points_costs_only_its_distribution(site: Site) -> None:
    site.distribution("a-good", plugin_source("early"))
    site.entry_points("m-broken", "[copydesk]\nthis is no entry point\n")
    loaded = load()
    assert {"early", "mercopress"} <= set(loaded.registry.outlets)
    assert "m-broken" in fault(loaded, "m-broken")


# Order, and the two claims that everybody may try.


def test_plugins_load_in_the_order_of_their_distributions_names(site: Site) -> None:
    for name in ("b_two", "Zed", "A.one", "c-three"):
        site.distribution(name, plugin_source(name.lower().replace("_", "-").replace(".", "-")))
    names = [p.distribution for p in load().plugins]
    assert [n for n in names if n in ("A.one", "b_two", "c-three", "Zed")] == [
        "A.one",
        "b_two",
        "c-three",
        "Zed",
    ]
    assert names == sorted(names, key=lambda n: re.sub(r"[-_.]+", "-", n).lower())


def test_of_two_claims_the_one_of_the_earlier_name_stands(site: Site) -> None:
    site.distribution("zzz-last", plugin_source("contested", "contested.example"))
    site.distribution("aaa-first", plugin_source("contested", "contested.example"))
    loaded = load()
    assert loaded.registry.owners["contested"] == "aaa-first"
    assert "belongs to outlet 'contested' (fake_aaa_first.Paper, aaa-first)" in fault(
        loaded, "zzz-last"
    )


def test_the_built_in_outlets_have_no_privilege_over_an_earlier_name(site: Site) -> None:
    site.distribution("aaa-first", plugin_source("mercopress", "mercopress.example"))
    loaded = load()
    assert loaded.registry.get("mercopress").__module__ == "fake_aaa_first"
    assert "belongs to outlet 'mercopress' (fake_aaa_first.Paper, aaa-first)" in fault(
        loaded, "copydesk"
    )


def test_a_later_claim_of_a_built_in_id_is_refused_and_the_seeds_still_replay(
    site: Site, root: Path, process: Run
) -> None:
    site.distribution("copydesk-zzz", plugin_source("mercopress", "zzz.example"))
    done = process("replay", root / "seeds", PYTHONPATH=str(site.folder))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "5 fixtures: 5 ok" in done.stdout
    assert done.stderr.splitlines() == [
        "copydesk: warning: plugin skipped: plugin 'main' of copydesk-zzz: fake_copydesk_zzz.Paper: "
        "id 'mercopress' belongs to outlet 'mercopress' "
        "(copydesk_outlets.mercopress.MercoPress, copydesk)"
    ]


def test_the_list_of_plugins_shows_a_failure_and_why(site: Site, process: Run) -> None:
    site.distribution("m-broken", "raise SystemExit('wrong\\x1b[31m day')")
    site.distribution("z-good", plugin_source("late"))
    done = process("plugins", PYTHONPATH=str(site.folder))
    assert done.returncode == 0, done.stderr
    rows = {row.split()[1]: row for row in done.stdout.splitlines()}
    assert "failed: SystemExit: wrong\\u001b[31m day" in rows["m-broken"]
    assert rows["z-good"].split() == ["main", "z-good", "1.0", "outlets:", "late"]
    assert "mercopress" in rows["copydesk"]


# COPYDESK_LOAD_PLUGINS.


@pytest.mark.parametrize(
    ("limit", "names"),
    [
        ("", []),
        (" , ", []),
        ("weir-news", ["weir-news"]),
        ("WEIR.News", ["weir-news"]),
        ("weir_news", ["weir-news"]),
        (" weir-news , copydesk ", ["copydesk", "weir-news"]),
        ("copydesk", ["copydesk"]),
        ("no-such-thing", []),
        ("weir", []),
    ],
)
def test_the_variable_limits_loading_to_the_distributions_it_names(
    site: Site, monkeypatch: pytest.MonkeyPatch, limit: str, names: list[str]
) -> None:
    site.distribution("weir-news", plugin_source("weir"))
    monkeypatch.setenv(LIMIT_VARIABLE, limit)
    assert [p.distribution for p in load().plugins] == names


def test_a_distribution_that_is_not_named_is_not_even_imported(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.distribution("weir-news", "raise RuntimeError('imported')")
    monkeypatch.setenv(LIMIT_VARIABLE, "copydesk")
    load()
    assert "fake_weir_news" not in sys.modules


def test_the_limit_does_not_touch_what_is_named_by_hand(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(LIMIT_VARIABLE, "")
    path = tmp_path / "paper.py"
    path.write_text(HOOK + outlet_source("paper"), "utf-8")
    assert list(load([str(path)]).registry.outlets) == ["paper"]


# The plugins of this process.


def test_each_failure_is_told_once_by_a_warning(site: Site, fresh: None) -> None:
    site.distribution("m-broken", "raise RuntimeError('no database')", entry="entrance")
    with pytest.warns(PluginWarning) as caught:
        loading.installed()
    assert [str(w.message) for w in caught] == [
        "plugin 'entrance' of m-broken: RuntimeError: no database"
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert loading.installed() is loading.installed()


def test_extract_works_beside_a_plugin_that_failed(site: Site, fresh: None) -> None:
    site.distribution("m-broken", "raise SystemExit")
    with pytest.warns(PluginWarning, match="m-broken: SystemExit"):
        article = extract(TEXT, url="https://en.mercopress.com/2025/12/02/a-weir")
    assert article.outlet is not None
    assert article.outlet.id == "mercopress"


# --plugin FILE.py and --plugin MODULE.


@pytest.fixture
def alone(site: Site, monkeypatch: pytest.MonkeyPatch) -> Site:
    """No installed plugin is loaded."""
    monkeypatch.setenv(LIMIT_VARIABLE, "")
    return site


def by_hand(target: str | Path) -> Plugin:
    (plugin,) = load([str(target)]).plugins
    return plugin


def test_a_file_of_plain_classes_needs_no_hook(alone: Site, tmp_path: Path) -> None:
    path = tmp_path / "my paper-2.py"
    path.write_text(HOOK + outlet_source("one") + outlet_source("two", name="Other"), "utf-8")
    plugin = by_hand(path)
    assert (plugin.name, plugin.distribution, plugin.outlets) == (str(path), "", ("one", "two"))
    assert plugin.subject == f"plugin {str(path)!r}"


def test_a_file_with_a_hook_registers_what_its_hook_registers(alone: Site, tmp_path: Path) -> None:
    path = tmp_path / "paper.py"
    path.write_text(plugin_source("one") + outlet_source("two", name="Other"), "utf-8")
    assert by_hand(path).outlets == ("one",)


def test_a_module_is_named_as_it_is_imported(alone: Site) -> None:
    alone.module("fake_package/__init__", "")
    alone.module("fake_package/paper", HOOK + outlet_source("one"))
    assert by_hand("fake_package.paper").outlets == ("one",)


def test_what_a_file_only_imports_is_not_its_own(alone: Site, tmp_path: Path) -> None:
    path = tmp_path / "paper.py"
    source = "from copydesk_outlets.mercopress import MercoPress\n" + HOOK
    path.write_text(source + outlet_source("one") + "Alias = Paper\n", "utf-8")
    assert by_hand(path).outlets == ("one",)


def test_two_files_may_have_one_name(alone: Site, tmp_path: Path) -> None:
    for number in "12":
        (tmp_path / number).mkdir()
        path = tmp_path / number / "paper.py"
        path.write_text(HOOK + outlet_source(f"paper-{number}"), "utf-8")
    loaded = load([str(tmp_path / number / "paper.py") for number in "12"])
    assert sorted(loaded.registry.outlets) == ["paper-1", "paper-2"]


def test_a_file_comes_after_what_is_installed(site: Site, tmp_path: Path) -> None:
    path = tmp_path / "paper.py"
    path.write_text(HOOK + outlet_source("mercopress"), "utf-8")
    loaded = load([str(path)])
    (failed,) = loaded.failures()
    assert failed.name == str(path)
    assert "id 'mercopress' belongs to outlet 'mercopress'" in str(failed.error)
    assert loaded.registry.owners["mercopress"] == "copydesk"


def test_a_file_named_twice_keeps_its_outlet(alone: Site, tmp_path: Path) -> None:
    path = tmp_path / "paper.py"
    path.write_text(HOOK + outlet_source("one"), "utf-8")
    loaded = load([str(path), str(path)])
    assert list(loaded.registry.outlets) == ["one"]
    assert [p.name for p in loaded.failures()] == [str(path)]


@pytest.mark.parametrize("target", ["nowhere.py", "folder/nowhere", "./nowhere.py"])
def test_a_file_that_is_not_there_is_told(alone: Site, target: str) -> None:
    plugin = by_hand(target)
    assert target in str(plugin.error)
    assert "no such file" in str(plugin.error)


def test_a_file_that_is_no_python_is_no_plugin(alone: Site, tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("notes", "utf-8")
    assert "not a Python file" in str(by_hand(path).error)


def test_a_module_that_is_not_there_is_told(alone: Site) -> None:
    assert "No module named 'nowhere_to_be_found'" in str(by_hand("nowhere_to_be_found").error)


@pytest.mark.parametrize("statement", ["1 / 0", "raise SystemExit(4)", "def broken(:"])
def test_a_file_that_raises_is_told_and_leaves_no_half_module(
    alone: Site, tmp_path: Path, statement: str
) -> None:
    path = tmp_path / "wrong.py"
    path.write_text(statement + "\n", "utf-8")
    plugin = by_hand(path)
    assert str(plugin.error).startswith(f"plugin {str(path)!r}: ")
    assert not [name for name in sys.modules if name.startswith("copydesk_plugin_wrong")]


def test_the_command_line_reads_with_a_file_named_by_hand(tmp_path: Path, process: Run) -> None:
    (tmp_path / "paper.py").write_text(HOOK + outlet_source("one", "one.example"), "utf-8")
    (tmp_path / "page.txt").write_text(TEXT, "utf-8")
    done = process("extract", "page.txt", "--plugin", "paper.py", "--url", "https://one.example/a")
    assert done.returncode == 0, done.stderr
    assert '"outlet":{"id":"one"' in done.stdout.replace(" ", "")


@pytest.mark.parametrize("target", ["nowhere.py", "wrong.py", "nowhere_to_be_found"])
def test_the_command_line_refuses_to_go_on_without_a_plugin_named_by_hand(
    tmp_path: Path, process: Run, target: str
) -> None:
    (tmp_path / "wrong.py").write_text("1 / 0\n", "utf-8")
    (tmp_path / "page.txt").write_text(TEXT, "utf-8")
    done = process("extract", "page.txt", "--plugin", target)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"copydesk: plugin '{target}': ")


# --plugin FILE.toml and --plugin DIR.


def toml_source(outlet_id: str, *domains: str) -> str:
    """The TOML of an outlet."""
    return f"id = {outlet_id!r}\nname = {outlet_id.title()!r}\ndomains = {list(domains)}\n"


def fill(folder: Path, **files: str) -> Path:
    """A folder of files; `one_py="..."` is one.py."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / ".".join(name.rsplit("_", 1))).write_text(text, "utf-8")
    return folder


def names(loaded: Loaded) -> list[tuple[str, str, tuple[str, ...]]]:
    """Name, origin and outlets of each plugin."""
    return [(p.name, p.origin, p.outlets) for p in loaded.plugins]


def test_a_file_of_toml_is_a_plugin(alone: Site, tmp_path: Path) -> None:
    path = fill(tmp_path, paper_toml=toml_source("one", "one.example")) / "paper.toml"
    loaded = load([str(path)])
    assert names(loaded) == [(str(path), "", ("one",))]
    assert loaded.registry.find("https://www.one.example/a") is loaded.registry.get("one")
    assert loaded.registry.owners["one"] == str(path)


def test_a_fault_of_a_file_of_toml_is_told_with_file_and_key(alone: Site, tmp_path: Path) -> None:
    path = fill(tmp_path, paper_toml=toml_source("one") + "titel = 'h1'\n") / "paper.toml"
    assert str(by_hand(path).error) == f"plugin {str(path)!r}: unknown key 'titel'"


def test_a_file_of_toml_comes_after_what_is_installed(site: Site, tmp_path: Path) -> None:
    path = fill(tmp_path, paper_toml=toml_source("mercopress")) / "paper.toml"
    loaded = load([str(path)])
    (failed,) = loaded.failures()
    assert "id 'mercopress' belongs to outlet 'mercopress'" in str(failed.error)
    assert loaded.registry.owners["mercopress"] == "copydesk"


def test_each_file_of_a_folder_is_a_plugin_in_the_order_of_their_names(
    alone: Site, tmp_path: Path
) -> None:
    folder = fill(
        tmp_path / "papers",
        d_toml=toml_source("four"),
        b_py=plugin_source("two"),
        a_toml=toml_source("one"),
        c_py=HOOK + outlet_source("three") + outlet_source("more", name="More"),
    )
    loaded = load([str(folder)])
    assert names(loaded) == [
        ("a.toml", str(folder), ("one",)),
        ("b.py", str(folder), ("two",)),
        ("c.py", str(folder), ("more", "three")),
        ("d.toml", str(folder), ("four",)),
    ]
    assert loaded.registry.owners["two"] == str(folder / "b.py")


def test_helpers_hidden_files_and_others_of_a_folder_are_passed_over(
    alone: Site, tmp_path: Path
) -> None:
    wrong = "1 / 0\n"
    folder = fill(tmp_path / "papers", a_toml=toml_source("one"), notes_txt=wrong, _family_py=wrong)
    for name in (".#a.toml", "._a.toml", ".b.py", "_c.toml"):
        (folder / name).write_text(wrong, "utf-8")
    fill(folder / "deeper.py", b_py=wrong)
    assert names(load([str(folder)])) == [("a.toml", str(folder), ("one",))]


def test_a_broken_file_of_a_folder_costs_only_itself(alone: Site, tmp_path: Path) -> None:
    folder = fill(
        tmp_path / "papers",
        a_py=HOOK + outlet_source("one") + outlet_source("two", name="Two") + "1 / 0\n",
        b_toml="id = 'one'\n",
        c_toml=toml_source("one"),
        d_toml=toml_source("one"),
        e_py=sources_source("press"),
    )
    loaded = load([str(folder)])
    assert [(p.name, p.outlets, p.sources) for p in loaded.plugins if not p.error] == [
        ("c.toml", ("one",), ()),
        ("e.py", (), ("press",)),
    ]
    assert [str(p.error) for p in loaded.failures()] == [
        f"plugin 'a.py' of {folder}: ZeroDivisionError: division by zero",
        f"plugin 'b.toml' of {folder}: name is missing",
        f"plugin 'd.toml' of {folder}: {folder / 'd.toml'}.one: id 'one' belongs to outlet 'one' "
        f"({folder / 'c.toml'}.one, {folder / 'c.toml'})",
    ]


def test_files_of_one_name_in_two_folders_are_two_plugins(alone: Site, tmp_path: Path) -> None:
    folders = [
        fill(tmp_path / n, paper_py=plugin_source(f"py-{n}"), paper_toml=toml_source(f"toml-{n}"))
        for n in "ab"
    ]
    loaded = load(map(str, folders))
    assert loaded.failures() == []
    assert sorted(loaded.registry.outlets) == ["py-a", "py-b", "toml-a", "toml-b"]


def test_a_folder_without_a_plugin_is_refused(alone: Site, tmp_path: Path) -> None:
    folder = fill(tmp_path / "papers", _helper_py="", notes_txt="")
    assert str(by_hand(folder).error) == f"plugin {str(folder)!r}: contains no *.py or *.toml file"


def test_a_bare_name_is_a_folder_unless_that_is_a_package(
    alone: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    fill(tmp_path / "papers", a_toml=toml_source("one"))
    alone.module("fake_papers/__init__", plugin_source("two"))
    fill(tmp_path / "fake_papers", __init___py="1 / 0\n", a_toml=toml_source("three"))
    assert names(load(["papers", "fake_papers"])) == [
        ("a.toml", "papers", ("one",)),
        ("fake_papers", "", ("two",)),
    ]
    assert [p.name for p in load([f"fake_papers{os.sep}"]).plugins] == ["a.toml"]


@pytest.mark.parametrize("target", ["a" * 400, "a\0b"])
def test_a_target_that_can_be_no_path_is_told(alone: Site, target: str) -> None:
    assert isinstance(by_hand(target).error, PluginError)


def test_the_command_line_goes_on_without_a_broken_file_of_a_folder(
    tmp_path: Path, process: Run
) -> None:
    fill(tmp_path / "papers", a_py="1 / 0\n", b_toml=toml_source("one"))
    done = process("outlets", "show", "one", "--plugin", "papers")
    assert done.returncode == 0
    told = "warning: plugin skipped: plugin 'a.py' of papers: ZeroDivisionError: division by zero"
    assert done.stderr == f"copydesk: {told}\n"
    none = process("outlets", "list", "--plugin", "./nowhere")
    assert (none.returncode, none.stdout) == (2, "")
    assert none.stderr == "copydesk: plugin './nowhere': no such file\n"


# The drop-in folder.


@pytest.fixture
def home(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's own folder; nothing else says where outlets are dropped."""
    monkeypatch.delenv(FOLDER_VARIABLE)
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def dropped(loaded: Loaded) -> list[tuple[str, tuple[str, ...]]]:
    """Name and outlets of each plugin that belongs to no distribution."""
    return [(p.name, p.outlets) for p in loaded.plugins if not p.distribution]


def test_the_tests_read_no_folder_of_a_developers_own() -> None:
    assert os.environ[FOLDER_VARIABLE] == ""
    assert dropin_folder() is None


def test_the_drop_in_folder_is_that_of_the_variable_else_in_the_users_settings(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    default = home / ".config" / "copydesk" / "outlets"
    assert dropin_folder() == default
    for passed_over in ("", "settings"):
        monkeypatch.setenv("XDG_CONFIG_HOME", passed_over)
        assert dropin_folder() == default
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "settings"))
    assert dropin_folder() == home / "settings" / "copydesk" / "outlets"
    monkeypatch.setenv(FOLDER_VARIABLE, "own")
    assert dropin_folder() == Path("own")
    monkeypatch.setenv(FOLDER_VARIABLE, "")
    assert dropin_folder() is None
    assert not home.exists()


def test_without_a_home_there_is_no_drop_in_folder(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", nobody)
    assert dropin_folder() is None
    assert dropped(load()) == []
    monkeypatch.setattr(Path, "home", lambda: Path("somewhere"))
    assert dropin_folder() is None


def test_a_drop_in_folder_need_not_be_there_or_hold_anything(home: Path) -> None:
    assert dropped(load()) == []
    fill(home / ".config" / "copydesk" / "outlets")
    assert dropped(load()) == []


def test_a_dropped_file_comes_after_what_is_installed_and_before_what_is_named(
    site: Site, home: Path, tmp_path: Path
) -> None:
    site.distribution("weir-news", plugin_source("weir"))
    folder = fill(
        home / ".config" / "copydesk" / "outlets",
        a_toml=toml_source("weir"),
        b_toml=toml_source("one"),
        c_py=plugin_source("two"),
    )
    named = fill(tmp_path / "named", paper_toml=toml_source("one")) / "paper.toml"
    loaded = load([str(named)])
    assert dropped(loaded) == [
        ("a.toml", ()), ("b.toml", ("one",)), ("c.py", ("two",)), (str(named), ()),
    ]  # fmt: skip
    first, last = (str(p.error) for p in loaded.failures())
    assert f"{folder / 'a.toml'}.weir: id 'weir' belongs to outlet 'weir' (fake_weir_news." in first
    assert (
        f"id 'one' belongs to outlet 'one' ({folder / 'b.toml'}.one, {folder / 'b.toml'})" in last
    )


def test_python_finds_a_dropped_outlet_by_its_host(home: Path, fresh: None) -> None:
    fill(home / ".config" / "copydesk" / "outlets", a_toml=toml_source("one", "one.example"))
    assert extract(TEXT, url="https://one.example/a").adapter.id == "one"


@pytest.mark.parametrize("limit", ["", "copydesk"])
def test_no_folder_is_read_where_the_plugins_are_limited(
    home: Path, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    fill(home / ".config" / "copydesk" / "outlets", a_toml=toml_source("one"), b_py="1 / 0\n")
    monkeypatch.setenv(LIMIT_VARIABLE, limit)
    loaded = load()
    assert dropped(loaded) == []
    assert loaded.failures() == []


posix = pytest.mark.skipif(not hasattr(os, "geteuid"), reason="files have no owners here")


@posix
def test_a_folder_that_every_user_can_write_to_is_refused(home: Path) -> None:
    folder = fill(home / ".config" / "copydesk" / "outlets", a_toml=toml_source("one"))
    for mode in (0o777, 0o1777, 0o702):
        folder.chmod(mode)
        (failed,) = (loaded := load()).failures()
        assert str(failed.error) == f"plugin {str(folder)!r}: is writable by all users"
        assert "one" not in loaded.registry.outlets
    folder.chmod(0o770)
    assert dropped(load()) == [("a.toml", ("one",))]


@posix
def test_a_file_that_every_user_can_write_to_is_refused(home: Path) -> None:
    source = "raise RuntimeError('was run')\n"
    folder = fill(home / ".config" / "copydesk" / "outlets", a_py=source, b_toml=toml_source("one"))
    (folder / "a.py").chmod(0o666)
    loaded = load()
    (failed,) = loaded.failures()
    assert str(failed.error) == f"plugin 'a.py' of {folder}: is writable by all users"
    assert dropped(loaded) == [("a.py", ()), ("b.toml", ("one",))]


@posix
def test_a_folder_of_another_user_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = fill(home / ".config" / "copydesk" / "outlets", a_toml=toml_source("one"))
    me = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: me + 1)
    (failed,) = load().failures()
    assert str(failed.error) == f"plugin {str(folder)!r}: belongs to another user"


def test_a_folder_that_is_named_is_trusted(alone: Site, tmp_path: Path) -> None:
    folder = fill(tmp_path / "papers", a_toml=toml_source("one"))
    folder.chmod(0o777)
    assert names(load([str(folder)])) == [("a.toml", str(folder), ("one",))]


def test_a_file_in_the_place_of_the_drop_in_folder_is_told(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, str(fill(tmp_path, papers_txt="") / "papers.txt"))
    (failed,) = load().failures()
    assert "NotADirectoryError" in str(failed.error)


def test_the_command_line_tells_what_was_dropped_and_where(tmp_path: Path, process: Run) -> None:
    folder = fill(tmp_path / "papers", a_toml=toml_source("one"), b_toml="id = 'two'\n")
    done = process("plugins", COPYDESK_OUTLETS=str(folder))
    assert (done.returncode, done.stderr) == (0, "")
    assert [re.split("  +", row) for row in done.stdout.splitlines()[-2:]] == [
        ["a.toml", str(folder), "outlets: one"],
        ["b.toml", str(folder), "failed: name is missing"],
    ]
    shown = process("outlets", "show", "one", COPYDESK_OUTLETS=str(folder))
    assert shown.returncode == 0
    assert re.search(f"registered by +{re.escape(str(folder / 'a.toml'))}\n", shown.stdout)
    told = f"plugin 'b.toml' of {folder}: name is missing"
    assert shown.stderr == f"copydesk: warning: plugin skipped: {told}\n"


def test_workers_find_what_was_dropped(tmp_path: Path, process: Run) -> None:
    folder = fill(tmp_path / "papers", a_toml=toml_source("one"))
    for number in "12":
        (tmp_path / f"{number}.txt").write_text(f"Weir {number} rebuilt\n\n{TEXT}", "utf-8")
    done = process(
        "ingest", "1.txt", "2.txt", "--outlet", "one", "--workers", "2", "-o", "out.jsonl",
        COPYDESK_OUTLETS=str(folder),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = (tmp_path / "out.jsonl").read_text("utf-8").splitlines()
    assert ['"adapter":{"id":"one"' in line for line in lines] == [True, True]


# A package of outlets.


def package(site: Site, name: str) -> ModuleType:
    site.module(f"{name}/__init__", "")
    site.module(f"{name}/_family", HOOK + outlet_source("hidden"))
    site.module(
        f"{name}/zeta",
        HOOK + f"from {name}._family import Paper as Base\n" + outlet_source("zeta"),
    )
    site.module(
        f"{name}/alpha",
        HOOK
        + "class Family(Outlet):\n    country = 'GB'\n"
        + outlet_source("second", name="B")
        + outlet_source("first", name="A"),
    )
    return importlib.import_module(name)


def test_outlets_come_by_module_then_as_written(site: Site) -> None:
    package(site, "fake_outlets_a")
    found: list[type[Outlet]] = list(loading.outlets_in("fake_outlets_a"))
    assert [o.id for o in found] == ["second", "first", "zeta"]


def test_a_package_is_imported_where_it_is_not_yet(site: Site) -> None:
    package(site, "fake_outlets_b")
    del sys.modules["fake_outlets_b"]
    assert "zeta" in [o.id for o in loading.outlets_in("fake_outlets_b")]


def test_helper_modules_and_families_are_no_outlets(site: Site) -> None:
    package(site, "fake_outlets_c")
    found = list(loading.outlets_in("fake_outlets_c"))
    assert "hidden" not in [o.id for o in found]
    assert "Family" not in [o.__name__ for o in found]


def test_a_new_module_is_found_without_being_named_anywhere(site: Site) -> None:
    package(site, "fake_outlets_d")
    site.module("fake_outlets_d/middle", HOOK + outlet_source("middle"))
    assert "middle" in [o.id for o in loading.outlets_in("fake_outlets_d")]


def test_a_faulty_outlet_of_a_package_is_told_by_class_and_attribute(site: Site) -> None:
    package(site, "fake_outlets_e")
    site.module("fake_outlets_e/wrong", HOOK + "class Wrong(Outlet):\n    id = 'Not An Id'\n")
    with pytest.raises(OutletDefinitionError, match=r"^fake_outlets_e\.wrong\.Wrong\.id: "):
        list(loading.outlets_in("fake_outlets_e"))


# Sources of plugins.

BUILT_IN = ["warc", "sitemap", "feed", "table", "list", "page"]


def sources_source(*names: str) -> str:
    """The source of a plugin with sources of these names."""
    calls = "".join(
        f"    register(Source({name!r}, lambda sample: True, lambda given: iter(())))\n"
        for name in names
    )
    return (
        "from copydesk import Outlet, hookimpl\n"
        "from copydesk.sources import Source\n"
        f"@hookimpl\ndef register_sources(register):\n{calls}"
    )


def test_a_source_of_a_file_is_found_and_asked_before_the_built_in_ones(
    alone: Site, tmp_path: Path
) -> None:
    path = tmp_path / "press.py"
    path.write_text(sources_source("press"), "utf-8")
    loaded = load([str(path)])
    assert loaded.failures() == []
    assert list(loaded.registry.sources) == ["press", *BUILT_IN]
    assert loaded.registry.sources["press"].name == "press"


def test_a_source_of_a_distribution_comes_with_its_outlets(site: Site) -> None:
    site.distribution("weir-news", plugin_source("weir") + sources_source("press"))
    loaded = load()
    assert of(loaded, "weir-news") == Plugin(
        name="main", distribution="weir-news", version="1.0", outlets=("weir",), sources=("press",)
    )
    assert list(loaded.registry.sources) == ["press", *BUILT_IN]


def test_of_several_sources_the_latest_is_asked_first(alone: Site, tmp_path: Path) -> None:
    paths = [tmp_path / "one.py", tmp_path / "two.py"]
    paths[0].write_text(sources_source("one", "other"), "utf-8")
    paths[1].write_text(sources_source("two"), "utf-8")
    assert list(load(map(str, paths)).registry.sources) == ["two", "other", "one", *BUILT_IN]


@pytest.mark.parametrize("name", ["feed", "press"])
def test_a_sources_name_that_is_taken_is_refused_and_rolls_the_plugin_back_whole(
    site: Site, name: str
) -> None:
    site.distribution("a-press", sources_source("press"))
    site.distribution("m-broken", plugin_source("weir") + sources_source("own", name))
    loaded = load()
    held = loaded.registry.sources
    assert fault(loaded, "m-broken") == (
        f"plugin 'main' of m-broken: {name}: another source has this name"
    )
    assert list(held) == ["press", *BUILT_IN]
    assert held["feed"] is load().registry.sources["feed"]
    assert "weir" not in loaded.registry.outlets


@pytest.mark.parametrize("junk", ["5", "None", "'feed'", "Source", "Outlet"])
def test_what_is_no_source_is_refused_and_rolls_the_plugin_back_whole(
    alone: Site, tmp_path: Path, junk: str
) -> None:
    path = tmp_path / "press.py"
    path.write_text(f"{sources_source('press')}    register({junk})\n", "utf-8")
    loaded = load([str(path)])
    (plugin,) = loaded.plugins
    assert isinstance(plugin.error, PluginError)
    assert plugin.error.message.endswith(": is not a Source")
    assert list(loaded.registry.sources) == BUILT_IN


def test_a_refused_source_that_is_swallowed_rolls_the_plugin_back_all_the_same(
    alone: Site, tmp_path: Path
) -> None:
    path = tmp_path / "press.py"
    path.write_text(
        f"{sources_source('press')}    try:\n        register(None)\n"
        "    except Exception:\n        pass\n",
        "utf-8",
    )
    loaded = load([str(path)])
    assert [p.subject for p in loaded.failures()] == [f"plugin {str(path)!r}"]
    assert list(loaded.registry.sources) == BUILT_IN


def test_a_hook_for_sources_without_its_mark_is_refused(alone: Site, tmp_path: Path) -> None:
    path = tmp_path / "press.py"
    path.write_text(sources_source("press").replace("@hookimpl\n", ""), "utf-8")
    loaded = load([str(path)])
    (plugin,) = loaded.plugins
    assert isinstance(plugin.error, PluginError)
    assert plugin.error.message == "register_sources is not marked with @hookimpl"
    assert list(loaded.registry.sources) == BUILT_IN


# Sinks of plugins.

BUILT_IN_SINKS = (
    "jsonl jsonl.gz jsonl.zst parquet sqlite csv markdown text schema-org ninjs".split()
)

SINK = """
from copydesk import hookimpl
from copydesk.sinks import Sink
class Headlines:
    def __init__(self, path): self.file = path.open("wb")
    def add(self, line): self.file.write(line[:18] + b"\\n")
    def close(self): self.file.close()
@hookimpl
def register_sinks(register): register(Sink(name="short", suffixes=(".short",), open=Headlines))
"""


def test_a_plugin_can_bring_a_format_of_output_files(alone: Site, tmp_path: Path) -> None:
    path = tmp_path / "short.py"
    path.write_text(SINK, "utf-8")
    loaded = load([str(path)])
    assert loaded.failures() == []
    assert loaded.plugins[-1].sinks == ("short",)
    assert list(loaded.registry.sinks) == [*BUILT_IN_SINKS, "short"]
    assert loaded.registry.sink_for(Path("a.SHORT")).name == "short"
    assert loaded.registry.sink_for(Path("articles")).name == "jsonl"
    with pytest.raises(OutputError, match=r"^a\.pdf: unknown output format '\.pdf'; use one of "):
        loaded.registry.sink_for(Path("a.pdf"))


@pytest.mark.parametrize(
    "junk",
    [
        "None",
        'Sink(name="jsonl", suffixes=(), open=open)',
        'Sink(name="b", suffixes=(".jsonl",), open=open)',
    ],
)
def test_a_sink_that_is_refused_rolls_the_plugin_back_whole(
    alone: Site, tmp_path: Path, junk: str
) -> None:
    path = tmp_path / "short.py"
    path.write_text(SINK.rstrip() + f"; register({junk})\n", "utf-8")
    loaded = load([str(path)])
    assert len(loaded.failures()) == 1
    assert list(loaded.registry.sinks) == BUILT_IN_SINKS


@pytest.mark.process
def test_what_a_sink_raises_ends_the_run_and_names_it(
    alone: Site, tmp_path: Path, process: Run, root: Path
) -> None:
    path, page = tmp_path / "short.py", root / "seeds" / "004_353f1b7c1d85c7f3.txt"
    path.write_text(SINK, "utf-8")
    told = ("ingest", page, "--plugin", path, "-o", tmp_path / "a.short")
    done = process(*map(str, told))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "a.short").read_bytes() == b'{"schema_version":\n'
    assert "use --overwrite" in process(*map(str, told), "--append").stderr
    path.write_text(SINK.replace("self.file.write(line", "self.file.wrong(line"), "utf-8")
    done = process(*map(str, told), "--overwrite")
    assert done.returncode == 3
    assert "a.short: sink 'short' failed: AttributeError(" in done.stderr


# Catalogues of plugins.

CATALOGUE = """
from pathlib import Path
from copydesk import hookimpl
@hookimpl
def register_catalogues(register): register(Path(__file__).parent / "papers")
"""


def test_a_plugin_can_bring_a_catalogue_of_outlets(alone: Site, tmp_path: Path) -> None:
    path = tmp_path / "short.py"
    path.write_text(CATALOGUE, "utf-8")
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers/ie.toml").write_text(
        'country = "IE"\n[[outlets]]\nid = "mole"\nname = "Mole"\ndomains = ["mole.example"]\n',
        "utf-8",
    )
    loaded = load([str(path)])
    assert loaded.failures() == []
    assert loaded.plugins[-1].catalogues == ("papers",)
    assert [one.name for one in loaded.registry.entries()] == ["Mole"]


def test_a_plugin_whose_catalogue_is_missing_is_rolled_back_whole(
    alone: Site, tmp_path: Path
) -> None:
    path = tmp_path / "short.py"
    path.write_text(SINK + CATALOGUE, "utf-8")
    loaded = load([str(path)])
    (failure,) = loaded.failures()
    assert str(failure.error).endswith("papers: no such folder")
    assert list(loaded.registry.sinks) == BUILT_IN_SINKS
    assert loaded.registry.catalogue.folders == ()


def test_a_file_of_a_catalogue_is_a_plugin_by_itself(
    alone: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = 'country = "IE"\n[[outlets]]\nid = "mole"\nname = "Mole"\ndomains = ["mole.example"]\n'
    (tmp_path / "ie.toml").write_text(text, "utf-8")
    (tmp_path / "weir.toml").write_text('id = "weir"\nname = "Weir"\n', "utf-8")
    for loaded in (load([str(tmp_path / "ie.toml")]), load([str(tmp_path)])):
        assert loaded.failures() == []
        assert [one.name for one in loaded.registry.entries()] == ["Mole"]
    assert "weir" in loaded.registry.outlets
    monkeypatch.setenv("COPYDESK_OUTLETS", str(tmp_path))
    monkeypatch.delenv("COPYDESK_LOAD_PLUGINS", raising=False)
    assert "mole" in {one.id for one in load().registry.entries()}


def test_a_named_file_of_a_catalogue_fails_at_once_if_it_is_invalid(
    alone: Site, tmp_path: Path
) -> None:
    path = tmp_path / "ie.toml"
    path.write_text('country = "IE"\n[[outlets]]\nid = "mole"\n', "utf-8")
    (failure,) = load([str(path)]).failures()
    assert str(failure.error) == f"plugin '{path}': mole: name is missing"

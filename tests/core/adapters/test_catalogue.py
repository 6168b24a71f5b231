"""The catalogue of outlets: its data, when it is read, and what it leaves out."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import copydesk_outlets
from copydesk import Outlet
from copydesk.adapters import catalogue, loading
from copydesk.adapters.catalogue import Catalogue, CatalogueEntry, read_file
from copydesk.adapters.registry import Registry
from copydesk.errors import CatalogueError, PluginWarning, UnknownOutlet
from copydesk.shards.fingerprint import fingerprint
from copydesk.util import languages
from copydesk.util.urls import host_of, is_http

FOLDER = Path(copydesk_outlets.__file__).parent / "catalogue"
FILES = sorted(FOLDER.glob("*.toml"))
ENTRIES = [entry for path in FILES for entry in read_file(path)]

# Outlets whose feeds and sitemaps are on other hosts than their own.
ELSEWHERE = {"el-mundo": "e00-elmundo.uecdn.es", "world-truth": "feeds.feedburner.com"}

MOLE = """country = "IE"

[[outlets]]
id = "mole-mail"
name = "Mole Mail"
domains = ["mole.example", "molemail.example"]
languages = ["en", "ga"]
timezone = "Europe/Dublin"
feeds = ["https://mole.example/rss"]
news_sitemaps = ["https://mole.example/news.xml"]
sitemaps = ["https://mole.example/sitemap.xml"]
verified = 2026-08-05
"""


class QuayCourier(Outlet):
    id = "quay-courier"
    name = "Quay Courier"
    domains = ("quay.example",)


def put(folder: Path, name: str = "ie.toml", text: str = MOLE) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, "utf-8")
    return folder


def zones() -> dict[str, set[str]]:
    """The time zones of each country, from the table of the time zone database."""
    found: dict[str, set[str]] = {}
    for line in files("tzdata").joinpath("zoneinfo/zone.tab").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            country, _, zone, *_ = line.split("\t")
            found.setdefault(country, set()).add(zone)
    return found


# The data.


def test_the_catalogue_has_outlets_of_many_countries() -> None:
    assert len(ENTRIES) >= 170
    assert len({entry.country for entry in ENTRIES}) >= 40


def test_no_id_or_domain_of_the_catalogue_is_used_twice() -> None:
    ids = Counter(entry.id for entry in ENTRIES)
    domains = Counter(domain for entry in ENTRIES for domain in entry.domains)
    assert [one for one, number in (ids + domains).items() if number > 1] == []
    assert Catalogue((FOLDER,)).problems == []


def test_the_catalogue_has_no_outlet_that_has_an_adapter(registry: Registry) -> None:
    taken = [e.id for e in ENTRIES if e.id in registry.outlets or registry.find(e.domains[0])]
    assert taken == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_has_the_outlets_of_one_country_sorted_by_id(path: Path) -> None:
    entries = read_file(path)
    assert {entry.country.lower() for entry in entries} == {path.stem}
    assert [entry.id for entry in entries] == sorted(entry.id for entry in entries)


def test_countries_and_time_zones_are_those_of_the_time_zone_database() -> None:
    known = zones()
    assert {entry.country for entry in ENTRIES} <= set(known)
    wrong = [e.id for e in ENTRIES if e.timezone and e.timezone not in known[e.country]]
    assert wrong == []


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_an_entry_states_valid_addresses_and_languages(entry: CatalogueEntry) -> None:
    assert entry.name == entry.name.strip()
    assert entry.languages
    assert [languages.normalise(tag) for tag in entry.languages] == list(entry.languages)
    lists = (*entry.feeds, *entry.news_sitemaps, *entry.sitemaps)
    assert len(lists) == len(set(lists))
    # A list of archives by month is of no use to a run.
    assert len(lists) < 60
    for url in lists:
        host = host_of(url)
        assert is_http(url)
        assert not re.search(r"[\s{}<>]", url)
        assert urlsplit(url).path.strip("/") or urlsplit(url).query, "is a home page"
        assert host is not None
        own = any(host == one or host.endswith(f".{one}") for one in entry.domains)
        assert own or host == ELSEWHERE.get(entry.id)


# When it is read.


def test_loading_the_plugins_reads_no_file_of_the_catalogue(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(path: Path) -> list[CatalogueEntry]:
        raise AssertionError(f"read {path}")

    monkeypatch.setattr(catalogue, "read_file", refuse)
    registry = loading.load().registry
    assert FOLDER in registry.catalogue.folders
    assert registry.get("mercopress").id == "mercopress"
    # What an adapter answers needs no catalogue.
    assert registry.find_known("https://en.mercopress.com/a") is registry.get("mercopress")
    assert registry.find_known("") is None
    with pytest.raises(AssertionError, match="read "):
        registry.find_known("https://elsewhere.example/")


def test_the_files_are_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = []

    def note(path: Path) -> list[CatalogueEntry]:
        read.append(path)
        return []

    monkeypatch.setattr(catalogue, "read_file", note)
    made = Catalogue((put(tmp_path / "papers"),))
    assert made.get("a") is made.get("b") is made.find("c.example") is None
    assert list(made) == []
    assert len(read) == 1


# What it answers.


@pytest.fixture
def mole(tmp_path: Path) -> Registry:
    made = Registry()
    made.add_catalogue(put(tmp_path / "papers"))
    made.register(QuayCourier)
    return made


def test_an_entry_is_found_by_its_id_and_by_any_of_its_hosts(mole: Registry) -> None:
    entry = mole.known("mole-mail")
    assert isinstance(entry, CatalogueEntry)
    assert (entry.name, entry.country, entry.languages) == ("Mole Mail", "IE", ("en", "ga"))
    assert str(entry.verified) == "2026-08-05"
    for url in ("https://mole.example/a", "https://news.molemail.example/b", "mole.example"):
        assert mole.find_known(url) is entry
        assert mole.find(url) is None
    assert mole.find_known("https://quay.example/a") is QuayCourier


def test_an_entry_stands_for_its_feeds_or_else_its_sitemaps_those_of_news_first(
    tmp_path: Path,
) -> None:
    (whole,) = read_file(put(tmp_path / "papers") / "ie.toml")
    assert whole.lists() == ("https://mole.example/rss",)
    without_feeds = replace(whole, feeds=())
    assert without_feeds.lists() == (
        "https://mole.example/news.xml",
        "https://mole.example/sitemap.xml",
    )
    bare = replace(without_feeds, news_sitemaps=(), sitemaps=())
    assert bare.lists() == ()
    assert bare.home == "https://mole.example/"


def test_an_adapter_precedes_the_entry_of_its_id_and_of_its_host(mole: Registry) -> None:
    class Own(Outlet):
        id = "mole-mail"
        name = "Mole Mail by hand"
        domains = ("molemail.example",)

    mole.register(Own)
    assert mole.known("mole-mail") is mole.get("mole-mail") is Own
    assert mole.entry("mole-mail") is None
    assert list(mole.entries()) == []
    assert mole.find_known("https://molemail.example/a") is Own


def test_an_id_of_the_catalogue_has_no_adapter(mole: Registry) -> None:
    with pytest.raises(UnknownOutlet, match=r"^mole-mail: is in the catalogue of outlets, but"):
        mole.get("mole-mail")
    with pytest.raises(
        UnknownOutlet, match=r"^mole-male: no such outlet; did you mean 'mole-mail'\?$"
    ):
        mole.known("mole-male")


def test_several_similar_ids_are_named(tmp_path: Path) -> None:
    text = MOLE.split("\n\n")[0] + "".join(
        f'\n[[outlets]]\nid = "{one}"\nname = "N"\ndomains = ["{one}.example"]\n'
        for one in ("echo-north", "echo-norah", "weir")
    )
    registry = Registry()
    registry.add_catalogue(put(tmp_path / "papers", text=text))
    assert registry.similar("echo-nort") == "; did you mean 'echo-north' or 'echo-norah'?"
    assert registry.similar("zzzz") == ""


# What it leaves out.


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('country = "IE"', "", "country is missing"),
        ('"IE"', '"IRL"', "country: must be an ISO 3166-1 code such as 'UY', not 'IRL'"),
        ('id = "mole-mail"', "", "outlet 1: id is missing"),
        ('"mole-mail"', '"Mole"', "Mole: id: must be kebab-case (lower case, digits, hyphens), not"),
        ('["mole.example", "molemail.example"]', "[]", "mole-mail: domains is missing"),
        ('"molemail.example"', '"https://a"', "mole-mail: domains: 'https://a' is not a host"),
        ('["en", "ga"]', '"en"', "mole-mail: languages: must be an array"),
        ('"ga"', '"GA"', "mole-mail: languages: must be a BCP 47 tag such as"),
        ('"ga"', "1", "mole-mail: languages: must be a BCP 47 tag such as"),
        ("Europe/Dublin", "Europe/Doblin", "mole-mail: timezone: 'Europe/Doblin' is not an IANA"),
        ("https://mole.example/rss", "mole.example/rss", "mole-mail: feeds: 'mole.example/rss' is"),
        ("https://mole.example/news.xml", "news.xml", "mole-mail: news_sitemaps: 'news.xml' is not"),
        ("2026-08-05", '"soon"', "mole-mail: verified: must be a date, not 'soon'"),
        ("timezone", "time_zone", "mole-mail: unknown key 'time_zone'; did you mean 'timezone'?"),
        ("[[outlets]]", "[outlets]", "outlets: must be an array of tables"),
        ("[[outlets]]", "[[outlet]]", "unknown key 'outlet'; did you mean 'outlets'?"),
        ('name = "Mole Mail"', "name =", "invalid TOML: "),
    ],
)  # fmt: skip
def test_an_invalid_file_is_left_out_with_a_warning(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert old in MOLE
    folder = put(tmp_path / "papers", text=MOLE.replace(old, new))
    put(
        folder,
        "gb.toml",
        'country = "GB"\n[[outlets]]\nid = "a"\nname = "A"\ndomains = ["a.example"]',
    )
    made = Catalogue((folder,))
    with pytest.warns(PluginWarning, match="left out of the catalogue: "):
        assert made.get("mole-mail") is None
    assert [one.id for one in made] == ["a"]
    (problem,) = made.problems
    assert isinstance(problem, CatalogueError)
    assert problem.subject == str(folder / "ie.toml")
    assert problem.message.startswith(message)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (('"mole-mail"', '"mole-mail"'), "mole-mail: id 'mole-mail' belongs to 'mole-mail' of "),
        (('"mole-mail"', '"other"'), "other: host 'mole.example' belongs to 'mole-mail' of "),
    ],
    ids=["id", "host"],
)
def test_the_first_entry_for_an_id_or_host_stands(
    tmp_path: Path, change: tuple[str, str], message: str
) -> None:
    first, second = put(tmp_path / "a"), put(tmp_path / "b", "zz.toml", MOLE.replace(*change))
    made = Catalogue().with_folder(first).with_folder(second).with_folder(first)
    assert made.folders == (first, second)
    with pytest.warns(PluginWarning):
        (problem,) = made.problems
    assert problem.message == f"{message}{first / 'ie.toml'}"
    found = made.find("mole.example")
    assert found is not None
    assert found.origin == str(first / "ie.toml")


def test_hidden_files_and_helpers_are_no_part_of_a_catalogue(tmp_path: Path) -> None:
    folder = put(put(tmp_path / "papers", "_draft.toml", "x"), ".hidden.toml", "x")
    assert list(Catalogue((put(folder, "notes.md", "x"),))) == []


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    (folder / "ie.toml").mkdir(parents=True)
    with pytest.raises(CatalogueError, match=r"ie\.toml: "):
        read_file(folder / "ie.toml")


def test_what_the_catalogue_says_is_part_of_the_fingerprint_of_a_run_in_shards(
    tmp_path: Path,
) -> None:
    def of(text: str, name: str) -> str:
        registry = Registry()
        registry.add_catalogue(put(tmp_path / name, text=text))
        return fingerprint(loading.Loaded(registry))

    assert of(MOLE, "a") == of(MOLE, "b")
    assert of(MOLE.replace("Mole Mail", "Mole Post"), "c") != of(MOLE, "d")
    assert of(MOLE.replace('"IE"', '"GB"'), "e") != of(MOLE, "f")

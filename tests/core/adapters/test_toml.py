"""An outlet stated in TOML: the same as a class, with the same checks, and nothing in it is run."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import Run

from copydesk import Layout, Outlet, Page, Rule, extract
from copydesk.adapters import outlet_from_toml
from copydesk.adapters.outlet import FIELD_NAMES
from copydesk.adapters.registry import Registry
from copydesk.errors import OutletDefinitionError
from copydesk.model.roles import ROLES

HEAD = 'id = "weir"\nname = "The Weir"\n'

WHOLE = r"""
id = "weir"
name = "The Weir"
domains = ["weir.example", "weir.test"]
country = "GB"
language = "en-GB"
timezone = "Europe/London"
feeds = ["https://weir.example/rss"]
sitemaps = ["https://weir.example/sitemap-news.xml"]
headline = "h1.hed"
byline = "div.who"
body = "div.copy"

[strip]
related = "div.more"
newsletter_promo = {line = '^Sign up for The Sluice'}
site_promo = ["div.shop", {line = 'From our shop: '}, "p.mugs"]

[[rules]]
kind = "split"
pattern = '(?P<section_label>QUAY) (?P<rest>.+)$'
place = "head"
warn = "no QUAY"

[[rules]]
kind = "zone"
pattern = 'Tides$'
role = "page_furniture"
lines = 2
name = "tides"

[[rules]]
kind = "zone"
pattern = 'Letters$'
role = "related"
until = "paragraph"

[[rules]]
kind = "zone"
pattern = 'Notices$'
role = "site_promo"
until = 'End of notices'
place = ["body", "tail"]

[[rules]]
kind = "line"
pattern = 'Words: (?P<text>.+)$'
role = "byline"

[[layouts]]
name = "2019"
matches = "div.story"
until = 2022-12-31
headline = "div.hed"
strip = {share_bar = "div.share"}

[[layouts]]
name = "2023"
matches = "article.weir"
until = "2030-01-01"
"""


class Weir(Outlet):
    id = "weir"
    name = "The Weir"
    domains = ("weir.example", "weir.test")
    country = "GB"
    language = "en-GB"
    timezone = "Europe/London"
    feeds = ("https://weir.example/rss",)
    sitemaps = ("https://weir.example/sitemap-news.xml",)
    headline = "h1.hed"
    byline = "div.who"
    body = "div.copy"
    strip = {
        "related": "div.more",
        "newsletter_promo": re.compile("^Sign up for The Sluice"),
        "site_promo": ("div.shop", re.compile("From our shop: "), "p.mugs"),
    }
    rules = (
        Rule.split("(?P<section_label>QUAY) (?P<rest>.+)$", place="head", warn="no QUAY"),
        Rule.zone("Tides$", "page_furniture", lines=2, name="tides"),
        Rule.zone("Letters$", "related", until="paragraph"),
        Rule.zone("Notices$", "site_promo", until="End of notices", place=("body", "tail")),
        Rule.line("Words: (?P<text>.+)$", "byline"),
    )
    layouts = (
        Layout(
            "2019",
            matches="div.story",
            until="2022-12-31",
            headline="div.hed",
            strip={"share_bar": "div.share"},
        ),
        Layout("2023", matches="article.weir", until="2030-01-01"),
    )


PAGE = """<!doctype html><html><head><title>Weir rebuilt</title></head><body>
<div class="story"><div class="hed">Weir rebuilt by hand</div><div class="who">Ann Lee</div>
<div class="share">Share this story</div>
<div class="copy"><p>Sixty volunteers rebuilt the crest of the weir this week, stone by stone.</p>
<p class="mugs">Mugs with the weir on them are sold at the lock from Monday to Friday.</p>
<p>From our shop: a tea towel with the weir on it, now for nine pounds.</p>
<p>The water is back at its old height, and the mill turns again for the first time.</p></div>
</div></body></html>"""

TEXT = """QUAY Weir rebuilt by hand
Words: Ann Lee

Sixty volunteers rebuilt the crest of the weir this week, stone by stone, by hand.

Sign up for The Sluice

The water is back at its old height, and the mill turns again for the first time in years.

Notices
Lock keeper wanted
"""


def fault(text: str) -> str:
    with pytest.raises(OutletDefinitionError) as caught:
        outlet_from_toml(text + "\n")
    assert caught.value.subject == "<toml>"
    assert "\n" not in str(caught.value)
    return caught.value.message


# The same as a class.


def test_it_says_what_a_class_says() -> None:
    outlet = outlet_from_toml(WHOLE)
    assert issubclass(outlet, Outlet)
    names = "id name domains country language timezone feeds sitemaps rules"
    for name in names.split():
        assert getattr(outlet, name) == getattr(Weir, name), name
    assert outlet.selectors() == Weir.selectors()
    assert outlet.line_rules() == Weir.line_rules()


@pytest.mark.parametrize(("content", "kind"), [(PAGE, "text/html"), (TEXT, "text/plain")])
def test_it_reads_what_a_class_reads(content: str, kind: str) -> None:
    records = []
    for outlet in (outlet_from_toml(WHOLE), Weir):
        record = extract(content, media_type=kind, outlet=outlet).model_dump()
        del record["adapter"]["version"]
        records.append(record)
    assert records[0] == records[1]
    rules = {one["rule"] for one in records[0]["removed"]}
    assert {r for r in rules if r.startswith("weir:")} >= (
        {"weir:strip.site_promo", "weir:strip.share_bar"}
        if kind == "text/html"
        else {"weir:strip.newsletter_promo", "weir:site_promo"}
    )


@pytest.mark.parametrize("key", [*(k for k in Outlet.__annotations__ if k[0] != "_"), *FIELD_NAMES])
def test_every_attribute_of_a_class_that_is_data_is_a_key(key: str) -> None:
    said = {
        "id": "", "name": "", "domains": "['weir.example']", "country": "'GB'", "language": "'en'",
        "timezone": "'Europe/London'", "feeds": "['https://weir.example/rss']",
        "sitemaps": "['https://weir.example/map.xml']",
        "strip": "{related = 'p'}", "rules": "[{kind = 'line', pattern = 'a', role = 'caption'}]",
        "layouts": "[{name = 'a', matches = 'p'}]",
    }.get(key, "'h2'")  # fmt: skip
    outlet = outlet_from_toml(HEAD + (f"{key} = {said}\n" if said else ""))
    assert getattr(outlet, key)


@pytest.mark.parametrize("field", FIELD_NAMES)
def test_every_field_is_a_key_of_a_layout(field: str) -> None:
    outlet = outlet_from_toml(f"{HEAD}[[layouts]]\nname = 'a'\nmatches = 'p'\n{field} = 'h3'\n")
    assert outlet.layouts[0].fields == {field: "h3"}


@pytest.mark.parametrize("kind", sorted(ROLES))
def test_every_kind_that_a_class_can_strip_is_a_key(kind: str) -> None:
    assert outlet_from_toml(f"{HEAD}[strip]\n{kind} = 'p'\n").strip == {kind: ("p",)}


def test_it_is_registered_and_inherited_from_like_a_class() -> None:
    outlet = outlet_from_toml(WHOLE)
    registry = Registry()
    registry.register(outlet)
    assert registry.find("https://www.weir.test/a") is outlet

    class Sluice(outlet):  # type: ignore[valid-type, misc]
        id = "sluice"

        def section(self, page: Page) -> str | None:
            return "Locks"

    assert extract(TEXT, outlet=Sluice).section == "Locks"
    assert Sluice.version() != outlet.version()


# Its text.


def test_its_version_is_a_hash_of_its_text() -> None:
    text = HEAD + "# A comment counts too.\r\n"
    expected = hashlib.sha256(text.encode()).hexdigest()[:12]
    assert outlet_from_toml(text).version() == expected
    assert extract(TEXT, outlet=outlet_from_toml(text)).adapter.version == expected
    assert outlet_from_toml(HEAD).version() != expected


def test_a_file_and_its_text_are_the_same_outlet(tmp_path: Path) -> None:
    path = tmp_path / "weir.toml"
    path.write_bytes(WHOLE.replace("\n", "\r\n").encode())
    outlet = outlet_from_toml(WHOLE.replace("\n", "\r\n"))
    for named in (path, str(path)):
        assert outlet_from_toml(named).version() == outlet.version()
        assert outlet_from_toml(named).selectors() == outlet.selectors()


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "weir.toml"
    path.write_bytes(b"\xef\xbb\xbf" + HEAD.encode())
    assert outlet_from_toml(path).version() == outlet_from_toml(HEAD).version()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'id = "weir"\nname = "W\xe9ir"\n', "is not UTF-8 (at line 2)"),
        (
            b'id = "weir"\ntimezone = "Mars"\nname = "W"\n',
            "timezone: 'Mars' is not an IANA time zone",
        ),
        (b'id = "weir"\nname =\n', "invalid TOML: Invalid value (at line 2, column 7)"),
        (b"", "id is missing"),
    ],
)
def test_a_fault_names_the_file(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "weir.toml"
    path.write_bytes(data)
    with pytest.raises(OutletDefinitionError) as caught:
        outlet_from_toml(path)
    assert (caught.value.subject, caught.value.message) == (str(path), message)
    assert caught.value.reason == "outlet_definition"


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    for path, message in (
        (tmp_path / "none.toml", "no such file or directory"),
        (tmp_path, "is a directory"),
    ):
        with pytest.raises(OutletDefinitionError) as caught:
            outlet_from_toml(path)
        assert str(caught.value) == f"{path}: {message}"
        assert isinstance(caught.value.__cause__, OSError)


# What it cannot say.

RULE = f"{HEAD}[[rules]]\n"
LAYOUT = f"{HEAD}[[layouts]]\nname = 'a'\n"
FAULTS = [
    ("", "id is missing"),
    ("id = 'weir'", "name is missing"),
    ("name = 'Weir'", "id is missing"),
    ("id = ''\nname = 'Weir'", "id is missing"),
    ("id = 'The Weir'\nname = 'W'", "id: must be kebab-case"),
    ("id = 'weir'\nid = 'weir'", "invalid TOML: Cannot overwrite a value"),
    (f"{HEAD}headline = 'h1", "invalid TOML: "),
    (f"{HEAD}x = {'[' * 4000}", "invalid TOML: "),
    (f"{HEAD}x = {'9' * 5000}", "invalid TOML: Exceeds the limit"),
    (f"{HEAD}headlin = 'h1'", "unknown key 'headlin'; did you mean 'headline'?"),
    (f"{HEAD}version = '3'", "unknown key 'version'"),
    (f"{HEAD}__module__ = 'os'", "unknown key '__module__'"),
    (f"{HEAD}_declaration = 'x'", "unknown key '_declaration'"),
    (f'{HEAD}"a\\nb" = 1', "unknown key 'a\\nb'"),
    (f"{HEAD}country = 'gb'", "country: must be an ISO 3166-1 code"),
    (f"{HEAD}country = 44", "country: must be a string, not an integer"),
    (f"{HEAD}language = 'English'", "language: must be a BCP 47 tag"),
    (f"{HEAD}timezone = '../etc/passwd'", "timezone: '../etc/passwd' is not an IANA time zone"),
    (f"{HEAD}domains = 'weir.example'", "domains: must be an array, not a string"),
    (f"{HEAD}domains = [1]", "domains: must contain only hosts, not 1"),
    (f"{HEAD}domains = ['https://weir.example']", "domains: 'https://weir.example' is not a host"),
    (
        f"{HEAD}feeds = ['weir.example/rss']",
        "feeds: 'weir.example/rss' is not an http or https URL",
    ),
    (f"{HEAD}sitemaps = 'https://weir.example/map'", "sitemaps: must be an array, not a string"),
    (f"{HEAD}sitemaps = ['ftp://weir.example/map']", "sitemaps: 'ftp://weir.example/map' is not"),
    (f"{HEAD}body = 'a['", "body: bad CSS selector 'a['"),
    (f"{HEAD}body = ['a', 'b']", "body: must be a string, not an array"),
    (f"{HEAD}published = 2024-01-01", "published: must be a string, not a date"),
    (f"{HEAD}body = true", "body: must be a string, not a boolean"),
    (f"{HEAD}strip = '.promo'", "strip: must be a table, not a string"),
    (f"{HEAD}strip = {{related = 5}}", "strip: related: must be a CSS selector or {line = "),
    (f"{HEAD}strip = {{related = [['p']]}}", "strip: related: must be a CSS selector or {line = "),
    (f"{HEAD}strip = {{related = {{lin = 'a'}}}}", "strip: related: unknown key 'lin'; did you"),
    (f"{HEAD}strip = {{related = {{}}}}", "strip: related: line is missing"),
    (f"{HEAD}strip = {{related = {{line = '('}}}}", "strip: related: bad pattern '(': missing )"),
    (f"{HEAD}strip = {{related = 'a['}}", "strip: related: bad CSS selector 'a['"),
    (f"{HEAD}strip = {{relatd = 'a'}}", "strip: unknown kind 'relatd'; did you mean 'related'?"),
    (f"{HEAD}rules = {{kind = 'line'}}", "rules: must be an array, not a table"),
    (f"{HEAD}rules = ['a']", "rules: [0] must be a table, not a string"),
    (f"{RULE}pattern = 'a'", "rules: [0] kind is missing"),
    (f"{RULE}kind = 'lines'", "rules: [0] kind: must be 'line', 'split' or 'zone', not 'lines'"),
    (f"{RULE}kind = ['line']", "rules: [0] kind: must be a string, not an array"),
    (f"{RULE}kind = 'line'\nrole = 'caption'", "rules: [0] line: pattern is missing"),
    (f"{RULE}kind = 'zone'\npattern = 'a'", "rules: [0] zone: role is missing"),
    (f"{RULE}kind = 'line'\npattern = 'a'\nrole = 'captoin'", "rules: [0] unknown role 'captoin'"),
    (f"{RULE}kind = 'line'\npattern = '('\nrole = 'caption'", "rules: [0] bad pattern '('"),
    (f"{RULE}kind = 'split'\npattern = 'a{{{10**20}}}'", "rules: [0] bad pattern 'a{1000000"),
    (f"{RULE}kind = 'split'\npattern = '{'(' * 4000}'", "rules: [0] bad pattern"),
    (f"{RULE}kind = 'split'\npattern = 'a'", "rules: [0] a split rule names its parts by groups"),
    (f"{RULE}kind = 'split'\npattern = 'a'\nrole = 'caption'", "rules: [0] split: unknown key "),
    (f"{RULE}kind = 'line'\npattern = 'a'\nlines = 2", "rules: [0] line: unknown key 'lines'"),
    (f"{RULE}kind = 'line'\npattern = 'a'\nwhen = 'b'", "rules: [0] unknown key 'when'"),
    (f"{RULE}kind = 'zone'\npattern = 'a'\nlines = '2'", "rules: [0] lines: must be an integer"),
    (f"{RULE}kind = 'zone'\npattern = 'a'\nlines = true", "rules: [0] lines: must be an integer"),
    (f"{RULE}kind = 'zone'\npattern = 'a'\nrole = 'related'", "rules: [0] a zone has either lines"),
    (
        f"{RULE}kind = 'zone'\npattern = 'a'\nrole = 'related'\nuntil = '('",
        "rules: [0] until: bad pattern '('",
    ),
    (
        f"{RULE}kind = 'line'\npattern = 'a'\nrole = 'caption'\nplace = ['head', 5]",
        "rules: [0] unknown place 5",
    ),
    (f"{HEAD}[[layouts]]\nmatches = 'p'", "layouts: [0] name is missing"),
    (LAYOUT, "layouts: [0] matches is missing"),
    (f"{LAYOUT}matches = 'p['", "layouts: layout 'a': matches: bad CSS selector 'p['"),
    (f"{LAYOUT}matches = 'p'\nbdy = 'p'", "layouts: [0] unknown key 'bdy'; did you mean 'body'?"),
    (f"{LAYOUT}matches = 'p'\nuntil = '2025'", "layouts: layout 'a': until: '2025' is not an ISO"),
    (f"{LAYOUT}matches = 'p'\nuntil = 2025", "layouts: [0] until: must be a string or a date, not"),
    (f"{LAYOUT}matches = 'p'\nstrip = {{x = 'p'}}", "layouts: layout 'a': unknown kind 'x'"),
    (
        f"{LAYOUT}matches = 'p'\nstrip = {{related = {{line = 'p'}}}}",
        "layouts: layout 'a': strip: line patterns are allowed only in the outlet's own strip",
    ),
    (f"{LAYOUT}matches = 'p'\n[[layouts]]\nname = 'a'\nmatches = 'q'", "layouts: two layouts are"),
]


@pytest.mark.parametrize(("text", "message"), FAULTS)
def test_a_fault_is_one_line_that_names_the_key(text: str, message: str) -> None:
    assert fault(text).startswith(message)


def toml(value: Any) -> str:
    """A value as TOML writes it, tables inline."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{json.dumps(k)} = {toml(v)}' for k, v in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(toml, value))}]"
    return json.dumps(value)


WORDS = st.sampled_from(
    ["line", "split", "zone", "(?P<rest>a)", "(", "head", "end", "paragraph", "h1", "a[", "caption",
     "related", "2024-01-01", "en", "GB", "", "\n", "weir.example", "\0", "https://weir.example/a"]
)  # fmt: skip
KEYS = st.sampled_from(
    ["id", "name", "domains", "country", "language", "timezone", "feeds", "sitemaps", "strip", "rules",
     "layouts",
     "kind", "pattern", "role", "place", "lines", "until", "warn", "matches", "related", "line",
     "body", "headline", "__init__", "__class__", "mro"]
)  # fmt: skip
VALUES = st.recursive(
    WORDS | st.integers(-3, 3) | st.booleans() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=12,
)


@given(st.dictionaries(KEYS, VALUES, max_size=6))
@settings(max_examples=300, deadline=None)
def test_anything_is_an_outlet_or_a_fault_in_one_line(said: dict[str, Any]) -> None:
    said = {"id": "weir", "name": "Weir", **said}
    text = "".join(f"{json.dumps(key)} = {toml(value)}\n" for key, value in said.items())
    try:
        outlet = outlet_from_toml(text)
    except OutletDefinitionError as error:
        assert str(error).startswith("<toml>: ")
        assert "\n" not in str(error)
    else:
        Registry().register(outlet)
        assert extract(TEXT, outlet=outlet).outlet is not None


# On the command line.


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "weir.toml").write_text(WHOLE, "utf-8")
    (tmp_path / "page.txt").write_text(TEXT, "utf-8")
    (tmp_path / "page.html").write_text(PAGE, "utf-8")
    return tmp_path


def test_the_command_line_shows_and_lists_it(folder: Path, copydesk: Run) -> None:
    shown = copydesk("outlets", "show", "weir", "--plugin", "weir.toml")
    assert (shown.returncode, shown.stderr) == (0, "")
    rows = [tuple(re.split("  +", row, maxsplit=1)) for row in shown.stdout.splitlines()]
    assert ("registered by", "weir.toml") in rows
    assert ("version", hashlib.sha256(WHOLE.encode()).hexdigest()[:12]) in rows
    assert ("strip newsletter_promo", "/^Sign up for The Sluice/") in rows
    assert ("rule", "zone tides: /Tides$/") in rows
    assert ("layout", "2019: div.story") in rows
    listed = copydesk("outlets", "list", "--plugin", "weir.toml")
    assert "weir.example, weir.test" in listed.stdout
    plugins = copydesk("plugins", "--plugin", "weir.toml")
    assert plugins.stdout.splitlines()[-1].split() == ["weir.toml", "-", "outlets:", "weir"]


def test_the_command_line_reads_with_it(folder: Path, copydesk: Run) -> None:
    for how in (["--outlet", "weir"], ["--url", "https://www.weir.example/a"]):
        done = copydesk("extract", "page.txt", "--plugin", "weir.toml", *how)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["adapter"]["id"] == "weir"


@pytest.mark.process
def test_workers_read_with_it(folder: Path, copydesk: Run) -> None:
    lines = []
    for workers in ("1", "2"):
        done = copydesk(
            "ingest", "page.txt", "page.html", "--plugin", "weir.toml", "--outlet", "weir",
            "--workers", workers, "-o", f"{workers}.jsonl",
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        lines.append(sorted((folder / f"{workers}.jsonl").read_bytes().splitlines()))
    assert lines[0] == lines[1]
    assert [json.loads(line)["adapter"]["id"] for line in lines[0]] == ["weir", "weir"]


@pytest.mark.process
def test_a_pattern_that_runs_away_costs_a_worker_its_document_alone(
    folder: Path, copydesk: Run
) -> None:
    rule = "[[rules]]\nkind = 'line'\npattern = '(a+)+$'\nrole = 'caption'\n"
    (folder / "weir.toml").write_text(HEAD + rule, "utf-8")
    (folder / "slow.txt").write_text(f"{TEXT}\n{'a' * 60}!\n", "utf-8")
    done = copydesk(
        "ingest", "slow.txt", "page.txt", "--plugin", "weir.toml", "--outlet", "weir",
        "--workers", "2", "--set", "reading=2", "-o", "out.jsonl",
    )  # fmt: skip
    assert done.returncode == 1
    assert "slow.txt: took longer than 2 seconds [deadline]" in done.stderr
    (line,) = (folder / "out.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line)["document"]["origin"] == "page.txt"


def test_the_command_line_refuses_to_go_on_with_a_bad_one(folder: Path, copydesk: Run) -> None:
    (folder / "weir.toml").write_text(f"{HEAD}headlines = 'h1'\n", "utf-8")
    done = copydesk("extract", "page.txt", "--plugin", "weir.toml")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "copydesk: plugin 'weir.toml': unknown key 'headlines'; did you mean 'headline'?\n"
    )

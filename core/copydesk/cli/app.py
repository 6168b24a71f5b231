"""The commands."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from copydesk.cli import ingesting, outlets, signals, streams
from copydesk.cli.commands import OUTPUT, Command, Group, examples
from copydesk.cli.common import (
    OutletOption,
    OutputOption,
    PluginOption,
    check_target,
    load,
    usage,
)
from copydesk.cli.documents import EncodingOption, TypeOption, UrlOption, adapter_for, read_input
from copydesk.cli.terminal import complain, counted, safe, table
from copydesk.errors import RecordError, os_message
from copydesk.settings import VERSION

if TYPE_CHECKING:
    from copydesk import fixtures
    from copydesk import replay as replaying
    from copydesk.article import Article

# Commands import what they run with when they are called: help and version need none of it.
app = typer.Typer(
    name="copydesk",
    cls=Group,
    help="Ingest news: each outlet's copy goes in, one normalized article record comes out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(outlets.app, name="outlets")
app.command(
    cls=Command,
    epilog=examples(
        "copydesk ingest pages -o articles.jsonl --rejects rejects.jsonl",
        "copydesk ingest https://echo.example/rss.xml -o news.jsonl --contact me@echo.example",
        "copydesk ingest crawl.warc.gz -o articles.jsonl --workers 4 --resume",
        ingesting.LIMITS_LISTED,
    ),
)(ingesting.ingest)
app.command(cls=Command, epilog=ingesting.LIMITS_LISTED)(ingesting.record)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"copydesk {VERSION}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Ingest news: each outlet's copy goes in, one normalized article record comes out."""


@app.command(
    cls=Command,
    epilog=examples(
        "copydesk replay tests/fixtures --update", "copydesk replay run.warc.gz -o again.jsonl"
    ),
)
def replay(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Fixtures, or folders of them.")
    ],
    output: OutputOption = None,
    update: Annotated[
        bool, typer.Option("--update", help="Rewrite expectations that differ, after showing how.")
    ] = False,
    files: Annotated[
        bool, typer.Option("--files", help="Read the local files that a session names.")
    ] = False,
    limits: ingesting.SetOption = None,
    plugin: PluginOption = None,
) -> None:
    """Run fixtures or a recorded session offline: network sealed, clock frozen.

    Tells what differs from the expectation; a session's records go to FILE.
    """
    from copydesk import apart, fixtures
    from copydesk import replay as replaying
    from copydesk.session import SUFFIXES
    from copydesk.sinks import jsonl

    if len(paths) == 1 and paths[0].name.endswith(SUFFIXES) and paths[0].is_file():
        check_target(output, *paths)
        ingesting.replay_session(paths[0], output, plugin, limits, files)
        return
    registry = load(plugin).registry
    try:
        found, bare = fixtures.find(paths)
    except FileNotFoundError as error:
        usage(f"{error}: no such file or folder")
    for path in bare:
        complain(f"{path}: no {fixtures.stem_of(path)}.meta.json beside it, passed over")
    if not found:
        usage(f"{', '.join(map(str, paths))}: no fixtures")
    check_target(output, *(file for fixture in found for file in _files(fixture)))
    results = []
    for result in replaying.replay(found, registry, apart.read):
        results.append(result)
        _report(result, update)
    if output:
        jsonl.write(output, (r.article for r in results if r.article))
    counts = Counter(r.state for r in results)
    told = ", ".join(f"{counts[state]} {state}" for state in replaying.STATES if counts[state])
    print(f"{counted(len(results), 'fixture')}: {told}")
    if counts["ok"] != len(results):
        raise typer.Exit(1)


def _files(fixture: fixtures.Fixture) -> tuple[Path, ...]:
    return fixture.source, fixture.meta_path, fixture.expected_path


def _report(result: replaying.Result, update: bool) -> None:
    from copydesk import replay as replaying

    what: str = result.state
    if result.differences:
        what += f": {', '.join(result.differences)}"
    print(f"{safe(result.fixture.stem)}  {safe(result.outlet)}  {safe(what)}")
    for line in replaying.describe(result.differences):
        print(safe(line))
    if result.error and result.state == "failed":
        complain(str(result.error))
    if update and replaying.update(result):
        print(f"  wrote {safe(str(result.fixture.expected_path))}")


@app.command(
    cls=Command,
    epilog=examples(
        "copydesk extract page.html --url https://echo.example/ferry -o ferry.jsonl",
        "copydesk extract https://echo.example/ferry --contact me@echo.example",
    ),
)
def extract(
    source: Annotated[
        str, typer.Argument(metavar="FILE|URL|-", help="One page or text; - is standard input.")
    ],
    url: UrlOption = None,
    outlet: OutletOption = None,
    media_type: TypeOption = None,
    encoding: EncodingOption = None,
    output: OutputOption = None,
    contact: ingesting.ContactOption = None,
    allow_host: ingesting.AllowOption = None,
    plugin: PluginOption = None,
) -> None:
    """Read one document into one line of JSON."""
    from copydesk import apart

    registry = load(plugin).registry
    check_target(output, source)
    stated = ingesting.settings(contact, 1.0, 1, allow_host, None)
    document = read_input(source, url, media_type, encoding, stated)
    article = apart.read(document, adapter_for(registry, outlet, document))
    for warning in article.warnings:
        complain(f"{document.subject}: {warning}")
    _emit([article], output)


@app.command(
    cls=Command,
    epilog=examples(
        "copydesk explain page.html", "copydesk explain page.html --html explained.html"
    ),
)
def explain(
    source: Annotated[
        str, typer.Argument(metavar="FILE|URL|-", help="One page or text; - is standard input.")
    ],
    url: UrlOption = None,
    outlet: OutletOption = None,
    media_type: TypeOption = None,
    encoding: EncodingOption = None,
    as_json: Annotated[
        bool,
        typer.Option(
            "--json", help="Print the partition of the text as JSON.", rich_help_panel=OUTPUT
        ),
    ] = False,
    html: Annotated[
        Path | None,
        typer.Option(
            "--html", metavar="FILE", help="Write it as a page to FILE.", rich_help_panel=OUTPUT
        ),
    ] = None,
    field: Annotated[
        list[str] | None,
        typer.Option(
            "--field", metavar="NAME", help="Show this field alone.", rich_help_panel=OUTPUT
        ),
    ] = None,
    contact: ingesting.ContactOption = None,
    allow_host: ingesting.AllowOption = None,
    plugin: PluginOption = None,
) -> None:
    """Show where every character and every field came from."""
    from copydesk.cli import explain as explaining

    registry = load(plugin).registry
    check_target(html, source)
    fields = explaining.checked(field or [], as_json or html is not None)
    stated = ingesting.settings(contact, 1.0, 1, allow_host, None)
    document = read_input(source, url, media_type, encoding, stated)
    explaining.explain(document, adapter_for(registry, outlet, document), as_json, html, fields)


@app.command(cls=Command, epilog=examples("copydesk diff old.jsonl new.jsonl --ignore revision"))
def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD|STORED")],
    new: Annotated[Path | None, typer.Argument(metavar="[NEW]")] = None,
    adapter: Annotated[
        str | None,
        typer.Option(metavar="REV", help="Read STORED by the adapters of this git revision too."),
    ] = None,
    outlet: OutletOption = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON Lines, counts first.")
    ] = False,
    fields: Annotated[
        str | None, typer.Option(metavar="A,B", help="Compare nothing but these fields.")
    ] = None,
    ignore: Annotated[
        str | None, typer.Option(metavar="A,B", help="Do not compare these fields.")
    ] = None,
    plugin: PluginOption = None,
) -> None:
    """Compare two files of articles, or what two versions of the adapters make of one stored set."""
    from copydesk.cli import comparing

    comparing.diff(old, new, adapter, outlet, as_json, fields, ignore, plugin)


def _emit(articles: list[Article], output: Path | None) -> None:
    from copydesk.sinks import jsonl

    if output:
        jsonl.write(output, articles)
        return
    for article in articles:
        sys.stdout.buffer.write(article.to_line())
    sys.stdout.buffer.flush()


@app.command("plugins", cls=Command)
def list_plugins(plugin: PluginOption = None) -> None:
    """List the plugins: name, distribution or folder, and the outlets of each or why it was left out."""
    from copydesk import plugins

    with signals.at_once(), streams.stdout_aside():
        loaded = plugins.load(plugin or (), probe=True)
    rows = []
    for p in loaded.plugins:
        what = (
            f"failed: {p.error.message}"
            if p.error
            else ", ".join((*p.outlets, *p.sources)) or "no outlets"
        )
        rows.append((p.name, p.origin or "-", what))
    table(rows)


@app.command(cls=Command)
def schema(plugin: PluginOption = None) -> None:
    """Print the JSON Schema of the article record."""
    from copydesk.article import Article

    load(plugin)
    described = Article.model_json_schema(mode="serialization")
    described["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    print(json.dumps(described, ensure_ascii=False, indent=2))


@app.command(cls=Command, epilog=examples("copydesk validate articles.jsonl"))
def validate(
    paths: Annotated[list[Path], typer.Argument(metavar="FILE...", help="JSON Lines of articles.")],
    plugin: PluginOption = None,
) -> None:
    """Check JSON Lines against the article record; names every bad line."""
    from copydesk.sinks import jsonl

    load(plugin)
    for path in paths:
        if not path.is_file():
            usage(f"{path}: {'is no regular file' if path.exists() else 'no such file'}")
    good = bad = 0
    for path in paths:
        try:
            for _, found in jsonl.read(path):
                if isinstance(found, RecordError):
                    bad += 1
                    complain(str(found))
                else:
                    good += 1
        except OSError as error:
            usage(f"{path}: {os_message(error)}")
    print(f"{counted(good + bad, 'record')}: {good} valid, {bad} not")
    if bad:
        raise typer.Exit(1)

"""The commands and their options."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from copydesk.cli import signals, streams
from copydesk.cli.commands import ingest, outlets
from copydesk.cli.documents import EncodingOption, TypeOption, UrlOption, adapter_for, read_input
from copydesk.cli.options import (
    OutletOption,
    OutputOption,
    PluginOption,
    check_files,
    check_output,
    load,
    usage_error,
)
from copydesk.cli.output import plural, safe, table, to_stderr
from copydesk.cli.usage import OUTPUT, Command, Group, examples
from copydesk.errors import RecordError, os_message
from copydesk.settings import VERSION

if TYPE_CHECKING:
    from copydesk.fixtures import replay as replaying
    from copydesk.fixtures import store
    from copydesk.model.article import Article

# Commands import their modules when called, so that --help and --version start quickly.
app = typer.Typer(
    name="copydesk",
    cls=Group,
    help="Read news pages, feeds and archives into one normalized article record.",
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
        ingest.LIMITS_HELP,
    ),
)(ingest.ingest)
app.command(cls=Command, epilog=ingest.LIMITS_HELP)(ingest.record)


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
    """Read news pages, feeds and archives into one normalized article record."""


@app.command(
    cls=Command,
    epilog=examples(
        "copydesk replay tests/fixtures --update", "copydesk replay run.warc.gz -o again.jsonl"
    ),
)
def replay(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH", help="Fixtures, folders of them, or one recorded run."),
    ],
    output: OutputOption = None,
    update: Annotated[
        bool,
        typer.Option(
            "--update", help="Update expectations that differ, after printing the differences."
        ),
    ] = False,
    files: Annotated[
        bool, typer.Option("--files", help="Also read the local files named in a recorded run.")
    ] = False,
    limits: ingest.SetOption = None,
    plugin: PluginOption = None,
) -> None:
    """Compare fixtures with their expectations, or repeat a recorded run.

    The network is blocked, and the clock shows the time of the recording.
    """
    from copydesk.fetching.recording import SUFFIXES
    from copydesk.fixtures import replay as replaying
    from copydesk.fixtures import store
    from copydesk.sinks import jsonl
    from copydesk.workers import isolated

    if len(paths) == 1 and paths[0].name.endswith(SUFFIXES) and paths[0].is_file():
        check_output(output, *paths)
        ingest.replay_session(paths[0], output, plugin, limits, files)
        return
    registry = load(plugin).registry
    try:
        found, bare = store.find(paths)
    except FileNotFoundError as error:
        usage_error(f"{error}: no such file or folder")
    for path in bare:
        to_stderr(f"{path}: skipped: no {store.stem_of(path)}.meta.json in the same folder")
    if not found:
        usage_error(f"{', '.join(map(str, paths))}: no fixtures found")
    check_output(output, *(file for fixture in found for file in _files(fixture)))
    results = []
    for result in replaying.replay(found, registry, isolated.read):
        results.append(result)
        _report(result, update)
    if output:
        jsonl.write(output, (r.article for r in results if r.article))
    counts = Counter(r.state for r in results)
    states = ", ".join(f"{counts[state]} {state}" for state in replaying.STATES if counts[state])
    print(f"{plural(len(results), 'fixture')}: {states}")
    if counts["ok"] != len(results):
        raise typer.Exit(1)


def _files(fixture: store.Fixture) -> tuple[Path, ...]:
    return fixture.source, fixture.meta_path, fixture.expected_path


def _report(result: replaying.Result, update: bool) -> None:
    from copydesk.fixtures import replay as replaying

    what: str = result.state
    if result.differences:
        what += f": {', '.join(result.differences)}"
    print(f"{safe(result.fixture.stem)}  {safe(result.outlet)}  {safe(what)}")
    for line in replaying.describe(result.differences):
        print(safe(line))
    if result.error and result.state == "failed":
        to_stderr(str(result.error))
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
        str, typer.Argument(metavar="FILE|URL|-", help="A page or plain text; - is standard input.")
    ],
    url: UrlOption = None,
    outlet: OutletOption = None,
    media_type: TypeOption = None,
    encoding: EncodingOption = None,
    output: OutputOption = None,
    contact: ingest.ContactOption = None,
    allow_host: ingest.AllowOption = None,
    plugin: PluginOption = None,
) -> None:
    """Read one document and print its article as a line of JSON."""
    from copydesk.workers import isolated

    registry = load(plugin).registry
    check_output(output, source)
    settings = ingest.build_settings(contact, 1.0, 1, allow_host, None)
    document = read_input(source, url, media_type, encoding, settings)
    article = isolated.read(document, adapter_for(registry, outlet, document))
    for warning in article.warnings:
        to_stderr(f"{document.subject}: {warning}")
    _emit([article], output)


@app.command(
    cls=Command,
    epilog=examples(
        "copydesk explain page.html", "copydesk explain page.html --html explained.html"
    ),
)
def explain(
    source: Annotated[
        str, typer.Argument(metavar="FILE|URL|-", help="A page or plain text; - is standard input.")
    ],
    url: UrlOption = None,
    outlet: OutletOption = None,
    media_type: TypeOption = None,
    encoding: EncodingOption = None,
    as_json: Annotated[
        bool,
        typer.Option(
            "--json",
            help="Print all stretches of the text with role and rule as JSON.",
            rich_help_panel=OUTPUT,
        ),
    ] = False,
    html: Annotated[
        Path | None,
        typer.Option(
            "--html", metavar="FILE", help="Write an HTML page to FILE.", rich_help_panel=OUTPUT
        ),
    ] = None,
    field: Annotated[
        list[str] | None,
        typer.Option(
            "--field",
            metavar="NAME",
            help="Show only this field; repeatable.",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    contact: ingest.ContactOption = None,
    allow_host: ingest.AllowOption = None,
    plugin: PluginOption = None,
) -> None:
    """Show the role of every piece of text and the origin of every field."""
    from copydesk.cli.commands import explain as explaining

    registry = load(plugin).registry
    check_output(html, source)
    fields = field or []
    explaining.check_fields(fields, plain=not as_json and html is None)
    settings = ingest.build_settings(contact, 1.0, 1, allow_host, None)
    document = read_input(source, url, media_type, encoding, settings)
    explaining.explain(document, adapter_for(registry, outlet, document), as_json, html, fields)


@app.command(cls=Command, epilog=examples("copydesk diff old.jsonl new.jsonl --ignore revision"))
def diff(
    old: Annotated[
        Path,
        typer.Argument(
            metavar="OLD|STORED", help="Articles as JSON Lines, or pages to read with --adapter."
        ),
    ],
    new: Annotated[
        Path | None,
        typer.Argument(metavar="NEW", help="Articles as JSON Lines; omit with --adapter."),
    ] = None,
    adapter: Annotated[
        str | None,
        typer.Option(metavar="REV", help="Git revision whose adapters are compared with today's."),
    ] = None,
    outlet: OutletOption = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON Lines, the counts first.")
    ] = False,
    fields: Annotated[
        str | None, typer.Option(metavar="A,B", help="Compare only these fields.")
    ] = None,
    ignore: Annotated[str | None, typer.Option(metavar="A,B", help="Ignore these fields.")] = None,
    plugin: PluginOption = None,
) -> None:
    """Compare two files of articles, or how two versions of the adapters read the same pages."""
    from copydesk.cli.commands import diff as comparing

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
    """List the plugins with their outlets, or the reason why loading failed."""
    from copydesk.adapters import loading

    with signals.immediate_exit(), streams.stdout_to_stderr():
        loaded = loading.load(plugin or (), probe=True)
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
    from copydesk.model.article import Article

    load(plugin)
    described = Article.model_json_schema(mode="serialization")
    described["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    print(json.dumps(described, ensure_ascii=False, indent=2))


@app.command(cls=Command, epilog=examples("copydesk validate articles.jsonl"))
def validate(
    paths: Annotated[list[Path], typer.Argument(metavar="FILE", help="Articles as JSON Lines.")],
    plugin: PluginOption = None,
) -> None:
    """Check JSON Lines against the schema of the article record."""
    from copydesk.sinks import jsonl

    load(plugin)
    check_files(*paths)
    good = bad = 0
    for path in paths:
        try:
            for _, found in jsonl.read(path):
                if isinstance(found, RecordError):
                    bad += 1
                    to_stderr(str(found))
                else:
                    good += 1
        except OSError as error:
            usage_error(f"{path}: {os_message(error)}")
    print(f"{plural(good + bad, 'record')}: {good} valid, {bad} not")
    if bad:
        raise typer.Exit(1)

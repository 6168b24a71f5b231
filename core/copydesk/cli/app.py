"""The commands."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from copydesk import apart, fixtures, plugins
from copydesk import replay as replaying
from copydesk.article import Article
from copydesk.cli import comparing, explain, ingesting, outlets, signals, streams
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
from copydesk.errors import RecordError
from copydesk.session import SUFFIXES
from copydesk.settings import VERSION
from copydesk.sinks import jsonl

app = typer.Typer(
    name="copydesk",
    help="Ingest news: each outlet's copy goes in, one normalized article record comes out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(outlets.app, name="outlets")
app.command()(ingesting.ingest)
app.command()(ingesting.record)
app.command()(explain.explain)
app.command()(comparing.diff)


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


@app.command()
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


@app.command()
def extract(
    source: Annotated[str, typer.Argument(metavar="FILE|URL|-")],
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
    registry = load(plugin).registry
    check_target(output, source)
    stated = ingesting.settings(contact, 1.0, 1, allow_host, None)
    document = read_input(source, url, media_type, encoding, stated)
    article = apart.read(document, adapter_for(registry, outlet, document))
    for warning in article.warnings:
        complain(f"{document.subject}: {warning}")
    _emit([article], output)


def _emit(articles: list[Article], output: Path | None) -> None:
    if output:
        jsonl.write(output, articles)
        return
    for article in articles:
        sys.stdout.buffer.write(article.to_line())
    sys.stdout.buffer.flush()


@app.command("plugins")
def list_plugins(plugin: PluginOption = None) -> None:
    """List the plugins: name, distribution or folder, and the outlets of each or why it was left out."""
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


@app.command()
def schema(plugin: PluginOption = None) -> None:
    """Print the JSON Schema of the article record."""
    load(plugin)
    described = Article.model_json_schema(mode="serialization")
    described["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    print(json.dumps(described, ensure_ascii=False, indent=2))


@app.command()
def validate(
    paths: Annotated[list[Path], typer.Argument(metavar="FILE...", help="JSON Lines of articles.")],
    plugin: PluginOption = None,
) -> None:
    """Check JSON Lines against the article record; names every bad line."""
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
            usage(f"{path}: {(error.strerror or str(error)).lower()}")
    print(f"{counted(good + bad, 'record')}: {good} valid, {bad} not")
    if bad:
        raise typer.Exit(1)

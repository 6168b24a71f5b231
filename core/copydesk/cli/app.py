"""The commands."""

from __future__ import annotations

import json
import stat
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from copydesk import fixtures, ledger, plugins
from copydesk import replay as replaying
from copydesk.article import Article
from copydesk.cli import explain as explaining
from copydesk.cli.terminal import complain, safe, table
from copydesk.document import MAX_BYTES, Document
from copydesk.errors import DocumentTooLarge, RecordError, UnknownOutlet
from copydesk.outlet import Outlet
from copydesk.reading import VERSION, find_adapter, guess_media_type, read
from copydesk.registry import Registry
from copydesk.sinks import jsonl

app = typer.Typer(
    name="copydesk",
    help="Ingest news: each outlet's copy goes in, one normalized article record comes out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
outlets_app = typer.Typer(help="The outlets that have an adapter.", no_args_is_help=True)
app.add_typer(outlets_app, name="outlets")

PluginOption = Annotated[
    list[str] | None,
    typer.Option(
        "--plugin", metavar="FILE.py|MODULE", help="Load an adapter without installing it."
    ),
]
OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write JSON Lines to FILE.")
]
UrlOption = Annotated[str | None, typer.Option("--url", help="Where the document was got.")]
OutletOption = Annotated[
    str | None, typer.Option("--outlet", metavar="ID", help="Read it with this adapter.")
]
TypeOption = Annotated[
    str | None, typer.Option("--type", metavar="MEDIA/TYPE", help="text/plain; guessed by default.")
]
EncodingOption = Annotated[
    str | None, typer.Option("--encoding", help="Encoding of the bytes; UTF-8 by default.")
]


def _usage(message: str) -> NoReturn:
    complain(message)
    raise typer.Exit(2)


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


def _load(extra: Iterable[str] | None) -> plugins.Loaded:
    wanted = list(extra or ())
    loaded = plugins.load(wanted)
    for plugin in loaded.failures():
        if plugin.name in wanted and not plugin.distribution:
            _usage(str(plugin.error))
        complain(f"warning: left out {plugin.error}")
    return loaded


def _adapter(registry: Registry, outlet: str | None, document: Document) -> type[Outlet] | None:
    if outlet is None:
        return find_adapter(document, registry)
    try:
        return registry.get(outlet)
    except UnknownOutlet as error:
        _usage(str(error))


@app.command()
def replay(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Fixtures, or folders of them.")
    ],
    output: OutputOption = None,
    update: Annotated[
        bool, typer.Option("--update", help="Rewrite expectations that differ, after showing how.")
    ] = False,
    plugin: PluginOption = None,
) -> None:
    """Run fixtures offline: network sealed, clock frozen; tells what differs from the expectation."""
    registry = _load(plugin).registry
    try:
        found, bare = fixtures.find(paths)
    except FileNotFoundError as error:
        _usage(f"{error}: no such file or folder")
    for path in bare:
        complain(f"{path}: no {fixtures.stem_of(path)}.meta.json beside it, passed over")
    if not found:
        _usage(f"{', '.join(map(str, paths))}: no fixtures")
    _check_target(output)
    results = []
    for result in replaying.replay(found, registry):
        results.append(result)
        _report(result, update)
    if output:
        jsonl.write(output, (r.article for r in results if r.article))
    counts = Counter(r.state for r in results)
    told = ", ".join(f"{counts[state]} {state}" for state in replaying.STATES if counts[state])
    print(f"{len(results)} fixture{'s' * (len(results) != 1)}: {told}")
    if counts["ok"] != len(results):
        raise typer.Exit(1)


def _report(result: replaying.Result, update: bool) -> None:
    what: str = result.state
    if result.differences:
        what += f": {', '.join(result.differences)}"
    print(f"{safe(result.fixture.stem)}  {safe(result.outlet)}  {safe(what)}")
    for line in replaying.describe(result.differences):
        print(safe(line).replace("\\u0009", "\t"))
    if result.error and result.state == "failed":
        complain(str(result.error))
    if update and replaying.update(result):
        print(f"  wrote {safe(str(result.fixture.expected_path))}")


def _check_target(path: Path | None) -> None:
    if path is None:
        return
    if path.is_dir():
        _usage(f"{path}: is a folder")
    if not path.parent.is_dir():
        _usage(f"{path}: no such folder")


def _read_input(
    source: str, url: str | None, media_type: str | None, encoding: str | None
) -> Document:
    if source == "-":
        content = sys.stdin.buffer.read(MAX_BYTES + 1)
        origin = None
    elif source.startswith(("http://", "https://")):
        _usage(f"{source}: addresses are not fetched; give a file, or - for standard input")
    else:
        content = _read_file(Path(source))
        origin = source
    kind = _TYPES.get(media_type or "", media_type) or guess_media_type(content)
    return Document(content, kind, url, encoding, None, origin)


_TYPES = {"text": "text/plain", "html": "text/html"}


def _read_file(path: Path) -> bytes:
    try:
        info = path.stat()
        if stat.S_ISDIR(info.st_mode):
            _usage(f"{path}: is a folder")
        if not stat.S_ISREG(info.st_mode):
            _usage(f"{path}: is no regular file")
        if info.st_size > MAX_BYTES:
            size = f"{info.st_size:,} bytes, above the limit of {MAX_BYTES:,}"
            raise DocumentTooLarge(str(path), size)
        return path.read_bytes()
    except FileNotFoundError:
        _usage(f"{path}: no such file")
    except OSError as error:
        _usage(f"{path}: {(error.strerror or str(error)).lower()}")


@app.command()
def extract(
    source: Annotated[str, typer.Argument(metavar="FILE|-")],
    url: UrlOption = None,
    outlet: OutletOption = None,
    media_type: TypeOption = None,
    encoding: EncodingOption = None,
    output: OutputOption = None,
    plugin: PluginOption = None,
) -> None:
    """Read one document into one line of JSON."""
    registry = _load(plugin).registry
    _check_target(output)
    document = _read_input(source, url, media_type, encoding)
    _, article = read(document, _adapter(registry, outlet, document))
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


@app.command()
def explain(
    source: Annotated[str, typer.Argument(metavar="FILE|-")],
    url: UrlOption = None,
    outlet: OutletOption = None,
    media_type: TypeOption = None,
    encoding: EncodingOption = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the partition of the text as JSON.")
    ] = False,
    plugin: PluginOption = None,
) -> None:
    """Show where every character and every field came from."""
    registry = _load(plugin).registry
    document = _read_input(source, url, media_type, encoding)
    draft, article = read(document, _adapter(registry, outlet, document))
    stretches = ledger.partition(draft)
    if as_json:
        print(json.dumps(stretches, ensure_ascii=False))
    else:
        explaining.show(draft, article)
    faults = ledger.faults(draft.text, stretches)
    for fault in faults:
        complain(f"{document.subject}: {fault}")
    if faults:
        raise typer.Exit(1)


@outlets_app.command("list")
def list_outlets(plugin: PluginOption = None) -> None:
    """List the adapters: id, name, domains."""
    registry = _load(plugin).registry
    table([(o.id, o.name, ", ".join(o.domains)) for o in registry])


@outlets_app.command("show")
def show_outlet(
    outlet_id: Annotated[str, typer.Argument(metavar="ID")], plugin: PluginOption = None
) -> None:
    """Show what an adapter says of its outlet."""
    registry = _load(plugin).registry
    try:
        outlet = registry.get(outlet_id)
    except UnknownOutlet as error:
        _usage(str(error))
    table(explaining.outlet_rows(outlet, registry.owners[outlet_id]))


@app.command("plugins")
def list_plugins(plugin: PluginOption = None) -> None:
    """List the plugins: name, distribution, and the outlets of each or why it was left out."""
    loaded = plugins.load(plugin or ())
    rows = []
    for p in loaded.plugins:
        origin = f"{p.distribution} {p.version}".strip() or "-"
        what = f"failed: {p.error.message}" if p.error else ", ".join(p.outlets) or "no outlets"
        rows.append((p.name, origin, what))
    table(rows)


@app.command()
def schema(plugin: PluginOption = None) -> None:
    """Print the JSON Schema of the article record."""
    _load(plugin)
    described = Article.model_json_schema(mode="serialization")
    described["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    print(json.dumps(described, ensure_ascii=False, indent=2))


@app.command()
def validate(
    paths: Annotated[list[Path], typer.Argument(metavar="FILE...", help="JSON Lines of articles.")],
    plugin: PluginOption = None,
) -> None:
    """Check JSON Lines against the article record; names every bad line."""
    _load(plugin)
    for path in paths:
        if not path.is_file():
            _usage(f"{path}: {'is no regular file' if path.exists() else 'no such file'}")
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
            _usage(f"{path}: {(error.strerror or str(error)).lower()}")
    print(f"{good + bad} record{'s' * (good + bad != 1)}: {good} valid, {bad} not")
    if bad:
        raise typer.Exit(1)

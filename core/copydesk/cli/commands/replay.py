"""The command `replay`: fixtures against their expectations, or a recorded run again."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from copydesk.cli.options import (
    LIMITS_HELP,
    OutputOption,
    PluginOption,
    SetOption,
    build_settings,
    check_output,
    load,
    usage_error,
)
from copydesk.cli.output import to_stderr
from copydesk.cli.running.single import print_summary, run_ingest
from copydesk.cli.usage import Command, examples, flag
from copydesk.errors import SourceError
from copydesk.util.text import plural, safe

if TYPE_CHECKING:
    from copydesk.adapters.loading import Loaded
    from copydesk.fixtures import replay, store
    from copydesk.settings import Limits

app = typer.Typer(add_completion=False)


@app.command(
    "replay",
    cls=Command,
    epilog=examples(
        "copydesk replay tests/fixtures --update",
        "copydesk replay run.warc.gz -o again.jsonl",
        LIMITS_HELP,
    ),
)
def replay_command(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH", help="Fixtures, folders of them, or one recorded run."),
    ],
    output: OutputOption = None,
    update: Annotated[
        bool, flag("--update", "Update expectations that differ, after printing the differences.")
    ] = False,
    files: Annotated[
        bool, flag("--files", "Also read the local files named in a recorded run.")
    ] = False,
    limits: SetOption = None,
    plugin: PluginOption = None,
) -> None:
    """Compare fixtures with their expectations, or repeat a recorded run.

    The network is blocked, and the clock shows the time of the recording.
    """
    from copydesk.fetching.recording import SUFFIXES
    from copydesk.fixtures import replay, store
    from copydesk.sinks.base import write
    from copydesk.workers import isolated

    loaded = load(plugin)
    registry = loaded.registry
    if len(paths) == 1 and paths[0].name.endswith(SUFFIXES) and paths[0].is_file():
        check_output(output, *paths, registry=registry, has_format_option=False)
        settings = build_settings(limits=limits)
        _replay_session(paths[0], output, loaded, settings.limits, tuple(plugin or ()), files)
        return
    try:
        found, bare = store.find(paths)
    except FileNotFoundError as error:
        usage_error(f"{error}: no such file or folder")
    for path in bare:
        to_stderr(f"{path}: skipped: no {store.stem_of(path)}.meta.json in the same folder")
    if not found:
        usage_error(f"{', '.join(map(str, paths))}: no fixtures found")
    inputs = (file for fixture in found for file in _files(fixture))
    check_output(output, *inputs, registry=registry, has_format_option=False)
    results = []
    for result in replay.replay(found, registry, isolated.read):
        results.append(result)
        _report(result, update)
    if output:
        write(registry.sink_for(output), output, (r.article for r in results if r.article))
    counts = Counter(r.state for r in results)
    states = ", ".join(f"{counts[state]} {state}" for state in replay.STATES if counts[state])
    print(f"{plural(len(results), 'fixture')}: {states}")
    if counts["ok"] != len(results):
        raise typer.Exit(1)


def _replay_session(
    path: Path,
    output: Path | None,
    loaded: Loaded,
    limits: Limits,
    plugins: tuple[str, ...],
    files: bool,
) -> None:
    """Repeat a recorded run offline, and write its articles to output."""
    from copydesk.fetching.network_seal import no_network
    from copydesk.fetching.recording import Session
    from copydesk.runs.replayed_session import repeat
    from copydesk.sinks import jsonl
    from copydesk.util.content_coding import STEP

    try:
        recorded, notes = repeat(Session.load(path), loaded.registry, limits, files=files)
    except SourceError as error:
        usage_error(str(error))
    for note in notes:
        to_stderr(f"warning: {note}")
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / (output.name if output else "articles")
        config = replace(recorded, output=written, plugins=plugins)
        with no_network():
            summary = run_ingest(config, loaded, quiet=False)
        # An output that could not be completed is not there.
        if output is not None and written.exists():
            with written.open("rb") as file:
                jsonl.write_bytes(output, iter(lambda: file.read(STEP), b""))
    print_summary(summary)
    if summary.exit_code:
        raise typer.Exit(summary.exit_code)


def _files(fixture: store.Fixture) -> tuple[Path, ...]:
    return fixture.source, fixture.meta_path, fixture.expected_path


def _report(result: replay.Result, update: bool) -> None:
    from copydesk.fixtures import replay

    what: str = result.state
    if result.differences:
        what += f": {', '.join(result.differences)}"
    print(f"{safe(result.fixture.stem)}  {safe(result.outlet)}  {safe(what)}")
    for line in replay.describe(result.differences):
        print(safe(line))
    if result.error and result.state == "failed":
        to_stderr(str(result.error))
    if update and replay.update(result):
        print(f"  wrote {safe(str(result.fixture.expected_path))}")

"""The command `diff`: two files of articles, or two readings of the same stored pages."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from copydesk.cli.options import OutletOption, PluginOption, check_files, load, usage_error
from copydesk.cli.output import to_stderr
from copydesk.cli.usage import Command, examples, flag, option
from copydesk.errors import CopydeskError, RecordError, SourceError, os_message
from copydesk.util.text import plural, safe

if TYPE_CHECKING:
    from copydesk.drift.record_diff import Comparison

app = typer.Typer(add_completion=False)


@app.command(cls=Command, epilog=examples("copydesk diff old.jsonl new.jsonl --ignore revision"))
def diff(
    old: Annotated[
        Path,
        typer.Argument(
            metavar="OLD|STORED", help="A file of articles, or pages to read with --adapter."
        ),
    ],
    new: Annotated[
        Path | None,
        typer.Argument(metavar="NEW", help="A file of articles; omit with --adapter."),
    ] = None,
    adapter: Annotated[
        str | None,
        option("--adapter", "REV", "Git revision whose adapters are compared with today's."),
    ] = None,
    outlet: OutletOption = None,
    as_json: Annotated[bool, flag("--json", "Print JSON Lines, the counts first.")] = False,
    fields: Annotated[str | None, option("--fields", "A,B", "Compare only these fields.")] = None,
    ignore: Annotated[str | None, option("--ignore", "A,B", "Ignore these fields.")] = None,
    plugin: PluginOption = None,
) -> None:
    """Compare two files of articles, or how two versions of the adapters read the same pages."""
    from copydesk.drift import record_diff

    if (new is None) == (adapter is None):
        usage_error("give either OLD and NEW, or STORED and --adapter REV")
    if outlet is not None and adapter is None:
        usage_error("--outlet needs --adapter REV")
    scope = record_diff.Scope(_names("--fields", fields), _names("--ignore", ignore))
    if new is not None:
        load(plugin)
        check_files(old, new)
        try:
            found = record_diff.compare_files(old, new, scope)
        except (RecordError, SourceError) as error:
            usage_error(str(error))
        except OSError as error:
            usage_error(f"{error.filename}: {os_message(error)}")
        _print(found, as_json)
        return
    assert adapter is not None
    if not old.exists():
        usage_error(f"{old}: no such file or folder")
    with _readings(old, adapter, outlet, plugin) as (before, after):
        _print(record_diff.compare_files(before, after, scope, record_diff.by_origin), as_json)


def _names(option: str, value: str | None) -> tuple[str, ...]:
    from copydesk.drift import record_diff

    names = tuple(name.strip() for name in (value or "").split(",") if name.strip())
    if value is not None and not names:
        usage_error(f"{option}: no field given")
    for name in names:
        if problem := record_diff.field_error(name):
            usage_error(f"{option} {problem}")
    return names


@contextmanager
def _readings(
    stored: Path, revision: str, outlet: str | None, plugin: list[str] | None
) -> Iterator[tuple[Path, Path]]:
    """Read the stored pages with the adapters of a revision and with today's, into two files."""
    from copydesk.drift.git_revisions import Revision, read_twice
    from copydesk.fetching.network_seal import no_network

    loaded = load(plugin)
    with tempfile.TemporaryDirectory() as folder:
        before, after = Path(folder, "old.jsonl"), Path(folder, "new.jsonl")
        try:
            if outlet is not None:
                loaded.registry.get(outlet)
            with (
                before.open("wb") as old,
                after.open("wb") as new,
                closing(Revision(revision)) as past,
                no_network(),
            ):
                numbers = read_twice(str(stored), past, outlet, loaded, old, new)
        except CopydeskError as error:
            usage_error(str(error))
        if not numbers.documents:
            usage_error(f"{stored}: no documents found")
        if numbers.others:
            to_stderr(f"{stored}: skipped {numbers.others} URLs or unreadable inputs")
        if numbers.failed:
            to_stderr(
                f"{stored}: {numbers.failed} of {numbers.documents} documents gave no article"
            )
        yield before, after


def _print(found: Comparison, as_json: bool) -> None:
    """Print a comparison, the counts first; exits with 1 if anything differs."""
    if found.superseded:
        lines = plural(found.superseded, "line")
        to_stderr(f"{lines} skipped: a later line has the same article")
    if as_json:
        _print_json(found)
    else:
        _print_text(found)
    if not found.equal:
        raise typer.Exit(1)


def _print_text(found: Comparison) -> None:
    from copydesk.fixtures import replay

    print(
        f"{found.same} same, {found.changed} changed, "
        f"{len(found.removed)} only in old, {len(found.added)} only in new"
    )
    for name, number in found.fields.items():
        print(safe(f"  {name}: {number}"))
    for change in found.changes():
        print(safe(f"{change.where}  {', '.join(change.differences)}"))
        for line in replay.describe(change.differences):
            print(safe(line))
    for where in found.removed:
        print(safe(f"only in old: {where}"))
    for where in found.added:
        print(safe(f"only in new: {where}"))


def _print_json(found: Comparison) -> None:
    counts = {
        "same": found.same,
        "changed": found.changed,
        "only_old": len(found.removed),
        "only_new": len(found.added),
        "earlier": found.superseded,
        "fields": dict(found.fields),
    }
    print(json.dumps(counts, ensure_ascii=False))
    for change in found.changes():
        fields = {name: {"old": a, "new": b} for name, (a, b) in change.differences.items()}
        line = {"id": change.id, "url": change.where, "fields": fields}
        print(json.dumps(line, ensure_ascii=False))
    for key, places in (("only_old", found.removed), ("only_new", found.added)):
        for where in places:
            print(json.dumps({key: where}, ensure_ascii=False))

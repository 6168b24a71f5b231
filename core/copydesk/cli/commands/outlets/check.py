"""The command `outlets check`: outlets against their fixtures, or articles against a baseline."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from copydesk.cli import fixture_search
from copydesk.cli.fixture_search import FixturesOption
from copydesk.cli.options import PluginOption, check_files, load, usage_error
from copydesk.cli.output import to_stderr
from copydesk.cli.usage import OUTPUT, Command, examples, flag, option
from copydesk.errors import WorkerError
from copydesk.util.text import plural, safe

if TYPE_CHECKING:
    from copydesk.adapters.registry import Registry
    from copydesk.cli.commands.outlets.drift import DriftOptions
    from copydesk.fixtures.store import Fixture

app = typer.Typer(add_completion=False)

_BASELINE = "Comparison with new articles"

_COVERED_BY_REPLAY = ("field", "reviewed")
"""Checks of the contract suite that repeat what the replay reports."""

_READINGS = 20
"""Time limit of the contract suite per fixture, in readings; each reading has its own deadline."""


IdsArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="ID", help="Outlet ids; default: every outlet with fixtures."),
]
AgainstOption = Annotated[
    list[Path] | None,
    option("--against", "FILE", "New articles as JSON Lines, or a WARC; repeatable.", _BASELINE),
]
RejectsOption = Annotated[
    list[Path] | None,
    option("--rejects", "FILE", "Rejects of the same run; repeatable.", _BASELINE),
]
StateOption = Annotated[
    Path | None, option("--state", "FILE", "State file with the earlier runs.", _BASELINE)
]
LearnOption = Annotated[
    bool, flag("--learn", "Add outlets without findings to the state file.", _BASELINE)
]
JsonOption = Annotated[bool, flag("--json", "Print the findings as JSON.", OUTPUT)]
WatchOption = Annotated[bool, flag("--watch", "Check again whenever a file changes.", OUTPUT)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A problem of an outlet's adapter or of one of its fixtures.

    code: a replay state in snake_case, "no_fixtures", or the name of a contract check.
    subject: the fixture's stem, or a part of the adapter.
    fields: record fields that differ.
    note: the message.
    lines: further lines for people.
    warning: whether it is reported without failing the check.
    """

    outlet: str
    code: str
    subject: str = ""
    fields: tuple[str, ...] = ()
    note: str = ""
    lines: tuple[str, ...] = ()
    warning: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the problem as a JSON object."""
        fields = list(self.fields)
        return {"code": self.code, "subject": self.subject, "fields": fields, "note": self.note}


@app.command(
    cls=Command,
    epilog=examples(
        "copydesk outlets check harbour-echo --watch",
        "copydesk outlets check --against news.jsonl --state drift.state --learn",
    ),
)
def check(
    ids: IdsArgument = None,
    against: AgainstOption = None,
    rejects: RejectsOption = None,
    fixtures: FixturesOption = None,
    state: StateOption = None,
    learn: LearnOption = False,
    as_json: JsonOption = False,
    watch: WatchOption = False,
    plugin: PluginOption = None,
) -> None:
    """Check outlets against their fixtures, or new articles against a baseline."""
    from copydesk.cli.commands.outlets import drift

    if watch and (against or as_json):
        usage_error("--watch cannot be used with --against or --json")
    options = drift.DriftOptions(
        ids=tuple(ids or ()), against=against or [], rejects=rejects or [], state=state, learn=learn
    )
    _check_options(options)
    loaded = load(plugin)
    known = loaded.registry
    for one in ids or ():
        known.get(one)
    places = fixtures or fixture_search.folders()
    by_outlet = fixture_search.by_outlet(places, known)
    if against:
        drift.compare(options, loaded, by_outlet, as_json)
        return
    chosen = list(dict.fromkeys(ids or sorted(by_outlet.keys() & known.outlets.keys())))
    # A broken fixture could belong to any outlet, so it fails every check.
    chosen += [fixture_search.UNKNOWN] if fixture_search.UNKNOWN in by_outlet else []
    if not chosen:
        searched = ", ".join(map(str, places)) or f"any of {', '.join(fixture_search.SEARCHED)}"
        usage_error(f"no fixtures in {searched}")
    if watch:
        from copydesk.cli.watch import check_on_changes

        check_on_changes([known.outlets[o] for o in chosen if o in known.outlets], places)
    for outlet in sorted(by_outlet.keys() - set(chosen)) if not ids else ():
        to_stderr(f"{outlet}: no such outlet; its fixtures are skipped")
    _check_fixtures(chosen, by_outlet, known, as_json)


def _check_options(options: DriftOptions) -> None:
    """Exit with a usage error for options that cannot be combined, or missing files."""
    if not options.against and (options.rejects or options.state or options.learn):
        usage_error("--rejects, --state and --learn need --against FILE")
    if options.learn and options.state is None:
        usage_error("--learn needs --state FILE")
    check_files(*options.against, *options.rejects)


def _check_fixtures(
    chosen: list[str], by_outlet: dict[str, list[Fixture]], registry: Registry, as_json: bool
) -> None:
    """Check the fixtures of outlets and print the problems; exits with 1 if there are any."""
    count = 0
    reports: list[dict[str, Any]] = []
    for outlet in chosen:
        items = by_outlet.get(outlet, [])
        problems = list(_problems(outlet, items, registry))
        count += sum(not one.warning for one in problems)
        by_kind = {
            name: [one.to_json() for one in problems if one.warning == warning]
            for name, warning in (("findings", False), ("warnings", True))
        }
        reports.append({"outlet": outlet, "fixtures": len(items), **by_kind})
        for line in () if as_json else _lines(outlet, len(items), problems):
            print(safe(line))
    if as_json:
        print(json.dumps({"findings": count, "outlets": reports}, ensure_ascii=False, indent=2))
    if count:
        raise typer.Exit(1)


def _problems(outlet: str, items: list[Fixture], registry: Registry) -> Iterator[Problem]:
    """Yield the problems of one outlet: from the replay, then from the contract suite."""
    from copydesk.conformance import suite
    from copydesk.conformance.run import DEADLINE
    from copydesk.fixtures import replay
    from copydesk.workers import isolated

    if not items:
        yield Problem(outlet=outlet, code="no_fixtures", note="the outlet has no fixtures")
    stuck = False
    for result in replay.replay(items, registry, isolated.read):
        stuck = stuck or isinstance(result.error, WorkerError)
        if result.state == "ok":
            continue
        fields = tuple(result.differences)
        lines = replay.describe(result.differences)
        note = str(result.error) if result.error and result.state == "failed" else ""
        code = result.state.replace(" ", "_")
        yield Problem(
            outlet=outlet,
            code=code,
            subject=result.fixture.stem,
            fields=fields,
            note=note,
            lines=tuple(lines),
        )
    if not items or stuck or outlet not in registry.outlets:
        return
    try:
        found = isolated.call(
            lambda: suite.check(registry.outlets[outlet], items, registry),
            outlet,
            seconds=_READINGS * DEADLINE * len(items),
        )
    except WorkerError as error:
        yield Problem(outlet=outlet, code=error.reason, note=error.message)
        return
    for one in found:
        if one.check not in _COVERED_BY_REPLAY:
            subject = one.subject if one.subject != outlet else ""
            yield Problem(
                outlet=outlet,
                code=one.check,
                subject=subject,
                note=one.message,
                warning=one.warning,
            )


def _lines(outlet: str, number: int, problems: list[Problem]) -> Iterator[str]:
    for one in problems:
        what = ", ".join(one.fields) or one.note
        subject = f"  {one.subject}" if one.subject else ""
        code = f"warning, {one.code}" if one.warning else one.code
        yield f"{outlet}{subject}  {code}{f': {what}' if what else ''}"
        yield from one.lines
        if one.fields and one.note:
            yield f"  {one.note}"
    counts = Counter(one.code for one in problems if not one.warning)
    summary = ", ".join(f"{n} {code}" for code, n in counts.items()) or "ok"
    yield f"{outlet}: {plural(number, 'fixture')}: {summary}"

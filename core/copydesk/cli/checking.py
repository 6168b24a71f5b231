"""The command that checks outlets: against their fixtures, or fresh records against a baseline."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from copydesk import apart, contract
from copydesk import replay as replaying
from copydesk.cli import drifting, fixture_search, watching
from copydesk.cli.common import load, usage
from copydesk.cli.terminal import complain, counted, safe
from copydesk.errors import UnknownOutlet, WorkerError
from copydesk.fixtures import Fixture
from copydesk.registry import Registry
from copydesk.trial import DEADLINE

_TOLD = ("field", "reviewed")
"""Checks of the contract that say what the replay has said."""

_READINGS = 20
"""Readings of a fixture that the contract may take the time of; each has a deadline of its own."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is wrong with an outlet's adapter or a fixture of it.

    code: a replay's state in snake_case, "no_fixtures", or the name of a check of the contract.
    subject: the fixture's stem, or a part of the adapter. fields: those that differ. note: what to
    say of it. lines: the same for people, more than one line. warning: whether it is told without failing.
    """

    outlet: str
    code: str
    subject: str = ""
    fields: tuple[str, ...] = ()
    note: str = ""
    lines: tuple[str, ...] = ()
    warning: bool = False

    def to_json(self) -> dict[str, Any]:
        """The fault as plain values."""
        fields = list(self.fields)
        return {"code": self.code, "subject": self.subject, "fields": fields, "note": self.note}


def check(
    ids: list[str] | None,
    against: list[Path] | None,
    rejects: list[Path] | None,
    fixtures: list[Path] | None,
    state: Path | None,
    learn: bool,
    as_json: bool,
    watch: bool,
    plugin: list[str] | None,
) -> None:
    """Carry out the command `outlets check`; ends it with 1 where something is wrong."""
    if watch and (against or as_json):
        usage("--watch goes with neither --against nor --json")
    order = drifting.Order(tuple(ids or ()), against or [], rejects or [], state, learn)
    _check_order(order)
    loaded = load(plugin)
    known = loaded.registry
    for one in ids or ():
        try:
            known.get(one)
        except UnknownOutlet as error:
            usage(str(error))
    places = fixtures or fixture_search.folders()
    by_outlet = fixture_search.by_outlet(places, known)
    if against:
        drifting.compare(order, loaded, by_outlet, as_json)
        return
    chosen = list(dict.fromkeys(ids or sorted(by_outlet.keys() & known.outlets.keys())))
    # It may be anybody's, so nobody is well as long as it is there.
    chosen += [fixture_search.UNKNOWN] if fixture_search.UNKNOWN in by_outlet else []
    if not chosen:
        usage(
            f"no fixtures in {', '.join(map(str, places)) or 'any of ' + ', '.join(fixture_search.SEARCHED)}"
        )
    if watch:
        watching.watch([known.outlets[o] for o in chosen if o in known.outlets], places)
    for outlet in sorted(by_outlet.keys() - set(chosen)) if not ids else ():
        complain(f"{outlet}: no such outlet, its fixtures are passed over")
    _anew(chosen, by_outlet, known, as_json)


def _check_order(order: drifting.Order) -> None:
    """End the command where its options do not go together, or name no file."""
    if not order.against and (order.rejects or order.state or order.learn):
        usage("--rejects, --state and --learn go with --against")
    if order.learn and order.state is None:
        usage("--learn needs --state")
    for path in (*order.against, *order.rejects):
        if not path.is_file():
            usage(f"{path}: {'is no regular file' if path.exists() else 'no such file'}")


def _anew(
    chosen: list[str], by_outlet: dict[str, list[Fixture]], registry: Registry, as_json: bool
) -> None:
    """Read the fixtures of outlets anew and tell what is wrong; ends the command with 1 where something is."""
    count = 0
    reports: list[dict[str, Any]] = []
    for outlet in chosen:
        items = by_outlet.get(outlet, [])
        faults = list(_faults(outlet, items, registry))
        count += sum(not fault.warning for fault in faults)
        told = {
            name: [f.to_json() for f in faults if f.warning == warning]
            for name, warning in (("findings", False), ("warnings", True))
        }
        reports.append({"outlet": outlet, "fixtures": len(items), **told})
        for line in () if as_json else _told(outlet, len(items), faults):
            print(safe(line))
    if as_json:
        print(json.dumps({"findings": count, "outlets": reports}, ensure_ascii=False, indent=2))
    if count:
        raise typer.Exit(1)


def _faults(outlet: str, items: list[Fixture], registry: Registry) -> Iterator[Fault]:
    """What is wrong with one outlet: how its fixtures are read, and what every adapter must hold to."""
    if not items:
        yield Fault(outlet, "no_fixtures", note="no fixture is of it")
    stuck = False
    for result in replaying.replay(items, registry, apart.read):
        stuck = stuck or isinstance(result.error, WorkerError)
        if result.state == "ok":
            continue
        fields = tuple(result.differences)
        lines = replaying.describe(result.differences)
        note = str(result.error) if result.error and result.state == "failed" else ""
        code = result.state.replace(" ", "_")
        yield Fault(outlet, code, result.fixture.stem, fields, note, tuple(lines))
    if not items or stuck or outlet not in registry.outlets:
        return
    try:
        found = apart.call(
            lambda: contract.check(registry.outlets[outlet], items, registry), outlet,
            seconds=_READINGS * DEADLINE * len(items),
        )  # fmt: skip
    except WorkerError as error:
        yield Fault(outlet, error.reason, note=error.message)
        return
    for one in found:
        if one.check not in _TOLD:
            subject = one.subject if one.subject != outlet else ""
            yield Fault(outlet, one.check, subject, note=one.message, warning=one.warning)


def _told(outlet: str, number: int, faults: list[Fault]) -> Iterator[str]:
    for fault in faults:
        what = ", ".join(fault.fields) or fault.note
        subject = f"  {fault.subject}" if fault.subject else ""
        code = f"warning, {fault.code}" if fault.warning else fault.code
        yield f"{outlet}{subject}  {code}{f': {what}' if what else ''}"
        yield from fault.lines
        if fault.fields and fault.note:
            yield f"  {fault.note}"
    counts = Counter(f.code for f in faults if not f.warning)
    told = ", ".join(f"{n} {code}" for code, n in counts.items()) or "ok"
    yield f"{outlet}: {counted(number, 'fixture')}: {told}"

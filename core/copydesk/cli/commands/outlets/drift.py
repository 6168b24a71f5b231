"""Comparison of new articles with an outlet's baseline: table, JSON, and the state file."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from copydesk.adapters import loading
from copydesk.adapters.registry import GENERIC
from copydesk.cli.options import usage_error
from copydesk.cli.output import table, to_stderr
from copydesk.drift import comparison, observe
from copydesk.drift.baseline import Baselines
from copydesk.drift.comparison import Baseline, DriftFinding, Rate
from copydesk.drift.profile import Form, Observation, Profile, build_profiles
from copydesk.errors import CopydeskError, FixtureError, os_message
from copydesk.fixtures.store import Fixture
from copydesk.util.text import plural, safe

_HEAD = ("outlet", "form", "finding", "about", "was", "of", "is", "of", "example")
_NOTHING = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftOptions:
    """Options of a comparison.

    ids: outlets to compare; empty for all that occur in the new documents.
    against: files of new articles, or WARC archives.
    rejects: files of rejects of the same run.
    state: the state file with earlier runs.
    learn: whether to add this run to the state file.
    """

    ids: tuple[str, ...]
    against: list[Path]
    rejects: list[Path]
    state: Path | None
    learn: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Report:
    """The comparison of one outlet's pages or texts; form is None without new ones."""

    outlet: str
    form: Form | None
    profile: Profile
    baseline: Baseline
    findings: list[DriftFinding]
    kept: bool = False


def compare(
    options: DriftOptions,
    loaded: loading.Loaded,
    by_outlet: dict[str, list[Fixture]],
    as_json: bool,
) -> None:
    """Compare new documents with the baseline; exits with 1 if there is a finding."""
    try:
        found = build_profiles(observe.observations(options.against, options.rejects, loaded))
        reports = list(_reports(options, loaded, by_outlet, found))
    except CopydeskError as error:
        usage_error(str(error))
    except OSError as error:
        usage_error(f"{error.filename}: {os_message(error)}")
    unmatched = sum(p.documents for (outlet, _), p in found.items() if outlet == GENERIC)
    if unmatched:
        to_stderr(f"skipped {plural(unmatched, 'document')} without an outlet")
    if not reports:
        usage_error("no new document belongs to an outlet with an adapter")
    count = sum(len(report.findings) for report in reports)
    if as_json:
        shown = {"findings": count, "outlets": [_to_json(report) for report in reports]}
        print(json.dumps(shown, ensure_ascii=False, indent=2))
    else:
        _print(reports)
    if count:
        raise typer.Exit(1)


def _reports(
    options: DriftOptions,
    loaded: loading.Loaded,
    by_outlet: dict[str, list[Fixture]],
    found: dict[tuple[str, Form], Profile],
) -> Iterator[_Report]:
    chosen = set(options.ids) or {outlet for outlet, _ in found} - {GENERIC}
    with contextlib.ExitStack() as stack:
        kept = None
        if options.state is not None:
            kept = stack.enter_context(
                contextlib.closing(Baselines(options.state, create=options.learn))
            )
        for outlet in sorted(chosen):
            adapter = loaded.registry.outlets.get(outlet)
            declared = comparison.declared_by(adapter) if adapter else None
            expected = build_profiles(_expected(outlet, by_outlet.get(outlet, [])))
            seen = [(form, profile) for (one, form), profile in found.items() if one == outlet]
            if not seen:
                finding = DriftFinding(
                    outlet=outlet, form=None, code="no_records", note=comparison.CODES["no_records"]
                )
                yield _Report(
                    outlet=outlet,
                    form=None,
                    profile=Profile(),
                    baseline=Baseline(),
                    findings=[finding],
                )
            for form, profile in seen:
                number, runs = kept.of(outlet, form) if kept else (0, Profile())
                known = expected.get((outlet, form), Profile())
                baseline = Baseline(known, runs, number)
                findings = comparison.compare_profiles(outlet, form, profile, baseline, declared)
                # A first run has no baseline yet, and starts one.
                clean = all(finding.code == "no_baseline" for finding in findings)
                wanted = options.learn and clean and profile.records > 0
                keep = wanted and kept is not None and kept.keep(outlet, form, profile)
                yield _Report(
                    outlet=outlet,
                    form=form,
                    profile=profile,
                    baseline=baseline,
                    findings=findings,
                    kept=keep,
                )


def _expected(outlet: str, items: Iterable[Fixture]) -> Iterator[Observation]:
    """Yield the expected articles of an outlet's fixtures, without the expected errors."""
    for fixture in items:
        try:
            record = fixture.expected()
        except FixtureError as error:
            to_stderr(str(error))
            continue
        if record is not None and "error" not in record:
            yield Observation(outlet=outlet, where=fixture.stem, record=record)


def _print(reports: list[_Report]) -> None:
    rows = [_row(finding) for report in reports for finding in report.findings]
    if rows:
        table([_HEAD, *rows])
        print()
    for report in reports:
        print(safe(_summary(report)))
        for finding in report.findings:
            if finding.note and finding.was is not None:
                print(safe(f"  {finding.code}: {finding.note}"))


def _row(finding: DriftFinding) -> tuple[str, ...]:
    return (
        finding.outlet,
        finding.form or _NOTHING,
        finding.code,
        finding.subject or _NOTHING,
        *_shown(finding.was),
        *_shown(finding.now),
        finding.example or _NOTHING,
    )


def _shown(rate: Rate | None) -> tuple[str, str]:
    return (f"{rate.share:.0%}", str(rate.of)) if rate and rate.of else (_NOTHING, _NOTHING)


def _summary(report: _Report) -> str:
    """Return one line about what was compared with what."""
    outcomes = report.profile.outcomes
    counts = ", ".join(f"{outcomes[name]} {name}" for name in sorted(outcomes))
    fixtures, runs = report.baseline.fixtures.documents, report.baseline.runs.documents
    number = len(report.findings)
    if report.form is None:
        # Pages and texts have separate baselines; it is unknown which of them is missing.
        return f"{report.outlet}: no new documents; {plural(number, 'finding')}"
    lines = [
        f"{report.outlet} {report.form}: {counts}",
        f"baseline: {plural(fixtures, 'fixture')}, {plural(report.baseline.number, 'run')}"
        f" of {plural(runs, 'document')}",
        plural(number, "finding") if number else "no findings",
    ]
    if not runs:
        lines.append("lengths and shares are not compared without an earlier run")
    if report.kept:
        lines.append(f"saved as run {report.baseline.number + 1}")
    return "; ".join(lines)


def _to_json(report: _Report) -> dict[str, Any]:
    baseline = report.baseline
    return {
        "outlet": report.outlet,
        "form": report.form,
        "documents": dict(sorted(report.profile.outcomes.items())),
        "baseline": {
            "fixtures": baseline.fixtures.documents,
            "runs": baseline.number,
            "documents": baseline.runs.documents,
        },
        "kept": report.kept,
        "findings": [
            {
                "code": finding.code,
                "subject": finding.subject,
                "was": _rate(finding.was),
                "is": _rate(finding.now),
                "example": finding.example,
                "note": finding.note,
            }
            for finding in report.findings
        ],
    }


def _rate(rate: Rate | None) -> dict[str, Any] | None:
    if rate is None:
        return None
    return {"share": round(rate.share, 4), "count": round(rate.count, 2), "of": rate.of}

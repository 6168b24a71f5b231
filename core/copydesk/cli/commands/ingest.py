"""The commands `ingest` and `record`, and the replay of a recorded run."""

from __future__ import annotations

import asyncio
import gc
import json
import math
import tempfile
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from copydesk.cli.options import (
    OutletOption,
    OutputOption,
    PluginOption,
    check_files,
    load,
    usage_error,
)
from copydesk.cli.output import plural, to_stderr
from copydesk.cli.progress import Progress
from copydesk.cli.usage import INPUT, LIMITS, NETWORK, OUTPUT, RESUMING
from copydesk.errors import (
    CopydeskError,
    OutputError,
    RecordError,
    SourceError,
    StateError,
    UnknownOutlet,
)
from copydesk.model.document import Document
from copydesk.settings import Limits, Settings
from copydesk.util.urls import is_http

if TYPE_CHECKING:
    from copydesk.adapters import loading
    from copydesk.fetching.response import FetchResult
    from copydesk.runs.ingest import Order, Summary

_USAGE = (SourceError, UnknownOutlet)

ContactOption = Annotated[
    str | None,
    typer.Option(
        "--contact",
        metavar="URL|MAIL",
        help="Contact URL or e-mail address for the User-Agent.",
        rich_help_panel=NETWORK,
    ),
]
GapOption = Annotated[
    float,
    typer.Option(
        "--gap",
        min=0.0,
        metavar="SECONDS",
        help="Seconds between two requests to the same host.",
        rich_help_panel=NETWORK,
    ),
]
AllowOption = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-host",
        metavar="HOST:PORT",
        help="Allow requests to this private address; repeatable.",
        rich_help_panel=NETWORK,
    ),
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="LIMIT=VALUE",
        help="Change a limit; copydesk ingest --help lists them.",
        rich_help_panel=LIMITS,
    ),
]

LIMITS_HELP = "Limits for --set and their defaults, in seconds, bytes or numbers: " + ", ".join(
    f"{one.name}={one.default}" for one in fields(Limits)
)


def build_settings(
    contact: str | None,
    gap: float,
    concurrency: int,
    allowed: list[str] | None,
    limits: list[str] | None,
) -> Settings:
    """Build the settings from command line options; a bad value is a usage error."""
    values: dict[str, int | float] = {}
    for item in limits or ():
        name, _, value = item.partition("=")
        known = getattr(Limits(), name, None)
        try:
            if known is None or not 0 <= float(value) < math.inf:
                raise ValueError
            values[name] = type(known)(float(value))
        except (ValueError, OverflowError):
            names = ", ".join(Limits.__dataclass_fields__)
            usage_error(f"--set {item}: not of the form LIMIT=NUMBER; limits: {names}")
    for host in allowed or ():
        if not host.rpartition(":")[2].isdigit():
            usage_error(f"--allow-host {host}: not of the form HOST:PORT")
    return Settings(
        contact=contact, gap=gap, concurrency=concurrency, allowed=frozenset(allowed or ()),
        limits=Limits(**values),  # type: ignore[arg-type]
    )  # fmt: skip


def ingest(
    sources: Annotated[
        list[str] | None,
        typer.Argument(metavar="SOURCE", help="Files, folders, URLs, outlet ids, or - for stdin."),
    ] = None,
    output: OutputOption = None,
    rejects: Annotated[
        Path | None,
        typer.Option(
            "--rejects",
            metavar="FILE",
            help="Write inputs that gave no article to FILE.",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    state: Annotated[
        Path | None,
        typer.Option(
            "--state",
            metavar="FILE",
            help="Remember articles between runs in FILE.",
            rich_help_panel=RESUMING,
        ),
    ] = None,
    resume: Annotated[
        bool,
        typer.Option("--resume", help="Continue an interrupted run.", rich_help_panel=RESUMING),
    ] = False,
    append: Annotated[
        bool, typer.Option("--append", help="Append to an existing output.", rich_help_panel=OUTPUT)
    ] = False,
    overwrite: Annotated[
        bool,
        typer.Option("--overwrite", help="Replace an existing output.", rich_help_panel=OUTPUT),
    ] = False,
    workers: Annotated[
        int,
        typer.Option(
            "--workers",
            min=1,
            metavar="N",
            help="Number of processes that read documents.",
            rich_help_panel=LIMITS,
        ),
    ] = 1,
    isolate: Annotated[
        bool,
        typer.Option(
            "--isolate",
            hidden=True,
            help="No effect: documents are always read in another process.",
        ),
    ] = False,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit",
            min=1,
            metavar="N",
            help="Stop after N articles.",
            rich_help_panel=LIMITS,
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="DATE",
            help="Skip documents older than this ISO 8601 date, such as 2024-03-12.",
            rich_help_panel=INPUT,
        ),
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option(
            "--as",
            metavar="KIND",
            help="Treat every SOURCE as page, list, feed, sitemap or warc.",
            rich_help_panel=INPUT,
        ),
    ] = None,
    follow_links: Annotated[
        bool,
        typer.Option(
            "--follow-links",
            help="Follow symbolic links that lead out of a folder.",
            rich_help_panel=INPUT,
        ),
    ] = False,
    from_rejects: Annotated[
        Path | None,
        typer.Option(
            "--from-rejects",
            metavar="FILE",
            help="Retry the inputs in a rejects file.",
            rich_help_panel=RESUMING,
        ),
    ] = None,
    record: Annotated[
        Path | None,
        typer.Option(
            "--record",
            metavar="FILE.warc.gz",
            help="Record all HTTP requests and responses of the run.",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(
            "--report",
            metavar="FILE",
            help="Write a summary of the run to FILE as JSON.",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    quiet: Annotated[
        bool,
        typer.Option("--quiet", "-q", help="Print errors only.", rich_help_panel=OUTPUT),
    ] = False,
    concurrency: Annotated[
        int,
        typer.Option(
            "--concurrency",
            min=1,
            metavar="N",
            help="Maximum number of hosts contacted in parallel.",
            rich_help_panel=NETWORK,
        ),
    ] = 8,
    gap: GapOption = 1.0,
    contact: ContactOption = None,
    allow_host: AllowOption = None,
    limits: SetOption = None,
    outlet: OutletOption = None,
    plugin: PluginOption = None,
) -> None:
    """Read articles from files, folders, URLs, feeds, sitemaps and WARC archives."""
    from copydesk.runs.ingest import Order

    loaded = load(plugin)
    if not sources and from_rejects is None:
        usage_error("no input: give a SOURCE or --from-rejects FILE")
    if append + overwrite + resume > 1:
        usage_error("--resume, --append and --overwrite cannot be used together")
    if (append or overwrite or (resume and state is None)) and output is None:
        usage_error("--resume, --append and --overwrite need an output file: add -o FILE")
    if kind is not None and kind not in loaded.registry.sources:
        usage_error(f"--as {kind}: unknown kind; use one of {', '.join(loaded.registry.sources)}")
    if from_rejects is not None:
        check_files(from_rejects)
    order = Order(
        arguments=tuple(sources or ()), output=output, rejects=rejects, state=state,
        resume=resume, append=append, overwrite=overwrite, workers=workers,
        limit=limit, since=_parse_since(since), outlet=outlet, kind=kind, rerun=from_rejects,
        follow_links=follow_links,
        settings=build_settings(contact, gap, concurrency, allow_host, limits), record=record,
        plugins=tuple(plugin or ()), report=report,
    )  # fmt: skip
    summary = run_ingest(order, loaded, quiet)
    if not quiet or summary.stopped is not None:
        print_summary(summary)
    if report is not None:
        from copydesk.sinks import jsonl

        line = json.dumps(summary.to_json(), ensure_ascii=False, indent=2).encode() + b"\n"
        try:
            jsonl.write_bytes(report, [line])
        except OutputError as error:
            to_stderr(str(error))
            raise typer.Exit(summary.exit_code if summary.signal else 3) from error
    if summary.exit_code:
        raise typer.Exit(summary.exit_code)


def record(
    urls: Annotated[list[str], typer.Argument(metavar="URL", help="Pages to fetch.")],
    folder: Annotated[
        Path, typer.Option("--into", metavar="DIR", help="Folder for the fixtures.")
    ] = Path("fixtures"),
    session: Annotated[
        Path | None,
        typer.Option(
            "--session",
            metavar="FILE.warc.gz",
            help="Record a whole run over the URLs instead of fixtures.",
        ),
    ] = None,
    gap: GapOption = 1.0,
    contact: ContactOption = None,
    allow_host: AllowOption = None,
    limits: SetOption = None,
    plugin: PluginOption = None,
) -> None:
    """Fetch pages and save them as fixtures, or record a whole run for replay."""
    loaded = load(plugin)
    settings = build_settings(contact, gap, 8, allow_host, limits)
    if session is not None:
        _record_session(tuple(urls), session, settings, loaded)
        return
    for url in urls:
        if not is_http(url):
            usage_error(f"{url}: not an http(s) URL")
    failed = asyncio.run(_record(urls, folder, settings, loaded))
    if failed:
        raise typer.Exit(1)


async def _record(urls: list[str], folder: Path, settings: Settings, loaded: loading.Loaded) -> int:
    from copydesk.fetching.client import Fetcher
    from copydesk.fixtures.record import keep

    failed = 0
    async with Fetcher(settings) as fetcher:
        for url in urls:
            try:
                got = await fetcher.get(url)
                outlet = loaded.registry.find(got.url)
                page = keep(folder, got, outlet.id if outlet else None)
                print(page)
            except CopydeskError as error:
                failed += 1
                to_stderr(str(error))
    return failed


def fetch(
    urls: Sequence[str],
    settings: Settings,
    media_type: str | None = None,
    encoding: str | None = None,
) -> list[Document]:
    """Fetch pages one after another, within the rate limits. Raises FetchError."""
    from copydesk.fetching.client import Fetcher
    from copydesk.util.media_types import guess_media_type

    async def get() -> list[FetchResult]:
        async with Fetcher(settings) as fetcher:
            return [await fetcher.get(url) for url in urls]

    return [
        Document(
            got.content, media_type or got.media_type or guess_media_type(got.content), got.url,
            encoding or got.encoding, got.retrieved_at, got.requested, requested_url=got.requested,
        )
        for got in (asyncio.run(get()) if urls else ())
    ]  # fmt: skip


def _record_session(
    urls: tuple[str, ...], session: Path, settings: Settings, loaded: loading.Loaded
) -> None:
    from copydesk.runs.ingest import Order

    with tempfile.TemporaryDirectory() as folder:
        order = Order(
            arguments=urls,
            output=Path(folder) / "articles.jsonl",
            record=session,
            settings=settings,
        )
        summary = run_ingest(order, loaded, quiet=False)
    print_summary(summary)
    if summary.exit_code:
        raise typer.Exit(summary.exit_code)


def replay_session(
    path: Path, output: Path | None, plugin: list[str] | None, limits: list[str] | None, files: bool
) -> None:
    """Repeat a recorded run offline, and write its articles to output."""
    from copydesk.fetching.network_seal import no_network
    from copydesk.fetching.recording import Session
    from copydesk.runs.replayed_session import repeat
    from copydesk.sinks import jsonl

    loaded = load(plugin)
    settings = build_settings(None, 1.0, 8, None, limits)
    try:
        recorded, notes = repeat(Session.load(path), loaded.registry, settings.limits, files=files)
    except SourceError as error:
        usage_error(str(error))
    for note in notes:
        to_stderr(f"warning: {note}")
    with tempfile.TemporaryDirectory() as folder:
        order = replace(
            recorded, output=Path(folder) / "articles.jsonl", plugins=tuple(plugin or ())
        )
        with no_network():
            summary = run_ingest(order, loaded, quiet=False)
        if output is not None and order.output is not None:
            jsonl.write_bytes(output, [order.output.read_bytes()])
    print_summary(summary)
    if summary.exit_code:
        raise typer.Exit(summary.exit_code)


def run_ingest(order: Order, loaded: loading.Loaded, quiet: bool) -> Summary:
    """Run an ingest with a progress display; a run that cannot start is a usage error."""
    from copydesk.runs import ingest as running

    try:
        running.check(order, loaded)
    except (*_USAGE, OutputError, StateError, RecordError) as error:
        usage_error(str(error))
    # Loaded modules stay in memory: keep the garbage collector from scanning them.
    gc.freeze()
    with Progress(quiet) as progress:
        try:
            return asyncio.run(
                running.ingest(order, loaded, progress.add, to_stderr, progress.tick)
            )
        except StateError as error:
            usage_error(str(error))
        except OutputError as error:
            to_stderr(str(error))
            raise typer.Exit(3) from error


def print_summary(summary: Summary) -> None:
    """Print the summary of a run on stderr."""
    lacking = f" ({summary.no_body} without a body)" if summary.no_body else ""
    to_stderr(
        f"{plural(summary.inputs, 'input')}: {plural(summary.articles, 'article')}{lacking}, "
        f"{_listed('reject', summary.rejects)}, {_listed('skip', summary.skips)}"
    )
    if summary.stopped is not None:
        to_stderr(f"stopped: {summary.stopped}{'; continue with --resume' * summary.can_go_on}")
    if not summary.balanced:
        to_stderr("internal error: inputs and outcomes differ in number; please report this")


def _listed(name: str, counts: dict[str, int]) -> str:
    total = sum(counts.values())
    reasons = ", ".join(f"{number} {reason}" for reason, number in sorted(counts.items()))
    return plural(total, name) + (f" ({reasons})" if reasons else "")


def _parse_since(text: str | None) -> datetime | None:
    if text is None:
        return None
    from copydesk.dates import printed_dates

    moment = printed_dates.parse_clock(text)
    if moment is None:
        usage_error(f"--since {text}: not an ISO 8601 date such as 2024-03-12")
    return moment

"""The commands that run over many inputs, or keep what was fetched."""

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

from copydesk.cli.commands import AGAIN, LIMITS, NETWORK, OUTPUT, SOURCES
from copydesk.cli.common import OutletOption, PluginOption, load, usage
from copydesk.cli.progress import Progress
from copydesk.cli.terminal import complain, counted
from copydesk.document import Document
from copydesk.errors import (
    CopydeskError,
    OutputError,
    RecordError,
    SourceError,
    StateError,
    UnknownOutlet,
)
from copydesk.settings import Limits, Settings

if TYPE_CHECKING:
    from copydesk import plugins
    from copydesk.answers import Fetched
    from copydesk.ingest import Order, Summary

_USAGE = (SourceError, UnknownOutlet)

ContactOption = Annotated[
    str | None,
    typer.Option(
        "--contact",
        metavar="URL|MAIL",
        help="Who asks: part of the User-Agent.",
        rich_help_panel=NETWORK,
    ),
]
GapOption = Annotated[
    float,
    typer.Option(
        "--gap",
        min=0.0,
        metavar="SECONDS",
        help="Seconds between two requests to one host.",
        rich_help_panel=NETWORK,
    ),
]
AllowOption = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-host",
        metavar="HOST:PORT",
        help="Speak to this private address too.",
        rich_help_panel=NETWORK,
    ),
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="LIMIT=VALUE",
        help="Change a limit; they are listed at the end.",
        rich_help_panel=LIMITS,
    ),
]

LIMITS_LISTED = "Limits for --set, in seconds and bytes: " + ", ".join(
    f"{one.name}={one.default}" for one in fields(Limits)
)


def settings(
    contact: str | None,
    gap: float,
    concurrency: int,
    allowed: list[str] | None,
    limits: list[str] | None,
) -> Settings:
    """The settings that options state; ends the command where they cannot be."""
    values: dict[str, int | float] = {}
    for one in limits or ():
        name, _, value = one.partition("=")
        known = getattr(Limits(), name, None)
        try:
            if known is None or not 0 <= float(value) < math.inf:
                raise ValueError
            values[name] = type(known)(float(value))
        except (ValueError, OverflowError):
            names = ", ".join(Limits.__dataclass_fields__)
            usage(f"--set {one}: is no LIMIT=NUMBER with a limit out of {names}")
    for host in allowed or ():
        if not host.rpartition(":")[2].isdigit():
            usage(f"--allow-host {host}: is no HOST:PORT")
    return Settings(
        contact=contact, gap=gap, concurrency=concurrency, allowed=frozenset(allowed or ()),
        limits=Limits(**values),  # type: ignore[arg-type]
    )  # fmt: skip


def ingest(
    sources: Annotated[
        list[str] | None,
        typer.Argument(metavar="SOURCE...", help="Files, folders, addresses, outlet ids, or -."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Write JSON Lines to FILE.",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    rejects: Annotated[
        Path | None,
        typer.Option(
            "--rejects", metavar="FILE", help="Keep what gave no article.", rich_help_panel=OUTPUT
        ),
    ] = None,
    state: Annotated[
        Path | None,
        typer.Option(
            "--state", metavar="FILE", help="Know articles across runs.", rich_help_panel=AGAIN
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on where a run ended.", rich_help_panel=AGAIN)
    ] = False,
    append: Annotated[
        bool, typer.Option("--append", help="Add to an existing output.", rich_help_panel=OUTPUT)
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace an output.", rich_help_panel=OUTPUT)
    ] = False,
    workers: Annotated[
        int,
        typer.Option(
            "--workers", min=1, metavar="N", help="Processes that read.", rich_help_panel=LIMITS
        ),
    ] = 1,
    isolate: Annotated[
        bool, typer.Option("--isolate", hidden=True, help="Without effect: every run does.")
    ] = False,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit",
            min=1,
            metavar="N",
            help="Stop after so many articles.",
            rich_help_panel=LIMITS,
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="DATE",
            help="Nothing older than this: 2024-03-12, or with a time.",
            rich_help_panel=SOURCES,
        ),
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option(
            "--as",
            metavar="KIND",
            help="Read every SOURCE as page, list, feed, sitemap or warc.",
            rich_help_panel=SOURCES,
        ),
    ] = None,
    follow_links: Annotated[
        bool,
        typer.Option(
            "--follow-links",
            help="Follow links that lead out of a folder.",
            rich_help_panel=SOURCES,
        ),
    ] = False,
    from_rejects: Annotated[
        Path | None,
        typer.Option(
            "--from-rejects", metavar="FILE", help="Try rejects again.", rich_help_panel=AGAIN
        ),
    ] = None,
    record: Annotated[
        Path | None,
        typer.Option(
            "--record",
            metavar="FILE.warc.gz",
            help="Keep every exchange of the run.",
            rich_help_panel=OUTPUT,
        ),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(
            "--report", metavar="FILE", help="Write the summary as JSON.", rich_help_panel=OUTPUT
        ),
    ] = None,
    quiet: Annotated[
        bool,
        typer.Option("--quiet", "-q", help="Tell of nothing but faults.", rich_help_panel=OUTPUT),
    ] = False,
    concurrency: Annotated[
        int,
        typer.Option(
            "--concurrency",
            min=1,
            metavar="N",
            help="Hosts that are spoken to at once.",
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
    """Turn files, folders, addresses, feeds, sitemaps and archives into JSON Lines."""
    from copydesk.ingest import Order

    loaded = load(plugin)
    if not sources and from_rejects is None:
        usage("give a SOURCE, or --from-rejects FILE")
    if append + overwrite + resume > 1:
        usage("--resume, --append and --overwrite exclude one another")
    if (append or overwrite or (resume and state is None)) and output is None:
        usage("--resume, --append and --overwrite are about the file of -o, which is missing")
    if kind is not None and kind not in loaded.registry.sources:
        usage(f"--as {kind}: is none of {', '.join(loaded.registry.sources)}")
    if from_rejects is not None and not from_rejects.is_file():
        usage(f"{from_rejects}: no such file")
    order = Order(
        arguments=tuple(sources or ()), output=output, rejects=rejects, state=state,
        resume=resume, append=append, overwrite=overwrite, workers=workers,
        limit=limit, since=_moment(since), outlet=outlet, kind=kind, rerun=from_rejects,
        follow_links=follow_links,
        settings=settings(contact, gap, concurrency, allow_host, limits), record=record,
        plugins=tuple(plugin or ()), report=report,
    )  # fmt: skip
    summary = carry_out(order, loaded, quiet)
    if not quiet or summary.stopped is not None:
        tell(summary)
    if report is not None:
        from copydesk.sinks import jsonl

        line = json.dumps(summary.to_json(), ensure_ascii=False, indent=2).encode() + b"\n"
        try:
            jsonl.write_bytes(report, [line])
        except OutputError as error:
            complain(str(error))
            raise typer.Exit(summary.exit_code if summary.signal else 3) from error
    if summary.exit_code:
        raise typer.Exit(summary.exit_code)


def record(
    urls: Annotated[list[str], typer.Argument(metavar="URL...", help="What to fetch and keep.")],
    folder: Annotated[
        Path, typer.Option("--into", metavar="DIR", help="Where the fixtures are to lie.")
    ] = Path("fixtures"),
    session: Annotated[
        Path | None,
        typer.Option(
            "--session", metavar="FILE.warc.gz", help="Keep every exchange of a run over them."
        ),
    ] = None,
    gap: GapOption = 1.0,
    contact: ContactOption = None,
    allow_host: AllowOption = None,
    limits: SetOption = None,
    plugin: PluginOption = None,
) -> None:
    """Fetch pages and keep them as fixtures, or a whole run as a session."""
    loaded = load(plugin)
    stated = settings(contact, gap, 8, allow_host, limits)
    if session is not None:
        _record_session(tuple(urls), session, stated, loaded)
        return
    for url in urls:
        if not url.lower().startswith(("http://", "https://")):
            usage(f"{url}: is no address; one begins with http:// or https://")
    failed = asyncio.run(_record(urls, folder, stated, loaded))
    if failed:
        raise typer.Exit(1)


async def _record(urls: list[str], folder: Path, stated: Settings, loaded: plugins.Loaded) -> int:
    from copydesk.fetch import Fetcher
    from copydesk.recording import keep

    failed = 0
    async with Fetcher(stated) as fetcher:
        for url in urls:
            try:
                got = await fetcher.get(url)
                outlet = loaded.registry.find(got.url)
                page = keep(folder, got, outlet.id if outlet else None)
                print(page)
            except CopydeskError as error:
                failed += 1
                complain(str(error))
    return failed


def fetched(
    urls: Sequence[str],
    stated: Settings,
    media_type: str | None = None,
    encoding: str | None = None,
) -> list[Document]:
    """Fetch pages one after another, at the pace of their hosts. Raises FetchError."""
    from copydesk.fetch import Fetcher
    from copydesk.sources.markup import guess_media_type

    async def get() -> list[Fetched]:
        async with Fetcher(stated) as fetcher:
            return [await fetcher.get(url) for url in urls]

    return [
        Document(
            got.content, media_type or got.media_type or guess_media_type(got.content), got.url,
            encoding or got.encoding, got.retrieved_at, got.requested, requested_url=got.requested,
        )
        for got in (asyncio.run(get()) if urls else ())
    ]  # fmt: skip


def _record_session(
    urls: tuple[str, ...], session: Path, stated: Settings, loaded: plugins.Loaded
) -> None:
    from copydesk.ingest import Order

    with tempfile.TemporaryDirectory() as folder:
        order = Order(
            arguments=urls, output=Path(folder) / "articles.jsonl", record=session, settings=stated
        )
        summary = carry_out(order, loaded, quiet=False)
    tell(summary)
    if summary.exit_code:
        raise typer.Exit(summary.exit_code)


def replay_session(
    path: Path, output: Path | None, plugin: list[str] | None, limits: list[str] | None, files: bool
) -> None:
    """Run what a session recorded once more, offline, and write the records to output."""
    from copydesk.recorded import repeat
    from copydesk.seal import sealed
    from copydesk.session import Session
    from copydesk.sinks import jsonl

    loaded = load(plugin)
    allowed = settings(None, 1.0, 8, None, limits)
    try:
        recorded, notes = repeat(Session.load(path), loaded.registry, allowed.limits, files=files)
    except SourceError as error:
        usage(str(error))
    for note in notes:
        complain(f"warning: {note}")
    with tempfile.TemporaryDirectory() as folder:
        order = replace(
            recorded, output=Path(folder) / "articles.jsonl", plugins=tuple(plugin or ())
        )
        with sealed():
            summary = carry_out(order, loaded, quiet=False)
        if output is not None and order.output is not None:
            jsonl.write_bytes(output, [order.output.read_bytes()])
    tell(summary)
    if summary.exit_code:
        raise typer.Exit(summary.exit_code)


def carry_out(order: Order, loaded: plugins.Loaded, quiet: bool) -> Summary:
    """Carry an order out; ends the command where it cannot be begun."""
    from copydesk import ingest as running

    try:
        running.check(order, loaded)
    except (*_USAGE, OutputError, StateError, RecordError) as error:
        usage(str(error))
    # As in a worker: what is loaded stays, and need not be looked at again and again.
    gc.freeze()
    with Progress(quiet) as progress:
        try:
            return asyncio.run(
                running.ingest(order, loaded, progress.tell, complain, progress.pulse)
            )
        except StateError as error:
            usage(str(error))
        except OutputError as error:
            complain(str(error))
            raise typer.Exit(3) from error


def tell(summary: Summary) -> None:
    """Tell what became of a run, on stderr."""
    lacking = f" ({summary.no_body} without a body)" if summary.no_body else ""
    complain(
        f"{counted(summary.inputs, 'input')}: {counted(summary.articles, 'article')}{lacking}, "
        f"{_listed('reject', summary.rejects)}, {_listed('skip', summary.skips)}"
    )
    if summary.stopped is not None:
        complain(f"stopped: {summary.stopped}{'; go on with --resume' * summary.can_go_on}")
    if not summary.balanced:
        complain("the outcomes do not add up to the inputs; this is a fault of copydesk")


def _listed(name: str, counts: dict[str, int]) -> str:
    total = sum(counts.values())
    told = ", ".join(f"{number} {reason}" for reason, number in sorted(counts.items()))
    return counted(total, name) + (f" ({told})" if told else "")


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    from copydesk import times

    moment = times.parse_clock(text)
    if moment is None:
        usage(f"--since {text}: is no ISO 8601 date, such as 2024-03-12")
    return moment

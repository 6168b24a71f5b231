"""The command `ingest`: read articles from many sources."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from copydesk.cli.options import (
    LIMITS_HELP,
    AllowOption,
    ContactOption,
    GapOption,
    OutletOption,
    OutputOption,
    PluginOption,
    SetOption,
    build_settings,
    check_files,
    load,
    usage_error,
)
from copydesk.cli.output import to_stderr
from copydesk.cli.runs import print_summary, run_ingest
from copydesk.cli.usage import INPUT, LIMITS, NETWORK, OUTPUT, RESUMING, Command, examples
from copydesk.errors import OutputError

app = typer.Typer(add_completion=False)


@app.command(
    cls=Command,
    epilog=examples(
        "copydesk ingest pages -o articles.jsonl --rejects rejects.jsonl",
        "copydesk ingest https://echo.example/rss.xml -o news.jsonl --contact me@echo.example",
        "copydesk ingest crawl.warc.gz -o articles.jsonl --workers 4 --resume",
        LIMITS_HELP,
    ),
)
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
    from copydesk.runs.config import RunConfig

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
    config = RunConfig(
        arguments=tuple(sources or ()),
        output=output,
        rejects=rejects,
        state=state,
        resume=resume,
        append=append,
        overwrite=overwrite,
        workers=workers,
        limit=limit,
        since=_parse_since(since),
        outlet=outlet,
        kind=kind,
        rerun=from_rejects,
        follow_links=follow_links,
        settings=build_settings(contact, allow_host, limits, gap=gap, concurrency=concurrency),
        record=record,
        plugins=tuple(plugin or ()),
        report=report,
    )
    summary = run_ingest(config, loaded, quiet)
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


def _parse_since(text: str | None) -> datetime | None:
    if text is None:
        return None
    from copydesk.dates import printed_dates

    moment = printed_dates.parse_clock(text)
    if moment is None:
        usage_error(f"--since {text}: not an ISO 8601 date such as 2024-03-12")
    return moment

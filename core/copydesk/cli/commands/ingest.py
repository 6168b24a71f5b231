"""The command `ingest`: read articles from many sources."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from copydesk.cli.options import (
    LIMITS_HELP,
    AllowOption,
    ContactOption,
    FieldsOption,
    FormatOption,
    GapOption,
    OutletOption,
    OutputOption,
    PluginOption,
    SetOption,
    WithoutOption,
    build_settings,
    check_fields,
    check_files,
    check_kind,
    load,
    named_output,
    usage_error,
)
from copydesk.cli.output import to_stderr
from copydesk.cli.running.shards import ShardOptions
from copydesk.cli.running.shards import run as run_shards
from copydesk.cli.running.single import print_summary, run_ingest
from copydesk.cli.usage import (
    FILTERS,
    INPUT,
    LIMITS,
    NETWORK,
    OUTPUT,
    RESUMING,
    SHARDS,
    Command,
    examples,
    flag,
    option,
)
from copydesk.errors import OutputError

if TYPE_CHECKING:
    from copydesk.adapters.loading import Loaded
    from copydesk.adapters.registry import Registry
    from copydesk.model.filters import Filters
    from copydesk.runs.config import RunConfig
    from copydesk.runs.state.visits import Revisit
    from copydesk.runs.summary import Summary
    from copydesk.sinks.fields import Trim

app = typer.Typer(add_completion=False)

SourcesArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="SOURCE", help="Files, folders, URLs, outlet ids, or - for stdin."),
]
RejectsOption = Annotated[
    Path | None, option("--rejects", "FILE", "Write inputs that gave no article to FILE.", OUTPUT)
]
StateOption = Annotated[
    Path | None, option("--state", "FILE", "Remember articles between runs in FILE.", RESUMING)
]
ResumeOption = Annotated[bool, flag("--resume", "Continue an interrupted run.", RESUMING)]
AppendOption = Annotated[bool, flag("--append", "Append to an existing output.", OUTPUT)]
OverwriteOption = Annotated[bool, flag("--overwrite", "Replace an existing output.", OUTPUT)]
WorkersOption = Annotated[
    int | None,
    option(
        "--workers", "N", "Number of processes that read documents, or of actors.", LIMITS, min=1
    ),
]
LimitOption = Annotated[int | None, option("--limit", "N", "Stop after N articles.", LIMITS, min=1)]
SinceOption = Annotated[
    str | None,
    option("--since", "DATE", "Skip documents older than 2024-03-12, yesterday or 7d.", INPUT),
]
RevisitOption = Annotated[
    str | None,
    option(
        "--revisit",
        "never|changed|AGE",
        "Ask for known articles again: never, if changed, or also after AGE (24h).",
        RESUMING,
    ),
]
LanguageOption = Annotated[
    list[str] | None,
    option("--language", "TAG,...", "Keep articles in these languages, such as en.", FILTERS),
]
MinWordsOption = Annotated[
    int, option("--min-words", "N", "Keep articles with at least N words.", FILTERS, min=0)
]
RequireOption = Annotated[
    list[str] | None,
    option("--require", "FIELD,...", "Keep articles that have these fields.", FILTERS),
]
ExcludeKindOption = Annotated[
    list[str] | None,
    option("--exclude-kind", "KIND,...", "Leave out kinds, such as opinion,gallery.", FILTERS),
]
UrlMatchOption = Annotated[
    str | None,
    option("--url-match", "REGEX", "Read pages whose URL contains a match.", FILTERS),
]
KindOption = Annotated[
    str | None,
    option(
        "--as", "KIND", "Treat every SOURCE as page, list, table, feed, sitemap or warc.", INPUT
    ),
]
UrlsOption = Annotated[
    Path | None,
    option("--urls", "FILE", "Take the URLs of files from a table with path and url.", INPUT),
]
FollowOption = Annotated[
    bool, flag("--follow-links", "Follow symbolic links that lead out of a folder.", INPUT)
]
FromRejectsOption = Annotated[
    Path | None, option("--from-rejects", "FILE", "Retry the inputs in a rejects file.", RESUMING)
]
RecordOption = Annotated[
    Path | None,
    option("--record", "FILE.warc.gz", "Record all HTTP requests and responses.", OUTPUT),
]
ReportOption = Annotated[
    Path | None, option("--report", "FILE", "Write a summary of the run to FILE as JSON.", OUTPUT)
]
QuietOption = Annotated[bool, flag("--quiet -q", "Print errors only.", OUTPUT)]
ConcurrencyOption = Annotated[
    int,
    option("--concurrency", "N", "Maximum number of hosts contacted in parallel.", NETWORK, min=1),
]
OutputDirOption = Annotated[
    str | None,
    option("--output-dir", "DIR|URL", "Read in shards, one for each archive, into DIR.", SHARDS),
]
ShardOption = Annotated[
    str | None,
    option("--shard", "I/N", "Read every Nth shard from I, counted from 0.", SHARDS),
]
ReadersOption = Annotated[
    int, option("--readers", "N", "Number of processes that read documents.", SHARDS, min=1)
]
EngineOption = Annotated[
    str | None, option("--engine", "ray", "Read the shards on a cluster.", SHARDS)
]
SettleOption = Annotated[
    bool, flag("--settle", "Remove duplicates between shards, once all are read.", SHARDS)
]
StatusOption = Annotated[bool, flag("--status", "Print how far the job in DIR is.", SHARDS)]
RetryFailedOption = Annotated[
    bool, flag("--retry-failed", "Try shards again that were given up.", SHARDS)
]


@app.command(
    cls=Command,
    epilog=examples(
        "copydesk ingest pages -o articles.jsonl --rejects rejects.jsonl",
        "copydesk ingest https://echo.example/rss.xml -o news.jsonl --contact me@echo.example",
        "copydesk ingest crawl.warc.gz -o articles.jsonl --workers 4 --resume",
        "copydesk ingest 'crawls/*.warc.gz' --output-dir out --shard 3/128",
        LIMITS_HELP,
    ),
)
def ingest(
    ctx: typer.Context,
    sources: SourcesArgument = None,
    output: OutputOption = None,
    form: FormatOption = None,
    fields: FieldsOption = None,
    without: WithoutOption = None,
    rejects: RejectsOption = None,
    state: StateOption = None,
    resume: ResumeOption = False,
    append: AppendOption = False,
    overwrite: OverwriteOption = False,
    workers: WorkersOption = None,
    limit: LimitOption = None,
    since: SinceOption = None,
    revisit: RevisitOption = None,
    language: LanguageOption = None,
    min_words: MinWordsOption = 0,
    require: RequireOption = None,
    exclude_kind: ExcludeKindOption = None,
    url_match: UrlMatchOption = None,
    kind: KindOption = None,
    urls: UrlsOption = None,
    follow_links: FollowOption = False,
    from_rejects: FromRejectsOption = None,
    record: RecordOption = None,
    report: ReportOption = None,
    quiet: QuietOption = False,
    concurrency: ConcurrencyOption = 8,
    gap: GapOption = 1.0,
    contact: ContactOption = None,
    allow_host: AllowOption = None,
    limits: SetOption = None,
    outlet: OutletOption = None,
    plugin: PluginOption = None,
    output_dir: OutputDirOption = None,
    shard: ShardOption = None,
    readers: ReadersOption = 1,
    engine: EngineOption = None,
    settle: SettleOption = False,
    status: StatusOption = False,
    retry_failed: RetryFailedOption = False,
) -> None:
    """Read articles from files, folders, URLs, feeds, sitemaps and WARC archives."""
    loaded = load(plugin)
    config = _config(ctx.params)
    if output_dir is None:
        config = replace(config, trim=_trim(config, fields, without, loaded.registry))
    elif fields or without:
        usage_error("--fields and --without cannot be used with --output-dir; convert the articles")
    _run(config, loaded, output_dir, ShardOptions.of(ctx.params))


def _trim(
    config: RunConfig, fields: list[str] | None, without: list[str] | None, registry: Registry
) -> Trim | None:
    """Return what leaves out fields of the articles; a wrong format is a usage error."""
    from copydesk.sinks.base import JSON_LINES

    if config.output is None:
        if config.form is not None:
            usage_error("--format needs an output: add -o FILE")
        return check_fields(fields, without, JSON_LINES)
    if not fields and not without:
        return None
    try:
        sink = registry.sink_for(config.output, config.form)
    except OutputError as error:
        usage_error(str(error))
    return check_fields(fields, without, sink)


# Parameters of the command that a run takes as they are.
_PLAIN = """
    form rejects state resume append overwrite limit outlet kind follow_links record report urls
""".split()


def _config(params: Mapping[str, Any]) -> RunConfig:
    """Return the configuration of a run from the parameters of the command."""
    from copydesk.runs.config import RunConfig

    return RunConfig(
        arguments=tuple(params["sources"] or ()),
        output=named_output(params["output"]),
        workers=params["workers"] or 1,
        since=_parse_since(params["since"]),
        revisit=_parse_revisit(params["revisit"], params["state"]),
        filters=_filters(params),
        rerun=params["from_rejects"],
        settings=build_settings(
            params["contact"],
            params["allow_host"],
            params["limits"],
            gap=params["gap"],
            concurrency=params["concurrency"],
        ),
        plugins=tuple(params["plugin"] or ()),
        **{name: params[name] for name in _PLAIN},
    )


def _filters(params: Mapping[str, Any]) -> Filters:
    """Return the filters of a run; an invalid one is a usage error."""
    from copydesk.model.filters import Filters

    names = {"languages": "language", "require": "require", "exclude_kinds": "exclude_kind"}
    listed = {
        name: tuple(word.strip() for one in params[of] or () for word in one.split(","))
        for name, of in names.items()
    }
    for name, of in (*names.items(), ("url_match", "url_match")):
        try:
            Filters(**{name: listed.get(name, params[of])})
        except ValueError as error:
            usage_error(f"--{of.replace('_', '-')}: {error}")
    return Filters(min_words=params["min_words"], url_match=params["url_match"], **listed)


def _run(config: RunConfig, loaded: Loaded, folder: str | None, shards: ShardOptions) -> None:
    """Run in shards into a folder, or into one file, and exit with the code of the run."""
    if folder is not None:
        raise typer.Exit(run_shards(folder, config, shards, loaded))
    quiet = shards.quiet
    if shards != ShardOptions(quiet=quiet, workers=shards.workers, form=shards.form):
        usage_error("options of runs in shards, such as --shard, need --output-dir DIR")
    _check_options(config, loaded.registry)
    summary = run_ingest(config, loaded, quiet)
    if not quiet or summary.stopped is not None:
        print_summary(summary)
    if config.report is not None:
        _write_report(config.report, summary)
    if summary.exit_code:
        raise typer.Exit(summary.exit_code)


def _check_options(config: RunConfig, registry: Registry) -> None:
    """Exit with a usage error for options that cannot be combined, or a missing input."""
    if not config.arguments and config.rerun is None:
        usage_error("no input: give a SOURCE or --from-rejects FILE")
    if config.append + config.overwrite + config.resume > 1:
        usage_error("--resume, --append and --overwrite cannot be used together")
    needs_output = config.append or config.overwrite or (config.resume and config.state is None)
    if needs_output and config.output is None:
        usage_error("--resume, --append and --overwrite need an output file: add -o FILE")
    check_kind(config.kind, registry)
    check_files(*filter(None, (config.rerun, config.urls)))


def _write_report(path: Path, summary: Summary) -> None:
    """Write a summary as JSON; a failure exits with 3, or with the code of a signal."""
    from copydesk.sinks import jsonl

    line = json.dumps(summary.to_json(), ensure_ascii=False, indent=2).encode() + b"\n"
    try:
        jsonl.write_bytes(path, [line])
    except OutputError as error:
        to_stderr(str(error))
        raise typer.Exit(summary.exit_code if summary.signal else 3) from error


def _parse_since(text: str | None) -> datetime | None:
    if text is None:
        return None
    from copydesk.dates.ages import parse_since

    moment = parse_since(text)
    if moment is None:
        usage_error(f"--since {text}: not a date such as 2024-03-12, yesterday or 7d")
    return moment


def _parse_revisit(text: str | None, state: Path | None) -> Revisit:
    from copydesk.runs.state.visits import Revisit, parse

    if text is None:
        return Revisit()
    if state is None:
        usage_error("--revisit needs the articles of earlier runs: add --state FILE")
    try:
        return parse(text)
    except ValueError as error:
        usage_error(f"--revisit {text}: {error}")

"""The command `record`: save pages as fixtures, or record a run for replay."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from copydesk.cli.options import (
    LIMITS_HELP,
    AllowOption,
    ContactOption,
    GapOption,
    PluginOption,
    SetOption,
    build_settings,
    load,
    usage_error,
)
from copydesk.cli.output import to_stderr
from copydesk.cli.running.single import print_summary, run_ingest
from copydesk.cli.usage import Command, examples, option
from copydesk.errors import CopydeskError
from copydesk.util.urls import is_http

if TYPE_CHECKING:
    from copydesk.adapters import loading
    from copydesk.settings import Settings

app = typer.Typer(add_completion=False)


@app.command(
    cls=Command,
    epilog=examples(
        "copydesk record https://echo.example/ferry --into tests/fixtures",
        "copydesk record https://echo.example/rss.xml --session run.warc.gz",
        LIMITS_HELP,
    ),
)
def record(
    urls: Annotated[list[str], typer.Argument(metavar="URL", help="Pages to fetch.")],
    folder: Annotated[Path, option("--into", "DIR", "Folder for the fixtures.")] = Path("fixtures"),
    session: Annotated[
        Path | None,
        option("--session", "FILE.warc.gz", "Record a run over the URLs instead of fixtures."),
    ] = None,
    gap: GapOption = 1.0,
    contact: ContactOption = None,
    allow_host: AllowOption = None,
    limits: SetOption = None,
    plugin: PluginOption = None,
) -> None:
    """Fetch pages and save them as fixtures, or record a whole run for replay."""
    loaded = load(plugin)
    settings = build_settings(contact, allow_host, limits, gap=gap)
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


def _record_session(
    urls: tuple[str, ...], session: Path, settings: Settings, loaded: loading.Loaded
) -> None:
    from copydesk.runs.config import RunConfig

    with tempfile.TemporaryDirectory() as folder:
        config = RunConfig(
            arguments=urls,
            output=Path(folder) / "articles.jsonl",
            record=session,
            settings=settings,
        )
        summary = run_ingest(config, loaded, quiet=False)
    print_summary(summary)
    if summary.exit_code:
        raise typer.Exit(summary.exit_code)

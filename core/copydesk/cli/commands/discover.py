"""The command `discover`: the feeds and sitemaps of a site."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Annotated

import typer

from copydesk.cli.options import (
    LIMITS_HELP,
    AllowOption,
    ContactOption,
    GapOption,
    SetOption,
    build_settings,
    usage_error,
)
from copydesk.cli.output import table, to_stderr
from copydesk.cli.usage import Command, examples, flag
from copydesk.util.urls import home_page, host_of, is_http, without_user

if TYPE_CHECKING:
    from copydesk.discovery.search import Discovery
    from copydesk.settings import Settings

app = typer.Typer(add_completion=False)


@app.command(
    cls=Command,
    epilog=examples(
        "copydesk discover echo.example --contact me@desk.example",
        "copydesk discover https://echo.example/politics/ --json",
        LIMITS_HELP,
    ),
)
def discover(
    site: Annotated[
        str, typer.Argument(metavar="URL|DOMAIN", help="A home page, or the domain of one.")
    ],
    as_json: Annotated[bool, flag("--json", "Print one JSON object a line.")] = False,
    gap: GapOption = 1.0,
    contact: ContactOption = None,
    allow_host: AllowOption = None,
    limits: SetOption = None,
) -> None:
    """Find the feeds and sitemaps of a site, and print one a line."""
    url = without_user(site) if is_http(site) else home_page(site)
    if url is None or host_of(url) is None:
        usage_error(f"{without_user(site)}: not an http(s) URL or a domain such as echo.example")
    settings = build_settings(contact, allow_host, limits, gap=gap)
    found, notes = asyncio.run(_discover(url, settings))
    for note in notes:
        to_stderr(note)
    if not found:
        to_stderr(f"{url}: no feed or sitemap found")
        raise typer.Exit(1)
    if not as_json:
        table([one.row for one in found])
        return
    for one in found:
        print(json.dumps({"kind": one.kind, "url": one.url, "where": one.where}))


async def _discover(url: str, settings: Settings) -> Discovery:
    from copydesk.discovery.search import discover
    from copydesk.fetching.client import Fetcher

    async with Fetcher(settings) as fetcher:
        return await discover(fetcher, url)

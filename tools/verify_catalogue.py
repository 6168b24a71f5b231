"""Verify the catalogue: python tools/verify_catalogue.py [ID ...] --contact ADDRESS.

Fetches feeds and sitemaps of each entry, at the pace of `copydesk ingest`, until one of them is one,
and writes the day into the entry as `verified`. Without an ID these are all entries. An entry of
which no address answers stays as it is, and is printed. Exits with 1 if there is one.
"""

from __future__ import annotations

import argparse
import asyncio
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from copydesk.adapters.catalogue import CatalogueEntry, read_file
from copydesk.discovery import kinds
from copydesk.errors import CopydeskError
from copydesk.fetching.client import Fetcher
from copydesk.settings import Settings

CATALOGUE = Path(__file__).parent.parent / "plugins/copydesk_outlets/catalogue"
TRIES = 3
"""How many addresses of an entry are fetched at most."""

_TABLE = re.compile(r"(?m)^\[\[outlets\]\]\n(?:(?!\[\[outlets\]\]).*\n?)*")
_VERIFIED = re.compile(r"(?m)^verified = .*\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify the entries that the arguments name; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("ids", metavar="ID", nargs="*")
    parser.add_argument("--contact", required=True, help="for the User-Agent")
    parser.add_argument("--folder", type=Path, default=CATALOGUE)
    parser.add_argument("--gap", type=float, default=1.0, help="seconds between two requests")
    parser.add_argument("--allow-host", action="append", default=[], metavar="HOST:PORT")
    given = parser.parse_args(arguments)
    entries = [entry for path in sorted(given.folder.glob("*.toml")) for entry in read_file(path)]
    if unknown := sorted(set(given.ids) - {entry.id for entry in entries}):
        parser.error(f"not in the catalogue: {', '.join(unknown)}")
    wanted = [entry for entry in entries if entry.id in given.ids or not given.ids]
    settings = Settings(contact=given.contact, gap=given.gap, allowed=frozenset(given.allow_host))
    return asyncio.run(_verify(wanted, settings))


async def _verify(entries: Sequence[CatalogueEntry], settings: Settings) -> int:
    failed = 0
    async with Fetcher(settings) as fetcher:
        faults = await asyncio.gather(*(_fault(fetcher, entry) for entry in entries))
    for entry, fault in zip(entries, faults, strict=True):
        if fault is None:
            mark(Path(entry.origin), entry.id, datetime.now(UTC).date())
            print(f"{entry.id}: verified")
        else:
            failed += 1
            print(f"{entry.id}: {fault}")
    return 1 if failed else 0


async def _fault(fetcher: Fetcher, entry: CatalogueEntry) -> str | None:
    """Return None if an address of an entry is a feed or sitemap, else why the last was not."""
    fault = "has no feed or sitemap"
    for url in (*entry.feeds, *entry.news_sitemaps, *entry.sitemaps)[:TRIES]:
        try:
            got = await fetcher.get(url)
            if kinds.kind_of(got) is not None:
                return None
            fault = f"{url}: {kinds.describe(got)}"
        except CopydeskError as error:
            fault = str(error)
    return fault


def mark(path: Path, outlet_id: str, day: date) -> None:
    """Write the day of verification into an entry; nothing else of the file changes."""

    def marked(table: re.Match[str]) -> str:
        if not re.search(rf'(?m)^id = "{re.escape(outlet_id)}"$', table[0]):
            return table[0]
        text = _VERIFIED.sub("", table[0])
        body = text.rstrip("\n")
        return f"{body}\nverified = {day.isoformat()}\n{text[len(body) + 1 :]}"

    path.write_text(_TABLE.sub(marked, path.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    raise SystemExit(main())

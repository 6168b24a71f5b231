"""A little outlet on loopback: robots.txt, feed, sitemaps and pages, all written for these tests.

Start it with `python tests/outlet_server.py`; it prints its address and serves until it is ended.
"""

from __future__ import annotations

import argparse
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

FIRST_DAY = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)
TITLES = (
    "Night ferry to the islands returns", "Harbour scales to be weighed again",
    "Lock keeper retires after forty winters", "School boat gets a second crew",
    "Pilot station moves to the old mill", "Dredger leaves the inner basin",
    "Tide tables printed on cloth once more", "Eel fishers ask for a longer season",
)  # fmt: skip
QUAYS = ("north", "south", "inner", "outer", "upper")


def title_of(number: int) -> str:
    """The headline of a page."""
    return (
        f"{TITLES[number % len(TITLES)]}, says the {QUAYS[number // len(TITLES) % len(QUAYS)]} quay"
    )


def page(number: int, origin: str) -> str:
    """The page of an article, in the plain shape that most outlets have."""
    day = FIRST_DAY + timedelta(days=number)
    title = title_of(number)
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} | The Quay</title>
<link rel="canonical" href="{origin}/news/{number}"><meta property="og:title" content="{title}">
<meta property="article:published_time" content="{day.isoformat()}"></head><body>
<nav><a href="/">Home</a> <a href="/news">News</a></nav>
<main><article><h1>{title}</h1><p class="byline">By Ann Other</p>
<p>The harbour office said on day {number} that the matter would be settled before the summer, as it had been promised.</p>
<p>Those who work on the {QUAYS[number % len(QUAYS)]} quay were told at seven in the morning, and most of them went on with their work.</p>
<p>A second meeting is to be held in {number + 2} weeks, and its minutes will be read out in the ferry hall.</p>
</article></main><footer>The Quay, number {number}. All rights reserved.</footer></body></html>"""


HOME = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>The Quay</title>
<link rel="alternate" type="application/rss+xml" title="The Quay" href="/feed.xml"></head>
<body><h1>The Quay</h1><ul><li><a href="/news/1">Harbour</a></li></ul></body></html>"""
"""The home page."""

DESK = {
    "wall": (
        "Harbour wall to be raised by a metre", "Ann Lee", "The wall in May of last year.", "14:20",
        "Nobody at the table spoke against it, though two of the members had asked for another week to read.",
    ),
    "ferry": (
        "Ferry company adds a second crossing", "Bo Marsh", "The new ship at the mole.", "02:51",
        "The ship carries forty cars and three hundred people, and was built for another sea, far from here.",
    ),
}  # fmt: skip
"""Pages of another make, below /desk/: title, writer, caption, high water, a paragraph."""


def desk(name: str) -> str:
    """A page with what an adapter is for: a caption without a figure, a letter's form, a tide line."""
    title, writer, caption, tide, more = DESK[name]
    day = 1 + list(DESK).index(name)
    return f"""<!doctype html><html lang="en-IE"><head><meta charset="utf-8"><title>{title} - Quay Courier</title>
<link rel="canonical" href="https://www.quaycourier.example/2026/03/0{day}/{title.lower().replace(" ", "-")}">
<meta property="og:site_name" content="Quay Courier"><meta property="og:title" content="{title}">
<meta property="article:published_time" content="2026-03-0{day}T09:30:00+00:00">
<link rel="alternate" type="application/rss+xml" href="https://www.quaycourier.example/rss.xml"></head><body>
<nav><a href="/">Home</a></nav><article><h1>{title}</h1><p class="byline">By {writer}</p><div class="copy">
<p>The council heard on day {day} of the month what it will cost, and who is to pay for it in the end.</p>
<div class="courier-shot"><img src="/shots/{name}.jpg" alt=""><p>{caption}</p></div>
<p>{more}</p>
<p>Tide table: high water {tide}</p>
<div class="courier-letter"><p>The quay by mail, every Friday at noon.</p><form action="/letter"><input name="to"></form></div>
<p>Work on the {name} begins in {day + 3} weeks and is to be done before autumn, the harbour master said.</p>
</div></article><footer>Quay Courier. All rights reserved.</footer></body></html>"""


def feed(count: int, origin: str) -> str:
    """The outlet's feed, newest first."""
    items = "".join(
        f"<item><title>{title_of(n)}</title><link>{origin}/news/{n}</link>"
        f"<pubDate>{format_datetime(FIRST_DAY + timedelta(days=n))}</pubDate>"
        f"<author>Ann Other</author><category>Harbour</category></item>"
        for n in reversed(range(count))
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>The Quay</title>{items}</channel></rss>'


def sitemap(count: int, origin: str) -> str:
    """The outlet's sitemap of all pages."""
    urls = "".join(
        f"<url><loc>{origin}/news/{n}</loc>"
        f"<lastmod>{(FIRST_DAY + timedelta(days=n)).date()}</lastmod></url>"
        for n in range(count)
    )
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'


class Outlet(ThreadingHTTPServer):
    """The server. pages: how many it has. asked: the paths that were asked for, in order."""

    daemon_threads = True

    def __init__(self, port: int = 0, pages: int = 12) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.pages = pages
        self.asked: list[str] = []

    @property
    def host(self) -> str:
        """Host and port, as `--allow-host` takes them."""
        return f"127.0.0.1:{self.server_address[1]}"

    @property
    def origin(self) -> str:
        """The beginning of its addresses."""
        return f"http://{self.host}"

    def answer(self, path: str) -> tuple[int, str, str]:
        """Status, media type and body for a path."""
        origin, last = self.origin, path.rsplit("/", 1)[-1]
        if path == "/robots.txt":
            return (
                200,
                "text/plain",
                f"User-agent: *\nDisallow: /closed/\nSitemap: {origin}/sitemap.xml\n",
            )
        if path == "/":
            return 200, "text/html; charset=utf-8", HOME
        if path == "/feed.xml":
            return 200, "application/rss+xml", feed(self.pages, origin)
        if path == "/sitemap.xml":
            index = f"<sitemap><loc>{origin}/pages.xml</loc></sitemap>"
            space = "http://www.sitemaps.org/schemas/sitemap/0.9"
            return (
                200,
                "application/xml",
                f'<?xml version="1.0"?><sitemapindex xmlns="{space}">{index}</sitemapindex>',
            )
        if path == "/pages.xml":
            return 200, "application/xml", sitemap(self.pages, origin)
        if path.startswith("/desk/") and last in DESK:
            return 200, "text/html; charset=utf-8", desk(last)
        if path.startswith(("/news/", "/closed/")) and last.isdigit() and int(last) < self.pages:
            return 200, "text/html; charset=utf-8", page(int(last), origin)
        return 404, "text/html", "<!doctype html><title>Not found</title><p>No such page.</p>"


class _Handler(BaseHTTPRequestHandler):
    server: Outlet
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer one request."""
        self.server.asked.append(self.path)
        status, media_type, text = self.server.answer(self.path)
        body = text.encode()
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if status == 200 and self.headers.get("If-None-Match") == etag:
            status, body = 304, b""
        self.send_response(status)
        if status != 304:
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", etag)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@contextmanager
def running(pages: int = 12, kind: type[Outlet] = Outlet) -> Iterator[Outlet]:
    """A server in a thread of its own."""
    with kind(0, pages) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def main() -> None:
    """Serve until ended."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--pages", type=int, default=12)
    given = parser.parse_args()
    with Outlet(given.port, given.pages) as server:
        print(f"{server.origin}/feed.xml", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print("ended")


if __name__ == "__main__":
    main()

"""Pages a second out of a web archive, beside trafilatura, and what a run takes of memory.

The pages are *.html and *.html.gz files in any tree of folders. As many records as asked for are
made of them, each with a word of its own in its address, in the one that the page states, and in its
body, so that none is another's duplicate or later revision; pages where that cannot be are left out.
Each run is a whole process, from its start to its end. All runs of a round follow one another, and
medians of the rounds count, so that a slow moment of the machine weighs on all alike; on a machine
that has other work the figures of one round say little.
"""

from __future__ import annotations

import argparse
import base64
import filecmp
import gzip
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from itertools import cycle, islice
from multiprocessing import Pool
from pathlib import Path
from statistics import median
from threading import Semaphore
from typing import TYPE_CHECKING, Any, NamedTuple

# The process that runs trafilatura imports this file, and is to carry nothing of copydesk.
if TYPE_CHECKING:
    from copydesk.model.article import Article
    from copydesk.model.document import Document

TRAFILATURA = "trafilatura, 2 processes"
GOOD, POISON = "https://news.example/", "https://poison.example/"
_PARAGRAPH = re.compile(rb"<p(?:\s[^<>]*)?>([^<>]{80,})")
HEAD = (
    "run", "records", "pages/s", "range", "CPU ms/page", "parent MiB", "tree MiB", "outcomes",
)  # fmt: skip
_SLOT = b"\x00word\x00"
_MIB = 2**20
_PAUSE = 0.05
_PLUGIN = '''"""An outlet whose pages end the process that reads them."""

import os
import signal

from copydesk import Outlet


class Poison(Outlet):
    id = "poison"
    name = "Poison"
    domains = ("poison.example",)
    country = None
    language = "en"
    timezone = "UTC"

    def headline(self, page):
        os.kill(os.getpid(), signal.SIGKILL)
'''


class Page(NamedTuple):
    """A page, cut at the places where a word is put in that its article then has."""

    media_type: str
    parts: tuple[bytes, ...]

    def document(self, word: str, home: str = GOOD) -> Document:
        """The page with a word in it and in its address."""
        from copydesk.model.document import Document

        return Document(
            content=word.encode("ascii").join(self.parts),
            media_type=self.media_type,
            url=home + word,
        )

    def article(self, word: str = "page") -> Article | None:
        """What the page with a word in it is read to; None for no article."""
        from copydesk.errors import CopydeskError
        from copydesk.reading import read

        try:
            return read(self.document(word), None)[1]
        except CopydeskError:
            return None


class Taken(NamedTuple):
    """What one run took: seconds of wall and CPU time, and at most so many MiB.

    parent: memory of the process itself. tree: of it and all below it, summed; pages that two of
    them share count twice. report: the summary of copydesk, empty for others.
    """

    wall: float
    cpu: float
    parent: float
    tree: float
    report: dict[str, Any]


def load(folder: Path, most: int) -> list[Page]:
    """Pages from all over a tree of folders, ready to be made distinct."""
    paths = sorted(p for p in folder.rglob("*.html*") if p.name.endswith((".html", ".html.gz")))
    step = max(1, len(paths) / most)
    chosen = [paths[int(n * step)] for n in range(min(most, len(paths)))]
    pages = [page for path in chosen if (page := cut(content_of(path)))]
    print(f"{len(pages)} pages; of {len(chosen) - len(pages)} more none gave a distinct article")
    return pages


def content_of(path: Path) -> bytes:
    """The bytes of a page, unpacked."""
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def cut(content: bytes) -> Page | None:
    """Cut a page at the address that it states and in one of its longest paragraphs."""
    kind = "text/html; charset=utf-8" if is_utf8(content) else "text/html"
    original = Page(kind, (content,)).article()
    if original is None:
        return None
    stated = str(original.provenance["canonical_url"].raw).encode()
    home = GOOD.encode()
    if stated.startswith(b"http"):
        content = content.replace(stated, home + _SLOT)
        content = content.replace(_escaped(stated), _escaped(home) + _SLOT)
    found = sorted(_PARAGRAPH.finditer(content), key=lambda m: m.start(1) - m.end(1))
    for match in found[:5]:
        marked = b"%b %b%b" % (content[: match.end(1)], _SLOT, content[match.end(1) :])
        page = Page(kind, tuple(marked.split(_SLOT)))
        one, other = page.article("a1b2c3"), page.article("d4e5f6")
        if one and other and one.id != other.id and one.revision != other.revision:
            return page
    return None


def _escaped(url: bytes) -> bytes:
    """An address as JSON often has it."""
    return url.replace(b"/", b"\\/")


def is_utf8(content: bytes) -> bool:
    """Whether bytes are UTF-8."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def documents(pages: list[Page], count: int, poison: int | None = None) -> Iterator[Document]:
    """As many pages as asked for, over and over the same; one more that is poison, at its place."""
    for number, page in enumerate(islice(cycle(pages), count)):
        if number == poison:
            yield page.document(f"p{number:06}", POISON)
        yield page.document(f"n{number:06}")


def write(path: Path, found: Iterable[Document]) -> None:
    """Write documents as response records, one gzip member each, as crawls have them."""
    with path.open("wb") as file:
        for number, document in enumerate(found):
            file.write(gzip.compress(record(number, document), 3, mtime=0))


def record(number: int, document: Document) -> bytes:
    """A response record: ISO 28500, 6.3."""
    content = document.content
    http = f"HTTP/1.1 200 OK\r\nContent-Type: {document.media_type}\r\n"
    block = f"{http}Content-Length: {len(content)}\r\n\r\n".encode("ascii") + content
    digest = base64.b32encode(hashlib.sha1(content, usedforsecurity=False).digest()).decode()
    fields = {
        "WARC-Type": "response",
        "WARC-Record-ID": f"<urn:uuid:00000000-0000-4000-8000-{number:012}>",
        "WARC-Date": "2026-01-01T00:00:00Z",
        "WARC-Target-URI": document.url,
        "WARC-Payload-Digest": f"sha1:{digest}",
        "Content-Type": "application/http; msgtype=response",
        "Content-Length": len(block),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return b"WARC/1.0\r\n" + head.encode("ascii") + b"\r\n" + block + b"\r\n\r\n"


def trafilatura_line(page: tuple[str, bytes]) -> str | None:
    """Read a page with trafilatura."""
    url, html = page
    # Not in the group of test dependencies: nothing but this benchmark needs it.
    extract = import_module("trafilatura").extract
    line: str | None = extract(html, url=url, output_format="json", with_metadata=True)
    return line


def peer(archive: str, output: str) -> None:
    """Read an archive with trafilatura in two processes, its records kept in their order."""
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    # The pool itself takes all that it is given at once, which would hold the archive in memory.
    slots = Semaphore(64)

    def pages() -> Iterator[tuple[str, bytes]]:
        with open(archive, "rb") as stream:
            for one in ArchiveIterator(stream, WarcRecordType.response):
                slots.acquire()
                yield one.headers.get("WARC-Target-URI") or "", one.reader.read()

    with Pool(2) as pool, open(output, "w", encoding="utf-8") as file:
        for line in pool.imap(trafilatura_line, pages(), chunksize=8):
            slots.release()
            if line is not None:
                file.write(line + "\n")


def peer_command(archive: Path, output: Path, _: int) -> list[str]:
    """The command that reads an archive with trafilatura; the number of its processes is fixed."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import archive; archive.peer(*sys.argv[2:])"
    )
    home = str(Path(__file__).resolve().parent)
    return [sys.executable, "-c", code, home, str(archive), str(output)]


def command(archive: Path, output: Path, workers: int, *more: str) -> list[str]:
    """The command that reads an archive with copydesk; its summary lies beside the output."""
    return [
        sys.executable, "-m", "copydesk", "ingest", str(archive), "-o", str(output), "--overwrite",
        "-q", "--workers", str(workers), "--report", str(report_of(output)), *more,
    ]  # fmt: skip


def report_of(output: Path) -> Path:
    """Where the summary of a run lies."""
    return output.with_suffix(".report.json")


def run(line: list[str], output: Path) -> Taken:
    """Run a command to its end, and look at its memory while it runs."""
    psutil = import_module("psutil")
    report_of(output).unlink(missing_ok=True)
    parent = tree = 0.0
    start = time.perf_counter()
    process = subprocess.Popen(line, stdin=subprocess.DEVNULL)
    watched = psutil.Process(process.pid)
    while True:
        pid, status, used = os.wait4(process.pid, os.WNOHANG)
        if pid:
            break
        own, below = resident(psutil, watched)
        parent, tree = max(parent, own), max(tree, own + below)
        time.sleep(_PAUSE)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        print(f"exit code {process.returncode}: {' '.join(line)}", file=sys.stderr)
    path = report_of(output)
    report = json.loads(path.read_bytes()) if path.exists() else {}
    return Taken(wall, used.ru_utime + used.ru_stime, parent / _MIB, tree / _MIB, report)


def resident(psutil: Any, process: Any) -> tuple[int, int]:
    """Bytes that a process holds, and that those below it hold."""
    own = below = 0
    try:
        own = process.memory_info().rss
        for child in process.children(recursive=True):
            try:
                below += child.memory_info().rss
            except psutil.Error:
                continue
    except psutil.Error:
        pass
    return own, below


def table(head: Sequence[str], rows: list[list[str]]) -> None:
    """Print a plain table, its first column to the left."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    for row in (head, *rows):
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        print("  ".join(cells))
    print()


def told(name: str, count: int, taken: list[Taken]) -> list[str]:
    """The cells of a run: medians of the rounds, the most of memory."""
    rates = [count / one.wall for one in taken]
    return [
        name, str(count), f"{median(rates):.1f}", f"{min(rates):.1f}-{max(rates):.1f}",
        f"{median(1000 * one.cpu / count for one in taken):.2f}",
        f"{max(one.parent for one in taken):.0f}", f"{max(one.tree for one in taken):.0f}",
        outcomes(taken[-1].report),
    ]  # fmt: skip


def outcomes(report: dict[str, Any]) -> str:
    """What became of the inputs of a run."""
    if not report:
        return "-"
    parts = [f"{report['articles']} articles"]
    for name in ("rejects", "skips"):
        parts += [f"{number} {reason}" for reason, number in report[name].items()]
    return ", ".join(parts)


def ratio(over: list[Taken], under: list[Taken], clock: str = "wall") -> str:
    """How many times as fast one is as another: the median of the rounds, and their range."""
    each = [getattr(b, clock) / getattr(a, clock) for a, b in zip(over, under, strict=True)]
    return f"{median(each):.2f} ({min(each):.2f}-{max(each):.2f})"


def bound(two: list[Taken], one: list[Taken]) -> str:
    """The most that two workers can be to one where two cores share all their work evenly."""
    return f"at most {2 * median(b.cpu / a.cpu for a, b in zip(two, one, strict=True)):.2f}"


def growth(large: list[Taken], small: list[Taken]) -> tuple[str, str]:
    """What the tenfold of records adds to the peak of the parent, and of the tree."""
    peaks = [
        (max(getattr(t, n) for t in large), max(getattr(t, n) for t in small))
        for n in ("parent", "tree")
    ]
    parent, tree = (f"{100 * (a / b - 1):+.0f} %" if b else "-" for a, b in peaks)
    return parent, tree


def compare(pages: list[Page], count: int, rounds: int, folder: Path) -> None:
    """Measure copydesk with one and two workers, and trafilatura, over one archive."""
    few = max(1, count // 10)
    archives = {size: folder / f"{size}.warc.gz" for size in (few, count)}
    for size, archive in archives.items():
        write(archive, documents(pages, size))
    # Workers, 0 for trafilatura, and records.
    runs = ((1, count), (2, count), (0, count), (1, few), (2, few))
    taken: dict[tuple[int, int], list[Taken]] = defaultdict(list)
    for _ in range(rounds):
        for workers, size in runs:
            output = output_of(folder, workers, size)
            make = command if workers else peer_command
            taken[workers, size].append(run(make(archives[size], output, workers), output))
    rows = [
        told(f"copydesk --workers {workers}" if workers else TRAFILATURA, size, all_)
        for (workers, size), all_ in taken.items()
    ]
    table(HEAD, rows)
    one, two, other = (taken[workers, count] for workers in (1, 2, 0))
    rows = [
        ["two workers to one", ratio(two, one), "at least 1.7"],
        ["- with both cores idle otherwise, by CPU time", bound(two, one), ""],
        ["two workers to trafilatura", ratio(two, other), "at least 10"],
        ["- by CPU time", ratio(two, other, "cpu"), ""],
    ]
    for workers in (1, 2):
        parts = growth(taken[workers, count], taken[workers, few])
        for part, cell in zip(("parent", "tree"), parts, strict=True):
            about = f"peak of the {part}, {count} records to {few}, --workers {workers}"
            rows.append([about, cell, "within 20 %"])
    outputs = [output_of(folder, workers, count) for workers in (1, 2)]
    equal = filecmp.cmp(outputs[0], outputs[1], shallow=False)
    rows.append(["outputs of one and two workers", "equal" if equal else "DIFFER", "equal"])
    table(["comparison", "measured", "asked"], rows)


def output_of(folder: Path, workers: int, size: int) -> Path:
    """Where a run writes."""
    return folder / f"{workers}-{size}.jsonl"


def poisoned(pages: list[Page], count: int, rounds: int, folder: Path) -> None:
    """Measure what one record costs whose adapter ends its worker, among good ones."""
    plugin = folder / "poison.py"
    plugin.write_text(_PLUGIN, "utf-8")
    places = {"without": None, "with": count // 2}
    taken: dict[str, list[Taken]] = defaultdict(list)
    for name, place in places.items():
        write(folder / f"{name}.warc.gz", documents(pages, count, place))
    for _ in range(rounds):
        for name in places:
            output = folder / f"{name}.jsonl"
            line = command(folder / f"{name}.warc.gz", output, 2, "--plugin", str(plugin))
            taken[name].append(run(line, output))
    rows = [
        [f"{count} records, {name} poison", f"{median(t.wall for t in all_):.1f}",
         outcomes(all_[-1].report)]
        for name, all_ in taken.items()
    ]  # fmt: skip
    table(["run, two workers", "seconds", "outcomes"], rows)
    more = [a.wall - b.wall for a, b in zip(taken["with"], taken["without"], strict=True)]
    asked = f"{count} articles, 1 reject, at most 30"
    table(["comparison", "measured", "asked"], [["seconds more", f"{median(more):.1f}", asked]])


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", type=Path, metavar="PAGES_DIR", help="a tree with *.html[.gz]")
    parser.add_argument("--count", type=int, default=5000, help="records of the archive")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--poison", action="store_true", help="only 1,000 records and one that kills its worker"
    )
    options = parser.parse_args()
    if options.count < 1 or options.rounds < 1:
        parser.error("--count and --rounds are at least 1")
    count = 1000 if options.poison else options.count
    # The tenth of the records is to have the same pages, so that only their number differs.
    pages = load(options.pages, max(1, count // 10))
    if not pages:
        parser.error(f"no usable page in {options.pages}")
    with tempfile.TemporaryDirectory() as folder:
        (poisoned if options.poison else compare)(pages, count, options.rounds, Path(folder))


if __name__ == "__main__":
    main()

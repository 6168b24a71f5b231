"""Quality and speed of reading pages, over a folder of pages whose text is known.

The folder holds *.jsonl.gz, one page a line: {"id", "url", "html", "gold"}; gold has "text", or
"with" and "without" (segments), or both, and may have "title", "authors", "date" and "image". Texts
are compared by four-word shingles (F1, precision, recall) and by words (F1 of each page).

Speed is told as a ratio to the parse of the same page: both are measured one after the other, page
by page, in CPU time, and the median of the rounds counts, so that a slow moment of the machine
weighs on both alike. One page is in memory at a time.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import gzip
import json
import resource
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from statistics import median
from time import process_time
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from selectolax.lexbor import LexborHTMLParser

from copydesk import CopydeskError, __version__, rules
from copydesk.adapters.registry import GENERIC
from copydesk.assembly.build import AssemblyContext, assemble
from copydesk.model.article import Article
from copydesk.model.document import Document
from copydesk.model.draft import Draft
from copydesk.readers.encoding import charset
from copydesk.readers.html import areas, live_blog, media, segments, time_elements
from copydesk.readers.html.comments import sections
from copydesk.readers.html.parser_guard import guard
from copydesk.readers.html.refusal import reason
from copydesk.readers.html.selectors import NOTHING, claim
from copydesk.readers.html.tree import tables
from copydesk.readers.html.tree.walk import walk
from copydesk.readers.metadata import statements
from copydesk.reading import read
from copydesk.util.urls import host_of

if TYPE_CHECKING:
    from tests.benchmarks import scores
else:
    import scores

T = TypeVar("T")
STAGES = (
    "charset and guard", "parse", "metadata", "live and comments", "walk", "areas", "refusal",
    "segments", "rules", "assemble", "validate and json",
)  # fmt: skip
FLOOR, WHOLE = "floor", "whole"


class Page(NamedTuple):
    """A page and what is known of it."""

    id: str
    url: str | None
    html: str
    gold: dict[str, Any]

    @property
    def document(self) -> Document:
        """The page as it comes in."""
        return Document(
            content=self.html.encode("utf-8", "replace"),
            media_type="text/html",
            url=self.url,
            encoding="utf-8",
        )


def load(path: Path, limit: int | None) -> Iterator[Page]:
    """The pages of a file, one after the other."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in islice(lines, limit):
            row = json.loads(line)
            yield Page(row["id"], row.get("url"), row["html"], row["gold"])


def stages(document: Document, spent: dict[str, float]) -> None:
    """Read a page stage by stage, as copydesk.reading.read does, and note the time of each."""

    def timed(name: str, work: Callable[[], T]) -> T:
        start = process_time()
        result = work()
        spent[name] += process_time() - start
        return result

    text = timed("charset and guard", lambda: charset.decode_page(document))
    html, warnings = timed("charset and guard", lambda: guard(text.text, decoded=True))
    tree = timed("parse", lambda: LexborHTMLParser(html, scripting=True))
    facts = timed("metadata", lambda: statements.read(tree, document.url))
    claimed = timed("walk", lambda: claim(tree, NOTHING, None))
    entries = timed(
        "live and comments", lambda: {**live_blog.find(tree, facts), **sections.find(tree)}
    )
    for at, known in entries.items():
        claimed.claims.setdefault(at, known)
        if known.rule == live_blog.BODY and not claimed.bodies:
            claimed.bodies.append(at)
    assert tree.body is not None
    body = tree.body
    page = timed("walk", lambda: walk(body, {*claimed.claims, *claimed.bodies}))
    found = timed("areas", lambda: areas.find(page, facts, claimed))
    if timed("refusal", lambda: reason(page, found, facts, tree, document.url)):
        return
    data = timed("segments", lambda: tables.find(page, found.root))
    host = host_of(document.url or "")
    cut = timed("segments", lambda: segments.make(page, found, claimed, data, host))
    inserts = timed("segments", lambda: media.read_media(page, found, document.url, claimed))
    times, changes = timed("segments", lambda: time_elements.dates(page, found))
    draft = timed(
        "segments",
        lambda: Draft(
            document=document,
            text=page.text,
            segments=cut,
            encoding=text.encoding,
            warnings=warnings,
            inserts=inserts,
            metadata=facts,
            times=times,
            changes=changes,
        ),
    )
    timed("rules", lambda: rules.apply(draft))
    reading = AssemblyContext(adapter={"id": GENERIC, "version": __version__, "layout": None})
    article = timed("assemble", lambda: assemble(draft, reading))
    record = article.model_dump()
    start = process_time()
    Article.model_validate(record)
    # Assembly ends with a validation of its own, which is told apart here.
    validated = process_time() - start
    spent["assemble"] -= validated
    spent["validate and json"] += validated
    timed("validate and json", article.to_line)


def to_line(document: Document) -> None:
    """From a page to its validated line of JSON, or its refusal."""
    try:
        read(document, None)[1].to_line()
    except CopydeskError:
        return


def clock(page: Page, rounds: int) -> dict[str, float]:
    """The median CPU seconds of the floor, of the whole and of each stage."""
    document = page.document
    taken: dict[str, list[float]] = defaultdict(list)
    for _ in range(rounds):
        start = process_time()
        LexborHTMLParser(page.html, scripting=True)
        parsed = process_time()
        to_line(document)
        taken[FLOOR].append(parsed - start)
        taken[WHOLE].append(process_time() - parsed)
        spent: dict[str, float] = defaultdict(float)
        with contextlib.suppress(CopydeskError):
            stages(document, spent)
        for name in STAGES:
            taken[name].append(spent[name])
    return {name: median(values) for name, values in taken.items()}


class Tally:
    """What the pages of one file add up to."""

    def __init__(self, body: bool) -> None:
        self.body = body
        self.pages = 0
        self.refused: list[tuple[str, str]] = []
        self.overlaps: dict[str, scores.Overlap] = {}
        self.words: list[float] = []
        self.images: list[bool] = []
        self.segments: list[tuple[int, int, int]] = []
        self.titles: list[bool] = []
        self.authors: list[tuple[set[str], set[str]]] = []
        self.dates: list[bool] = []
        self.clocks: list[dict[str, float]] = []

    def add(self, page: Page) -> None:
        """Read a page and compare what is read with what is known."""
        answer: scores.Answer = scores.EMPTY
        try:
            answer = scores.answer(read(page.document, None)[1], body=self.body)
        except CopydeskError as error:
            self.refused.append((page.id, str(error)))
        self.pages += 1
        gold = page.gold
        if "text" in gold:
            self.overlaps[page.id] = scores.overlap(gold["text"], answer["text"])
            self.words.append(scores.word_f1(gold["text"], answer["text"]))
        if "with" in gold:
            self.segments.append(scores.segments(gold["with"], gold["without"], answer["text"]))
        if gold.get("title"):
            self.titles.append(scores.same_title(gold["title"], answer["title"]))
        if gold.get("authors"):
            self.authors.append((scores.names(gold["authors"]), scores.names(answer["authors"])))
        if gold.get("date"):
            self.dates.append(scores.same_day(gold["date"], answer["date"]))
        if gold.get("image"):
            self.images.append(scores.same_image(gold["image"], answer["image"]))

    def quality(self) -> list[str]:
        """The cells of the table of quality."""
        text = scores.summary(list(self.overlaps.values())) if self.overlaps else {}
        cells = [_cell(text.get(n)) for n in ("f1", "precision", "recall", "accuracy")]
        cells.append(_mean(self.words))
        segments = scores.segment_summary(self.segments)["f1"] if self.segments else None
        cells += [_cell(segments), _mean(self.titles)]
        cells.append(_cell(scores.author_f1(self.authors) if self.authors else None))
        return [*cells, _mean(self.dates), _mean(self.images), str(len(self.refused))]

    def ratio(self, name: str) -> float:
        """The time of a stage over the time of the parse, of all pages together."""
        return sum(c[name] for c in self.clocks) / sum(c[FLOOR] for c in self.clocks)

    def speed(self) -> list[str]:
        """The cells of the table of speed."""
        each = sorted(c[WHOLE] / c[FLOOR] for c in self.clocks)
        return [
            f"{self.ratio(WHOLE):.2f}", f"{median(each):.2f}", f"{each[int(0.95 * len(each))]:.2f}",
            f"{each[-1]:.2f}", f"{len(each) / sum(c[WHOLE] for c in self.clocks):.0f}",
        ]  # fmt: skip


def _mean(values: list[bool] | list[float]) -> str:
    return _cell(scores.mean(values) if values else None)


def _cell(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def table(head: list[str], rows: list[list[str]]) -> None:
    """Print a plain table, its first column to the left."""
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    for row in (head, *rows):
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        print("  ".join(cells))
    print()


def peak() -> float:
    """The most memory that this process had so far, in MiB."""
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=5, help="of timing for each page; 0 for none")
    parser.add_argument("--limit", type=int, help="pages of each file, from its beginning")
    parser.add_argument("--body", action="store_true", help="leave the standfirst out of the text")
    parser.add_argument("--worst", type=int, default=0, help="list as many pages of each file")
    options = parser.parse_args()
    tallies: dict[str, Tally] = {}
    before = peak()
    for path in sorted(options.folder.glob("*.jsonl.gz")):
        tally = tallies[path.name.removesuffix(".jsonl.gz")] = Tally(options.body)
        for page in load(path, options.limit):
            tally.add(page)
            if options.rounds:
                gc.collect()
                tally.clocks.append(clock(page, options.rounds))
    if not tallies:
        parser.error(f"no *.jsonl.gz in {options.folder}")
    head = ["pages", "F1", "precision", "recall", "accuracy", "words", "segments"]
    head += ["title", "authors", "date", "image", "refused"]
    table(["quality", *head], [[n, str(t.pages), *t.quality()] for n, t in tallies.items()])
    if options.rounds:
        head = ["all pages", "median page", "95 of 100", "slowest", "pages/s"]
        table(["ratio to the parse", *head], [[n, *t.speed()] for n, t in tallies.items()])
        rows = [[s, *(f"{t.ratio(s):.2f}" for t in tallies.values())] for s in (*STAGES, WHOLE)]
        table(["stage", *tallies], rows)
    print(f"peak memory: {peak():.0f} MiB, {before:.0f} before the first page")
    for name, tally in tallies.items() if options.worst else ():
        print(f"\n{name}: worst")
        for key in sorted(tally.overlaps, key=lambda k: tally.overlaps[k].f1)[: options.worst]:
            print(f"  {tally.overlaps[key].f1:.3f}  {key}")
        for key, why in tally.refused:
            print(f"  refused {key}: {why}")


if __name__ == "__main__":
    main()

"""Quality of reading crawled text, over files of crawls whose article text is known.

A file is *.jsonl.gz, one crawl a line: {"id", "url", "text", "gold"}; gold is the article's text.
Both the crawl as it comes in and the text of its record are compared with it by four-word shingles.
A crawl counts as worse if its record has less F1 than the crawl itself, by more than 0.01.
"""

from __future__ import annotations

import argparse
import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING

import copydesk

if TYPE_CHECKING:
    from tests.benchmarks import scores
else:
    import scores

_WORSE = 0.01


def measure(path: Path) -> list[tuple[str, scores.Overlap, scores.Overlap]]:
    """Return the id of each crawl, and what the crawl and its record share with its gold text."""
    found = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            try:
                article = copydesk.extract(row["text"], url=row["url"], media_type="text/plain")
                text = article.text
            except copydesk.CopydeskError:
                text = ""
            crawl, record = (scores.overlap(row["gold"], one) for one in (row["text"], text))
            found.append((row["id"], crawl, record))
    return found


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--worst", type=int, default=0, help="list as many crawls of each file")
    options = parser.parse_args()
    for path in options.files:
        found = measure(path)
        worse = sum(record.f1 < crawl.f1 - _WORSE for _, crawl, record in found)
        print(f"{path.name}: {len(found)} crawls, {worse} of them worse than they came in")
        for name, pages in (("in", [f[1] for f in found]), ("out", [f[2] for f in found])):
            text = scores.summary(pages)
            cells = [f"{key} {text[key]:.4f}" for key in ("f1", "precision", "recall")]
            print(f"  {name:<4}", *cells)
        for key, _, record in sorted(found, key=lambda f: f[2].f1)[: options.worst]:
            print(f"  {record.f1:.3f}  {key}")


if __name__ == "__main__":
    main()

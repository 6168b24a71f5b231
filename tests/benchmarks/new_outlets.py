"""What `outlets new` makes of pages whose text is known: the adapter's article beside the generic one.

The files are *.jsonl.gz as for pages.py; only pages whose gold has "text" count. One page of each
site is taken, as many as asked for, both in the order of hashes, so that nobody chooses them. The adapter is written,
loaded and used as it is, without an edit. Body F1 is that of the better fitting gold: the body alone, or with the standfirst, the same
for both readings of a page.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

from copydesk import CopydeskError
from copydesk.adapters import loading
from copydesk.model.article import Article
from copydesk.model.document import Document
from copydesk.reading import read
from copydesk.scaffold import identity, source_text
from copydesk.scaffold.propose import propose
from copydesk.scaffold.sample import Sample
from copydesk.scaffold.source_text import Names
from copydesk.util.urls import host_of

if TYPE_CHECKING:
    from tests.benchmarks import scores
else:
    import scores

_LOW = 0.98
_SECOND = frozenset("co com org net gov ac edu or ne go".split())


class Row(NamedTuple):
    """One page: body F1 of the generic reading and of the adapter's, and the module's lines."""

    site: str
    page: str
    generic: float
    adapter: float
    lines: int


def pages(files: list[Path]) -> Iterator[dict[str, Any]]:
    """One page of each site, in the order of the sites' hashes."""
    chosen: dict[str, dict[str, Any]] = {}
    for file in files:
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            for line in lines:
                page = json.loads(line)
                if "text" not in page["gold"] or not page["url"]:
                    continue
                site = site_of(page["url"])
                held = chosen.get(site)
                if held is None or _hash(page["id"]) < _hash(held["id"]):
                    chosen[site] = {**page, "site": site}
    yield from sorted(chosen.values(), key=lambda page: _hash(page["site"]))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def site_of(url: str) -> str:
    """The name under which a host was registered, as far as two tables of endings tell."""
    labels = (host_of(url) or url).split(".")
    both = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND
    return ".".join(labels[-3 if both else -2 :])


def row(page: dict[str, Any], folder: Path) -> Row | None:
    """Make the adapter of a page and read the page with it; None where it is no article."""
    content = page["html"].encode("utf-8", "replace")
    document = Document(content=content, media_type="text/html", url=page["url"], encoding="utf-8")
    try:
        sample = Sample.of(document)
    except CopydeskError:
        return None
    names = Names("outlet-" + _hash(page["site"])[:8])
    stated = identity.find([sample], names.outlet)
    known = {one.name: one.value for one in stated} | {"id": names.outlet}
    source = source_text.module(names, stated, propose([sample], known).differences)
    path = folder / f"{names.module}.py"
    path.write_text(source, "utf-8")
    outlet = loading.load([str(path)]).registry.get(names.outlet)
    after = read(document, outlet)[1]
    body = f1(page, sample.article, body=True) >= f1(page, sample.article, body=False)
    generic, adapter = (f1(page, one, body=body) for one in (sample.article, after))
    return Row(page["site"], page["id"], generic, adapter, source.count("\n"))


def f1(page: dict[str, Any], article: Article, *, body: bool) -> float:
    """The F1 of an article's text against the page's gold."""
    return scores.overlap(page["gold"]["text"], scores.answer(article, body=body)["text"]).f1


def main() -> None:
    """Print a row a page, and what they come to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--count", type=int, default=20, help="how many sites; 0 for all")
    given = parser.parse_args()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        for page in pages(given.files):
            if (found := row(page, Path(folder))) is not None:
                rows.append(found)
                mark = (
                    "+"
                    if found.adapter > found.generic
                    else "-"
                    if found.adapter < found.generic
                    else "="
                )
                print(
                    f"{mark} {found.generic:.3f} {found.adapter:.3f} {found.lines:3} lines  {found.site}"
                )
            if given.count and len(rows) >= given.count:
                break
    low = [one for one in rows if one.generic < _LOW]
    worse = [one for one in rows if one.adapter < one.generic]
    better = [one for one in low if one.adapter > one.generic]
    print(
        f"{len(rows)} pages; {len(worse)} read worse; of {len(low)} below {_LOW} {len(better)} read better"
    )
    print(
        f"lines of the module: median {median(one.lines for one in rows):g}, most {max(one.lines for one in rows)}"
    )


if __name__ == "__main__":
    main()

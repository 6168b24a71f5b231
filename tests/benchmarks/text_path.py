"""Seed-sized documents a second from bytes to a line of JSON, and the share of each stage.

One process, one core, CPU time. The stages of one document run one after the other, document by
document, so that a slow moment of the machine weighs on all of them alike. The last column is the
ratio to the validation and writing of the record (pydantic), which varies least between machines.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import TypeVar

import copydesk
from copydesk import rules
from copydesk.adapters import loading
from copydesk.adapters.outlet import Outlet
from copydesk.assembly.build import AssemblyContext, assemble
from copydesk.model.article import Article
from copydesk.model.document import Document
from copydesk.readers import text as text_reader

T = TypeVar("T")
SEEDS = Path(__file__).resolve().parents[2] / "seeds"


def load() -> list[tuple[Document, type[Outlet]]]:
    """The seeds with their adapters."""
    registry = loading.installed().registry
    found = []
    for path in sorted(SEEDS.glob("*.txt")):
        meta = json.loads(path.with_suffix(".meta.json").read_text("utf-8"))
        found.append(
            (Document(content=path.read_bytes(), url=meta["url"]), registry.get(meta["outlet"]))
        )
    return found


def stages(document: Document, adapter: type[Outlet], spent: dict[str, float]) -> None:
    """Read one document stage by stage."""

    def timed(name: str, work: Callable[[], T]) -> T:
        start = process_time()
        result = work()
        spent[name] += process_time() - start
        return result

    draft = timed("read", lambda: text_reader.read(document))
    timed("rules", lambda: rules.apply(draft, adapter.line_rules(), adapter.id))
    reading = AssemblyContext(
        adapter={"id": adapter.id, "version": adapter.version(), "layout": None}
    )
    article = timed("assemble", lambda: assemble(draft, reading))
    record = article.model_dump()
    timed("validate", lambda: Article.model_validate(record))
    timed("json", article.to_line)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=60)
    rounds = parser.parse_args().rounds
    documents = load()
    rates = []
    for _ in range(5):
        start = process_time()
        for _ in range(rounds):
            for document, adapter in documents:
                copydesk.extract(
                    document.content, url=document.url, media_type="text/plain", outlet=adapter
                ).to_line()
        rates.append(rounds * len(documents) / (process_time() - start))
    spent: dict[str, float] = defaultdict(float)
    for _ in range(rounds):
        for document, adapter in documents:
            stages(document, adapter, spent)
    # Assembly ends with a validation of its own, which is told apart here.
    spent["assemble"] -= spent["validate"]
    total = sum(spent.values())
    unit = spent["validate"] + spent["json"]
    print(f"documents a second: median {sorted(rates)[2]:.0f}, best {max(rates):.0f}")
    print("stage      microseconds   share   ratio to validate + json")
    for name in ("read", "rules", "assemble", "validate", "json"):
        each = spent[name] / rounds / len(documents) * 1e6
        print(f"{name:<10} {each:>12.0f} {spent[name] / total:>7.0%} {spent[name] / unit:>12.1f}")
    print(
        f"{'all':<10} {total / rounds / len(documents) * 1e6:>12.0f} {1:>7.0%} {total / unit:>12.1f}"
    )


if __name__ == "__main__":
    main()

"""Train the judge of unnamed lines: python tools/train_lines.py CRAWLS.jsonl.gz ...

Each line of a file is a JSON object: `text`, a crawl with one block a line; `url`; and `gold`, the
article's text, one paragraph a line. The weights go to the file that the package reads. Needs the
dependency group `train`. The same files give the same weights.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from copydesk.errors import CopydeskError
from copydesk.model.document import Document
from copydesk.readers import text as text_reader
from copydesk.rules.place import learned
from copydesk.rules.place.shapes import Shape, Shapes
from copydesk.rules.recognizers import Lines, run
from copydesk.rules.table import PASSES
from copydesk.util.text import bare

_WINDOW = 4
_SHORT = 14
_REGULARISATION = 0.1
_WORD = re.compile(r"\w+")

Example = tuple[Shape, bool, float]


class Gold:
    """An article's text, to tell its lines from others."""

    def __init__(self, text: str) -> None:
        self._windows = set(_windows(text))
        self._lines = {bare(line) for line in text.splitlines()}
        self._plain = bare(text)

    def has(self, line: str) -> bool:
        """Whether a line is in the text: as a line, or most of its runs of four words."""
        plain = bare(line)
        if plain in self._lines:
            return True
        windows = _windows(line)
        if len(windows) < 2:
            return len(plain) > _SHORT and plain in self._plain
        return sum(w in self._windows for w in windows) * 2 >= len(windows)


def _windows(text: str) -> list[tuple[str, ...]]:
    words = _WORD.findall(text)
    return list(zip(*(words[i:] for i in range(_WINDOW)), strict=False))


def examples(text: str, url: str | None, gold: Gold) -> Iterator[Example]:
    """Yield shape, answer and weight of each line that the judge would see.

    The weight is the line's share of the text, so that every document counts alike.
    """
    content = text.encode("utf-8", "replace")
    draft = text_reader.read(Document(content=content, media_type="text/plain", url=url))
    lines = Lines(draft)
    for shared in PASSES.values():
        lines = Lines(draft)
        run(lines, list(takewhile(lambda r: r.recognize is not learned.mark_unnamed, shared)))
    shapes = Shapes(draft.segments, lines.host)
    unnamed = learned.find_unnamed(lines)
    answers = [gold.has(draft.segments[i].text) for i in unnamed]
    sizes = [max(draft.segments[i].words, _WINDOW) for i in unnamed]
    whole = sum(size for size, answer in zip(sizes, answers, strict=True) if answer) or 1
    for index, answer, size in zip(unnamed, answers, sizes, strict=True):
        yield shapes.of(index), answer, size / whole


def read(path: Path) -> Iterator[Example]:
    """Yield the examples of a file."""
    with gzip.open(path, "rt", encoding="utf-8") as rows:
        for row in map(json.loads, rows):
            try:
                yield from examples(row["text"], row["url"], Gold(row["gold"]))
            except CopydeskError as error:
                print(f"skipped: {error}", file=sys.stderr)


def main(paths: list[Path]) -> None:
    """Train on all files and write the weights."""
    shapes, answers, weights = zip(*(e for path in paths for e in read(path)), strict=True)
    vectorizer = DictVectorizer(sparse=False)
    table = vectorizer.fit_transform(shapes)
    scale = len(weights) / sum(weights)
    model = LogisticRegression(C=_REGULARISATION, max_iter=2000, fit_intercept=False)
    model.fit(table, answers, sample_weight=[w * scale for w in weights])
    names = list(vectorizer.get_feature_names_out())
    stored = {
        "means": {n: round(float(m), 3) for n, m in zip(names, table.mean(0), strict=True)},
        "weights": {n: round(float(w), 3) for n, w in zip(names, model.coef_[0], strict=True)},
    }
    target = Path(learned.__file__).with_name(learned.WEIGHTS)
    target.write_text(json.dumps(stored, indent=1, sort_keys=True) + "\n", "utf-8")
    print(f"{len(answers)} lines, {sum(answers)} of them text; {len(names)} features: {target}")


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]])

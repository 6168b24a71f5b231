"""A learned judge of the lines that no rule names, by their shapes."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from itertools import repeat
from operator import mul

from copydesk.rules.place.shapes import WORDS, Shape, Shapes
from copydesk.rules.recognizers import Lines

RULE = "shape.learned"
"""The rule of lines that the judge removes."""

WEIGHTS = "learned.json"
"""The file with the weights, which `tools/train_lines.py` makes."""

# Removed below this probability to be text; measured on crawls of stored pages.
_REMOVED_BELOW = 0.2
# In texts of a few lines there is less to compare with.
_REMOVED_BELOW_IN_SHORT = 0.1
_SHORT_LINES = 8
_REASONS = 3


@dataclass(frozen=True)
class Judge:
    """A logistic regression on shapes.

    weights: feature -> weight.
    means: feature -> its mean in the lines of the training.
    """

    weights: dict[str, float]
    means: dict[str, float]

    def probability(self, shape: Shape) -> float:
        """Return the probability that a line belongs to the text."""
        return _probability(self._sum(shape))

    def least_probability(self, shape: Shape) -> float:
        """Return the probability with those `WORDS` that speak most against the text."""
        return _probability(self._sum(shape) + self._least_of_words)

    @cached_property
    def _least_of_words(self) -> float:
        return sum(min(self.weights.get(name, 0.0), 0.0) for name in WORDS)

    def _sum(self, shape: Shape) -> float:
        weights = map(self.weights.get, shape, repeat(0.0))
        total: float = sum(map(mul, weights, shape.values()))
        return total

    def reasons(self, shape: Shape) -> list[str]:
        """Return the features that speak most against the text, the strongest first."""
        parts = {
            name: weight * (shape.get(name, 0.0) - self.means.get(name, 0.0))
            for name, weight in self.weights.items()
            if shape.get(name)
        }
        strongest = sorted(parts, key=lambda name: (parts[name], name))[:_REASONS]
        return [f"{name} {parts[name]:+.1f}" for name in strongest if parts[name] < 0]


def _probability(total: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(total, 30.0))))


@cache
def judge() -> Judge:
    """Return the judge that the package has."""
    text = resources.files("copydesk.rules.place").joinpath(WEIGHTS).read_text("utf-8")
    stored: dict[str, dict[str, float]] = json.loads(text)
    return Judge(stored["weights"], stored["means"])


def mark_unnamed(lines: Lines, _: int) -> None:
    """Decide lines of plain text whose shape is that of residue."""
    unnamed = find_unnamed(lines)
    if not unnamed:
        return
    segments = lines.segments
    shapes = Shapes(segments, lines.host)
    decided = judge()
    most = _REMOVED_BELOW if len(segments) >= _SHORT_LINES else _REMOVED_BELOW_IN_SHORT
    removed: list[tuple[int, str]] = []
    for index in unnamed:
        shape = shapes.without_words(index)
        if decided.least_probability(shape) >= most:
            continue
        shapes.add_words(index, shape)
        p = decided.probability(shape)
        if p < most:
            reasons = "; ".join(decided.reasons(shape))
            removed.append((index, f"text with probability {p:.2f}: {reasons}"))
    for index, why in removed:
        segments[index].decide("page_furniture", RULE, why=why)


def find_unnamed(lines: Lines) -> list[int]:
    """Return the undecided lines below the head, except prose and lists led by a colon.

    Prose is hardly ever residue. A page has none: its markup says what a line is.
    """
    if lines.is_page:
        return []
    segments = lines.segments
    found: list[int] = []
    led = False
    for index in range(lines.first, len(segments)):
        segment = segments[index]
        if not segment.bullet:
            led = segment.text[-1] == ":"
        if segment.role or segment.prose or (led and segment.bullet):
            continue
        found.append(index)
    return found

"""What is read from pages stays as good as it was."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from copydesk.errors import DocumentError
from copydesk.model.document import Document
from copydesk.reading import read

BENCHMARKS = Path(__file__).resolve().parent / "benchmarks"

if TYPE_CHECKING:
    from tests.benchmarks import scores
else:
    # The folder is no package: its scripts run by themselves and share this module.
    _spec = importlib.util.spec_from_file_location("scores", BENCHMARKS / "scores.py")
    scores = importlib.util.module_from_spec(_spec)
    _spec.loader.exec_module(scores)

# Just below what was measured when they were set. A floor is never lowered silently: whoever must
# lower one says in the change why a page may be read worse than before.
FLOORS = {
    "f1": 0.995,
    "accuracy": 0.95,
    "title": 1.0,
    "authors": 1.0,
    "date": 1.0,
    "refusals": 1.0,
}
WRITTEN = sorted((BENCHMARKS / "written").glob("*.html"))
GOLD = {path: json.loads(path.with_suffix(".gold.json").read_text("utf-8")) for path in WRITTEN}
ARTICLES = [path for path in WRITTEN if "refused" not in GOLD[path]]
REFUSED = [path for path in WRITTEN if "refused" in GOLD[path]]


def document(path: Path) -> Document:
    return Document(content=path.read_bytes(), media_type="text/html", url=GOLD[path]["url"])


def answer(path: Path) -> dict[str, Any]:
    try:
        return scores.answer(read(document(path), None)[1])
    except DocumentError:
        return dict(scores.EMPTY)


@pytest.fixture(scope="module")
def measured() -> dict[str, float]:
    answers = {path: answer(path) for path in ARTICLES}
    pairs = [(GOLD[path], answers[path]) for path in ARTICLES]
    text = scores.summary([scores.overlap(g["text"], a["text"]) for g, a in pairs])
    refusals = 0
    for path in REFUSED:
        try:
            read(document(path), None)
        except DocumentError as error:
            refusals += GOLD[path]["refused"] in str(error)
    return {
        "f1": text["f1"],
        "accuracy": text["accuracy"],
        "title": scores.mean([scores.same_title(g["title"], a["title"]) for g, a in pairs]),
        "authors": scores.author_f1(
            (scores.names(g["authors"]), scores.names(a["authors"])) for g, a in pairs
        ),
        "date": scores.mean([scores.same_day(g["date"], a["date"]) for g, a in pairs]),
        "refusals": refusals / len(REFUSED),
    }


@pytest.mark.parametrize("name", FLOORS)
def test_quality_is_not_below_its_floor(name: str, measured: dict[str, float]) -> None:
    assert measured[name] >= FLOORS[name]


def test_every_written_page_has_its_gold_answer_and_there_are_enough_of_them() -> None:
    assert len(ARTICLES) >= 24
    assert len(REFUSED) >= 6
    golden = sorted(
        p.name.removesuffix(".gold.json") for p in (BENCHMARKS / "written").glob("*.json")
    )
    assert golden == [path.stem for path in WRITTEN]


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
def test_no_article_is_refused(path: Path) -> None:
    assert read(document(path), None)[1].text


def test_the_counts_follow_their_definitions() -> None:
    same = scores.overlap("one two three four five", "one two, three four five!")
    assert same == (1.0, 0.0, 0.0, True)
    half = scores.overlap("a b c d e", "a b c d x")
    assert half[:3] == pytest.approx((1 / 3, 1 / 3, 1 / 3))
    assert half.f1 == pytest.approx(0.5)
    assert scores.overlap("two words", "two words").f1 == 1
    assert scores.overlap("a b c d", "")[:3] == (0, 0, 1)
    # An empty answer has no precision, but costs recall.
    both = scores.summary([same, scores.overlap("a b c d", "")])
    assert (both["precision"], both["recall"]) == (1.0, 0.5)
    assert scores.segments(["in it", "gone"], ["ad", "not there"], "is  in\nit, ad") == (1, 1, 1)
    assert scores.word_f1("One two three", "three two four") == pytest.approx(2 / 3)
    assert (scores.word_f1("", ""), scores.word_f1("a", "")) == (1, 0)
    assert scores.same_image("https://a.example/b.jpg?w=1", "http://a.example/b.jpg")
    assert not scores.same_image("https://a.example/b.jpg", None)
    assert scores.same_title("“Stay” – he said.", "'stay' - he said")
    assert scores.names("Ann Bell; Cy Dow") == {"ann bell", "cy dow"}
    assert scores.author_f1([({"a", "b"}, {"a"}), (set(), {"c"})]) == pytest.approx(0.5)
    assert scores.same_day("2024-01-02", "2024-01-01T23:30:00-03:00")
    assert not scores.same_day("2024-01-02", None)

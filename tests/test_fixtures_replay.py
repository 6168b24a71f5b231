"""Every fixture of the built-in outlets comes to its expectation, field by field."""

from __future__ import annotations

from pathlib import Path

import pytest

from copydesk import fixtures
from copydesk.article import Article
from copydesk.fixtures import Fixture
from copydesk.reading import read
from copydesk.registry import Registry

ROOT = Path(__file__).resolve().parent.parent
FIXTURES, _ = fixtures.find([ROOT / "seeds", ROOT / "tests" / "outlets"])
FIELDS = tuple(Article.model_fields)


@pytest.fixture(scope="module")
def outcomes(registry: Registry) -> dict[Path, dict[str, object]]:
    found = {}
    for fixture in FIXTURES:
        meta = fixture.meta()
        article = read(fixture.document(meta), registry.get(meta.outlet or ""))[1]
        found[fixture.source] = fixtures.outcome(article, None)
    return found


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda f: f"{f.source.parent.name}/{f.stem}")
@pytest.mark.parametrize("field", FIELDS)
def test_field_is_as_expected(
    fixture: Fixture, field: str, outcomes: dict[Path, dict[str, object]]
) -> None:
    expected = fixture.expected()
    assert expected is not None, f"{fixture.expected_path} is missing"
    actual = outcomes[fixture.source]
    assert fixtures.differences({field: expected[field]}, {field: actual[field]}) == {}


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda f: f"{f.source.parent.name}/{f.stem}")
def test_expectation_is_canonical_and_valid(fixture: Fixture) -> None:
    expected = fixture.expected()
    assert expected is not None
    article = Article.model_validate(expected)
    assert fixture.expected_path.read_bytes() == fixtures.canonical(fixtures.outcome(article, None))


def test_every_built_in_outlet_has_at_least_two_fixtures(registry: Registry) -> None:
    counts = dict.fromkeys(
        (o.id for o in registry if o.__module__.startswith("copydesk_outlets")), 0
    )
    for fixture in FIXTURES:
        counts[fixture.meta().outlet or ""] += 1
    assert len(counts) >= 5
    assert min(counts.values()) >= 2

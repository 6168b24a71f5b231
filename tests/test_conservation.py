"""Nothing is lost: for any text and outlet, every visible character has one place."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from copydesk.adapters import loading
from copydesk.adapters.outlet import Outlet
from copydesk.errors import DocumentError
from copydesk.explain import partition
from copydesk.model.article import Article
from copydesk.model.document import Document
from copydesk.model.draft import Draft
from copydesk.readers.text import encode
from copydesk.reading import read
from copydesk.util.text import fold, remove_invisible, unspaced

ROOT = Path(__file__).resolve().parent.parent
ADAPTERS: list[type[Outlet] | None] = [None, *loading.load().registry]
SAMPLES = [
    p.read_text("utf-8")
    for p in sorted([*ROOT.glob("seeds/*.txt"), *ROOT.glob("tests/outlets/*/*.txt")])
]
LINES = [
    *sorted({line for sample in SAMPLES for line in sample.split("\n")}),
    "Read also: A bridge too far", "RELATED ARTICLES", "Advertisement", "By Jo Bloggs", "- item",
    "1. First", "2. Second", "(Photo: Jo/AFP)", "© 2025 X", "Comments", "Jo says:", "Share", "date 2025-12-02 X",
    "PARIS (AFP) - It rained.", "Updated 10:01 pm PST, Tuesday, November 19, 2019", "Tags: a, b", "...", "\u200b", "\ufeff",
]  # fmt: skip

texts = st.one_of(
    st.text(max_size=400),
    st.lists(st.sampled_from(LINES), max_size=25).map("\n".join),
    st.lists(st.one_of(st.sampled_from(LINES), st.text(max_size=60)), max_size=15).map("\n\n".join),
)


def check(text: str, draft: Draft, article: Article) -> None:
    stretches = partition.partition(draft)
    assert partition.faults(draft.text, stretches) == []
    removed = [s for s in stretches if s["field"] is None]
    assert [s["role"] for s in removed] == [r.kind for r in article.removed]
    for stretch, listed in zip(removed, article.removed, strict=True):
        raw = draft.text[stretch["start"] : stretch["end"]]
        assert "".join((listed.text or "").split()) == "".join(raw.split())
        assert listed.rule
    for stretch in stretches:
        if stretch["field"] is not None:
            assert getattr(article, stretch["field"]) not in (None, [], "")
        if stretch["field"] == "body" and stretch["role"] != "divider":
            kept = unspaced(remove_invisible(fold(draft.text[stretch["start"] : stretch["end"]])))
            mark = kept if len(kept) < 3 else kept[1:]
            assert mark in "".join(article.text.split()) or kept in "".join(article.text.split())


@pytest.mark.parametrize("adapter", ADAPTERS, ids=lambda a: a.id if a else "generic")
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=texts)
@example(text="date 2025-12-02 ")
@example(text="- - -\n• •\n1. 1.")
@example(text="a\x00b\x1cc\x85d\u2028e")
def test_every_character_is_in_one_segment_that_feeds_or_is_removed(
    adapter: type[Outlet] | None, text: str
) -> None:
    data, _ = encode(text)
    try:
        draft, article = read(Document(content=data), adapter)
    except DocumentError:
        return
    check(text, draft, article)


@pytest.mark.parametrize("adapter", ADAPTERS, ids=lambda a: a.id if a else "generic")
@pytest.mark.parametrize("sample", SAMPLES, ids=range(len(SAMPLES)))
def test_every_adapter_conserves_every_sample(adapter: type[Outlet] | None, sample: str) -> None:
    draft, article = read(Document(content=sample.encode()), adapter)
    check(sample, draft, article)


@settings(max_examples=60, deadline=None)
@given(text=texts)
def test_the_same_input_gives_the_same_bytes(text: str) -> None:
    data, _ = encode(text)
    try:
        first = read(Document(content=data), None)[1].to_line()
    except DocumentError:
        return
    assert first == read(Document(content=data), None)[1].to_line()
    assert b"\n" not in first[:-1]
    assert Article.model_validate_json(first).to_line() == first

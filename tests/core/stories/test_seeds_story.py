"""The five seeds are one story; each expectation was read off the seeds by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from copydesk.stories.find import Archive
from copydesk.stories.shapes import Story

DAY = 24 * 3600

# Articles on other events of the same days, with some of the same names; written for this test.
OTHERS = (
    "Venezuela's football federation said on Monday that its women's team will play Colombia in "
    "Caracas on Dec. 9. President Nicolás Maduro is to watch the match from the stand. Coach Ana "
    "Pérez named 23 players, among them four who play in Spain. Tickets cost 12 dollars.",
    "US President Donald Trump met the governor of Ohio at the White House on Monday to talk about "
    "the new bridge over the river. The bridge costs $90 million and opens in 2028. “It will be a "
    "beautiful bridge,” the governor told reporters. Work begins in April.",
    "Reuters reported on Monday that the harbour of Rotterdam handled 14 million containers last "
    "year, 3 percent more than before. The company said that strikes in two terminals had cost it "
    "a week in September. Its shares rose in Amsterdam.",
)


def lines(root: Path) -> list[bytes]:
    """The records of the seeds, each as a line."""
    found = sorted((root / "seeds").glob("*.expected.json"))
    return [json.dumps(json.loads(path.read_text("utf-8"))).encode() for path in found]


def other(line: bytes, number: int, text: str) -> bytes:
    """A record like another one, of another article."""
    record = json.loads(line)
    body = [{"type": "paragraph", "text": text, "ranges": []}]
    return json.dumps(record | {"id": f"other-{number}", "text": text, "body": body}).encode()


def stories(records: list[bytes], window: int = 3 * DAY) -> list[Story]:
    with Archive() as archive:
        archive.add(records)
        return list(archive.stories(window))


@pytest.fixture(scope="module")
def story(root: Path) -> Story:
    (found,) = stories(lines(root))
    return found


def name_of(story: Story, version: int) -> str:
    found = story.versions[version]
    return (found.outlet or found.site or "").split()[-1]


def test_the_five_seeds_are_one_story_of_five_versions(story: Story) -> None:
    assert len(story.versions) == story.outlets == 5
    assert len({name_of(story, number) for number in range(5)}) == 5


def test_the_shared_quotation_is_found_with_the_same_words(story: Story) -> None:
    (loyalty,) = [
        one for one in story.alignment.quotations if one.quoted[0].text == "absolute loyalty"
    ]
    assert loyalty.same
    assert len(loyalty.quoted) == 3


@pytest.mark.parametrize(
    ("unit", "values"),
    [("people", {"75", "80", "83"}), ("strikes", {"20", "21"})],
)
def test_counts_that_differ_are_found(story: Story, unit: str, values: set[str]) -> None:
    (count,) = [one for one in story.alignment.counts if one.unit == unit]
    assert not count.agree
    assert {number.value for number in count.numbers} == values
    assert len(count.numbers) == 3
    for number in count.numbers:
        sentence = story.versions[number.version].sentences[number.sentence].text
        assert number.value in sentence
        assert number.text.strip("…") in sentence


@pytest.mark.parametrize(("value", "unit"), [("15", "minutes"), ("100", "officials"), ("50", "$")])
def test_counts_that_agree_are_found(story: Story, value: str, unit: str) -> None:
    found = [
        one
        for one in story.alignment.counts
        if one.agree and one.unit == unit and one.numbers[0].value == value
    ]
    assert len(found) == 1
    assert len(found[0].numbers) >= 3


def test_the_agency_is_named_or_not(story: Story) -> None:
    assert story.agencies == ["Reuters"]
    found = sorted(one.credit or "" for one in story.versions)
    # One ends in the agency's name, two name it in the text, two do not name it.
    assert found == ["in_text", "in_text", "named", "unnamed", "unnamed"]


def test_only_versions_with_a_date_may_be_first(story: Story) -> None:
    for version in story.versions:
        assert version.may_be_first == (version.published == "2025-12-02")


def test_every_tie_says_why(story: Story) -> None:
    assert {one.kind for one in story.ties} == {"event"}
    for tie in story.ties:
        assert 0.2 <= tie.strength <= 1
        assert len(tie.evidence) >= 3
        kinds = {one.kind for one in tie.evidence}
        assert kinds & {"name", "quotation"}


def test_edited_sentences_are_passages(story: Story) -> None:
    passages = story.alignment.passages
    assert len(passages) >= 15
    for number, passage in enumerate(passages):
        assert passage.sentences[0].change == "original"
        for one in passage.sentences:
            assert story.versions[one.version].sentences[one.sentence].passage == number


def test_articles_on_other_events_stay_out(root: Path) -> None:
    records = lines(root)
    more = [other(records[0], number, text) for number, text in enumerate(OTHERS)]
    (found,) = stories([*records, *more])
    assert len(found.versions) == 5
    assert not any(one.id.startswith("other") for one in found.versions)

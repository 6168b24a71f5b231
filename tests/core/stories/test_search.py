"""The search for stories: copies, other texts about the same event, and what is none."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta

import pytest
from tests.core.stories.test_seeds_story import stories

from copydesk import extract
from copydesk.stories.shapes import Story

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TOWNS = (
    "Arden Belfort Caldey Dunmore Eastry Fenwick Garston Hexham Ilford Jarrow Kelso Ludlow Marlow "
    "Newark Oakham Penrith Quorn Redcar Selby Totnes Ulster Ventnor Wigton Yarmouth Zennor"
).split()
SURNAMES = (
    "Abbot Barlow Carter Denby Egerton Fletcher Gower Hollis Irving Jessop Kemble Lister Mercer "
    "Norris Osborne Palfrey Quint Rowley Sutcliffe Thorne Underhill Vickers Wainwright Yardley Zouch"
).split()
ENDINGS = "lan dor mik ves tar gun sol ber nik ral pon dex".split()
WORDS = (
    "council harbour winter evening bridge school market weather station engine garden village "
    "captain letter morning office summer picture machine building window journey"
).split()


def record(number: int, text: str, published: datetime | None = NOON, **more: object) -> bytes:
    """A record of an article with this text."""
    found = json.loads(extract(FILLER, media_type="text/html").to_line())
    body = [{"type": "paragraph", "text": one, "ranges": []} for one in text.split("\n")]
    found |= {
        "id": f"{number:032x}", "text": text, "body": body, "headline": None,
        "published": published.isoformat() if published else None,
        "site": {"name": f"Site {number}", "domain": None, "publisher": None},
    }  # fmt: skip
    return json.dumps(found | more).encode()


FILLER = "<article><h1>Filler</h1>" + "".join(
    f"<p>This sentence, number {number}, only makes the page long enough to be an article.</p>"
    for number in range(8)
)


def fire(number: int, chance: random.Random) -> str:
    """A report of a fire, in the words in which all fires are reported."""
    town, name = TOWNS[number], SURNAMES[number]
    return (
        f"A fire broke out in a warehouse in {town} on Monday evening, the police said.\n"
        f"Firefighters from {chance.randint(3, 9)} stations were called to the building at "
        f"{chance.randint(13, 19)}:{chance.randint(10, 59)}.\n"
        f"Nobody was hurt, and {chance.randint(101, 999)} people had to leave their homes for the "
        f"night.\nThe owner, {name} {town}, said that the damage was large, and thanked the "
        f"firefighters.\nThe police ask witnesses to come forward."
    )


def sentences(chance: random.Random, count: int) -> list[str]:
    """Sentences about three people whom no other text names."""
    people = [
        "".join(
            chance.choices("bdfgklmnprst", k=1)
            + chance.choices("aeiou", k=1)
            + chance.choices(ENDINGS, k=2)
        ).title()
        for _ in range(3)
    ]
    return [
        " ".join(chance.choices(WORDS, k=12)).capitalize() + f" {chance.choice(people)}."
        for _ in range(count)
    ]


def groups(found: list[Story]) -> list[set[int]]:
    return [{int(one.id, 16) for one in story.versions} for story in found]


def test_a_day_of_many_similar_stories_makes_no_story() -> None:
    chance = random.Random(1)
    assert stories([record(number, fire(number, chance)) for number in range(25)]) == []


def test_among_similar_stories_two_about_one_event_are_found() -> None:
    chance = random.Random(1)
    made = [record(number, fire(number, chance)) for number in range(25)]
    other = (
        "Flames destroyed a hall full of furniture at Garston last night. Gower Garston, who owns "
        "it, told the Evening Beacon that 4,300 sofas and 170 pianos burned. “We will build it up "
        "again,” he said. Mayor Edith Quill of the Garston Borough Council offered the Corn Exchange."
    )
    own = (
        "“We will build it up again,” says Gower Garston, whose 4,300 sofas and 170 pianos burned. "
        "The Evening Beacon had the news from Gower Garston by telephone. The Corn Exchange is his "
        "for the winter, if the Garston Borough Council agrees with its mayor, Edith Quill."
    )
    found = groups(stories([*made, record(90, other), record(91, own)]))
    assert {90, 91} in [group & {90, 91} for group in found]
    assert all(len(group) <= 3 for group in found)


@pytest.mark.parametrize("kept", [0.4, 0.7, 1.0])
def test_a_copy_with_sentences_left_out_is_tied_as_copy(kept: float) -> None:
    chance = random.Random(2)
    whole = sentences(chance, 20)
    part = [one for one in whole if chance.random() < kept]
    chance.shuffle(part)
    others = [record(n, "\n".join(sentences(chance, 20))) for n in range(2, 12)]
    (found,) = stories([record(0, "\n".join(whole)), record(1, "\n".join(part)), *others])
    assert groups([found]) == [{0, 1}]
    (tie,) = found.ties
    assert tie.kind == "copy"
    assert max(tie.share_of_first, tie.share_of_second) > 0.9
    assert tie.evidence[0].kind == "passage"
    assert all(one.passage is not None for one in found.versions[1].sentences)


def test_a_digest_does_not_join_the_stories_that_it_quotes() -> None:
    chance = random.Random(3)
    texts = [sentences(chance, 16) for _ in range(8)]
    copies = [
        record(10 * number + copy, "\n".join(text[copy:]))
        for number, text in enumerate(texts)
        for copy in range(3)
    ]
    digest = record(999, "\n".join(one for text in texts for one in text[:3]))
    found = groups(stories([*copies, digest]))
    for number in range(8):
        (group,) = [group for group in found if 10 * number in group]
        assert group - {999} == {10 * number, 10 * number + 1, 10 * number + 2}


def test_a_chain_of_texts_is_no_story() -> None:
    chance = random.Random(4)
    blocks = [sentences(chance, 10) for _ in range(12)]
    chain = [record(n, "\n".join(blocks[n] + blocks[n + 1])) for n in range(11)]
    assert all(len(group) <= 3 for group in groups(stories(chain)))


def test_articles_further_apart_than_the_window_are_not_tied() -> None:
    text = "\n".join(sentences(random.Random(5), 20))
    late = record(1, text, NOON + timedelta(days=4))
    assert stories([record(0, text), late]) == []
    assert len(stories([record(0, text), late], window=5 * 24 * 3600)) == 1


def test_the_last_revision_of_an_article_counts_once() -> None:
    text = "\n".join(sentences(random.Random(6), 20))
    made = [
        record(0, text),
        record(0, text + "\nOne more sentence at the end of it."),
        record(1, text),
    ]
    (found,) = stories(made)
    assert len(found.versions) == 2


def test_undated_and_empty_articles_are_read_too() -> None:
    text = "\n".join(sentences(random.Random(7), 20))
    (found,) = stories(
        [record(0, text, None), record(1, text, None), record(2, ""), record(3, "A.")]
    )
    assert groups([found]) == [{0, 1}]
    assert found.first_published is None
    assert not any(one.may_be_first for one in found.versions)


@pytest.mark.parametrize(
    "text",
    [
        "قال وزير الموانئ سالم الكتبي إن العبارة الجديدة ستبدأ رحلاتها إلى جزيرة داس في الثالث من أبريل، "
        "وستحمل 340 راكبا. وأضاف الكتبي أن «الرحلة لن تزيد على ساعتين» وأن التذاكر ستباع في مرفأ زايد.",
        "港湾局长赵明华星期一表示，新的渡轮将从四月三日起往返舟山群岛，每天运送340名旅客。赵明华说：“航程不超过两个小时。”船票将在定海码头出售。",
        "Директор порта Игорь Лужин сказал, что новый паром «Северная звезда» пойдёт на Соловки с 3 "
        "апреля и возьмёт 340 пассажиров. По словам Лужина, «путь займёт меньше двух часов».",
    ],
)
def test_another_text_about_the_event_is_found_in_any_script(text: str) -> None:
    chance = random.Random(8)
    halves = text.replace("، ", ". ").replace("，", "。").replace(" и ", ". ")
    chance.random()
    parts = [one for one in halves.replace("。", ". ").split(". ") if one]
    turned = "\n".join(reversed(parts))
    (found,) = stories([record(0, text), record(1, turned), record(2, fire(3, chance))])
    assert groups([found]) == [{0, 1}]

"""Stories made by hand for the tests of the page: a ferry, four outlets and an Arabic version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.browser import hostile

from copydesk.stories.shapes import (
    Agency,
    Alignment,
    Count,
    Evidence,
    Number,
    Passage,
    PassageSentence,
    Quotation,
    Quoted,
    Sentence,
    Stories,
    Story,
    Tie,
    Version,
)

OPENING = "The night ferry to the islands ran aground off Harrow Point on Tuesday with 214 people on board."
OPENING_EDITED = "The night ferry to the islands ran aground near Harrow Point late on Tuesday with 214 people on board."
RESCUE = "Lifeboats from three harbours took the passengers ashore within two hours."
SAID = "“We heard a long scrape and then the lights went out,” said Ines Calder, a passenger from Wick Bay."
SAID_SHORT = (
    "“We heard a scrape and then all the lights went out,” said passenger Ines Calder, of Wick Bay."
)
HURT = "Eleven people were treated for cold and bruises, the coastguard said."
HURT_OTHER = "Seventeen people were treated, a hospital spokeswoman said."
OWN = "The harbour café stayed open all night and gave away its soup."
LINE = "The line has carried 40 cars a night since 1998."
ARABIC = (
    "جنحت عبارة ليلية متجهة إلى الجزر قبالة رأس هارو يوم الثلاثاء وعلى متنها 214 شخصا.",
    "ونقلت زوارق الإنقاذ الركاب إلى الشاطئ خلال ساعتين.",
)


def version(at: int, sentences: Sequence[tuple[int, str, int | None]], **changes: Any) -> Version:
    """A version; sentences: block, words and passage."""
    told: dict[str, Any] = {
        "id": f"urn:made:{at}",
        "revision": "0" * 16,
        "outlet": f"Outlet {at}",
        "site": f"outlet{at}.example",
        "url": f"https://outlet{at}.example/ferry",
        "headline": "Night ferry runs aground off Harrow Point",
        "language": "en",
        "published": None,
        "may_be_first": False,
        "words": sum(len(text.split()) for _, text, _ in sentences),
        "agencies": [],
        "credit": None,
        "sentences": [
            Sentence(block=block, text=text, passage=passage) for block, text, passage in sentences
        ],
    }
    return Version(**told | changes)


def passage(*places: tuple[int, int, str, bool]) -> Passage:
    return Passage(
        sentences=[
            PassageSentence(version=v, sentence=s, change=change, moved=moved)  # type: ignore[arg-type]
            for v, s, change, moved in places
        ]
    )


def quoted(at: int, text: str, added: Sequence[str] = (), missing: Sequence[str] = ()) -> Quoted:
    return Quoted(
        version=at,
        sentence=2,
        text=text,
        words_added=list(added),
        words_missing=list(missing),
    )


def number(at: int, sentence: int, value: str, text: str) -> Number:
    return Number(version=at, sentence=sentence, value=value, text=text)


def tie(first: int, second: int, **changes: Any) -> Tie:
    told: dict[str, Any] = {
        "first": first,
        "second": second,
        "kind": "copy",
        "strength": 0.82,
        "shared_words": 41,
        "share_of_first": 0.82,
        "share_of_second": 0.6,
        "evidence": [
            Evidence(kind="passage", text=OPENING, bits=17.0),
            Evidence(kind="name", text="Harrow Point", bits=11.3),
            Evidence(kind="number", text="214 people", bits=9.1),
        ],
    }
    return Tie(**told | changes)


def _versions() -> list[Version]:
    wire = Agency(name="Reuters", credit=True, text=False)
    return [
        version(
            1,
            [(0, OPENING, 0), (0, RESCUE, 1), (1, SAID, 2), (2, HURT, 3), (3, LINE, 4)],
            outlet="The Quay Herald",
            published="2026-03-10T23:40:00+00:00",
            may_be_first=True,
            agencies=[wire],
            credit="named",
        ),
        version(
            2,
            [(0, OPENING_EDITED, 0), (1, OWN, None), (2, SAID_SHORT, 2), (2, RESCUE, 1)],
            outlet="Isles Post",
            headline="Ferry aground: café gives away its soup",
            published="2026-03-11T06:15:00+01:00",
            credit="missing",
        ),
        version(
            3,
            [(0, OPENING, 0), (1, HURT_OTHER, 3), (1, LINE, 4)],
            outlet="Wick Bay News",
            published="2026-03-11",
            may_be_first=True,
            agencies=[Agency(name="Reuters", credit=False, text=True)],
            credit="in_text",
        ),
        version(
            4,
            [(0, ARABIC[0], None), (1, ARABIC[1], None)],
            outlet="صحيفة الميناء",
            headline="جنوح عبارة ليلية قبالة رأس هارو",
            language="ar",
            published="2026-03-11T09:00:00+03:00",
            credit="unnamed",
        ),
        version(5, [(0, OPENING, 0)], outlet=None, headline=None, url=None, credit="missing"),
    ]


def ferry(**changes: Any) -> Story:
    """The ferry story: five versions, one of them Arabic, one without a date."""
    first = SAID[1 : SAID.index(",”")]
    other = SAID_SHORT[1 : SAID_SHORT.index(",”")]
    told: dict[str, Any] = {
        "id": "urn:made:1",
        "headline": "Night ferry runs aground off Harrow Point",
        "first_published": "2026-03-10T23:40:00+00:00",
        "last_published": "2026-03-11T09:00:00+03:00",
        "outlets": 5,
        "agencies": ["Reuters"],
        "versions": _versions(),
        "ties": [
            tie(0, 1),
            tie(0, 2, strength=0.74),
            tie(0, 3, kind="event", strength=0.41, shared_words=0, share_of_first=0.0),
        ],
        "alignment": Alignment(
            passages=[
                passage(
                    (0, 0, "original", False),
                    (1, 0, "edited", False),
                    (2, 0, "verbatim", False),
                    (4, 0, "verbatim", False),
                ),
                passage((0, 1, "original", False), (1, 3, "verbatim", True)),
                passage((0, 2, "original", False), (1, 2, "edited", False)),
                passage((0, 3, "original", False), (2, 1, "edited", False)),
                passage((0, 4, "original", False), (2, 2, "verbatim", False)),
            ],
            quotations=[
                Quotation(
                    same=False,
                    quoted=[quoted(0, first), quoted(1, other, ["all"], ["long"])],
                ),
                Quotation(same=True, quoted=[quoted(0, "All are safe"), quoted(2, "All are safe")]),
            ],
            counts=[
                Count(
                    unit="people on board",
                    agree=True,
                    numbers=[
                        number(0, 0, "214", "with 214 people on board"),
                        number(1, 0, "214", "with 214 people on board"),
                        number(3, 0, "214", "وعلى متنها 214 شخصا"),
                    ],
                ),
                Count(
                    unit="people treated",
                    agree=False,
                    numbers=[
                        number(0, 3, "11", "Eleven people were treated for cold"),
                        number(2, 1, "17", "Seventeen people were treated"),
                    ],
                ),
            ],
        ),
    }
    return Story(**told | changes)


def stories(*made: Story) -> Stories:
    return Stories(articles=120, stories=list(made))


def crowd(size: int) -> Story:
    """A story with so many versions, all of the same words, each an hour later."""
    versions = [
        version(
            at + 1, [(0, OPENING, 0)], published=f"2026-03-{at // 24 + 1:02}T{at % 24:02}:00:00Z"
        )
        for at in range(size)
    ]
    same = [(at, 0, "verbatim" if at else "original", False) for at in range(size)]
    numbers = [number(at, 0, str(200 + at % 30), "people on board") for at in range(size)]
    return ferry(
        versions=versions,
        outlets=size,
        ties=[tie(0, at) for at in range(1, size)],
        alignment=Alignment(
            passages=[passage(*same)],
            quotations=[
                Quotation(same=True, quoted=[quoted(at, "All safe") for at in range(size)])
            ],
            counts=[Count(unit="people", agree=False, numbers=numbers)],
        ),
    )


def hostile_story() -> Story:
    """A story whose every free text tries to break out of the page."""
    said = iter(range(10**6))

    def text() -> str:
        return hostile.worded(next(said))

    targets = (*hostile.TARGETS, hostile.BREAKS[1])
    versions = [
        version(
            at,
            [(0, text(), 0), (1, text(), None), (1, "x" * 10_000, None), (2, "word " * 10_000, 1)],
            outlet=text() if at % 2 else None,
            site=text() if at % 3 else None,
            url=target,
            headline=text() if at % 4 else "",
            language=hostile.BREAKS[1] if at % 2 else "ar",
            published=text() if at % 2 else None,
            agencies=[Agency(name=text(), credit=True, text=bool(at % 2))],
            credit="missing",
        )
        for at, target in enumerate(targets)
    ]
    return ferry(
        id=text(),
        headline=hostile.BREAKS[3] + text(),
        first_published=text(),
        last_published=None,
        agencies=[text()],
        versions=versions,
        ties=[tie(0, 1, evidence=[Evidence(kind="word", text=text(), bits=3.0)])],
        alignment=Alignment(
            passages=[
                passage((0, 0, "original", False), (1, 0, "edited", True)),
                passage((0, 3, "original", False), (1, 3, "edited", False)),
            ],
            quotations=[
                Quotation(
                    same=False, quoted=[quoted(0, text()), quoted(1, text(), [text()], [text()])]
                )
            ],
            counts=[
                Count(
                    unit=text(),
                    agree=False,
                    numbers=[number(0, 0, text(), text()), number(1, 0, text(), text())],
                )
            ],
        ),
    )

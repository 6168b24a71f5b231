"""A story from the texts of a group: its versions, the ties between them, their alignment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np

from copydesk.stories.agencies import named_in
from copydesk.stories.alignment import counts, passages, quotations
from copydesk.stories.search.groups import Search
from copydesk.stories.shapes import (
    Agency,
    Alignment,
    Credit,
    Passage,
    Sentence,
    Story,
    Tie,
    Version,
)
from copydesk.stories.texts import Text
from copydesk.stories.ties import Read, evidence
from copydesk.stories.ties import passages as shared_passages

_ALL_PAIRS = 8
"""Number of versions up to which every pair is compared; in a larger story each with the central one."""


def story(group: Sequence[int], texts: Sequence[Text], search: Search) -> Story:
    """Return the story of a group.

    group: places of its texts in the search, the central one first. texts: those texts.
    """
    central = texts[0]
    order = sorted(range(len(texts)), key=lambda n: (_moment(texts[n]), n))
    texts = [texts[n] for n in order]
    places = np.array([group[n] for n in order])
    ties = list(_ties(texts, places, order.index(0), search))
    aligned = Alignment(
        passages=passages.aligned(texts),
        quotations=quotations.compared(texts),
        counts=counts.compared(texts),
    )
    named = [_agencies(text) for text in texts]
    dates = [text.published for text in texts if text.published]
    return Story(
        id=central.id,
        headline=central.headline or next((t.headline for t in texts if t.headline), None),
        first_published=dates[0] if dates else None,
        last_published=dates[-1] if dates else None,
        outlets=len({text.outlet or text.site or text.id for text in texts}),
        agencies=list(dict.fromkeys(one.name for agencies in named for one in agencies)),
        versions=list(_versions(texts, named, ties, aligned.passages)),
        ties=ties,
        alignment=aligned,
    )


def _moment(text: Text) -> tuple[int, str]:
    times = text.period
    return (times[0], text.published or "") if times else (1 << 60, "")


def _ties(texts: Sequence[Text], places: np.ndarray, central: int, search: Search) -> Iterator[Tie]:
    """Yield the ties of a story, in the order of its versions."""
    pairs = list(combinations(range(len(texts)), 2))
    if len(texts) > _ALL_PAIRS:
        pairs = [(a, b) for a, b in pairs if central in (a, b)]
    first, second = (places[[pair[n] for pair in pairs]] for n in (0, 1))
    found = search.compare(first, second)
    read = [Read(text, search.rarity) for text in texts]
    for number, (a, b) in enumerate(pairs):
        is_copy = bool(found.copied[number] > 0)
        if not is_copy and not found.stated[number] > 0:
            continue
        words, shared = shared_passages(read[a], read[b])
        of_second, _ = shared_passages(read[b], read[a])
        shares = (words / max(1, len(read[a].words)), of_second / max(1, len(read[b].words)))
        yield Tie(
            first=a,
            second=b,
            kind="copy" if is_copy else "event",
            strength=round(max(shares) if is_copy else min(1.0, float(found.stated[number])), 3),
            shared_words=words,
            share_of_first=round(shares[0], 3),
            share_of_second=round(shares[1], 3),
            evidence=evidence(read[a], read[b], shared),
        )


def _agencies(text: Text) -> list[Agency]:
    mentioned = named_in(sentence for _, sentence in text.sentences)
    return [
        Agency(name=name, credit=name in text.credited, text=name in mentioned)
        for name in dict.fromkeys((*text.credited, *mentioned))
    ]


def _versions(
    texts: Sequence[Text],
    named: Sequence[Sequence[Agency]],
    ties: Sequence[Tie],
    aligned: Sequence[Passage],
) -> Iterator[Version]:
    passage_of = {
        (one.version, one.sentence): number
        for number, passage in enumerate(aligned)
        for one in passage.sentences
    }
    copied = {(tie.first, tie.second) for tie in ties if tie.kind == "copy"}
    copied |= {(b, a) for a, b in copied}
    first = _first(texts)
    for number, text in enumerate(texts):
        others = [other for other, agencies in enumerate(named) if agencies and other != number]
        yield Version(
            id=text.id,
            revision=text.revision,
            outlet=text.outlet,
            site=text.site,
            url=text.url,
            headline=text.headline,
            language=text.language,
            published=text.published,
            may_be_first=number in first,
            words=sum(len(sentence.split()) for _, sentence in text.sentences),
            agencies=list(named[number]),
            credit=_credit(named[number], others, [o for o in others if (number, o) in copied]),
            sentences=[
                Sentence(block=block, text=sentence, passage=passage_of.get((number, place)))
                for place, (block, sentence) in enumerate(text.sentences)
            ],
        )


def _first(texts: Sequence[Text]) -> set[int]:
    """Return the versions that may have been first: of two days that are the same, both."""
    dated = {n: found for n, text in enumerate(texts) if (found := text.period)}
    if not dated:
        return set()
    earliest_end = min(end for _, end in dated.values())
    return {n for n, (start, _) in dated.items() if start <= earliest_end}


def _credit(named: Sequence[Agency], others: Sequence[int], copied: Sequence[int]) -> Credit | None:
    if any(one.credit for one in named):
        return "named"
    if named:
        return "in_text"
    if copied:
        return "missing"
    return "unnamed" if others else None

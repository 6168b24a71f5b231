"""A clean text comes through untouched, also when it is full of words that residue uses."""

from __future__ import annotations

import pytest

from copydesk.adapters import loading
from copydesk.adapters.outlet import Outlet
from copydesk.model.document import Document
from copydesk.reading import read

ADAPTERS: list[type[Outlet] | None] = [None, *loading.load().registry]

# Each paragraph opens or ends with the very words of a kind of residue, and is a sentence.
TRAPS = """\
Read alongside the minutes of the meeting, the letter tells another story about the harbour.
Also, read-outs from the two gauges differed by a metre, the engineers told the council on Monday.
Mehr zum Fahrplan wollte der Betrieb erst im Januar sagen, teilte die Stadt am Dienstag mit.
Credit: that is what the volunteers want last, Mr Rudd said. “Tea would do.”
Фото и видео разрешены только в первом зале, сообщил музей в понедельник.
CHINA has sent two ships to the strait, the ministry said in a short statement on Friday.
TWO men were seen on the roof before the fire, a neighbour told the officers who came first.
Les commentaires allaient de la colère à la lassitude, selon les riverains interrogés mardi.
An earlier version of the plan, with a crane on a raft, was dropped as too costly.
The correction of the canal's course took nine years and two governments to agree on.
Advertisement revenue fell by a third last year, the paper's owner told its staff in March.
Comments from both sides suggested that the talks would go on until the end of the week.
Share prices fell in the morning, and the bank advised its clients to wait until Thursday.
Follow the river for two miles and the path ends at the weir that the flood took in October.
Subscribe numbers had doubled, he said, since the newsletter began to name the streets it meant.
People shared the warning through WhatsApp, SMS, email and social media within the hour.
Anyone with information on these incidents is asked to call police at 502-9991 before noon.
Related to neither party, the judge had been asked to sit because nobody else would take the case.
Tags on the ears of the calves showed where they had come from, the inspector explained.
By Friday the water had gone, and the shops along the quay had opened their doors again.
Updated maps will show the new course of the river by April 2026, the survey office promised.
Reuters reported earlier that the two companies had met in secret, which both of them denied.
Source: that was the word the reporter used for the cook, and the cook did not like it.
Sign up now, the poster said, and four hundred people did so before the paint was dry.
Date 2027 was set for the opening of the tunnel, three years later than the contract says.
Previous owners had painted the ceiling blue, which the new ones found hard to live under.
Photo albums, letters and a wooden leg were among the things that the divers brought up."""
PARAGRAPHS = TRAPS.split("\n")


@pytest.mark.parametrize("adapter", ADAPTERS, ids=lambda a: a.id if a else "generic")
@pytest.mark.parametrize("gap", ["\n", "\n\n"], ids=["lines", "blank lines"])
def test_a_text_of_trap_sentences_loses_nothing(adapter: type[Outlet] | None, gap: str) -> None:
    _, article = read(Document(content=gap.join(PARAGRAPHS).encode()), adapter)
    assert article.removed == []
    assert [b.text for b in article.body if b.type == "paragraph"] == PARAGRAPHS
    assert (article.images, article.related, article.tags, article.corrections) == ([], [], [], [])
    assert (article.byline, article.dateline, article.published) == (None, None, None)


@pytest.mark.parametrize("adapter", ADAPTERS, ids=lambda a: a.id if a else "generic")
@pytest.mark.parametrize("trap", PARAGRAPHS, ids=lambda t: t[:24])
def test_a_trap_sentence_is_kept_at_any_place(adapter: type[Outlet] | None, trap: str) -> None:
    plain = [p for p in PARAGRAPHS if p != trap][:6]
    for place in (0, 3, 6):
        lines = [*plain[:place], trap, *plain[place:]]
        _, article = read(Document(content="\n".join(lines).encode()), adapter)
        assert article.removed == []
        assert trap in article.text


@pytest.mark.parametrize("adapter", ADAPTERS, ids=lambda a: a.id if a else "generic")
def test_headings_and_lists_of_a_clean_text_are_kept(adapter: type[Outlet] | None) -> None:
    text = "\n\n".join([
        *PARAGRAPHS[:2], "What the gauges show", *PARAGRAPHS[2:4],
        "The council named three reasons for the delay:",
        "- The crane came late.\n- The rope was too short.\n- Nobody had asked the ferryman.",
        *PARAGRAPHS[5:8],
    ])  # fmt: skip
    _, article = read(Document(content=text.encode()), adapter)
    assert article.removed == []
    assert [b.type for b in article.body] == [
        "paragraph", "paragraph", "heading", "paragraph", "paragraph", "paragraph", "list",
        "paragraph", "paragraph", "paragraph",
    ]  # fmt: skip


def test_a_paragraph_that_may_start_with_a_standfirst_is_kept_whole_with_a_warning() -> None:
    sentence = "The council had promised the bridge by spring but only under conditions that Brussels deemed "
    line = sentence + "unacceptable Maria Prado said on Monday. " + " ".join(PARAGRAPHS[:3])
    adapter = loading.load().registry.get("mercopress")
    _, article = read(Document(content=f"{line}\n{PARAGRAPHS[4]}".encode()), adapter)
    assert article.standfirst is None
    assert article.text.startswith(line)
    assert "split_skipped" in [w.code for w in article.warnings]

"""Paragraphs about the author of a story, inside and below it."""

from __future__ import annotations

from tests.drafts import P1, P2, P3, P4, article, paragraphs

HEAD = "<meta name=author content='Ada Rowe'>"
NOTE = "Ada Rowe is a reporter with this paper and writes about rivers and what lives in them."


def test_a_note_below_the_authors_name_in_the_story_is_about_the_author() -> None:
    box = f"<div><p><b>Ada Rowe</b></p><p>{NOTE.replace('Ada Rowe', 'Ada')}</p></div>"
    found = article(paragraphs(P1, P2) + box + paragraphs(P3, P4), HEAD)
    assert found.article.text == "\n\n".join((P1, P2, P3, P4))
    assert len(found.texts("author_bio")) == 2


def test_the_last_paragraph_is_about_the_author_if_it_starts_with_the_name() -> None:
    found = article(paragraphs(P1, P2, P3, NOTE), HEAD)
    assert found.texts("author_bio") == [NOTE]
    assert article(paragraphs(P1, P2, P3, NOTE)).texts("author_bio") == []


def test_a_person_of_the_story_is_no_author() -> None:
    met = "Ada Rowe met the board on Monday and asked it to keep the bridge open for the nurses."
    found = article(paragraphs(P1, met, P2, P3, P4), HEAD)
    assert found.article.text == "\n\n".join((P1, met, P2, P3, P4))
    other = HEAD.replace("Ada Rowe", "Bo Marsh")
    assert article(paragraphs(P1, P2, P3, NOTE), other).texts("author_bio") == []

"""Photo credits, found by label, bracket or supplier, and kept as printed."""

from __future__ import annotations

import pytest
from tests.drafts import P1, P2, P3, TITLE, text

from copydesk.rules import photo_credits


@pytest.mark.parametrize(
    ("text", "credit"),
    [
        ("PHOTO: REUTERS", "REUTERS"),
        ("ST PHOTO: LIM YAOHUI", "ST PHOTO: LIM YAOHUI"),
        ("Photo: IAB Studio from Shutterstock", "IAB Studio from Shutterstock"),
        ("(Foto: Ole Sander/dpa)", "Ole Sander/dpa"),
        ("(AP Photo/Alan Diaz, File)", "AP Photo/Alan Diaz, File"),
        ("Getty Images", "Getty Images"),
        ("AFP via Getty Images", "AFP via Getty Images"),
        ("© Gebag | CKSA/Moren", "Gebag | CKSA/Moren"),
        ("Credit: Herald Graphics", "Herald Graphics"),
        ("Saul Loeb/AFP/Getty Images", "Saul Loeb/AFP/Getty Images"),
        ("picture alliance/dpa | Jan Woitas", "picture alliance/dpa | Jan Woitas"),
        ("©Foto: Ana Ruiz | nh", "Ana Ruiz | nh"),
    ],
)
def test_a_credit_on_its_own_line_loses_only_its_generic_label(text: str, credit: str) -> None:
    found = photo_credits.on_own_line(text)
    assert found is not None
    assert photo_credits.strip_label(found) == credit


@pytest.mark.parametrize(
    ("text", "caption", "credit"),
    [
        ("The crest in October. Picture: Ian Crail", "The crest in October.", "Ian Crail"),
        ("A truck in Hialeah, Fla. (AP Photo/Alan Diaz, File)", "A truck in Hialeah, Fla.", "AP Photo/Alan Diaz, File"),
        ("The bar. (Photo Credit : PTI File Photo )", "The bar.", "PTI File Photo"),
        ("Die Linie N4. (Foto: Ole Sander/dpa)", "Die Linie N4.", "Ole Sander/dpa"),
        ("Die Pläne der Stadt. © Gebag | CKSA/Moren", "Die Pläne der Stadt.", "Gebag | CKSA/Moren"),
        ("The minister spoke. — Picture by Ana Lim", "The minister spoke.", "Picture by Ana Lim"),
        ("The tanker at sea. — AFP pic", "The tanker at sea.", "AFP pic"),
        ("A train in Vienna.Photograph: Paula Stein/AFP/Getty Images", "A train in Vienna.", "Paula Stein/AFP/Getty Images"),
        ("The weir. Joe Raedle/Getty Images", "The weir.", "Joe Raedle/Getty Images"),
        ("The new pier (Pic. by Derek Pettersson)", "The new pier", "Derek Pettersson"),
        ("The pier (Pic Reuters)", "The pier", "Reuters"),
        ("The weir opens. (Valley TV via AP)", "The weir opens.", "Valley TV via AP"),
        ("The weir opens. (AFP via Getty Images)", "The weir opens.", "AFP via Getty Images"),
    ],
)  # fmt: skip
def test_a_credit_after_a_caption_is_found(text: str, caption: str, credit: str) -> None:
    at = photo_credits.at_end(text)
    assert at is not None
    assert text[:at].rstrip(" —") == caption
    found = photo_credits.strip_label(text[at:])
    assert found == credit or found == credit.removeprefix("Picture by ")


@pytest.mark.parametrize(
    "text",
    [
        "Credit: that is what the volunteers want last, Mr Rudd said. “Tea would do.”",
        "The bank said: the image of the street had changed.",
        "He told reporters in the harbour (which was full).",
        "The news came late. (He learned of it via AP)",
        "They took the long road. (To Ness via Holm)",
        "The agency said so. Reuters reported it first, he added.",
        "He blamed the press/radio divide for it.",
        "© 2025 Herald & Valley News Ltd",
        "Krasse Bilder: Hier stürmt ein Mann mit einer Leiter in eine Bank",
        "Map",
        "Archive",
    ],
)
def test_a_sentence_is_not_a_credit(text: str) -> None:
    assert photo_credits.on_own_line(text) is None
    at = photo_credits.at_end(text)
    assert at is None or at == 0


def test_an_item_of_a_list_is_no_credit_without_a_label() -> None:
    items = ("- Rope and nets", "- Service charge", "- Gratuities for AFP/Reuters")
    assert "credit" not in text(TITLE, P1, f"{P2[:-1]}:", *items, P3).roles
    assert text(TITLE, P1, "- Photo: Jo Quay", P2).texts("credit") == ["Photo: Jo Quay"]


@pytest.mark.parametrize("line", ["Valley TV via AP", "Jo Quay, AP"])
def test_an_owner_with_an_agency_on_a_line_between_paragraphs_is_a_credit(line: str) -> None:
    assert text(TITLE, P1, P2, line, P3).texts("credit") == [line]


def test_a_name_with_an_agency_above_the_text_is_the_byline() -> None:
    assert text(TITLE, "Jo Quay, AP", "3 March 2024", P1, P2).texts("credit") == []

"""The language of a text that nobody states, told by the package of the extra `lang`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import ModuleType

import pytest

from copydesk import Article, Outlet, extract
from copydesk.assembly import language_detection
from copydesk.util import languages

DANISH = (
    "Byrådet besluttede tirsdag at reparere den gamle bro over åen, som blev lukket efter "
    "oversvømmelsen. Ifølge ingeniøren vil arbejdet tage mindst otte måneder og koste omkring "
    "fyrre millioner kroner. Beboerne i de nærliggende landsbyer må køre en omvej."
)
CHINESE = (
    "市议会星期二决定修复洪水后关闭的老桥。工程师说，工程至少需要八个月，费用约为四千万元。附近村庄的居民将改走"
    "环城公路，公交公司将增加班次。市长表示，新的桥面将在明年春天开放，行人可以先行通过。反对派要求公布合同，并在"
    "下周的会议上讨论，居民则担心噪音和灰尘会影响附近的学校。"
)


def page(text: str, attributes: str = "") -> Article:
    return extract(f"<html {attributes}><h1>{text[:20]}</h1><p>{text}</p></html>")


@pytest.fixture
def _fresh() -> Iterator[None]:
    """No identifier is kept from one test to the next."""
    language_detection._identifier.cache_clear()
    yield
    language_detection._identifier.cache_clear()


@pytest.mark.parametrize(("text", "language"), [(DANISH, "da"), (CHINESE, "zh")])
def test_a_language_that_is_not_stated_is_detected_from_the_text(text: str, language: str) -> None:
    article = page(text)
    assert article.language == language
    assert article.provenance["language"].rule == "language.text"
    assert article.warnings == []


def test_a_stated_language_comes_before_the_texts() -> None:
    assert page(DANISH, "lang=fo").language == "fo"


def test_an_adapter_that_states_no_language_leaves_it_open() -> None:
    class Quay(Outlet):
        id = "quay"
        name = "Quay"

    article = extract(f"<h1>{DANISH[:20]}</h1><p>{DANISH}</p>", media_type="text/html", outlet=Quay)
    assert article.language is None


def test_a_short_text_has_no_language() -> None:
    assert language_detection.guess(DANISH[:100]) == (None, None)


def test_a_text_that_could_be_in_two_languages_has_none() -> None:
    assert language_detection.guess("1 2 3 4 5 6 7 8 9 0 " * 20) == (None, None)


@pytest.mark.usefixtures("_fresh")
def test_without_the_extra_there_is_no_language_and_no_warning(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == "py3langid"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "path", [])
    article = page(DANISH)
    assert (article.language, article.warnings) == (None, [])


@pytest.mark.usefixtures("_fresh")
@pytest.mark.parametrize("fault", ["other names", "no model"])
def test_a_package_that_fails_loses_only_the_language(
    monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    module = ModuleType("py3langid.langid")
    if fault == "no model":
        module.MODEL_FILE = "/nowhere/model"  # type: ignore[attr-defined]

        class LanguageIdentifier:
            @classmethod
            def from_model_file(cls, path: str, **_: object) -> object:
                raise FileNotFoundError(path)

        module.LanguageIdentifier = LanguageIdentifier  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "py3langid", ModuleType("py3langid"))
    monkeypatch.setitem(sys.modules, "py3langid.langid", module)
    article = page(DANISH)
    assert article.language is None
    assert article.text == DANISH
    (warning,) = article.warnings
    assert warning.code == "language_failed"


@pytest.mark.parametrize(
    ("stated", "tag"),
    [
        ("EN_us", "en-US"), ("zh-hant-tw", "zh-Hant-TW"), ("es-419", "es-419"), ("en-GB-oed", "en-GB"),
        ("english", None), ("de-DE@euro", None), ("", None),
    ],
)  # fmt: skip
def test_a_stated_language_becomes_a_tag(stated: str, tag: str | None) -> None:
    assert languages.normalise(stated) == tag

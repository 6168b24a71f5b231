"""The stories page in a real browser: inert, worked by keyboard, readable, printable."""

from __future__ import annotations

import json

import pytest
from tests.browser import hostile
from tests.core.stories import made

pytest.importorskip("selenium", reason="selenium is not installed: tox run -e browser")

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from tests.browser.test_report_page import (
    CONTRAST,
    FOREIGN,
    Chrome,
    Show,
    asked,
    chrome,
    complaints,
    dress,
    run,
    show,
    taken,
)

from copydesk.stories.html_page import render
from copydesk.stories.shapes import Story

__all__ = ["chrome", "show"]

pytestmark = [pytest.mark.process, pytest.mark.slow]

OPEN_ALL = "document.querySelectorAll('details').forEach(d => d.open = true)"
OUTLINED = """
return [...document.querySelectorAll('.columns .passage')]
  .filter(p => getComputedStyle(p).outlineStyle !== 'none').map(p => p.id);
"""


def click(chrome: Chrome, css: str) -> None:
    """Click an element, scrolled to at once: the page itself scrolls smoothly."""
    at_once = "{block: 'center', behavior: 'instant'}"
    run(chrome, f"document.querySelector({css!r}).scrollIntoView({at_once})")
    chrome.find_element(By.CSS_SELECTOR, css).click()


def page(*stories: Story) -> str:
    return render(made.stories(*stories), "march.jsonl")


def test_a_hostile_story_stays_inert(chrome: Chrome, show: Show) -> None:
    show(render(made.stories(made.hostile_story()), hostile.worded(4)))
    run(chrome, OPEN_ALL)
    assert not taken(chrome)
    assert asked(chrome) == []
    assert complaints(chrome) == []
    assert run(chrome, FOREIGN % json.dumps(sorted(hostile.MADE | {"ins", "del"}))) == []
    assert run(chrome, "return document.styleSheets.length") == 1
    assert not {"\u202e", "\u2066", "\u200b", "\x9b"} & set(chrome.page_source)
    links = [a.get_attribute("href") or "" for a in chrome.find_elements(By.TAG_NAME, "a")]
    assert all(link.startswith(chrome.current_url.split("#")[0] + "#") for link in links)


def test_a_picked_passage_is_marked_in_all_versions_with_mouse_and_keyboard(
    chrome: Chrome, show: Show
) -> None:
    show(page(made.ferry()))
    assert run(chrome, OUTLINED) == []
    click(chrome, "#s1-v1-2 label")
    assert run(chrome, OUTLINED) == ["s1-v1-2", "s1-v2-4"]
    chrome.find_element(By.ID, "s1-p2").send_keys(Keys.ARROW_LEFT)
    assert run(chrome, OUTLINED) == ["s1-v1-1", "s1-v2-1", "s1-v3-1", "s1-v5-1"]
    chrome.find_element(By.CSS_SELECTOR, "button[type=reset]").send_keys(Keys.ENTER)
    assert run(chrome, OUTLINED) == []
    assert complaints(chrome) == []


def test_a_passage_is_picked_in_its_own_story_only(chrome: Chrome, show: Show) -> None:
    show(page(made.ferry(), made.ferry()))
    run(chrome, OPEN_ALL)
    click(chrome, "#s2-v1-2 label")
    assert run(chrome, OUTLINED) == ["s2-v1-2", "s2-v2-4"]


def test_a_link_to_a_closed_story_opens_it(chrome: Chrome, show: Show) -> None:
    show(page(made.ferry(), made.crowd(3)))
    assert not chrome.find_element(By.ID, "s2").is_displayed()
    chrome.find_element(By.CSS_SELECTOR, "a[href='#s2']").send_keys(Keys.ENTER)
    assert chrome.find_element(By.ID, "s2").is_displayed()


def test_everything_can_be_reached_with_the_keyboard(chrome: Chrome, show: Show) -> None:
    show(page(made.ferry()))
    body = chrome.find_element(By.TAG_NAME, "body")
    reached = []
    for _ in range(60):
        body.send_keys(Keys.TAB)
        at = chrome.switch_to.active_element
        reached.append(at.get_attribute("class") or at.tag_name)
        ring = run(
            chrome,
            "const e = document.activeElement, at = e.matches('.pick') ? e.parentElement : e;"
            " return getComputedStyle(at).outlineStyle",
        )
        assert ring != "none" or at.tag_name == "body"
    assert {"summary", "a", "wide", "pick p1", "button", "columns"} <= set(reached)


def test_the_columns_scroll_with_the_keyboard(chrome: Chrome, show: Show) -> None:
    show(page(made.crowd(12)))
    columns = chrome.find_element(By.CSS_SELECTOR, ".columns")
    scrolls = "const c = document.querySelector('.columns'); return c.scrollWidth > c.clientWidth"
    assert run(chrome, scrolls)
    columns.send_keys(Keys.ARROW_RIGHT)
    chrome.set_script_timeout(5)
    moved = chrome.execute_async_script(
        "const done = arguments[0], c = document.querySelector('.columns');"
        " const look = () => c.scrollLeft > 0 ? done(true) : setTimeout(look, 20); look();"
    )
    assert moved


def test_changed_words_have_signs_that_are_no_colours(chrome: Chrome, show: Show) -> None:
    show(page(made.ferry()))
    for css, line, words in (("ins", "underline", "added"), ("del", "line-through", "missing")):
        told = run(
            chrome,
            f"const e = document.querySelector('.quotations {css}');"
            "return [getComputedStyle(e).textDecorationLine, getComputedStyle(e, '::before').content]",
        )
        assert told[0] == line
        assert words in told[1]


@pytest.mark.parametrize("story", [made.ferry(), made.hostile_story()], ids=["plain", "hostile"])
@pytest.mark.parametrize("width", [320, 800, 1400])
def test_it_is_readable_in_light_and_dark_at_any_width(
    chrome: Chrome, show: Show, story: Story, width: int
) -> None:
    show(page(story))
    run(chrome, OPEN_ALL)
    for scheme in ("light", "dark"):
        dress(chrome, width, scheme)
        ratio, where = run(chrome, CONTRAST)
        assert ratio >= 4.5, where
        assert run(chrome, "return document.documentElement.scrollWidth") <= width


def test_printed_it_shows_every_version_and_every_fold(chrome: Chrome, show: Show) -> None:
    show(page(made.ferry(), made.ferry()))
    chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        for css in ("#s2 dl", "#s2-v5", "#s2-ties .evidence", "#s1-numbers .fold .value"):
            assert run(chrome, f"return document.querySelector({css!r}).checkVisibility()"), css
        whole = "const c = document.querySelector('#s1-texts .columns'); return [c.scrollWidth <= c.clientWidth, getComputedStyle(c).maxHeight]"
        assert run(chrome, whole) == [True, "none"]
        assert not chrome.find_element(By.CSS_SELECTOR, "#s1-texts form").is_displayed()
        dress(chrome, 720, "light")
        chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
        cut = "return [...document.querySelectorAll('.wide')].filter(w => w.scrollWidth > w.clientWidth + 1).length"
        assert run(chrome, cut) == 0
    finally:
        chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})

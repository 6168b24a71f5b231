"""The explain page and the report of a run in a real browser: inert, filtered without a script, readable, and adding up."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.browser import hostile

from copydesk.explain import html_page, partition
from copydesk.model.document import Document
from copydesk.reading import read
from copydesk.reports import html_page as run_page
from copydesk.reports.report import HostCounts, Report, sections

pytest.importorskip("selenium", reason="selenium is not installed: tox run -e browser")

from selenium import webdriver
from selenium.common.exceptions import NoAlertPresentException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

pytestmark = [pytest.mark.process, pytest.mark.slow]

Show = Callable[[str], None]
Chrome = webdriver.Chrome

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    # Nothing can be asked outside this machine, whatever a page says.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)  # fmt: skip
TEXT = """Night ferry returns after nine years
By Tom Reed
12 March 2024

The night ferry to the islands sails again from Friday, nine years after it was given up.
It carries forty cars and will run until the end of October, the company said on Monday.
Sign up now: The best stories of the week in your inbox
"""
FOREIGN = """
const made = new Set(%s), found = [];
for (const node of document.querySelectorAll("*")) {
  if (!made.has(node.localName)) found.push(node.localName);
  for (const one of node.attributes)
    if (one.name.startsWith("on") || ["style", "src", "srcdoc", "action", "autofocus"].includes(one.name))
      found.push(one.name);
}
return found;
"""
# The least contrast of any words with what lies behind them, as WCAG measures it, and those words.
CONTRAST = """
const channels = c => c.match(/[\\d.]+/g).map(Number);
const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(
  v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4
).reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
const behind = node => {
  for (; node; node = node.parentElement) {
    const c = channels(getComputedStyle(node).backgroundColor);
    if (c.length === 3 || c[3] === 1) return c;
  }
  return [255, 255, 255];
};
let worst = [99, ""];
const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (texts.nextNode()) {
  const node = texts.currentNode.parentElement;
  if (!texts.currentNode.data.trim() || !node.checkVisibility()) continue;
  const a = light(channels(getComputedStyle(node).color)), b = light(behind(node));
  const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
  if (ratio < worst[0]) worst = [ratio, node.outerHTML.slice(0, 200)];
}
return worst;
"""


@pytest.fixture(scope="module")
def chrome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """A browser without a window, with a profile of its own, that keeps what it asks for."""
    if BROWSER is None or DRIVER is None:
        pytest.skip("no chromium and chromedriver on the path")
    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    # A dialog must be seen, not closed by the driver.
    options.unhandled_prompt_behavior = "ignore"
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    try:
        yield driver
    finally:
        driver.quit()


@pytest.fixture
def show(chrome: Chrome, tmp_path: Path) -> Show:
    """Open a page in the browser as it is opened from a folder, wide and light."""

    def opened(html: str) -> None:
        path = tmp_path / "page.html"
        path.write_text(html, "utf-8")
        dress(chrome, 1400, "light")
        chrome.get("about:blank")
        for kind in ("performance", "browser"):
            chrome.get_log(kind)  # type: ignore[no-untyped-call]
        chrome.get(path.as_uri())

    return opened


def dress(chrome: Chrome, width: int, scheme: str) -> None:
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    feature = {"name": "prefers-color-scheme", "value": scheme}
    chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})


def run(chrome: Chrome, code: str) -> Any:
    return chrome.execute_script(code)


def asked(chrome: Chrome) -> list[str]:
    """The addresses that the page asked for, its own not among them."""
    told = [json.loads(line["message"])["message"] for line in chrome.get_log("performance")]  # type: ignore[no-untyped-call]
    urls = [
        m["params"]["request"]["url"] for m in told if m["method"] == "Network.requestWillBeSent"
    ]
    return [url for url in urls if url != chrome.current_url]


def complaints(chrome: Chrome) -> list[str]:
    """What the browser said of the page: violations of its policy, and faults."""
    return [line["message"] for line in chrome.get_log("browser")]  # type: ignore[no-untyped-call]


def taken(chrome: Chrome) -> bool:
    """Whether a script of the input has run, or holds the page with a dialog."""
    try:
        assert chrome.switch_to.alert
    except NoAlertPresentException:
        return bool(run(chrome, "return 'taken' in window"))
    return True


def explained(text: str) -> str:
    draft, article = read(Document(content=text.encode()), None)
    return html_page.render(draft, article, None, partition.partition(draft))


def shown(chrome: Chrome) -> list[str]:
    """The roles of the stretches that can be seen on the left."""
    stretches = chrome.find_elements(By.CSS_SELECTOR, "#source .stretch")
    return [s.find_element(By.CSS_SELECTOR, ".role").text for s in stretches if s.is_displayed()]


def test_a_hostile_page_stays_inert(chrome: Chrome, show: Show) -> None:
    show(hostile.rendered())
    run(chrome, "document.querySelectorAll('details').forEach(d => d.open = true)")
    assert not taken(chrome)
    assert asked(chrome) == []
    assert complaints(chrome) == []
    assert run(chrome, FOREIGN % json.dumps(sorted(hostile.MADE))) == []
    assert run(chrome, "return document.styleSheets.length") == 1
    assert chrome.find_element(By.TAG_NAME, "main").is_displayed()
    links = [a.get_attribute("href") or "" for a in chrome.find_elements(By.TAG_NAME, "a")]
    assert all(link.startswith(chrome.current_url.split("#")[0] + "#") for link in links)


def test_hostile_words_leave_the_order_of_the_page_alone(chrome: Chrome, show: Show) -> None:
    show(hostile.rendered())
    assert not {"\u202e", "\u2066", "\u200b", "\x9b"} & set(chrome.page_source)
    isolated = "return getComputedStyle(document.querySelector('h1 bdi')).unicodeBidi"
    assert run(chrome, isolated) == "isolate"
    wide = "return document.documentElement.scrollWidth <= window.innerWidth"
    assert run(chrome, wide)


@pytest.mark.parametrize(
    "intruder",
    [
        f"<script>{hostile.MARK}</script>",
        f'<b onclick="{hostile.MARK}">',
        f"<img src={hostile.ADDRESS}.png>",
        f"<iframe src={hostile.ADDRESS}></iframe>",
        "<style>body{color:red}</style>",
        '<p style="color:red">',
    ],
)
def test_what_would_get_in_is_refused_by_the_policy_and_seen_here(
    chrome: Chrome, show: Show, intruder: str
) -> None:
    show(explained(TEXT).replace("<main>", f"<main>{intruder}"))
    run(chrome, "document.querySelectorAll('main > b').forEach(b => b.click())")
    assert not taken(chrome)
    assert any("Content Security Policy" in line for line in complaints(chrome))


def test_without_the_policy_a_script_and_a_request_would_be_seen(
    chrome: Chrome, show: Show
) -> None:
    html = explained(TEXT).replace("Content-Security-Policy", "none")
    intruders = f"<script>{hostile.MARK}</script><img src={hostile.ADDRESS}.png>"
    show(html.replace("<main>", f"<main>{intruders}"))
    assert taken(chrome)
    assert asked(chrome) == [f"{hostile.ADDRESS}.png"]
    show(html.replace("<main>", "<main><script>setTimeout(() => alert(1))</script>"))
    assert taken(chrome)
    chrome.switch_to.alert.accept()


def test_the_source_is_filtered_by_role_with_mouse_and_keyboard(chrome: Chrome, show: Show) -> None:
    show(explained(TEXT))
    every = shown(chrome)
    assert {"headline", "byline", "timestamp", "paragraph", "newsletter_promo"} == set(every)
    chrome.find_element(By.CSS_SELECTOR, ".filter summary").click()
    chrome.find_element(By.ID, "only-r-byline").click()
    assert shown(chrome) == ["byline"]
    chrome.find_element(By.ID, "only-r-headline").send_keys(Keys.SPACE)
    assert shown(chrome) == ["headline", "byline"]
    chrome.find_element(By.ID, "only-removed").click()
    assert shown(chrome) == ["headline", "byline", "newsletter_promo"]
    chrome.find_element(By.ID, "only-r-byline").send_keys(Keys.ENTER)
    chrome.find_element(By.CSS_SELECTOR, "button[type=reset]").send_keys(Keys.ENTER)
    assert shown(chrome) == every
    assert complaints(chrome) == []


def test_each_group_shows_its_own_stretches(chrome: Chrome, show: Show) -> None:
    show(explained(TEXT))
    told = {}
    for group in ("body", "field", "removed"):
        box = chrome.find_element(By.ID, f"only-{group}")
        box.click()
        told[group] = shown(chrome)
        box.click()
    assert told == {
        "body": ["paragraph", "paragraph"],
        "field": ["headline", "byline", "timestamp"],
        "removed": ["newsletter_promo"],
    }


def test_everything_can_be_reached_with_the_keyboard(chrome: Chrome, show: Show) -> None:
    show(explained(TEXT))
    body = chrome.find_element(By.TAG_NAME, "body")
    reached = []
    for _ in range(40):
        body.send_keys(Keys.TAB)
        at = chrome.switch_to.active_element
        reached.append(at.get_attribute("id") or at.tag_name)
        ring = run(chrome, "return getComputedStyle(document.activeElement).outlineStyle")
        assert ring != "none" or at.tag_name == "body"
    assert {"only-body", "only-field", "only-removed", "button", "summary"} <= set(reached)
    assert {"source", "article", "a"} <= set(reached)


def test_the_counts_on_the_page_add_up(chrome: Chrome, show: Show) -> None:
    show(explained(TEXT))

    def numbers(css: str) -> list[int]:
        found = chrome.find_elements(By.CSS_SELECTOR, css)
        return [int(n.text.replace(",", "")) for n in found]

    visible = len("".join(TEXT.split()))
    texts = chrome.find_elements(By.CSS_SELECTOR, "#source .text")
    assert sum(len("".join(t.text.split())) for t in texts) == visible
    assert sum(numbers("#ledger .characters")) == visible
    assert numbers("#ledger .counted") == numbers("#ledger .visible") == [visible]
    assert sum(numbers(".shares b")) == visible
    assert "add up" in chrome.find_element(By.CSS_SELECTOR, ".verdict.good").text


@pytest.mark.parametrize("page", [TEXT, ""], ids=["plain", "hostile"])
def test_it_is_readable_in_light_and_dark(chrome: Chrome, show: Show, page: str) -> None:
    show(explained(page) if page else hostile.rendered())
    colours = {}
    for scheme in ("light", "dark"):
        dress(chrome, 1400, scheme)
        code = "const s = getComputedStyle(document.documentElement); return [s.color, s.backgroundColor]"
        colours[scheme] = run(chrome, code)
        ratio, where = run(chrome, CONTRAST)
        assert ratio >= 4.5, where
    assert colours["light"][0] != colours["dark"][0]
    assert colours["light"][1] != colours["dark"][1]


@pytest.mark.parametrize("width", [320, 390, 800, 1400])
def test_it_fits_any_width(chrome: Chrome, show: Show, width: int) -> None:
    show(hostile.rendered())
    dress(chrome, width, "light")
    assert run(chrome, "return document.documentElement.scrollWidth") <= width
    beside = run(
        chrome,
        "return document.querySelector('#article').getBoundingClientRect().top"
        " < document.querySelector('#source').getBoundingClientRect().bottom",
    )
    assert beside == (width > 1000)


def report(**changes: Any) -> Report:
    """The report of a run, with names that a host or an input has chosen."""
    hosts = {
        f"{mark}.example": HostCounts(articles=9 * n, rejects=n % 3, skips=n % 5)
        for n, mark in enumerate((hostile.worded(1), *"abcdefgh"), 1)
    }
    numbers: dict[str, Any] = {
        "inputs": 420, "articles": 400, "rejects": {"robots": 7, hostile.worded(3): 5},
        "skips": {"duplicate": 8}, "exit_code": 1, "stopped": hostile.worded(2), "counted": 400,
        "started": "2026-03-12T08:00:00+00:00", "ended": "2026-03-12T08:01:00+00:00",
        "seconds": 60.0, "pages_per_second": 7.0, "languages": {"en": 380, "none": 20},
        "outlets": {"quay": 300, "none": 100}, "access": {"full": 390, "truncated": 10},
        "warnings": {"no_body": 3}, "bodies": {"empty": 3, "doubtful": 0}, "hosts": hosts,
        "fields": {"headline": 1.0, "published": 0.93, "tags": 0.0},
        "hosts_left_out": HostCounts(hosts=12, articles=40, rejects=1, skips=0),
    }  # fmt: skip
    return Report(**numbers | changes)


def test_a_hostile_report_stays_inert(chrome: Chrome, show: Show) -> None:
    show(run_page.render(report(), hostile.worded(4)))
    assert not taken(chrome)
    assert asked(chrome) == []
    assert complaints(chrome) == []
    assert run(chrome, FOREIGN % json.dumps(sorted(hostile.MADE))) == []
    assert not {"\u202e", "\u2066", "\u200b", "\x9b"} & set(chrome.page_source)


def test_each_bar_of_a_report_is_as_long_as_its_number(chrome: Chrome, show: Show) -> None:
    show(run_page.render(report(), "run.json"))
    lengths = run(
        chrome,
        "return [...document.querySelectorAll('#fields .bar')].map(bar => {"
        " const r = bar.querySelector('rect');"
        " return r ? r.getBoundingClientRect().width / bar.getBoundingClientRect().width : 0; })",
    )
    assert lengths == pytest.approx([1.0, 0.93, 0.0], abs=0.01)


def test_the_tables_of_a_report_are_reached_by_links_and_keyboard(
    chrome: Chrome, show: Show
) -> None:
    show(run_page.render(report(), "run.json"))
    links = chrome.find_elements(By.CSS_SELECTOR, "nav a")
    assert [a.get_attribute("href").split("#")[1] for a in links] == [  # type: ignore[union-attr]
        section.id for section in sections(report())
    ]
    chrome.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
    assert chrome.switch_to.active_element == links[0]
    assert run(chrome, "return getComputedStyle(document.activeElement).outlineStyle") != "none"
    links[-1].send_keys(Keys.ENTER)
    assert chrome.current_url.endswith("#fields")


@pytest.mark.parametrize("width", [320, 390, 800, 1400])
def test_a_report_is_readable_in_light_and_dark_at_any_width(
    chrome: Chrome, show: Show, width: int
) -> None:
    show(run_page.render(report(), hostile.worded(4)))
    for scheme in ("light", "dark"):
        dress(chrome, width, scheme)
        ratio, where = run(chrome, CONTRAST)
        assert ratio >= 4.5, where
        assert run(chrome, "return document.documentElement.scrollWidth") <= width

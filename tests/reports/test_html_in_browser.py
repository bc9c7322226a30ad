"""The HTML report in a browser: read as it was written, nothing loaded, and usable by everybody.

It runs where GATE_CHROMIUM says where Chromium is, such as /usr/bin/chromium.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from msgspec.structs import replace

from gate.report import Report, report
from gate.reports.html import render
from tests.helpers.reports import ACCESS, BLOCKING, PLAN, REPORTS
from tests.reports.test_hostile import HOSTILE, hostile

pytestmark = pytest.mark.slow

CHROMIUM = os.environ.get("GATE_CHROMIUM")
TEXTS = ("details", "bidi", "controls", "entities", "cdata", "links", "lone surrogates")
STOPS = "a, summary, [tabindex]"
IN_ORDER = "[...document.querySelectorAll('*')].map(one => one.localName)"


def full() -> Report:
    """Forty findings of one cause and others, and a matrix of as many principals."""
    many = tuple(
        replace(BLOCKING, address=f"r[{i}]", fingerprint=str(i), cause="main.tf:1" if i % 2 else "") for i in range(40)
    )
    return report((replace(PLAN, access=ACCESS),), many)


PAGES = {**{name: REPORTS[name] for name in ("matrix", "mixed", "pass", "forty")}, "full": full}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A headless Chromium; without one there is nothing to test."""
    if CHROMIUM is None:
        pytest.skip("GATE_CHROMIUM does not say where Chromium is")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as tools:
        running = tools.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield running
        running.close()


class Opened:
    """A page that is open, with all that went on meanwhile: `requests` for anything else, `messages` of the console."""

    def __init__(self, browser: Any, made: Report, folder: Path, *, width: int = 1100, scheme: str = "light") -> None:
        file = folder / "report.html"
        file.write_text(render(made), encoding="utf-8")
        self.requests: list[str] = []
        self.messages: list[str] = []
        self.page = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 800}).new_page()
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.messages.append(message.text))
        self.page.on("dialog", lambda dialog: self.messages.append(dialog.message))
        self.page.goto(file.as_uri())
        self.requests.remove(file.as_uri())


@pytest.mark.parametrize(
    ("name", "scheme"), [*((name, "light") for name in PAGES), ("full", "dark"), ("matrix", "dark")]
)
def test_is_accessible(browser: Any, tmp_path: Path, name: str, scheme: str) -> None:
    """axe finds nothing to complain of, contrast included, with every folded part open."""
    from axe_playwright_python.sync_playwright import Axe

    opened = Opened(browser, PAGES[name](), tmp_path, scheme=scheme)
    opened.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    found = Axe().run(opened.page).response["violations"]
    assert [(one["id"], [node["html"][:200] for node in one["nodes"][:3]]) for one in found] == []


@pytest.mark.parametrize("name", TEXTS)
def test_hostile_text_runs_and_loads_nothing(browser: Any, tmp_path: Path, name: str) -> None:
    """No request, no message, no dialog; and the browser sees the very elements that were written."""
    made = hostile(HOSTILE[name])
    opened = Opened(browser, made, tmp_path)
    assert opened.requests == []
    assert opened.messages == []
    written = etree.fromstring(render(made).removeprefix("<!DOCTYPE html>").encode())
    assert opened.page.evaluate(IN_ORDER) == [one.tag for one in written.iter() if isinstance(one.tag, str)]
    assert opened.page.evaluate("document.compatMode") == "CSS1Compat"


def test_the_policy_is_in_force(browser: Any, tmp_path: Path) -> None:
    """The page's own style counts; whatever is put into it does not."""
    opened = Opened(browser, REPORTS["one"](), tmp_path)
    page = opened.page
    assert page.evaluate("getComputedStyle(document.body).maxWidth") == "1152px"
    for put in (
        '<p id="x" style="position:fixed">x</p>',
        '<img src="https://example.com/x.png">',
        '<img src="x" onerror="document.title=1">',
    ):
        page.evaluate("put => document.body.insertAdjacentHTML('beforeend', put)", put)
    page.wait_for_timeout(200)
    assert page.evaluate("getComputedStyle(document.getElementById('x')).position") == "static"
    assert page.title() == "gate: BLOCKED: 1 finding newly grants full KMS access"
    assert any("Content Security Policy" in message for message in opened.messages)


@pytest.mark.parametrize("width", [320, 360, 768])
@pytest.mark.parametrize("name", ["full", "mixed"])
def test_a_narrow_screen_scrolls_only_tables(browser: Any, tmp_path: Path, name: str, width: int) -> None:
    """The page is as wide as the screen; the matrix scrolls by itself."""
    page = Opened(browser, PAGES[name](), tmp_path, width=width).page
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_everything_is_reached_by_the_keyboard(browser: Any, tmp_path: Path) -> None:
    """Links, folded parts and tables that scroll are stops of the tab key, and a folded part opens with Enter."""
    page = Opened(browser, REPORTS["matrix"](), tmp_path, width=360).page
    stops = page.evaluate(f"document.querySelectorAll('{STOPS}').length")
    reached = set()
    for _ in range(stops + 5):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("[...document.querySelectorAll('*')].indexOf(document.activeElement)"))
    wanted = f"[...document.querySelectorAll('{STOPS}')].map(one => [...document.querySelectorAll('*')].indexOf(one))"
    assert set(page.evaluate(wanted)) <= reached
    page.focus("article summary")
    page.keyboard.press("Enter")
    assert page.evaluate("document.querySelector('article details').open")


def test_a_screen_reader_hears_what_a_cell_is_of(browser: Any, tmp_path: Path) -> None:
    """The tree of accessibility has the table by its caption, its headings, and a cell in words."""
    page = Opened(browser, REPORTS["matrix"](), tmp_path).page
    tree = page.locator("table.matrix").aria_snapshot()
    assert "KMS access of 8 principals changes" in tree
    assert 'columnheader "administer"' in tree
    assert 'rowheader "role app' in tree
    assert 'cell "named keys becomes every key ▲ more"' in tree

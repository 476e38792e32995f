"""Chromium: one browser a module, its tabs, and pages of the built site in them."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright

from course.services.web_server import serving
from course.setup import chromium

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
FLAGS += ["--disable-component-update"]
Tab = Callable[..., Page]


def until(page: Page, expression: str, timeout_s: float = 90) -> Any:
    """Wait until a JavaScript expression is true in a page, and return its value.

    Playwright's `wait_for_function` calls eval(), which the pages' policy forbids.
    """
    end = time.monotonic() + timeout_s
    while not (value := page.evaluate(expression)):
        assert time.monotonic() < end, f"never: {expression}"
        page.wait_for_timeout(50)
    return value


@pytest.fixture(scope="session")
def site_url(site: Path) -> Iterator[str]:
    """Serve the built site as `python -m http.server` does, and return its address."""
    with serving(site) as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Chromium for a module.

    Not for the whole session: as long as it lives, Playwright's event loop runs in this thread,
    where a snippet may want to start its own.
    """
    with sync_playwright() as playwright:
        path = chromium.found()
        with playwright.chromium.launch(executable_path=path, args=FLAGS) as found:
            yield found


@pytest.fixture(scope="module")
def tabs(browser: Browser, site_url: str) -> tuple[list[str], Tab]:
    """Return what all tabs complain about, and a function that returns a tab with given settings.

    Tabs stay open: to open a new one for each page would take three times as long.
    """
    complaints: list[str] = []
    opened: dict[str, Page] = {}

    def request_failed(request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # the test left the page before all had loaded
            complaints.append(f"failed: {request.url}: {request.failure}")

    def request_sent(request: Request) -> None:
        if not request.url.startswith((site_url, "data:", "blob:")):
            complaints.append(f"leaves the site: {request.url}")

    def listen(page: Page) -> None:
        problems = {"error", "warning"}
        page.on("console", lambda m: complaints.append(m.text) if m.type in problems else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("requestfailed", request_failed)
        page.on("request", request_sent)

    def tab(**settings: Any) -> Page:
        key = json.dumps(settings, sort_keys=True)
        if key not in opened:
            context = browser.new_context(**settings)
            context.on("page", listen)
            opened[key] = context.new_page()
        return opened[key]

    return complaints, tab


@pytest.fixture
def visit(tabs: tuple[list[str], Tab], site_url: str) -> Iterator[Callable[..., Page]]:
    """Open pages of the site; at the end none may have complained, failed or left the site."""
    complaints, tab = tabs
    complaints.clear()
    used = []

    def open_page(address: str, width: int = 1280, **settings: Any) -> Page:
        page = tab(**settings)
        page.set_viewport_size({"width": width, "height": 720})
        page.goto(f"{site_url}/{address}")
        used.append((page, settings.get("java_script_enabled", True)))
        return page

    yield open_page
    for page, scripted in used:
        if scripted:
            page.evaluate("localStorage.clear(); sessionStorage.clear()")
        for other in page.context.pages:
            if other != page:
                other.close()
    assert complaints == []

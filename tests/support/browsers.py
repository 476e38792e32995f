"""One Chromium a module, its tabs, and a page of the site in one of them."""

import json
import time

import pytest


def until(page, expression, seconds=90):
    """Wait until something holds in a page, and return it; Playwright's own way is eval(), which pages forbid."""
    end = time.monotonic() + seconds
    while not (value := page.evaluate(expression)):
        assert time.monotonic() < end, f"never: {expression}"
        page.wait_for_timeout(50)
    return value


@pytest.fixture(scope="session")
def site_url(site):
    """The built site, served as `python -m http.server` does."""
    from course.services.web_server import serving

    with serving(site) as url:
        yield url


@pytest.fixture(scope="module")
def browser():
    """Chromium: the one that `make test` has found or installed.

    Not for the whole session: as long as it lives, Playwright's event loop runs in this thread, where a snippet may
    want to start its own.
    """
    from playwright.sync_api import sync_playwright

    from course.setup import chromium

    flags = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
    ]
    with sync_playwright() as playwright:
        path = chromium.found()
        with playwright.chromium.launch(executable_path=path, args=flags) as found:
            yield found


@pytest.fixture(scope="module")
def tabs(browser, site_url):
    """A tab for each way to look at the site, and what all of them complain about.

    They stay open: to open one for each page would take three times as long.
    """
    complaints, opened = [], {}

    def failed(request):
        if (
            request.failure != "net::ERR_ABORTED"
        ):  # that is us, leaving a page before it has loaded its search
            complaints.append(f"failed: {request.url}: {request.failure}")

    def listen(page):
        page.on(
            "console",
            lambda m: complaints.append(m.text) if m.type in {"error", "warning"} else None,
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("requestfailed", failed)
        page.on(
            "request",
            lambda r: (
                None if r.url.startswith((site_url, "data:", "blob:")) else complaints.append(r.url)
            ),
        )

    def tab(**settings):
        way = json.dumps(settings, sort_keys=True)
        if way not in opened:
            context = browser.new_context(**settings)
            context.on("page", listen)
            opened[way] = context.new_page()
        return opened[way]

    return complaints, tab


@pytest.fixture
def visit(tabs, site_url):
    """Open a page of the site; at the end nothing may have complained, failed or left the site."""
    complaints, tab = tabs
    complaints.clear()

    used = []

    def open_page(address, width=1280, **settings):
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

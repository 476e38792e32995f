"""Tabs of `make serve` in Chromium: what runs in a page, what on the machine, with which token."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support import loopback

pytestmark = pytest.mark.timeout(600)
PAGE = "negative-engineering/patterns/"
IN_PAGE, ON_MACHINE = (
    re.compile(rf"^✓ prints what was tested · [\d.]+ s {where}$")
    for where in ("in this page", "on this machine")
)


@pytest.fixture(scope="module")
def live(site, prefect_server, tmp_path_factory):
    """The whole site, as `make serve` shows it once all is built."""
    folder = tmp_path_factory.mktemp("tabs")
    with loopback.serving(folder, site=site, PREFECT_API_URL=prefect_server) as server:
        yield server


@pytest.fixture
def reader(browser):
    """A browser that knows nothing yet."""
    with browser.new_context() as context:
        context.set_default_timeout(120_000)
        yield context


def opened(reader, live, token: str | None = None) -> Page:
    """Open the page, in the address that the terminal has printed if a token is given."""
    page = reader.new_page()
    page.goto(f"{live.address}/{PAGE}" + (f"#live={token}" if token else ""))
    return page


def block(page: Page, runs: str):
    return page.locator(f'[data-runs="{runs}"]').first


def press(box, name: str) -> None:
    box.get_by_role("button", name=re.compile(rf"^{name} negative")).click()


def expect_state(box, text) -> None:
    expect(box.locator(".run-state")).to_have_text(text, timeout=120_000)


def test_each_block_runs_where_it_can(reader, live):
    """A page's block runs in the page, or on the machine if a reader chooses so; others only there.

    The state beside the buttons ends with where it ran.
    """
    page = opened(reader, live, live.token)
    box = block(page, "page")
    press(box, "Run")
    expect_state(box, IN_PAGE)
    expect(box.locator(".run-output a")).to_have_count(0)
    press(box, "Run on this machine")
    expect_state(box, ON_MACHINE)
    expect(box.locator(".run-output a").first).to_have_text("Prefect's UI")
    box = block(page, "machine")
    expect(box.locator(".run-machine")).to_be_hidden()
    press(box, "Run")
    expect_state(box, ON_MACHINE)


def test_until_the_pages_python_is_built(reader, live):
    """Until the page's Python is there, its blocks run on the machine, and Edit says so."""
    page = opened(reader, live, live.token)
    page.route("**/run/course.tar.gz", lambda route: route.fulfill(status=404))
    box = block(page, "page")
    press(box, "Edit")
    expect_state(box, re.compile("^This page's Python and editor are not built"))
    press(box, "Run")
    expect_state(box, ON_MACHINE)
    page.unroute("**/run/course.tar.gz")
    press(box, "Run")
    expect_state(box, IN_PAGE)


def test_a_new_tab_asks_the_others(reader, live):
    """A tab gets the token from an open tab; without one, it says which address has it.

    A tab with an old token says so, also in a check, until another tab has the new one.
    """
    one = opened(reader, live)
    box = block(one, "machine")
    expect_state(box, re.compile("To run it, open the address that make serve printed.$"))
    stale = opened(reader, live, "of-an-earlier-start")
    press(block(stale, "machine"), "Run")
    out_of_date = re.compile("^This tab's address is out of date: open the address that make")
    expect(block(stale, "machine").locator(".run-output .notice")).to_have_text(out_of_date)
    stale.goto(f"{live.address}/negative-engineering/exercise/")
    exercise = stale.locator("[data-check]")
    stale.route("**/run/course.tar.gz", lambda route: route.fulfill(status=404))
    press(exercise, "Check")
    expect(exercise.locator(".run-output .notice")).to_have_text(out_of_date)
    opened(reader, live, live.token).close()
    press(box, "Run")  # the first tab has heard of it
    expect_state(box, ON_MACHINE)
    press(exercise, "Check")
    expect_state(exercise, re.compile("^something is missing · .* on this machine$"))
    new = opened(reader, live)
    assert live.token not in new.evaluate("document.cookie + JSON.stringify(localStorage)")
    press(block(new, "machine"), "Run")
    expect_state(block(new, "machine"), ON_MACHINE)

"""Measure the Run buttons in Chromium: what a Run fetches, when it prints, when it stops."""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Locator, Page

from course.bench import Figure
from course.bench.site import built_site
from course.pictures.browser import open_browser
from course.services.web_server import serving

OUTPUT_TIMEOUT_MS = 120_000
STOP_BUDGET_S = 0.5
MODULE = "negative-engineering"
#: Megabytes of Python itself. Its library is compiled, which takes 0.9 more and halves its start.
CORE = 7.4
#: By what a block imports: the page that it is run on, the block, and the budgets of what is
#: fetched in megabytes, and of the first and later outputs in seconds.
BLOCKS = {
    "plain": (f"{MODULE}/patterns/", f"{MODULE}/dependencies.py", CORE, 5, 1),
    "Dask": ("dask/collections/", "dask/lazy_graph.py", CORE + 1.7, None, None),
    "Prefect": ("orchestration/retries/", "orchestration/retry_delays.py", CORE + 6.1, 8, 0.6),
}


def _seconds_to_output(block: Locator) -> float:
    """Press Run; return when the block has printed something."""
    start = time.monotonic()
    block.get_by_role("button", name="Run ").click()
    block.locator(".run-output .stdout").first.wait_for(timeout=OUTPUT_TIMEOUT_MS)
    took = time.monotonic() - start
    block.locator(".run-stop").wait_for(state="hidden", timeout=OUTPUT_TIMEOUT_MS)
    return took


def _seconds_to_stop(page: Page, block: Locator) -> float:
    """Run an endless loop in place of the block's text, and stop it."""
    block.get_by_role("button", name="Edit ").click()
    block.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("for n in iter(int, 1): print('tick')\n")
    page.keyboard.press("Control+Enter")
    block.locator(".run-output .stdout").first.wait_for(timeout=OUTPUT_TIMEOUT_MS)
    start = time.monotonic()
    block.locator(".run-stop").click()
    block.locator(".run-stop").wait_for(state="hidden")
    return time.monotonic() - start


def _bytes_sent(file: Path) -> int:
    """Return the size of a file as it is sent: compressed, if it is not yet."""
    content = file.read_bytes()
    return len(content if file.suffix in (".gz", ".zip") else gzip.compress(content))


def measure(once: bool) -> Iterator[Figure]:
    """Run a block of each kind in a browser that has fetched nothing yet, and once more."""
    folder, _ = built_site()
    with serving(folder) as url:
        for kind, (address, file, budget, first_s, later_s) in BLOCKS.items():
            with open_browser() as browser:
                page, asked = browser.new_page(), set[str]()
                page.context.on("request", lambda request, asked=asked: asked.add(request.url))
                page.goto(f"{url}/{address}")
                block = page.locator(f'[data-file="{file}"]').first
                first = _seconds_to_output(block)
                files = {Path(folder, each.removeprefix(f"{url}/")) for each in asked}
                loaded = {each for each in files if "run" in each.relative_to(folder).parts}
                later = min(_seconds_to_output(block) for _ in range(1 if once else 3))
                stopped = _seconds_to_stop(page, block)
            yield Figure(f"{kind}: fetched", sum(map(_bytes_sent, loaded)) / 1e6, "MB", budget)
            yield Figure(f"{kind}: first output", first, "s", first_s)
            yield Figure(f"{kind}: later output", later, "s", later_s)
            yield Figure(f"{kind}: stopped", stopped, "s", STOP_BUDGET_S)
            if once:
                return

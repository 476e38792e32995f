"""Measure the Run buttons against their budgets: python course/bench_run.py

Megabytes (gzip) that a first Run fetches, by what its block imports; seconds from Run to its first output in Chromium,
in a browser that has nothing, and in the same page again; seconds that Stop takes. The exit code is 1 if a budget is
broken.
"""

import gzip
import logging
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from mkdocs.commands.build import build
from mkdocs.config import load_config
from playwright.sync_api import Page, sync_playwright

from course.paths import ROOT
from course.services.web_server import serving
from course.setup import chromium

#: A page, the block that is run on it, and the budgets: megabytes, seconds at first, seconds later.
BLOCKS = {
    "plain": ("negative-engineering/patterns/", "negative-engineering/dependencies.py", 6.5, 5, 1),
    "Dask": ("dask/collections/", "dask/lazy_graph.py", 6.5 + 1.6, None, None),
    "Prefect": ("orchestration/retries/", "orchestration/retry_delays.py", 6.5 + 6, 8, 0.6),
}


def built_site(folder: Path) -> Path:
    """Build the site, as `make build` does."""
    build(load_config(str(ROOT / "mkdocs.yml"), site_dir=str(folder)))
    return folder


def seconds_to_output(page: Page, file: str) -> float:
    """Press Run on the first block of a file; return when it has printed something."""
    block = page.locator(f'[data-file="{file}"]').first
    start = time.monotonic()
    block.get_by_role("button", name=f"Run {file}").click()
    block.locator(".run-output .stdout").first.wait_for(timeout=120_000)
    took = time.monotonic() - start
    block.locator(".run-stop").wait_for(state="hidden", timeout=120_000)
    return took


def seconds_to_stop(page: Page, file: str) -> float:
    """Run a loop without an end in the place of a block's text, and stop it."""
    block = page.locator(f'[data-file="{file}"]').first
    block.get_by_role("button", name=f"Edit {file}").click()
    block.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("for n in iter(int, 1): print('tick')\n")
    page.keyboard.press("Control+Enter")
    block.locator(".run-output .stdout").first.wait_for(timeout=120_000)
    start = time.monotonic()
    block.locator(".run-stop").click()
    block.locator(".run-stop").wait_for(state="hidden")
    return time.monotonic() - start


def megabytes(files: set[Path]) -> float:
    """Return the size of files as they are sent: packed, if they are not yet."""
    packed = (
        file.read_bytes() if file.suffix in (".gz", ".zip") else gzip.compress(file.read_bytes())
        for file in files
    )
    return sum(map(len, packed)) / 1e6


def measure(site: Path, url: str) -> dict[str, tuple[float, float, float, float]]:
    """Return megabytes, seconds at first, later, and to stop, for each kind of block."""
    found = {}
    with sync_playwright() as playwright:
        for kind, (address, file, *_) in BLOCKS.items():
            browser = playwright.chromium.launch(
                executable_path=chromium.found(), args=["--no-sandbox"]
            )
            context, asked = browser.new_context(), set()
            context.on("request", lambda request, asked=asked: asked.add(request.url))
            page = context.new_page()
            page.goto(f"{url}/{address}")
            first = seconds_to_output(page, file)
            files = {
                site / address.removeprefix(url).lstrip("/")
                for address in asked
                if "/run/" in address
            }
            later = min(seconds_to_output(page, file) for _ in range(3))
            found[kind] = (megabytes(files), first, later, seconds_to_stop(page, file))
            browser.close()
    return found


def main() -> int:
    broken = 0
    logging.getLogger("mkdocs").setLevel(logging.ERROR)
    with TemporaryDirectory() as folder, serving(site := built_site(Path(folder))) as url:
        for kind, figures in measure(site, url).items():
            budgets = (*BLOCKS[kind][2:], 0.5)
            units = ("MB", "s at first", "s later", "s to stop")
            for figure, budget, unit in zip(figures, budgets, units, strict=True):
                within = budget is None or figure <= budget
                broken += not within
                told = "" if budget is None else f"  (budget {budget:g})"
                print(f"{'✓' if within else '✕'} {kind:8} {figure:6.1f} {unit}{told}")
    return bool(broken)

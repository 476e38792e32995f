"""Take README's pictures of a page and a slide, from a site built now: python course/pictures.py"""

import sys
from subprocess import run
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

from course.paths import ROOT
from course.services.web_server import serving
from course.setup import chromium

PICTURES = {  # name: address, text that must be seen
    "page": (
        "negative-engineering/how-pipelines-fail/",
        "Every pipeline starts as a script that works.",
    ),
    "slide": (
        "slides/negative-engineering/#half-a-run-leaves-duplicates",
        "Half a run leaves duplicates",
    ),
}


def main() -> int:
    with TemporaryDirectory() as site, sync_playwright() as playwright:
        run(
            [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", site],
            cwd=ROOT,
            check=True,
        )
        with serving(site) as url:
            browser = playwright.chromium.launch(
                executable_path=chromium.found(), args=["--no-sandbox"]
            )
            page = browser.new_page(viewport={"width": 1280, "height": 720})
            for name, (address, text) in PICTURES.items():
                page.goto(f"{url}/{address}")
                page.get_by_text(text).first.wait_for(state="visible")
                page.screenshot(path=ROOT / f".github/pictures/{name}.png", animations="disabled")
            browser.close()
    return 0

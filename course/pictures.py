"""Take README's pictures of a page and a slide, from a site built now: python course/pictures.py"""

import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from subprocess import run
from tempfile import TemporaryDirectory
from threading import Thread

from chromium import on_this_machine
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = {  # name: address, text that must be seen
    "page": ("negative-engineering/how-pipelines-fail/", "Every pipeline starts as a script that works."),
    "slide": ("slides/negative-engineering/#half-a-run-leaves-duplicates", "Half a run leaves duplicates"),
}


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def main() -> int:
    with TemporaryDirectory() as site, sync_playwright() as playwright:
        run([sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", site], cwd=ROOT, check=True)
        with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=site)) as server:
            Thread(target=server.serve_forever, daemon=True).start()
            browser = playwright.chromium.launch(executable_path=on_this_machine(), args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1280, "height": 720})
            for name, (address, text) in PICTURES.items():
                page.goto(f"http://127.0.0.1:{server.server_port}/{address}")
                page.get_by_text(text).first.wait_for(state="visible")
                page.screenshot(path=ROOT / f".github/pictures/{name}.png", animations="disabled")
            browser.close()
            server.shutdown()
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""What scripts that take pictures of Prefect's UI share: a server of its own, and the way to its pages."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

from course.pictures.screenshot import save
from course.setup import chromium

#: Of a picture: the address in the UI, the width of the window, what must be seen, and the part to take.
Picture = tuple[str, int, list[str], str]


@contextmanager
def server():
    """Run a Prefect server on a free port until the block ends; yield its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    with TemporaryDirectory(ignore_cleanup_errors=True) as home:
        url = f"http://127.0.0.1:{port}"
        os.environ |= {
            "PREFECT_HOME": home,
            "PREFECT_API_URL": f"{url}/api",
            "PREFECT_UI_API_URL": f"{url}/api",
        }
        os.environ |= {
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PREFECT_LOGGING_LEVEL": "CRITICAL",
        }
        command = [sys.executable, "-m", "prefect", "server", "start", "--port", port]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            while process.poll() is None:
                with suppress(OSError):
                    urllib.request.urlopen(f"{url}/api/health", timeout=1)
                    break
                time.sleep(0.2)
            yield url
        finally:
            process.terminate()
            process.wait(30)


def take(url: str, folder: Path, pictures: dict[str, Picture], timezone: str, style: str) -> None:
    """Save pictures of a server's UI, by name and in both schemes; the style leaves out what they are not of."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.found(), args=["--no-sandbox"]
        )
        for scheme in ("light", "dark"):
            context = browser.new_context(color_scheme=scheme, timezone_id=timezone, locale="en-GB")
            context.route(lambda address: not address.startswith(url), lambda route: route.abort())
            page = context.new_page()
            for name, (address, width, texts, show) in pictures.items():
                page.set_viewport_size({"width": width, "height": 1600})
                page.goto(f"{url}/v2/{address}")
                page.wait_for_timeout(3000)  # each run's details come on their own
                page.add_style_tag(content=style)
                save(page, folder / name, scheme, texts, ["prefect"], show)
        browser.close()

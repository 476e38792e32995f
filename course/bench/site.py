"""Measure the site: what a rebuild costs, when an edit is on its page, and what a lesson loads."""

from __future__ import annotations

import atexit
import gzip
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from course.bench import BenchError, Figure
from course.paths import ROOT
from course.setup import clean

LESSON = "negative-engineering/how-pipelines-fail/"
SNIPPET, PRICE = "snippets/negative-engineering/naive.py", "115.95"
BUNDLE = ".cache/run/built"  #: bigger than all else, and never edited in a copy
NOT_COPIED = (".git", ".venv*", ".*_cache", ".coverage*", "__pycache__", "node_modules", "built")
NOT_AT_THE_TOP = {"site", "exercises", ".prefect", *clean.TYPED}
SERVED_TIMEOUT_S = 300


def _build(folder: str) -> float:
    """Build the site in this process; return the seconds of processor time that it took."""
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    logging.getLogger("mkdocs").setLevel(logging.ERROR)
    start = time.process_time()
    build(load_config(str(ROOT / "mkdocs.yml"), site_dir=folder))
    return time.process_time() - start


@cache
def built_site() -> tuple[str, float]:
    """Build the site once for all parts; return its folder and the seconds of processor time."""
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder, _build(folder)


def copy_course(target: Path) -> None:
    """Copy the course, so that an edit does not touch this checkout; link its largest part."""

    def not_copied(folder: str, names: list[str]) -> set[str]:
        at_the_top = NOT_AT_THE_TOP if Path(folder) == ROOT else set()
        return shutil.ignore_patterns(*NOT_COPIED)(folder, names) | at_the_top & set(names)

    shutil.copytree(ROOT, target, ignore=not_copied)
    (target / BUNDLE).symlink_to(ROOT / BUNDLE)


def _seconds_until(text: str, url: str, server: subprocess.Popen, log: Path) -> float:
    """Return after how many seconds a served page shows a text.

    Raises:
        BenchError: If the server ends or the text does not come; the message says why.
    """
    start, problems = time.monotonic(), []
    while server.poll() is None and time.monotonic() - start < SERVED_TIMEOUT_S and not problems:
        with suppress(OSError):
            if text in urllib.request.urlopen(url, timeout=5).read().decode():
                return time.monotonic() - start
        time.sleep(0.02)
        lines = log.read_text("utf-8").strip().splitlines()
        problems = [line for line in lines if line.startswith("✕")]
    problems = problems or log.read_text("utf-8").strip().splitlines()[-1:]
    reason = "\n".join(["", *problems])
    raise BenchError(f"the served site never showed {text!r} at {url}; it printed:{reason}")


def edit_to_page_s(prices: tuple[str, ...]) -> float:
    """Return the seconds from saving each price in a snippet to the served page that shows it."""
    from course.services.prefect_server import free_port
    from course.site import notebooks

    with TemporaryDirectory() as folder, notebooks.server() as api:
        copy, log, port = Path(folder, "course"), Path(folder, "log"), free_port()
        copy_course(copy)
        command = [sys.executable, "-m", "course.site.serve", str(port)]
        env = {**os.environ, "PREFECT_API_URL": api}
        with (
            log.open("w") as output,
            subprocess.Popen(command, cwd=copy, env=env, stdout=output, stderr=output) as server,
        ):
            try:
                url, snippet, took = f"http://127.0.0.1:{port}/{LESSON}", copy / SNIPPET, []
                text = snippet.read_text("utf-8")
                _seconds_until(f"alder-runner {PRICE}", url, server, log)
                for price in prices:
                    snippet.write_text(text.replace(PRICE, price), "utf-8")
                    took.append(_seconds_until(f"alder-runner {price}", url, server, log))
            finally:
                server.terminate()
    return median(took)


def lesson(site: str) -> tuple[float, int]:
    """Return the kilobytes (compressed) and requests of a lesson's first visit in Chromium."""
    from course.pictures.browser import open_browser
    from course.services.web_server import serving

    sizes: dict[str, int] = {}
    with serving(site) as url, open_browser() as browser:
        page = browser.new_page()
        page.on("response", lambda one: sizes.update({one.url: len(gzip.compress(one.body()))}))
        page.goto(f"{url}/{LESSON}", wait_until="networkidle")
    return sum(sizes.values()) / 1000, len(sizes)


def measure(once: bool) -> Iterator[Figure]:
    """Build, serve and visit the site."""
    site, seconds = built_site()
    if not once:  # the first build fills caches; other work on the machine only adds
        seconds = min(_build(site) for _ in range(5))
    pages = len(list(Path(site).rglob("index.html")))
    yield Figure("a page in a rebuild", 1000 * seconds / pages, "ms of processor time", 40)
    kilobytes, requests = lesson(site)
    yield Figure("a lesson", kilobytes, "kB", 90)
    yield Figure("a lesson's requests", requests, "requests", 12)
    prices = ("1.23", "4.56", "7.89")[: 1 if once else None]
    yield Figure("from an edit to its page", edit_to_page_s(prices), "s", 2.5)

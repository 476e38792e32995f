"""`make serve` shows pages at once, makes the rest behind them, and builds each edit."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import httpx
import psutil
import pytest
from playwright.sync_api import expect
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from course.paths import CACHE, ROOT
from course.run.machine.server import Live, Site, application
from tests.support.loopback import COMMAND, READY
from tests.support.servers import free_port
from tests.support.small_course import MODULE, small_course

pytestmark = pytest.mark.timeout(600)
LESSON = f"{MODULE}/how-pipelines-fail/"
NEWS_TIMEOUT_S = 200


class Served:
    """A course that `make serve` serves, and the news that its pages hear."""

    def __init__(self, checkout: Path, **env: str) -> None:
        self.log, self.port = checkout / "log", free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [*COMMAND, str(self.port)],
                cwd=checkout,
                env={**os.environ, **env},
                stdout=log,
                stderr=log,
            )
        self.connect()

    def connect(self) -> None:
        """Wait until pages are answered, and listen for news as a page does."""
        while True:
            assert self.process.poll() is None, self.printed
            with contextlib.suppress(OSError):
                news = self.address.replace("http", "ws") + "/run/news"
                self.socket = connect(news, origin=self.address, proxy=None)
                return
            time.sleep(0.1)

    @property
    def printed(self) -> str:
        """What the terminal shows."""
        return self.log.read_text("utf-8")

    def until(self, wanted: str, **values: object) -> dict:
        """Wait for news in which something has a value, or, without one, is not empty."""
        deadline = time.monotonic() + NEWS_TIMEOUT_S
        while True:
            try:
                news = json.loads(self.socket.recv(timeout=deadline - time.monotonic()))
            except TimeoutError:
                pytest.fail(f"no news with {wanted}: {self.printed}")
            found = news.get(wanted)
            if found == values["equals"] if "equals" in values else found:
                return news

    def page(self, path: str = "") -> str:
        """Return a page as it is served now."""
        return urllib.request.urlopen(f"{self.address}/{path}").read().decode()

    def end(self) -> int:
        """Press Ctrl+C; return the exit code."""
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(120)
        assert "Traceback" not in self.printed
        return code


def course_of(folder: Path) -> Path:
    """Make a course of one module whose pages can be edited."""
    course = small_course(folder / "course")
    (course / f"docs/{MODULE}").unlink()
    shutil.copytree(ROOT / f"docs/{MODULE}", course / f"docs/{MODULE}")
    return course


@contextlib.contextmanager
def serving(checkout: Path, prefect_server: str) -> Iterator[Served]:
    served = Served(checkout, PREFECT_API_URL=prefect_server)
    try:
        yield served
    finally:
        served.process.kill()
        served.process.wait()


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    return course_of(tmp_path_factory.mktemp("served"))


@pytest.fixture(scope="module")
def served(checkout, prefect_server):
    """A course whose diagrams and notebooks have been made."""
    with serving(checkout, prefect_server) as served:
        served.until("build")
        yield served


@pytest.fixture
def new_course(tmp_path):
    """A course none of whose diagrams is drawn, and of which one notebook has not been run."""
    course = course_of(tmp_path)
    (course / ".cache/diagrams").unlink()
    (course / ".cache/notebooks").unlink()
    shutil.copytree(CACHE / "notebooks", course / ".cache/notebooks")
    for kept in (course / ".cache/notebooks").glob(f"*/{MODULE}"):
        shutil.rmtree(kept)
    return course


def test_pages_wait_for_nothing(new_course, prefect_server):
    """Pages come before diagrams and notebooks; the next start builds only what has changed."""
    with serving(new_course, prefect_server) as served:
        first = served.until("build")
        assert first["coming"] == ["diagrams", "notebooks"]
        assert READY.search(served.printed)
        last = served.until("coming", equals=[])
        assert last == {"build": first["build"], "coming": [], "failed": []}
        assert "data-coming" not in served.page(LESSON) and "<svg" in served.page(LESSON)
        notebook = served.page(f"{MODULE}/notebook/")
        assert "data-coming" not in notebook and 'class="result"' in notebook
        assert served.printed.endswith("All pages are complete.\n")
        assert served.end() == 0
    with serving(new_course, prefect_server) as again:
        again.until("build")
        assert "115.95" in again.page(LESSON)
        assert "Built the pages" not in again.printed and READY.search(again.printed)
        builder = psutil.Process(again.process.pid).children(recursive=True)
        again.process.kill()  # even then nothing stays behind
        assert builder and not psutil.wait_procs(builder, timeout=60)[1]


BUILD = """\
from mkdocs.commands.build import build
from mkdocs.config import load_config
from course.site import stages
stages.begin(1)
build(load_config("mkdocs.yml", site_dir="site"))
print(*stages.coming())
"""


def test_what_is_put_off_has_a_place(new_course):
    """A page says where something is still to come, and carries the script that hears of it."""
    built = subprocess.run(
        [sys.executable, "-c", BUILD], cwd=new_course, capture_output=True, text=True
    )
    assert built.stdout == "diagrams notebooks\n", built.stderr
    lesson = (new_course / "site" / LESSON / "index.html").read_text("utf-8")
    notebook = (new_course / "site" / MODULE / "notebook/index.html").read_text("utf-8")
    assert 'data-coming="diagrams"' in lesson and 'data-coming="notebooks"' in notebook
    assert 'name="course-build" content="1"' in lesson and "assets/news.js" in lesson


def test_a_browser_that_comes_too_early_waits():
    """Before there is a page, the browser is told to ask again."""
    app = application(Site(set()), Live("", set(), {}, Future(), 1, ""))

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.get("/dask/")

    with ThreadPoolExecutor(1) as thread:  # Playwright's event loop may run in this one
        early = thread.submit(asyncio.run, ask()).result()
    assert early.status_code == 503 and early.headers["Refresh"] == "1"
    assert "is being built" in early.text


def test_an_edit_is_shown(served, checkout, browser):
    """An open page shows an edit by itself, and offers it where something has been run or typed."""
    source = checkout / f"docs/{LESSON[:-1]}.md"
    text = source.read_text("utf-8")
    page = browser.new_page()
    page.goto(served.address + f"/{LESSON}")
    source.write_text(text + "\nThe first edit.\n", "utf-8")
    expect(page.get_by_text("The first edit.")).to_be_visible(timeout=90_000)
    page.evaluate(
        "document.querySelector('article').append(Object.assign("
        "document.createElement('div'), {className: 'run-output'}))"
    )
    source.write_text(text + "\nThe second edit.\n", "utf-8")
    page.get_by_role("button", name="Show it").click(timeout=90_000)
    expect(page.get_by_text("The second edit.")).to_be_visible(timeout=90_000)
    source.write_text(text, "utf-8")
    expect(page.get_by_text("The second edit.")).not_to_be_attached(timeout=90_000)
    page.close()


def test_an_edit_that_cannot_be_built_is_named(served, checkout):
    """Pages stay as they were; terminal and pages name the file, until it is mended."""
    source = checkout / f"docs/{LESSON[:-1]}.md"
    text = source.read_text("utf-8")
    source.write_text(text + '\n```python\n--8<-- "nowhere.py:job"\n```\n', "utf-8")
    page, why = served.until("failed")["failed"]
    assert LESSON[:-1] in page and "nowhere.py" in why
    assert f"✕ {page}\n✕ {why}\n" in served.printed
    assert "115.95" in served.page(LESSON)
    source.write_text(text, "utf-8")
    served.until("failed", equals=[])


def test_other_pages_hear_no_news(served):
    """Only a page of this very server is told anything."""
    with pytest.raises(InvalidStatus, match="403"):
        connect(f"ws://127.0.0.1:{served.port}/run/news", origin="http://evil.example", proxy=None)

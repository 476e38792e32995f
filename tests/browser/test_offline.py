"""A page that has run once runs again without a network, and loads nothing before the first Run.

On the reader's own machine no worker is left, since another program may have the port tomorrow.
"""

import os
import shutil
import time
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest

from course.services.web_server import serving
from course.setup import chromium
from course.site.offline import build_name
from tests.support.browsers import FLAGS, until

LESSON, DECK = "negative-engineering/how-pipelines-fail/", "slides/negative-engineering/"
NAIVE = "negative-engineering/naive.py"
KEPT = "caches.keys().then((names) => names.filter((name) => name.startsWith('run')))"
ENDED = """[...document.querySelectorAll('.run-state')].map((state) => state.textContent)
  .find((text) => / s$/.test(text))"""


@pytest.fixture
def reader(browser):
    """A browser without anything stored."""
    with browser.new_context() as context:
        yield context


def run(page):
    """Press Run on a file's first block, and return its state when it has ended."""
    page.locator(f'[data-file="{NAIVE}"] .run-run').first.click()
    return until(page, ENDED)


@pytest.fixture
def copied(site, tmp_path):
    """A copy of the site, by hard links."""
    return shutil.copytree(site, tmp_path / "course", copy_function=os.link)


@pytest.fixture
def published(browser, copied):
    """The copy on a host that is not this machine, and a browser that trusts it as if by HTTPS."""
    with ExitStack() as server:
        port = urlsplit(server.enter_context(serving(copied.parent))).port
        host = f"http://course.test:{port}"
        flags = [*FLAGS, "--host-resolver-rules=MAP course.test 127.0.0.1"]
        flags += [f"--unsafely-treat-insecure-origin-as-secure={host}"]
        launch = browser.browser_type.launch
        with (
            launch(executable_path=chromium.found(), args=flags) as own,
            own.new_context() as reader,
        ):
            yield SimpleNamespace(url=f"{host}/course", reader=reader, end=server.close)


@pytest.fixture
def asked(reader):
    """Collect the addresses that the browser asks for."""
    addresses = []
    reader.on("request", lambda request: addresses.append(request.url))
    return addresses


def replace(file, old, new):
    """Change a file of a copy, but not the site's own, which has the same content."""
    text = file.read_text("utf-8").replace(old, new)
    file.unlink()
    file.write_text(text, "utf-8")


def test_runs_after_a_link_and_without_a_network(published, copied):
    """A site below a path runs a lesson after instant navigation, and asks no other site.

    Once run, the lesson is read and run again when there is no network any more.
    """
    url, reader, asked = published.url, published.reader, []
    reader.on("request", lambda request: asked.append(request.url))
    replace(copied / "sitemap.xml", "http://127.0.0.1:8000/", f"{url}/")  # its SITE_URL
    page = reader.new_page()
    page.goto(f"{url}/negative-engineering/", wait_until="networkidle")
    page.evaluate("globalThis.same = true")
    page.get_by_role("link", name="How pipelines fail").first.click()
    page.wait_for_url(f"**/{LESSON}")
    assert "✓" in run(page)
    assert page.evaluate("globalThis.same"), "the page was loaded anew"
    assert all(address.startswith((f"{url}/", "data:", "blob:")) for address in asked)
    assert any("/run/pyodide/" in address for address in asked)
    page.close()
    published.end()
    page = reader.new_page()
    page.goto(f"{url}/{LESSON}")
    assert page.locator("h1").inner_text().startswith("How production data pipelines fail")
    header = page.locator(".md-header")
    assert header.evaluate("(header) => getComputedStyle(header).position") == "sticky"
    assert "✓" in run(page)


def test_a_build_is_named_by_what_it_holds():
    """The build's name changes with any file below run/, and only then."""

    def name(**texts):
        files = ((f"run/{uri}", text.encode()) for uri, text in texts.items())
        return build_name(SimpleNamespace(src_uri=uri, content_bytes=data) for uri, data in files)

    assert name(a="1", b="2") == name(b="2", a="1")
    names = {name(a="1", b="2"), name(a="1", b="3"), name(a="1", c="2"), name(a="12", b="")}
    assert len(names) == 4


def test_a_new_build_brings_its_own(published, copied):
    """After a new build, a page loads the new files, and those of the old one are deleted."""
    page = published.reader.new_page()
    page.goto(f"{published.url}/{LESSON}")
    page.locator(".run-edit").first.click()
    page.wait_for_selector(".cm-editor")
    (old,) = page.evaluate(KEPT)
    replace(copied / "service-worker.js", old.split()[1], "0" * 12)
    replace(copied / "run/editor.js", "export", "document.title = 'new';export")
    page.reload()
    page.locator(".run-edit").first.click()
    until(page, "document.title === 'new'")
    (new,) = page.evaluate(KEPT)
    assert new == old.replace(old.split()[1], "0" * 12)


OLD, NEW = "const isLocal = false && ", "const isLocal = "
STORED = "caches.match(location.href).then(Boolean)"
LEFT = """Promise.all([navigator.serviceWorker.getRegistrations(), caches.keys()])
  .then((left) => left.flat().length)"""


class SlowProgram(BaseHTTPRequestHandler):
    """Another program, which takes longer to answer than a worker waits for a network."""

    def do_GET(self):
        time.sleep(5)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"another program")

    def log_message(self, *_):
        """Drop a line of the log."""


def test_another_program_on_the_port_answers_itself(reader, copied):
    """On this machine, a Run leaves no worker, and one that an older build has left is ended."""
    worker = copied / "service-worker.js"
    with serving(copied) as url:
        replace(worker, NEW, OLD)
        page = reader.new_page()
        page.goto(f"{url}/{LESSON}")
        page.evaluate("navigator.serviceWorker.register('/service-worker.js')")
        until(page, "Boolean(navigator.serviceWorker.controller)")
        page.reload()
        until(page, STORED)
        replace(worker, OLD, NEW)
        page.reload()
        until(page, f"{LEFT}.then((count) => !count)")
        assert "✓" in run(page)
        assert page.evaluate(LEFT) == 0
    with HTTPServer(("127.0.0.1", urlsplit(url).port), SlowProgram) as other:
        Thread(target=other.serve_forever).start()
        page.goto(f"{url}/{LESSON}?again")  # which only a worker takes for the same page
        assert page.inner_text("body") == "another program"
        other.shutdown()


def test_pages_keep_to_their_policy(visit, site_url):
    """Search, the palette, instant navigation, the editor and a Run violate no policy.

    What decks do is in test_decks.py; in both, a violation is an error on the console.
    """
    page = visit("")
    page.keyboard.press("/")
    page.keyboard.type("jitter")
    page.wait_for_selector(".md-search-result__link")
    page.keyboard.press("Enter")
    page.locator("label[for^=__palette]:visible").first.click()
    page.goto(f"{site_url}/negative-engineering/")
    page.get_by_role("link", name="How pipelines fail").first.click()
    page.wait_for_url(f"**/{LESSON}")
    page.locator(".run-edit").first.click()
    page.wait_for_selector(".cm-editor")
    assert "✓" in run(page)


@pytest.mark.parametrize("where", [LESSON, DECK])
def test_only_readers_start_what_runs(reader, asked, site_url, where):
    """Before Run or Edit, a page loads nothing that runs code, and starts no worker.

    No script in its text or attributes runs, and nothing is fetched from elsewhere.
    """
    page, messages = reader.new_page(), []
    page.on("console", lambda message: messages.append(message.text))
    page.goto(f"{site_url}/{where}", wait_until="networkidle")
    page.wait_for_selector(".run-bar", state="attached")
    assert not [address for address in asked if "/run/" in address or "service-worker" in address]
    workers = "navigator.serviceWorker.getRegistrations().then((all) => all.length)"
    assert page.evaluate(workers) == 0
    page.evaluate("""() => {
      const script = document.createElement("script");
      document.body.append(Object.assign(script, { textContent: "planted = 1" }));
      document.body.insertAdjacentHTML("beforeend", "<img src=/none onerror='planted = 2'>");
      new Image().src = "https://example.org/?secret";
    }""")
    while sum("Content Security Policy" in text for text in messages) < 3:
        page.wait_for_timeout(50)  # the test's own time limit ends this
    assert page.evaluate("globalThis.planted") is None

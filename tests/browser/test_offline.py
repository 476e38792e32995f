"""A page that has run once runs again without a network, and loads nothing before the first Run."""

import os
import shutil
from types import SimpleNamespace

import pytest

from course.services.web_server import serving
from course.site.offline import build_name
from tests.support.browsers import until

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


def test_runs_after_a_link_and_without_a_network(reader, asked, copied):
    """A site below a path runs a lesson after instant navigation, and asks no other site.

    Once run, the lesson is read and run again when there is no network any more.
    """
    with serving(copied.parent) as url:
        replace(copied / "sitemap.xml", "http://127.0.0.1:8000/", f"{url}/course/")  # its SITE_URL
        page = reader.new_page()
        page.goto(f"{url}/course/negative-engineering/", wait_until="networkidle")
        page.evaluate("globalThis.same = true")
        page.get_by_role("link", name="How pipelines fail").first.click()
        page.wait_for_url(f"**/{LESSON}")
        assert "✓" in run(page)
        assert page.evaluate("globalThis.same"), "the page was loaded anew"
        assert all(address.startswith((f"{url}/course/", "data:", "blob:")) for address in asked)
        assert any("/run/pyodide/" in address for address in asked)
        page.close()
    page = reader.new_page()
    page.goto(f"{url}/course/{LESSON}")
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


def test_a_new_build_brings_its_own(reader, copied):
    """After a new build, a page loads the new files, and those of the old one are deleted."""
    with serving(copied) as url:
        page = reader.new_page()
        page.goto(f"{url}/{LESSON}")
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

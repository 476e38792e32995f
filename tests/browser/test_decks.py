"""Every deck in a real browser, as the room, the presenter, a telephone and a printer see it."""

import re

import pytest

from tests.support.browsers import until
from tests.support.home import ROOT

DECKS = sorted(path.stem for path in (ROOT / "slides").glob("*.md"))
ONE = "negative-engineering"  #: what reveal.js does is the same in all decks
of_each_deck = pytest.mark.parametrize("slug", DECKS)

#: Visit all slides and their steps, and return what the last row could not see or read.
LOOK = """() => Reveal.getSlides().flatMap((slide) => {
  const { h, v } = Reveal.getIndices(slide);
  Reveal.slide(h, v);
  const found = [];
  const box = slide.getBoundingClientRect();
  const parts = "h1, h2, p, li, pre, table, svg, img, figcaption, .filename";
  for (const part of slide.querySelectorAll(parts)) {
    if (part.closest("aside.notes") || part.matches(".corner")) continue;
    const { right, bottom } = part.getBoundingClientRect();
    const corner = slide.querySelector(".corner").getBoundingClientRect();
    if (bottom > corner.top + 1) found.push(`${part.tagName} ends below the slide`);
    if (right > box.right + 1) found.push(`${part.tagName} is too wide`);
  }
  for (const code of slide.querySelectorAll("pre code"))
    if (code.scrollWidth > code.clientWidth + 1) found.push("a line of code is cut off");
  const texts = document.createTreeWalker(slide, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const host = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || host.closest("aside.notes, style, title, desc")) continue;
    const drawn = host.closest("svg");
    const { width, height } = drawn?.getBoundingClientRect() ?? {}, box = drawn?.viewBox.baseVal;
    const scale = drawn ? Math.min(width / box.width, height / box.height) / Reveal.getScale() : 1;
    const size = parseFloat(getComputedStyle(host).fontSize) * scale;
    if (size < 20) found.push(`text of ${Math.round(size)} px: ${texts.currentNode.data.trim()}`);
  }
  const code = [...slide.querySelectorAll(".highlight")].reduce((sum, block) =>
    sum + block.querySelectorAll("pre:not(.fragment) code > span").length, 0);
  if (code > 14) found.push(`${code} lines of code`);
  const bullets = slide.querySelectorAll(":scope > ul > li, :scope > ol > li").length;
  if (bullets > 5) found.push("more than 5 bullets");
  return [...new Set(found)].map((problem) => `${slide.id}: ${problem}`);
})"""


@pytest.fixture
def deck(visit):
    """Open a deck and wait until it is one."""

    def open_deck(slug, query="", **settings):
        page = visit(f"slides/{slug}/{query}", **settings)
        until(page, "window.Reveal?.isReady()")
        return page

    return open_deck


def wrong_steps(page, slug) -> list[str]:
    """Return what is wrong with a deck's steps: each lights its own lines and dims the others."""
    named = re.findall(r'steps="([^"]+)"', (ROOT / f"slides/{slug}.md").read_text("utf-8"))
    shown = page.locator("[data-steps]").evaluate_all("""(boxes) => boxes.map((box) =>
      [...box.querySelectorAll("pre")].map((step) =>
        [".dim", "code > span"].map((lines) => step.querySelectorAll(lines).length)))""")
    assert len(shown) == len(named) > 0
    return [
        f"{names}: {name} dims {dim} of {total} lines"
        for names, steps in zip(named, shown, strict=True)
        for name, (dim, total) in zip(names.split("|"), steps, strict=True)
        if (dim == 0) != (name == "all") or dim >= total
    ]


@of_each_deck
def test_slides_can_be_read_from_the_back(deck, site_url, slug):
    """Each slide fits, no line is cut off, no text is under 20 px, and there is not too much.

    The deck has the steps and the minutes that its source names; each slide's corner shows its own,
    and leads to the slide's page, whose Present link leads back to this deck.
    """
    page = deck(slug)
    assert page.evaluate(LOOK) + wrong_steps(page, slug) == []
    seconds = page.evaluate("Reveal.getSlides().map((slide) => Number(slide.dataset.timing))")
    minutes = page.evaluate("Number(document.getElementById('deck').dataset.minutes)")
    assert sum(seconds) == minutes * 60
    assert "minute 0 of" in page.locator("section .corner").first.inner_text()
    page.locator("section.present .corner a").click()
    page.wait_for_url(f"{site_url}/{slug}/**")
    page.locator(".lesson a").click()
    until(page, "window.Reveal?.isReady()")
    assert f"/slides/{slug}/" in page.url


def test_speaker_view(deck):
    """`s` opens notes, the next step, a clock and pacing; window and deck follow each other.

    In that window, too, `d` and `r` act on the slides that the room sees.
    """
    page = deck(ONE)
    with page.expect_popup() as popup:
        page.keyboard.press("s")
    speaker = popup.value
    inside = "document.querySelector('#{} iframe')?.contentWindow.Reveal?.getIndices?.()?.h === {}"
    page.evaluate("Reveal.slide(1)")
    until(speaker, inside.format("current-slide", 1))
    until(speaker, "document.querySelector('.speaker-controls-notes .value').textContent.trim()")
    assert page.evaluate("Reveal.getSlides()[1].querySelector('.notes li').innerText.length") > 0
    assert speaker.locator(".clock").is_visible()
    assert speaker.locator(".pacing").is_visible()
    speaker.frame_locator("#current-slide iframe").locator("body").press("ArrowRight")
    until(page, "Reveal.getIndices().h > 1 || Reveal.getIndices().f >= 0")
    scheme = "document.body.dataset.mdColorScheme"
    before = page.evaluate(scheme)
    speaker.keyboard.press("d")  # the focus is in the frame
    until(page, f"{scheme} !== '{before}'")
    shown = 'section:has([data-runs="page"])'
    page.evaluate(f"Reveal.slide(Reveal.getIndices(document.querySelector('{shown}')).h)")
    speaker.locator(".speaker-controls-notes").click()
    speaker.keyboard.press("r")  # the focus is in the window
    until(page, "document.querySelector('.slides > .run-output .stdout')")
    preview = speaker.frame_locator("#current-slide iframe")
    assert preview.locator("body").get_attribute("data-md-color-scheme") == before
    assert preview.locator(".run-output").count() == 0
    speaker.close()


def test_keys(deck):
    """The arrow shows the next step, `o` all slides, and `d` another scheme than a reader's own."""
    page = deck(ONE, color_scheme="dark")
    assert page.get_attribute("body", "data-md-color-scheme") == "slate"
    page.keyboard.press("d")
    assert page.get_attribute("body", "data-md-color-scheme") == "default"
    page.evaluate("""() => {
      const slide = document.querySelector("section:has([data-steps])");
      Reveal.slide(Reveal.getIndices(slide).h);
    }""")
    page.keyboard.press("ArrowRight")
    until(page, "Reveal.getIndices().f === 0")
    page.keyboard.press("o")
    until(page, "Reveal.isOverview()")


@of_each_deck
def test_prints_one_page_a_slide(deck, slug):
    """`?print-pdf` gives a handout of as many pages as there are slides."""
    page = deck(slug, "?print-pdf")
    page.wait_for_selector(".pdf-page")
    pages, corners = page.locator(".pdf-page"), page.locator(".corner")
    assert pages.count() == page.locator(".pdf-page section").count() >= 10
    bottom = "getBoundingClientRect().bottom"
    inside = f"(all) => all.every((c) => c.{bottom} <= c.closest('.pdf-page').{bottom})"
    assert corners.evaluate_all(inside)
    grounds = "(all) => new Set(all.map((each) => getComputedStyle(each).backgroundColor)).size"
    problem = "a title's ground on every page, or on none"
    assert pages.evaluate_all(grounds) == 2, problem
    printed = re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))
    assert len(printed) == pages.count()


@of_each_deck
@pytest.mark.parametrize(
    "settings", [{"width": 390}, {"java_script_enabled": False}], ids=["telephone", "no script"]
)
def test_reads_as_an_article(visit, slug, settings):
    """On a telephone and without script a deck is one long page, no wider than the screen."""
    page = visit(f"slides/{slug}/", **settings)
    assert page.locator(".reveal").count() == 0
    assert page.locator("h2").last.is_visible()
    width = settings.get("width", 1280)
    assert page.locator("main.slides").bounding_box()["width"] <= width

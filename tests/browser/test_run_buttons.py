"""Run, Edit, Reset and Stop, as a reader presses them in Chromium, and the limits of a page."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.browsers import until

pytestmark = pytest.mark.timeout(300)
expect.set_options(timeout=120_000)  # beside a whole suite Python starts in forty seconds
PLAIN, PREFECT = "negative-engineering/orchestration/", "orchestration/retries/"
DELAYS = "orchestration/retry_delays.py"
TESTED, DONE = re.compile(r"prints what was tested"), re.compile("tested|done")
STOPPED, ANY_END = re.compile("^stopped after"), re.compile(r" · [\d.]+ s$")


@pytest.fixture
def reader(browser, site_url):
    """Open a page in a context of its own: nothing is kept from another test."""
    contexts = []

    def open_page(address: str, **settings) -> Page:
        contexts.append(browser.new_context(**settings))
        page = contexts[-1].new_page()
        page.goto(f"{site_url}/{address}")
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def tab(browser, site_url):
    """A tab with a lesson, in which Python has started once a test has run something."""
    page = browser.new_page()
    page.goto(f"{site_url}/{PREFECT}")
    yield page
    page.close()


@pytest.fixture
def lesson(tab):
    """The lesson in the tab that tests share: its Python stays, and its blocks are as they were."""
    yield tab
    tab.evaluate("sessionStorage.clear()")
    for box in reversed(tab.locator(".run-editing").all()):
        reset(box)


def first(page: Page):
    """The page's first block that runs in it."""
    return page.locator('[data-runs="page"]').first


def delays(page: Page, nth: int = 0):
    """The page's blocks of one file: the first is a section of it."""
    return page.locator(f'[data-file="{DELAYS}"]').nth(nth)


def press(box, name: str) -> None:
    box.get_by_role("button", name=re.compile(rf"^{name} ")).click()


def reset(box) -> None:
    """Bring the course's text back, which the page asks about."""
    box.page.once("dialog", lambda dialog: dialog.accept())
    press(box, "Reset")


def write(box, text: str) -> None:
    """Replace what a block's editor holds, which is opened if it is not open yet."""
    if not box.locator(".cm-editor").count():
        press(box, "Edit")
    box.locator(".cm-content").click()
    box.page.keyboard.press("Control+a")
    box.page.keyboard.insert_text(text)


def run(box, ends=TESTED, text: str = "") -> None:
    """Run a block, or what a reader has typed there, and wait until its state is as expected."""
    if text:
        write(box, text)
        box.page.keyboard.press("Control+Enter")
    else:
        press(box, "Run")
    expect(state(box)).to_have_text(ends)


def state(box):
    return box.locator(".run-state")


def output(box):
    return box.locator(".run-output")


def test_section_runs_its_whole_file(lesson):
    """A block that shows a section runs its whole file as tested.

    A Prefect run's states are in a table and in words: the task is retried, then completes.
    """
    box = delays(lesson, 1)
    run(box)
    expect(output(box).locator("pre")).to_contain_text("The shop's answers: [503, 503, 200]")
    row = box.locator(".run-timeline tr.task")
    expect(row.locator("td").first).to_have_text("Completed")
    words = row.locator(".visually-hidden").inner_text()
    retry = ["AwaitingRetry", "Retrying"]
    assert re.findall(r"[A-Z]\w+", words) == ["Pending", "Running", *retry, *retry, "Completed"]
    expect(box.locator(".run-news")).to_have_text("Ended: 2 Completed")
    assert box.locator(".run-news").get_attribute("role") == "status"


def test_error_shows_the_readers_lines(lesson):
    """A traceback has frames of the reader's file only, and its line is marked in the section."""
    box = delays(lesson, 1)
    run(box, re.compile(r"^failed in line 2"), "x = 1\nprint(x / 0)\n")
    expect(box.locator(".cm-line.run-failed")).to_have_text("print(x / 0)")
    traceback = output(box).locator(".stderr").last.inner_text()
    assert set(re.findall(r'File "([^"]+)"', traceback)) == {"retry_delays.py"}


def test_second_block_waits(lesson):
    """Two blocks do not run at once: the second says that it waits, and runs then."""
    one, two = delays(lesson), delays(lesson, 1)
    write(one, "import time\ntime.sleep(3)\n")
    lesson.keyboard.press("Control+Enter")
    run(two, "waiting for the other block to end")
    expect(state(one)).to_have_text(ANY_END)  # how it ended does not matter
    expect(state(two)).to_have_text(TESTED)


def test_graph_is_shown(lesson):
    """A Dask run that draws its graph shows it, as a picture with a description."""
    box = delays(lesson)
    run(box, ANY_END, "import dask\ndask.delayed(sum)([1, 2]).visualize()\n")
    picture = output(box).locator("img")
    expect(picture).to_be_visible()
    width = "(image) => image.decode().then(() => image.naturalWidth)"
    assert picture.evaluate(width) > 20
    assert picture.get_attribute("alt")


def test_full_storage_is_reported(lesson):
    """An edit runs in a browser without room for it, and the page advises to download it."""
    lesson.evaluate("""() => {
        for (let length = 1 << 22; length; length >>= 1) {
            try { sessionStorage.setItem(`full${length}`, "x".repeat(length)); } catch { }
        }
    }""")
    box = delays(lesson)
    write(box, "print('kept in mind')\n" + "#" * 200)
    expect(state(box)).to_have_text(re.compile("no room for your edit"))
    lesson.keyboard.press("Control+Enter")
    expect(output(box).locator("pre")).to_contain_text("kept in mind")


def test_ended_python_is_replaced(reader):
    """A late error of a stopped Python does not end the next one; if the browser ends that one,
    one line says so, and the next Run starts Python anew.
    """
    page = reader(PLAIN)
    page.evaluate("""() => {
        globalThis.started = [];
        globalThis.Worker = class extends Worker {
          constructor(...how) { super(...how); started.push(this); }
        };
    }""")
    box = first(page)
    press(box, "Run")
    until(page, "started.length === 1")
    press(box, "Stop")
    press(box, "Run")
    until(page, "started.length === 2")
    page.evaluate("started[0].onerror({ message: 'late' })")
    expect(state(box)).to_have_text(TESTED)
    page.evaluate("started[1].terminate()")
    press(box, "Run")
    expect(output(box)).to_contain_text("Python has stopped in this page. Press Run")
    run(box)


def test_tabs_run_side_by_side(reader):
    """A second tab has a Python of its own, and none of the first's edits.

    An endless loop in the first streams its output up to a limit. Stop ends it at once, and after
    Reset the block runs as tested.
    """
    page = reader(PLAIN)
    box = first(page)
    tested = box.locator("pre").first.inner_text()
    write(box, "for n in iter(int, 1): print('tick')\n")
    other = page.context.new_page()
    other.goto(page.url)
    run(first(other), DONE)
    page.keyboard.press("Control+Enter")
    expect(state(box)).to_have_text("runs in this page")
    run(first(other), re.compile("^failed in line 1"), "1 / 0\n")
    expect(output(box)).to_contain_text(re.compile("tick\ntick.*more than 100,000 char", re.S))
    press(box, "Stop")
    expect(state(box)).to_have_text(STOPPED)
    reset(box)
    run(box, DONE)
    assert box.locator("pre").first.inner_text() == tested


def test_page_says_what_runs_where(reader):
    """A section's block says that its whole file runs; one that cannot run says why, and where."""
    section = delays(reader(PREFECT), 1)
    expect(state(section)).to_have_text(f"runs the whole of {DELAYS}")
    box = reader("dask/many-machines/").locator('[data-runs="machine"]').first
    expect(box.locator(".run-run")).to_be_hidden()
    elsewhere = "To run it, open the address that make serve printed."
    assert re.fullmatch(rf"[A-Z].+\. {elsewhere}", state(box).inner_text())


def test_exercise_is_checked_and_kept(reader):
    """A check prints no traceback; the reader's text outlives its tab, and Reset asks first."""
    page = reader("negative-engineering/exercise/", accept_downloads=True)
    box = page.locator("[data-check]")
    press(box, "Check")
    expect(output(box).locator("pre")).to_contain_text("still missing.")
    assert "Traceback" not in output(box).inner_text()
    write(box, "mine = True\n")
    again = page.context.new_page()
    page.close()
    again.goto(page.url)
    box = again.locator("[data-check]")
    expect(box.locator(".cm-content")).to_have_text("mine = True")
    with again.expect_download() as download:
        press(box, "Download")
    assert download.value.path().read_text("utf-8") == "mine = True\n"
    asked = []
    again.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    press(box, "Reset")
    assert asked and box.locator(".cm-content").inner_text().startswith("mine")
    reset(box)
    expect(box.locator(".cm-content")).to_have_count(0)


#: What ends a block, its state then, and what is printed below the block.
ENDS = (
    ("input()", "failed in line 1", "input() waits for the keyboard"),
    ("exit()", "done", None),
    ("exit(3)", "failed", "The program ended itself with exit code 3"),
    ("import os; os._exit(0)", "done", None),
    ("import os; os.abort()", "failed", "Python itself has crashed in this page"),
    ("x = []\nfor _ in range(10**6): x = [x]\nrepr(x)", "failed", "Python itself has crashed"),
    ("def f(): f()\nf()", "failed in line 1", "A function calls itself too many times"),
    ("import time; time.sleep(0.1); exit()", "done", None),
    (
        "open('a', 'w').close(); open('a'); open('b')",
        "failed in line 1",
        "a block finds only the files",
    ),
    ("import numpy", "failed in line 1", "This page has no package numpy."),
    ("import threading as t; t.Thread().start()", "failed in line 1", "a page has one thread."),
    (
        "import subprocess as s; s.run(['ls'])",
        "failed in line 1",
        "a page starts no other programs",
    ),
    ("bytearray(10**10)", "failed in line 1", "A page has too little memory for this."),
)


def test_an_end_is_told(reader):
    """Whatever ends a block, a sentence says what to do, and the next Run works."""
    page = reader(PLAIN)
    box = first(page)
    for text, ends, notice in ENDS:
        run(box, re.compile(rf"^{ends} · "), text)
        notices = output(box).locator(".notice").all_inner_texts()
        assert [notice in text for text in notices] == ([True] if notice else []), (text, notices)
    reset(box)
    run(box)


def test_a_check_shows_our_own_words(reader):
    """A check in the page hides what a file logs, never hints or what the course says itself."""
    page = reader("negative-engineering/exercise/")
    box = page.locator("[data-check]")
    starter = box.locator("pre").first.inner_text()
    flood = "import sys\nfor out in (sys.stdout, sys.stderr): print('tick ' * 100_000, file=out)\n"
    for text, words in (
        (flood + starter, "more than 10,000 characters.*still missing"),
        ("input()", r"line 1: EOFError.*input\(\) waits for the keyboard"),
        ("import os; os._exit(0)", r"a SystemExit, from exit\(\) for example, ends"),
        ("import os; os.abort()", "Python itself has crashed in this page"),
        (starter, "still missing"),
    ):
        write(box, text)
        press(box, "Check")
        expect(state(box)).to_have_text(re.compile("^something is missing · "))
        expect(output(box)).to_have_text(re.compile(words, re.S))


WITHOUT_JSPI = "delete WebAssembly.Suspending; delete WebAssembly.promising;\n"
WAITS = """\
import asyncio
from prefect.utilities.asyncutils import run_coro_as_sync
async def wait(): await asyncio.sleep(0.1)
run_coro_as_sync(wait())
"""


def test_browser_without_jspi(reader):
    """Without JSPI, blocks still run; a block that has to wait prints what can run it."""
    page = reader(PREFECT, service_workers="block")

    def without_jspi(route) -> None:
        route.fulfill(body=WITHOUT_JSPI + route.fetch().text(), content_type="text/javascript")

    page.route("**/run/worker.js", without_jspi)
    run(delays(page))
    python = next(each for each in page.workers if each.url.endswith("/run/worker.js"))
    assert not python.evaluate("'Suspending' in WebAssembly")
    run(delays(page), ANY_END, WAITS)
    expect(output(delays(page))).to_contain_text("it has no JSPI")


def test_slide_runs_its_code(reader):
    """On a slide, the key r runs the code that is shown, with output in large type."""
    page = reader("slides/negative-engineering/")
    until(page, "Reveal.isReady()")
    box = page.locator('section [data-runs="page"]').first
    box.evaluate("(box) => Reveal.slide(Reveal.getIndices(box.closest('section')).h)")
    page.keyboard.press("r")
    expect(state(box)).to_have_text(DONE)
    size = "(pre) => parseFloat(getComputedStyle(pre).fontSize)"
    assert page.locator(".slides > .run-output pre").evaluate(size) >= 20

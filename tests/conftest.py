"""What the tests share: one Prefect server, one build of the site, one browser, and a shop that is always new."""

import atexit
import contextlib
import json
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from functools import partial
from pathlib import Path

import coverage
import psutil
import pytest
from filelock import FileLock

# Whoever comes first makes a home for Prefect; xdist's workers and the teeth's inner runs inherit it, and its server.
# Prefect reads these when it is imported, which is why every import of it below stands in a function.
OWNER = "COURSE_TEST_HOME" not in os.environ
HOME = Path(os.environ["COURSE_TEST_HOME"] if not OWNER else tempfile.mkdtemp(prefix="course-"))
os.environ["COURSE_TEST_HOME"] = str(HOME)
os.environ |= {"PREFECT_HOME": str(HOME), "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}
os.environ |= {"PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false", "NO_MKDOCS_2_WARNING": "1"}
READERS_TERMINAL = {"COLUMNS": "80", "NO_COLOR": "1", "PYTHONUNBUFFERED": "1"}
if OWNER:
    os.environ.pop("PREFECT_API_URL", None)

ROOT = Path(__file__).resolve().parent.parent
os.environ["COURSE_ROOT"] = str(ROOT)  # where coverage looks, in processes of other folders too
SERVER = HOME / "server.json"
SERVER_LOG = HOME / "server.log"
ONE_AT_A_TIME = re.compile(r"test_consoles|test_deployments|one_at_a_time")
ONE_BROWSER = re.compile(r"test_(?:pages|decks)\.py::\w+")
RUN_SNIPPETS = {"test_snippets.py", "test_exercises.py", "test_deployments.py"}  # here, or in a process that measures


def pytest_configure(config):
    """Let the server have the processor before all that asks it: else its database is locked for whole minutes."""
    if hasattr(config, "workerinput"):
        os.nice(10)
    elif config.getoption("numprocesses", None):
        launch_prefect_server()


def pytest_xdist_make_scheduler(config, log):
    """Give out tests one by one, but to one worker what may not run at the same time, or would start many browsers.

    That is `--dist loadgroup`, which pytest-xdist 3.8.0 does not know how to do with pytest 9.2 (its issue 1386).
    """
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            if ONE_AT_A_TIME.search(nodeid):
                return "one at a time"
            browser = ONE_BROWSER.search(nodeid)
            return browser[0] if browser else nodeid

    return Scheduling(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    """Measure lines only where snippets run: all other tests take twice as long for it."""
    measuring = coverage.Coverage.current()
    if measuring is None or item.path.name in RUN_SNIPPETS:
        return (yield)
    measuring.stop()
    try:
        return (yield)
    finally:
        measuring.start()


def pytest_unconfigure(config):
    """End the Prefect server and remove its home, once no process of this run needs it any more."""
    if not OWNER:
        return
    if SERVER.exists():
        with_children = psutil.Process(json.loads(SERVER.read_text())["pid"])
        family = [with_children, *with_children.children(recursive=True)]
        with_children.terminate()
        for process in psutil.wait_procs(family, timeout=20)[1]:
            process.kill()
    atexit.register(shutil.rmtree, HOME, ignore_errors=True)  # after xdist's workers, which still write there


def python(path: Path) -> list[str | Path]:
    """The command that runs a snippet with processes of its own; its lines count as run, as those run in place do."""
    if coverage.Coverage.current() is None:
        return [sys.executable, path]
    measure = ["coverage", "run", f"--rcfile={ROOT / 'pyproject.toml'}", f"--data-file={ROOT / '.coverage'}"]
    return [sys.executable, "-m", *measure, "--parallel-mode", path]


def free_port() -> str:
    """Find a port of four digits, as those have that people see: tables of a transcript keep their width."""
    for port in random.SystemRandom().sample(range(5000, 8000), 100):
        with contextlib.suppress(OSError), socket.socket() as free:
            free.bind(("127.0.0.1", port))
            return str(port)
    raise RuntimeError("no free port from 5000 to 7999")


def launch_prefect_server() -> dict:
    """Run `prefect server start`, as its transcript does, or find the server that this run has; return where it is."""
    with FileLock(HOME / "server.lock"):
        if not SERVER.exists():
            port = free_port()
            url = f"http://127.0.0.1:{port}/api"
            env = {**os.environ, "PREFECT_SERVER_API_PORT": port, "PREFECT_UI_API_URL": url, **READERS_TERMINAL}
            # Else it writes the states of tasks one by one: a flow of two hundred is recorded five seconds late.
            recorder = "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER"
            env |= {f"{recorder}_READ_BATCH_SIZE": "50", f"{recorder}_BATCH_SIZE": "50"}
            env |= {f"{recorder}_FLUSH_INTERVAL": "1"}  # whole seconds: a part of one is none, and it would never rest
            command = [f"{sys.prefix}/bin/prefect", "server", "start"]
            with SERVER_LOG.open("w") as log:
                process = subprocess.Popen(command, stdout=log, stderr=log, env=env)
            SERVER.write_text(json.dumps({"url": url, "pid": process.pid}))
        return json.loads(SERVER.read_text())


def start_prefect_server() -> str:
    """Return the address of this run's Prefect server, once it answers."""
    server = launch_prefect_server()
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline and psutil.pid_exists(server["pid"]):
        try:
            urllib.request.urlopen(f"{server['url']}/health", timeout=1)
            return server["url"]
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"the Prefect server did not start:\n{SERVER_LOG.read_text()}")


@pytest.fixture(scope="session")
def prefect_server():
    """The address of a real Prefect server, which this process's flows use too."""
    from prefect.logging.handlers import APILogWorker
    from prefect.settings import PREFECT_API_URL, PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

    url = start_prefect_server()
    # A heartbeat keeps each flow waiting for a second at its end; a snippet does not live long enough to need one.
    with temporary_settings({PREFECT_API_URL: url, PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        yield url
        # Else its last lines come when the server has gone. In a thread of its own: Playwright's loop runs in this one.
        drain = threading.Thread(target=APILogWorker.drain_all, kwargs={"timeout": 10})
        drain.start()
        drain.join()


@pytest.fixture
def results(prefect_server, tmp_path_factory):
    """A result storage of its own for a flow: else one snippet may be given what another has cached.

    It comes after the server, for settings are restored in the order in which they were made.
    """
    from prefect.settings import PREFECT_LOCAL_STORAGE_PATH, temporary_settings

    with temporary_settings({PREFECT_LOCAL_STORAGE_PATH: tmp_path_factory.mktemp("results")}):
        yield


@pytest.fixture(autouse=True)
def new_shop():
    """Each test finds the shop as it is on opening day, whatever was asked before."""
    from pricewatch import shop_here

    shop_here.cache_clear()


@pytest.fixture
def shop_url():
    """The address of a shop of its own, over real HTTP."""
    from pricewatch import Shop
    from pricewatch.server import serving

    with serving(Shop()) as url:
        yield url


@pytest.fixture(scope="session")
def site(testrun_uid):
    """The folder of the built site; xdist's workers share one build."""
    out = HOME / f"site-{testrun_uid}"
    with FileLock(f"{out}.lock"):
        if not out.exists():
            build_site(out)
    return out


def build_site(out: Path) -> None:
    """Build the site as strictly as it can be; a complaint of mkdocs is the failure's message."""
    import logging

    import notebooks
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    if not all(notebooks.place(source).exists() for source in notebooks.sources()):
        os.environ["PREFECT_API_URL"] = start_prefect_server()  # their flows meet the run's one server
    said = []
    listener = logging.Handler(logging.WARNING)
    listener.emit = lambda record: said.append(record.getMessage())
    logging.getLogger("mkdocs").addHandler(listener)
    try:
        build(load_config(str(ROOT / "mkdocs.yml"), strict=True, site_dir=str(out)))
    except Exception as error:
        shutil.rmtree(out, ignore_errors=True)
        pytest.fail("\n".join([*said, str(error)]), pytrace=False)
    finally:
        logging.getLogger("mkdocs").removeHandler(listener)


@pytest.fixture(scope="session")
def warm_python(site, prefect_server):
    """`python ARGUMENTS` within milliseconds, its libraries being in memory: see warm.py. Notebooks have been run."""
    import warm

    warm.start(HOME, prefect_server)
    return partial(warm.run, HOME)


@pytest.fixture(scope="session")
def pages(site):
    """The site's pages and decks as (address, parsed HTML)."""
    from parsing import parse

    return [(str(path.relative_to(site)), parse(path.read_text("utf-8"))) for path in sorted(site.rglob("*.html"))]


@pytest.fixture(scope="session")
def site_url(site):
    """The built site, served as `python -m http.server` does."""
    from webserver import serving

    with serving(site) as url:
        yield url


@pytest.fixture(scope="module")
def browser():
    """Chromium: the one that `make test` has found or installed.

    Not for the whole session: as long as it lives, Playwright's event loop runs in this thread, where a snippet may
    want to start its own.
    """
    import chromium
    from playwright.sync_api import sync_playwright

    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        path = chromium.on_this_machine() or playwright.chromium.executable_path
        with playwright.chromium.launch(executable_path=path, args=flags) as found:
            yield found


@pytest.fixture(scope="module")
def tabs(browser, site_url):
    """A tab for each way to look at the site, and what all of them complain about.

    They stay open: to open one for each page would take three times as long.
    """
    complaints, opened = [], {}

    def failed(request):
        if request.failure != "net::ERR_ABORTED":  # that is us, leaving a page before it has loaded its search
            complaints.append(f"failed: {request.url}: {request.failure}")

    def listen(page):
        page.on("console", lambda m: complaints.append(m.text) if m.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("requestfailed", failed)
        page.on(
            "request", lambda r: None if r.url.startswith((site_url, "data:", "blob:")) else complaints.append(r.url)
        )

    def tab(**settings):
        way = json.dumps(settings, sort_keys=True)
        if way not in opened:
            context = browser.new_context(**settings)
            context.on("page", listen)
            opened[way] = context.new_page()
        return opened[way]

    return complaints, tab


@pytest.fixture
def visit(tabs, site_url):
    """Open a page of the site; at the end nothing may have complained, failed or left the site."""
    complaints, tab = tabs
    complaints.clear()

    used = []

    def open_page(address, width=1280, **settings):
        page = tab(viewport={"width": width, "height": 720}, **settings)
        page.goto(f"{site_url}/{address}")
        used.append((page, settings.get("java_script_enabled", True)))
        return page

    yield open_page
    for page, scripted in used:
        if scripted:
            page.evaluate("localStorage.clear(); sessionStorage.clear()")
        for other in page.context.pages:
            if other != page:
                other.close()
    assert complaints == []

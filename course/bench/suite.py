"""Measure what a Prefect snippet costs in the suite, which has one server for all of them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

from course.bench import BenchError, Figure
from course.paths import ROOT, SNIPPETS

PREFECT_SNIPPETS = ("two_decorators", "run_record")
ALONE = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "true",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
}


def _run(*command: str | Path, env: dict[str, str] | None = None) -> float:
    """Run a Python command in the checkout, and return its seconds."""
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=env, capture_output=True, text=True
    )
    if done.returncode:
        raise BenchError(f"{command[-1]} has failed:\n{done.stdout}{done.stderr}")
    return time.monotonic() - start


def in_suite_s() -> float:
    """Return the seconds of a Prefect snippet's test; not of the first, which imports Prefect."""
    with TemporaryDirectory() as folder:
        report = Path(folder, "report.xml")
        options = ["-p", "no:randomly", f"--junitxml={report}", "-o", "junit_duration_report=call"]
        select = f"test_prints and ({' or '.join(PREFECT_SNIPPETS)})"
        _run("-m", "pytest", *options, "-k", select, "tests/snippets/test_snippets.py")
        return min(
            float(case.attrib["time"]) for case in ElementTree.parse(report).iter("testcase")
        )


def alone_s(name: str) -> float:
    """Return the seconds of a Prefect snippet in a process with a temporary server of its own."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as home:
        env = {**os.environ, **ALONE, "PREFECT_HOME": home}
        env.pop("PREFECT_API_URL", None)
        return _run(SNIPPETS / f"negative-engineering/{name}.py", env=env)


def measure(once: bool) -> Iterator[Figure]:
    """Run Prefect snippets both ways."""
    in_suite = in_suite_s()
    names = PREFECT_SNIPPETS[: 1 if once else None]
    alone = sum(map(alone_s, names)) / len(names)
    yield Figure("a Prefect snippet in the suite", in_suite, "s")
    yield Figure("a Prefect snippet with a server of its own", alone, "s")
    yield Figure("the suite's share of that", 100 * in_suite / alone, "%", 10)

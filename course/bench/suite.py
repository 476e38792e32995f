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

from course.bench import BenchError, Figure, Options
from course.paths import ROOT, SNIPPETS

PREFECT_SNIPPETS = ("two_decorators", "run_record")
SERVER_TIMEOUT_S = 120


def in_suite_s() -> float:
    """Return the seconds of a Prefect snippet's test; not of the first, which imports Prefect."""
    with TemporaryDirectory() as folder:
        report = Path(folder, "report.xml")
        select = f"test_prints and ({' or '.join(PREFECT_SNIPPETS)})"
        options = ["-p", "no:randomly", f"--junitxml={report}", "-o", "junit_duration_report=call"]
        command = [sys.executable, "-m", "pytest", "tests/snippets/test_snippets.py", "-k", select]
        done = subprocess.run([*command, *options], cwd=ROOT, capture_output=True, text=True)
        if done.returncode:
            raise BenchError(f"the snippets' tests have failed:\n{done.stdout}{done.stderr}")
        cases = [float(case.attrib["time"]) for case in ElementTree.parse(report).iter("testcase")]
    return min(cases)


def alone_s(name: str) -> float:
    """Return the seconds of a Prefect snippet in a process with a temporary server of its own."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as home:
        env = {key: value for key, value in os.environ.items() if key != "PREFECT_API_URL"}
        env |= {
            "PREFECT_HOME": home,
            "DO_NOT_TRACK": "1",
            "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "true",
            "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": f"{SERVER_TIMEOUT_S}",
        }
        command = [sys.executable, SNIPPETS / f"negative-engineering/{name}.py"]
        start = time.monotonic()
        done = subprocess.run(command, env=env, capture_output=True, text=True)
        if done.returncode:
            raise BenchError(f"{name}.py has failed:\n{done.stderr}")
        return time.monotonic() - start


def measure(options: Options) -> Iterator[Figure]:
    """Run Prefect snippets both ways."""
    in_suite = in_suite_s()
    names = PREFECT_SNIPPETS[: 1 if options.once else None]
    alone = sum(map(alone_s, names)) / len(names)
    yield Figure("a Prefect snippet in the suite", in_suite, "s")
    yield Figure("a Prefect snippet with a server of its own", alone, "s")
    yield Figure("the suite is cheaper", alone / in_suite, "times", 10, at_least=True)

"""Measure module 7's steps by volume: rows per second, and the memory that a step needs at most."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from tempfile import TemporaryDirectory

from pricewatch import OPENING_DAY, Shop
from pricewatch.server import serving

from course.bench import BenchError, Figure
from course.paths import DEMO, python_of

SIZES = (1_000, 10_000, 100_000, 1_000_000)  #: rows of a table
SHOES = 38
#: How many times the memory a step may need for a hundred times the rows.
MEMORY_BUDGET = 2.5
RSS_PER_MB = 1024**2 if sys.platform == "darwin" else 1024  #: getrusage counts in bytes or kB


def _run(step: str, command: list[str], env: dict[str, str]) -> tuple[float, float]:
    """Run a command; return its seconds and the megabytes of the largest of its processes."""
    start, pipe = time.monotonic(), subprocess.PIPE
    with subprocess.Popen(
        command, env=env, stdout=pipe, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout
        printed = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise BenchError(f"{step} has failed:\n{printed}")
    return time.monotonic() - start, used.ru_maxrss / RSS_PER_MB


def load(rows: int) -> dict[str, tuple[float, float]]:
    """Load rows and build the marts of them; return seconds and megabytes by step."""
    until = OPENING_DAY + timedelta(days=rows // SHOES)
    with TemporaryDirectory() as folder, serving(Shop()) as url:
        warehouse = f"{folder}/warehouse.duckdb"
        env = {**os.environ, "WAREHOUSE": warehouse, "DO_NOT_TRACK": "1", "TMPDIR": folder}
        env |= {"DBT_TARGET_PATH": folder, "DBT_LOG_PATH": folder}
        sync = [DEMO / "sync.py", warehouse, url, OPENING_DAY, until]
        project = ["--project-dir", DEMO / "dbt", "--profiles-dir", DEMO / "dbt"]
        steps = {
            "Airbyte": [python_of("airbyte"), *sync],
            "dbt": [python_of("dbt").with_name("dbt"), "--quiet", "build", *project],
        }
        return {step: _run(step, [*map(str, words)], env) for step, words in steps.items()}


def measure(once: bool) -> Iterator[Figure]:
    """Load each size, or once a small one; memory must not grow with the rows."""
    memory: dict[str, list[float]] = {}
    for rows in [10 * SHOES] if once else SIZES:
        for step, (seconds, megabytes) in load(rows).items():
            yield Figure(f"{step}, {rows:,} rows", rows / seconds, "rows/s")
            yield Figure(f"{step}, {rows:,} rows: memory", megabytes, "MB")
            memory.setdefault(step, []).append(megabytes)
    for step, found in memory.items():
        grown = found[-1] / found[min(1, len(found) - 1)]  # the smallest size is mostly imports
        yield Figure(f"{step}: memory of the most rows", grown, "times", MEMORY_BUDGET)

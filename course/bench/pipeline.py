"""Measure the pipeline's steps by volume: python course/bench_pipeline.py [ROWS ...]

For each size: rows per second by step, and the peak memory of its process. The exit code is 1 if memory grows with the
rows: by more than MOST from the second size to the last.
"""

import os
import subprocess
import sys
import time
from datetime import timedelta
from tempfile import TemporaryDirectory

from pricewatch import OPENING_DAY, Shop
from pricewatch.server import serving

from course.paths import ROOT

DEMO = ROOT / "snippets/pipeline/demo"
SIZES = (1_000, 10_000, 100_000, 1_000_000)
SHOES = 38
#: How many times the memory a step may take for a hundred times the rows; what follows the rows would take a hundred.
MOST = 2.5
DBT = DEMO / "dbt"
STEPS = {
    "Airbyte": [ROOT / ".venv-airbyte/bin/python", DEMO / "sync.py"],
    "dbt": [
        ROOT / ".venv-dbt/bin/dbt",
        "--quiet",
        "build",
        "--project-dir",
        DEMO / "dbt",
        "--profiles-dir",
        DEMO / "dbt",
    ],
}


def peak(command: list, env: dict[str, str]) -> tuple[float, float]:
    """Run a command; return its seconds and the megabytes of the largest of its processes."""
    before = time.monotonic()
    process = subprocess.Popen(
        [str(word) for word in command], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    wrong = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"bench: {command[1]} has failed: {wrong.decode().strip().splitlines()[-1]}")
    return time.monotonic() - before, used.ru_maxrss / 1024


def measure(rows: int) -> dict[str, tuple[float, float]]:
    """Load so many rows from a shop of its own, and build the marts of them."""
    until = OPENING_DAY + timedelta(days=rows // SHOES)
    with TemporaryDirectory() as folder, serving(Shop()) as url:
        warehouse = f"{folder}/warehouse.duckdb"
        env = {**os.environ, "WAREHOUSE": warehouse, "DO_NOT_TRACK": "1", "TMPDIR": folder}
        env |= {"DBT_TARGET_PATH": folder, "DBT_LOG_PATH": folder}
        loading = [*STEPS["Airbyte"], warehouse, url, OPENING_DAY, until]
        return {"Airbyte": peak(loading, env), "dbt": peak(STEPS["dbt"], env)}


def main(arguments: list[str]) -> int:
    sizes = [int(word) for word in arguments] or SIZES
    found = {}
    for rows in sizes:
        found[rows] = measure(rows)
        for step, (seconds, megabytes) in found[rows].items():
            print(
                f"  {rows:>9,} rows  {step:8} {rows / seconds:>9,.0f} rows/s  {megabytes:>6,.0f} MB",
                flush=True,
            )
    broken = 0
    for step in STEPS:
        least, most = (found[rows][step][1] for rows in (sizes[min(1, len(sizes) - 1)], sizes[-1]))
        broken += most > MOST * least
        print(
            f"{'✓' if most <= MOST * least else '✕'} {step}: {most / least:.1f} times the memory (budget {MOST})"
        )
    return bool(broken)

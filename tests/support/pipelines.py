"""Run module 7's pipeline as a learner does: in the environments that it has for itself."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
from collections.abc import Callable, Generator
from pathlib import Path

import coverage
import duckdb

from course.paths import DEMO, ROOT, python_of
from course.services.pipeline import QUIET
from tests.support.home import HOME

WAREHOUSE = "warehouse.duckdb"
FIRST_DAY = "2026-01-18"  #: up to which the first run loads
MARTS = ("cheapest_by_model", "daily_median", "price_changes")
#: Execute what comes, as JSON, and answer with what it has printed, or with its error in a line.
SESSION = """\
import contextlib, io, json, os, sys
sys.path.insert(0, sys.argv[1])
names, settings = {"os": os, "sys": sys}, dict(os.environ)
for line in sys.stdin:
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        try:
            exec(json.loads(line), names)
        except Exception as error:
            print(f"{type(error).__name__}: {error}")
    os.environ.clear()
    os.environ.update(settings)
    print(json.dumps(printed.getvalue()), flush=True)
"""


def measured() -> dict[str, str]:
    """Return settings with which coverage looks at other environments, too: twice the time."""
    if coverage.Coverage.current() is None:
        return {}
    folder, settings = HOME / "measure", str(ROOT / "pyproject.toml")
    if not folder.exists():
        folder.mkdir()
        (folder / "coverage").symlink_to(Path(coverage.__file__).parent)
    return {
        "COVERAGE_FILE": str(ROOT / ".coverage"),
        "COVERAGE_RCFILE": settings,
        "COVERAGE_PROCESS_START": settings,
        "PYTHONPATH": f"{ROOT / 'course/run/machine/startup'}{os.pathsep}{folder}",
    }


@contextlib.contextmanager
def session(
    folder: Path, environment: str, **settings: str
) -> Generator[Callable[[str], list[str]]]:
    """Keep a Python of an environment; yield what runs code there and returns its lines.

    It knows the flow's modules, whose warehouse is in ``prices`` below the folder. Settings that
    the code changes are as before when it has run.
    """
    env = {**os.environ, **QUIET, **measured(), "WAREHOUSE": f"prices/{WAREHOUSE}", **settings}
    command, pipe = [python_of(environment), "-c", SESSION, DEMO, "session.py"], subprocess.PIPE
    with subprocess.Popen(
        command, cwd=folder, env=env, stdin=pipe, stdout=pipe, text=True, bufsize=1
    ) as process:

        def execute(code: str) -> list[str]:
            assert process.stdout
            print(json.dumps(code), file=process.stdin)
            printed = process.stdout.readline()
            assert printed, f"it has ended:\n{code}"
            return json.loads(printed).splitlines()

        yield execute


def ask(folder: Path, *statements: str) -> list[tuple]:
    """Run statements in the warehouse of a folder, and return the rows of the last."""
    with duckdb.connect(folder / WAREHOUSE) as connection:
        return connection.execute(";".join(statements)).fetchall()


def marts(folder: Path, schema: str = "shop") -> dict[str, list[tuple]]:
    """Return all rows that readers find, in an order."""
    return {name: ask(folder, f"from {schema}.{name} order by all") for name in MARTS}


def loaded(folder: Path) -> list[tuple]:
    """Return what Airbyte has loaded, but not when."""
    return ask(folder, "select sku, model, day, price from raw.prices order by all")

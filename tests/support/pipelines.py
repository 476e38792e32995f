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
from tests.support.home import HOME

FIRST_DAY = "2026-01-18"  #: up to which the first run loads
MARTS = ("cheapest_by_model", "daily_median", "price_changes")
QUIET = {"PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL", "PYTHONWARNINGS": "ignore"}
#: The flow without steps whose work the warehouse holds already.
SKIP = """\
import sys
sys.path.insert(0, sys.argv.pop(1))
import flow
for step in sys.argv.pop(1).split(","):
    setattr(flow, step, lambda *_: 0)
sys.exit(flow.main())
"""
#: Execute what comes, as JSON, and answer with what it has printed.
SESSION = """\
import contextlib, io, json, sys
sys.path.insert(0, sys.argv[1])
names = {}
for line in sys.stdin:
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(json.loads(line), names)
    print(json.dumps(printed.getvalue()), flush=True)
"""


def measured() -> dict[str, str]:
    """Return settings with which the course's coverage looks at other environments, too."""
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


class Pipeline:
    """The flow, with a warehouse in a folder of its own."""

    def __init__(self, folder: Path, server: str, environment: str = "dbt", **env: str) -> None:
        """Prepare runs in an environment, with a Prefect server and settings besides."""
        self.folder, self.warehouse = folder, folder / "warehouse.duckdb"
        self.python = python_of(environment)
        own = {"PREFECT_API_URL": server, "WAREHOUSE": str(self.warehouse)}
        self.env = {**os.environ, **QUIET, **measured(), **own, **env}

    def start(self, *arguments: str, skip: str = "", **env: str) -> subprocess.Popen[str]:
        """Begin a run in a process group of its own; commas separate the steps to skip."""
        program = ["-c", SKIP, DEMO, skip] if skip else [DEMO / "flow.py"]
        return subprocess.Popen(
            [self.python, *program, *arguments],
            cwd=self.folder,
            env={**self.env, **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    @contextlib.contextmanager
    def session(self) -> Generator[Callable[[str], list[str]]]:
        """Keep a Python of the environment; yield what runs code there and returns its lines."""
        command, pipe = [self.python, "-c", SESSION, DEMO, "session.py"], subprocess.PIPE
        with subprocess.Popen(
            command, cwd=self.folder, env=self.env, stdin=pipe, stdout=pipe, text=True, bufsize=1
        ) as process:

            def execute(code: str) -> list[str]:
                assert process.stdout
                print(json.dumps(code), file=process.stdin)
                printed = process.stdout.readline()
                assert printed, f"it has ended:\n{code}"
                return json.loads(printed).splitlines()

            yield execute

    def ask(self, sql: str) -> list[tuple]:
        """Return the rows of a query."""
        with duckdb.connect(self.warehouse, read_only=True) as connection:
            return connection.sql(sql).fetchall()

    def change(self, *statements: str) -> None:
        """Run statements in the warehouse."""
        with duckdb.connect(self.warehouse) as connection:
            connection.execute(";".join(statements))

    def marts(self, schema: str = "shop") -> dict[str, list[tuple]]:
        """Return all rows that readers find, in an order."""
        return {name: self.ask(f"from {schema}.{name} order by all") for name in MARTS}

    def loaded(self) -> list[tuple]:
        """Return what Airbyte has loaded, but not when."""
        return self.ask("select sku, model, day, price from raw.prices order by all")

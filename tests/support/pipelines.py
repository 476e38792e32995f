"""Run module 7's pipeline as a learner does: in the environments that it has for itself."""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import coverage
import duckdb
import pytest

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

    def __init__(
        self,
        folder: Path,
        server: str,
        environment: str = "dbt",
        *,
        measure: bool = True,
        **env: str,
    ) -> None:
        """Prepare runs.

        Args:
            folder: Where the warehouse and the report lie.
            server: The address of Prefect's API.
            environment: The environment of the flow.
            measure: Whether the lines that run count as run.
            **env: Settings besides.
        """
        self.folder, self.warehouse = folder, folder / "warehouse.duckdb"
        self.python = python_of(environment)
        own = {"PREFECT_API_URL": server, "WAREHOUSE": str(self.warehouse)}
        self.env = {**os.environ, **QUIET, **(measured() if measure else {}), **own, **env}

    def start(self, *arguments: str, skip: str = "", **env: str) -> subprocess.Popen[str]:
        """Begin a run, in a process group of its own, as in a terminal.

        Args:
            *arguments: The flow's.
            skip: Steps that are left out, with a comma between them.
            **env: Settings besides.
        """
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

    def run(self, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        """Run the flow to its end."""
        process = self.start(*arguments, **env)
        try:
            out, err = process.communicate(timeout=600)
        finally:
            power_cut(process)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    @contextlib.contextmanager
    def session(self) -> Iterator[Callable[[str], list[str]]]:
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


def power_cut(process: subprocess.Popen[str]) -> None:
    """End a run and its processes at once."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for stream in filter(None, (process.stdout, process.stderr)):
        stream.close()


@pytest.fixture
def demo(
    prefect_server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Callable[[str], ModuleType]]:
    """Return what imports a step of the demo, whose warehouse is a new file."""
    monkeypatch.syspath_prepend(DEMO)
    monkeypatch.setenv("WAREHOUSE", str(tmp_path / "warehouse.duckdb"))
    yield importlib.import_module
    for name, module in list(sys.modules.items()):
        if (getattr(module, "__file__", None) or "").startswith(f"{DEMO}/"):
            del sys.modules[name]

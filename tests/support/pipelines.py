"""The pipeline of module 7, run as a learner runs it: in the environments that it has beside the course's own."""

import contextlib
import importlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import coverage
import duckdb
import pytest

from tests.support.home import HOME, ROOT

DEMO = ROOT / "snippets/pipeline/demo"
FIRST_DAY = "2026-01-18"  #: up to which the first run loads
QUIET = {"PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL", "PYTHONWARNINGS": "ignore"}
MEASURE = """\
import os, sys
record = os.environ.get("PREFECT__DEPLOYMENT_NAME") == "record"  # what no other process runs
if record or any(word.endswith(".py") for word in sys.orig_argv):  # not the connector, which has no line of ours
    import coverage
    coverage.process_startup()
"""


def measured() -> dict[str, str]:
    """Have the course's own coverage look at what runs in other environments, which do without it."""
    if coverage.Coverage.current() is None:
        return {}
    folder = HOME / "measure"
    if not folder.exists():
        folder.mkdir()
        (folder / "coverage").symlink_to(Path(coverage.__file__).parent)
        (folder / "sitecustomize.py").write_text(MEASURE, "utf-8")
    data = {
        "COVERAGE_FILE": str(ROOT / ".coverage"),
        "COVERAGE_RCFILE": str(ROOT / "pyproject.toml"),
    }
    return {**data, "PYTHONPATH": str(folder), "COVERAGE_PROCESS_START": data["COVERAGE_RCFILE"]}


class Pipeline:
    """The flow with a warehouse in a folder of its own."""

    def __init__(
        self, folder: Path, server: str, environment: str = "dbt", measure: bool = True, **env: str
    ):
        self.folder, self.warehouse = folder, folder / "warehouse.duckdb"
        self.python = ROOT / f".venv-{environment}/bin/python"
        ours = {"PREFECT_API_URL": server, "WAREHOUSE": str(self.warehouse)}
        self.env = {**os.environ, **QUIET, **(measured() if measure else {}), **ours, **env}

    def start(self, *arguments: str, **env: str) -> subprocess.Popen:
        """Begin a run; its process has a group of its own, as it has in a terminal."""
        return subprocess.Popen(
            [self.python, DEMO / "flow.py", *arguments],
            cwd=self.folder,
            env={**self.env, **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments: str, **env: str) -> subprocess.CompletedProcess:
        process = self.start(*arguments, **env)
        try:
            out, err = process.communicate(timeout=600)
        finally:
            end(process)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def ask(self, sql: str) -> list[tuple]:
        with duckdb.connect(self.warehouse, read_only=True) as connection:
            return connection.sql(sql).fetchall()

    def marts(self, schema: str = "shop") -> dict[str, list[tuple]]:
        """All that readers find, in an order."""
        names = ("cheapest_by_model", "price_changes", "daily_median")
        return {name: self.ask(f"from {schema}.{name} order by all") for name in names}

    def loaded(self) -> list[tuple]:
        """What Airbyte has loaded, without when."""
        return self.ask("select sku, model, day, price from raw.prices order by all")


def end(process: subprocess.Popen) -> None:
    """End a run and its processes at once, as a power cut does."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for stream in (process.stdout, process.stderr):
        stream.close()


@pytest.fixture
def demo(prefect_server, monkeypatch, tmp_path):
    """Import a step of the demo, whose warehouse is a new file."""
    monkeypatch.syspath_prepend(DEMO)
    monkeypatch.setenv("WAREHOUSE", str(tmp_path / "warehouse.duckdb"))
    yield importlib.import_module
    for name, module in list(sys.modules.items()):
        if (getattr(module, "__file__", None) or "").startswith(f"{DEMO}/"):
            del sys.modules[name]

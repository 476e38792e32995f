"""What each step of module 7's pipeline refuses, and how it says so."""

import os
import runpy
import subprocess
import sys
from datetime import date
from decimal import Decimal

import pytest

from course import paths
from course.paths import DEMO, python_of
from course.services import pipeline
from course.setup import SetupError
from tests.support.pipelines import measured

pytestmark = pytest.mark.timeout(600)
MEDIANS = "create table shop.daily_median (day date, shoes int, median decimal(9, 2))"


@pytest.fixture
def warehouse(demo):
    """The module that opens the warehouse, which holds an empty mart."""
    module = demo("warehouse")
    with module.warehouse("duckdb") as run:
        run(f"create schema shop; {MEDIANS}")
    return module


@pytest.mark.parametrize(("arguments", "name"), [([], "dbt"), (["snowflake"], "snowflake")])
def test_missing_environment_is_named(arguments, name, monkeypatch, tmp_path):
    """`make pipeline` names the environment that its warehouse lacks, and what installs it."""
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    message = rf"^\.venv-{name} is not installed; run: make install ARGS={name}$"
    with pytest.raises(SetupError, match=message):
        pipeline.main(arguments)


def test_missing_connector_is_named(demo, monkeypatch):
    """What is not installed is named, with the command that installs it."""
    monkeypatch.setenv("AIRBYTE_PYTHON", "/nowhere/python")
    extract = demo("extract")
    missing = "^/nowhere/python is not there; run: make pipeline$"
    with pytest.raises(demo("warehouse").PipelineError, match=missing):
        extract.next_day("duckdb")


def test_mart_that_was_not_there_is_dropped(warehouse, demo):
    """Readers who had no such mart yesterday get none of a night that is taken back."""
    demo("gate").copy("duckdb", "last_good", "shop")
    with warehouse.warehouse("duckdb") as run:
        assert warehouse.tables(run, "shop") == set()


def test_night_without_shoes_is_refused(warehouse, demo):
    """The gate refuses a day without a fifth of the shoes; the next run is for the same day."""
    gate = demo("gate")
    with warehouse.warehouse("duckdb") as run:
        run("insert into shop.daily_median values ('2026-01-05', 38, 100)")
    gate.copy("duckdb", "shop", "last_good")
    with warehouse.warehouse("duckdb") as run:
        run("insert into shop.daily_median values ('2026-01-06', 30, 100)")
    with pytest.raises(gate.BadData, match="the shoes went from 38 to 30"):
        gate.gate.fn("duckdb")
    assert demo("extract").next_day("duckdb") == date(2026, 1, 6)


def test_fan_out_goes_to_the_cluster_that_dask_knows(demo, prefect_server):
    """Where Dask is told of a scheduler, its workers compute the shares, and it goes on."""
    import dask
    from distributed import LocalCluster

    sales = demo("sales")
    prices = {"elm-court": [Decimal(9), Decimal(8)], "oak-court": [Decimal(7)]}
    one_thread = {"n_workers": 1, "threads_per_worker": 1, "processes": False}
    with LocalCluster(**one_thread, dashboard_address=":0") as cluster:
        with dask.config.set({"scheduler-address": cluster.scheduler_address}):
            shares = sales.sales.with_options(task_runner=sales.runner())(prices)
        assert cluster.scheduler.workers
    assert shares == {"elm-court": "50%", "oak-court": "0%"}


def test_file_that_is_no_warehouse_is_named(demo, tmp_path, monkeypatch, capsys):
    """A file that DuckDB cannot open is named to who asks, and by the connector's process."""
    monkeypatch.setenv("PREFECT_LOGGING_LEVEL", "WARNING")
    monkeypatch.setattr(sys, "argv", ["ask.py", "duckdb", "select 1, 2"])
    runpy.run_path(str(DEMO / "ask.py"))
    assert capsys.readouterr().out == "1 2\n"
    notes = tmp_path / "warehouse.duckdb"
    notes.write_text("no table, only text\n" * 500, "utf-8")
    with pytest.raises(SystemExit, match=f"^ask: {notes} cannot be opened: IO Error: "):
        runpy.run_path(str(DEMO / "ask.py"))
    sync = [python_of("airbyte"), DEMO / "sync.py", notes, "http://x", "2026-01-05", "2026-01-06"]
    env = {**os.environ, **measured()}
    done = subprocess.run(sync, env=env, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 1
    assert str(notes) in done.stderr.splitlines()[-1]


def test_file_that_is_open_elsewhere_is_named(demo, tmp_path):
    """Where another program has the warehouse open, one line says which, and how to end it."""
    file = tmp_path / "warehouse.duckdb"
    hold = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print(flush=True); input()"
    command, pipe = [sys.executable, "-c", hold, file], subprocess.PIPE
    module = demo("warehouse")
    with subprocess.Popen(command, stdin=pipe, stdout=pipe) as holder:
        holder.stdout.readline()
        message = f"^{file} is open in python[^\n]*; close it there, or: kill {holder.pid}$"
        with pytest.raises(module.PipelineError, match=message), module.warehouse("duckdb"):
            raise AssertionError("it opened")

"""What each step of module 7's pipeline refuses, and how it says so."""

import os
import subprocess
import sys
from decimal import Decimal

import pytest

from course.paths import DEMO, python_of
from tests.support.pipelines import Pipeline, measured

pytestmark = pytest.mark.timeout(600)
MEDIANS = "create table shop.daily_median (day date, shoes int, median decimal(9, 2))"
TRANSFORM = """
from transform import transform
from warehouse import PipelineError, warehouse
with warehouse("duckdb") as run:
    run({!r})
try:
    transform("duckdb")
except PipelineError as error:
    print(error)
"""


@pytest.fixture
def warehouse(demo):
    """The module that opens the warehouse, which holds an empty mart."""
    module = demo("warehouse")
    with module.warehouse("duckdb") as run:
        run(f"create schema shop; {MEDIANS}")
    return module


def test_mart_that_was_not_there_is_dropped(warehouse, demo):
    """Readers who had no such mart yesterday get none of a night that is taken back."""
    demo("gate").copy("duckdb", "last_good", "shop")
    with warehouse.warehouse("duckdb") as run:
        assert warehouse.tables(run, "shop") == set()


def test_night_without_shoes_is_refused(warehouse, demo):
    """The gate refuses a day on which a fifth of the shoes and more are gone."""
    gate = demo("gate")
    with warehouse.warehouse("duckdb") as run:
        run("insert into shop.daily_median values ('2026-01-05', 38, 100), ('2026-01-06', 30, 100)")
    with pytest.raises(gate.BadData, match="the shoes went from 38 to 30"):
        gate.gate.fn("duckdb")


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


def test_file_that_is_no_warehouse_is_named(demo, tmp_path):
    """A file that DuckDB cannot open is named, by the connector's process as by the flow's."""
    notes = tmp_path / "warehouse.duckdb"
    notes.write_text("no table, only text\n" * 500, "utf-8")
    module = demo("warehouse")
    refused = pytest.raises(module.PipelineError, match=f"^{notes} cannot be opened: IO Error: ")
    with refused, module.warehouse("duckdb"):
        raise AssertionError("it opened")
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
        with pytest.raises(module.PipelineError) as error, module.warehouse("duckdb"):
            raise AssertionError("it opened")
    message = str(error.value)
    assert message.startswith(f"{file} is open in python")
    assert message.endswith(f"; close it there, or: kill {holder.pid}") and "\n" not in message


def test_missing_connector_is_named(demo, monkeypatch):
    """What is not installed is named, with the command that installs it."""
    monkeypatch.setenv("AIRBYTE_PYTHON", "/nowhere/python")
    extract = demo("extract")
    missing = "^/nowhere/python is not there; run: make pipeline$"
    with pytest.raises(demo("warehouse").PipelineError, match=missing):
        extract.next_day("duckdb")


def test_transform_that_fails_gets_one_line(prefect_server, tmp_path):
    """Where Airbyte has loaded no table, or one that dbt does not know, dbt's reason is said."""
    with Pipeline(tmp_path, prefect_server).session() as execute:
        (stale,) = execute(TRANSFORM.format("create schema raw"))
        unknown = "create table raw.prices as select now() _airbyte_extracted_at"
        (failed,) = execute(TRANSFORM.format(unknown))
    assert stale == f"dbt source failed: read {tmp_path}/dbt/dbt.log"
    assert failed.startswith("Failures detected during invocation of dbt command 'build ")

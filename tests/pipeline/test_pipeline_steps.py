"""What each step of module 7's pipeline refuses, and how it says so."""

import os
import subprocess
from decimal import Decimal

import duckdb
import pytest

from tests.support.airbyte_api import airbyte
from tests.support.home import ROOT
from tests.support.pipelines import DEMO, Pipeline, demo, measured

__all__ = ["demo"]
pytestmark = pytest.mark.timeout(600)
MEDIANS = (
    "create schema shop; create table shop.daily_median (day date, shoes int, median decimal(9, 2))"
)


@pytest.fixture
def warehouse(demo):
    """The warehouse that all steps open: (its statements, the module)."""
    module = demo("warehouse")
    with module.warehouse("duckdb") as run:
        run(MEDIANS)
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
    """Where Dask is told of a scheduler, its workers compute the shares."""
    import dask
    from distributed import LocalCluster

    sales = demo("sales")
    prices = {"elm-court": [Decimal(9), Decimal(8)], "oak-court": [Decimal(7)]}
    with LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=":0"
    ) as cluster:
        with dask.config.set({"scheduler-address": cluster.scheduler_address}):
            shares = sales.sales.with_options(task_runner=sales.runner())(prices)
        assert (
            cluster.scheduler.workers
        )  # still: the flow did not end a cluster that is not its own
    assert shares == {"elm-court": "50%", "oak-court": "0%"}


def test_file_that_is_no_warehouse_is_named(demo, tmp_path):
    """A file that DuckDB cannot open is named, by the connector's process as by the flow's."""
    notes = tmp_path / "warehouse.duckdb"
    notes.write_text("no table, only text\n" * 500, "utf-8")
    module = demo("warehouse")
    with (
        pytest.raises(module.PipelineError, match=f"^{notes} cannot be opened: IO Error: "),
        module.warehouse("duckdb"),
    ):
        raise AssertionError("it opened")
    sync = [
        ROOT / ".venv-airbyte/bin/python",
        DEMO / "sync.py",
        notes,
        "http://not.asked",
        "2026-01-05",
        "2026-01-06",
    ]
    done = subprocess.run(
        sync, env={**os.environ, **measured()}, capture_output=True, text=True, cwd=tmp_path
    )
    assert done.returncode == 1
    assert str(notes) in done.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("loaded", "said"),
    [
        ("select 1", "dbt source failed: read {folder}/dbt/dbt.log\n"),
        (
            "create table raw.prices as select now() _airbyte_extracted_at",
            "Failures detected during invocation of dbt command 'build ",
        ),
    ],
)
def test_transform_that_fails_gets_one_line(prefect_server, tmp_path, loaded, said):
    """Where Airbyte has loaded no table, or one that dbt does not know, dbt's reason ends the flow."""
    with airbyte("succeeded") as (address, _):
        pipeline = Pipeline(tmp_path, prefect_server, AIRBYTE_API=address, AIRBYTE_CONNECTION="1")
        with duckdb.connect(pipeline.warehouse) as raw:
            raw.execute(f"create schema raw; {loaded}")
        done = pipeline.run()
    assert (done.returncode, done.stderr.count("\n")) == (1, 1), done.stderr
    assert done.stderr.startswith("pipeline: ") and said.format(folder=tmp_path) in done.stderr
    assert "3/4" not in done.stdout

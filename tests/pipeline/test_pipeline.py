"""Module 7's pipeline is incremental, loads each row once, and never leaves wrong marts."""

import json
import os
import random
import re
import shutil
import signal
import time
from urllib.parse import urlsplit

import psutil
import pytest
import yaml
from pricewatch import Shop
from pricewatch.server import serving

from course.paths import DEMO, DOCS, REQUIREMENTS
from course.pictures import drawings
from tests.support.pipelines import FIRST_DAY, Pipeline, measured
from tests.support.transcripts import CERTIFICATE, Shell, Transcript

pytestmark = pytest.mark.timeout(1200)  # a run takes most of a minute on a busy machine
TRANSCRIPT = Transcript(DEMO.parent / "pipeline.console")
REJECTED = "select price_as_sent from dbt_staging.stg_prices where price is null"
PROJECT = {
    "dbt_project.yml",
    "profiles.yml",
    "models/schema.yml",
    "models/staging/sources.yml",
    "models/staging/stg_prices.sql",
    "models/marts/cheapest_by_model.sql",
    "models/marts/daily_median.sql",
    "models/marts/price_changes.sql",
    "tests/one_price_a_day.sql",
}


@pytest.fixture(scope="module")
def runs(prefect_server, tmp_path_factory):
    """What four runs have left, each in a folder.

    Three are the page's: the first, the one with prices in cents, the good one. The last is a run
    of the page's deployment for the day after, whose shop sends a price as text.
    """
    from prefect.deployments import run_deployment

    folder, runs = tmp_path_factory.mktemp("typed"), []

    def keep() -> None:
        runs.append(Pipeline(folder / f"run-{len(runs)}", prefect_server))
        shutil.copytree(shell.checkout / "prices", runs[-1].folder)

    def after(command: str) -> None:
        if command.startswith("make pipeline") and not command.endswith("&"):
            keep()
        if "incidents" in command:
            family = psutil.Process(shell.process.pid).children(recursive=True)
            recording = [process for process in family if "prefect.engine" in process.cmdline()]
            psutil.wait_procs(recording, 30)
            run = run_deployment("sneaker-pipeline/nightly", timeout=300, poll_interval=1)
            assert run.state.is_completed(), run.state
            keep()

    env, ports = measured(), {"4200": str(urlsplit(prefect_server).port)}
    with Shell(folder, ports, PREFECT_RUNNER_POLL_FREQUENCY="1", **CERTIFICATE, **env) as shell:
        shell.replay(TRANSCRIPT, ("ARGS=--serve", "ARGS='--serve --mistake text'"), after)
    return runs


def test_first_run_leaves_what_its_end_names(runs):
    """A fortnight of rows, each once; the report, its plot and dbt's docs."""
    for name in ("report.md", "median.svg", "dbt/static_index.html"):
        assert (runs[0].folder / name).stat().st_size > 100
    assert len(runs[0].loaded()) == 530
    assert max(day for _, _, day, _ in runs[0].loaded()) == FIRST_DAY


def test_all_of_the_project_has_run(runs):
    """Each file of the dbt project, and the connector's manifest, has a part in the run."""
    manifest = json.loads((runs[0].folder / "dbt/manifest.json").read_text("utf-8"))
    parts = [*manifest["nodes"].values(), *manifest["sources"].values()]
    ran = {part["original_file_path"] for part in parts} | {"dbt_project.yml", "profiles.yml"}
    files = {path.relative_to(DEMO / "dbt").as_posix() for path in (DEMO / "dbt").rglob("*.*")}
    assert ran == files == PROJECT
    (stream,) = yaml.safe_load((DEMO / "shop.yaml").read_text("utf-8"))["streams"]
    (chosen,) = json.loads((DEMO.parent / "catalog.json").read_text("utf-8"))["streams"]
    assert stream["name"] == chosen["stream"]["name"] == "prices"


def test_plot_and_report_are_those_of_the_page(runs):
    """The page shows what the first run draws and writes: else run make pictures."""
    drawn = (runs[0].folder / "median.svg").read_text("utf-8")
    shown = (DOCS / "pipeline/pictures/median.svg").read_text("utf-8")
    assert shown == drawings.median(drawn), "run make pictures"
    report = (runs[0].folder / "report.md").read_text("utf-8")
    assert (DEMO.parent / "price_report.md").read_text("utf-8") == report


def test_wrong_marts_are_taken_back(runs):
    """After a night of prices in cents readers find the last good marts; the next run mends it."""
    first, cents, healed, _ = runs
    assert cents.marts() == cents.marts("last_good") == first.marts()
    assert len(cents.loaded()) > len(first.loaded())
    assert healed.marts() == healed.marts("last_good")
    up_to_late_rows = healed.marts()["daily_median"][:13]
    assert up_to_late_rows == first.marts()["daily_median"][:13]


def test_nightly_run_loads_what_is_new(runs):
    """A served run loads one day more, and doubles no row; a price that is text is reported."""
    *_, healed, nightly = runs
    rows = nightly.loaded()
    assert len(rows) == len({(sku, day) for sku, _, day, _ in rows}) == len(healed.loaded()) + 38
    assert nightly.ask("select count(*) from shop.daily_median") == [(16,)]
    ((rejected,),) = nightly.ask(REJECTED)  # left out of the marts, kept as it came
    assert rejected.endswith(" EUR")
    assert "Rows without a price: 1." in (nightly.folder / "report.md").read_text("utf-8")


def test_deployment_runs_in_the_time_zone_of_the_page(runs):
    """The nightly deployment has its schedule in Berlin's time."""
    from prefect import get_client

    with get_client(sync_client=True) as client:
        nightly = client.read_deployment_by_name("sneaker-pipeline/nightly")
    assert nightly.schedules[0].schedule.timezone == "Europe/Berlin"


def test_killed_in_each_step_ends_the_same(runs, prefect_server, tmp_path):
    """Killed in the middle of each step, the next run ends as an undisturbed one.

    That run waits for a shop that is closed for longer than the connector asks it, and loads each
    row once, although the shop sends some twice.
    """
    shutil.copy(runs[0].warehouse, tmp_path)
    pipeline = Pipeline(tmp_path, prefect_server, PYTHONPATH="")  # what is killed is not measured
    # From the last step to the first: what is done before comes from the first run.
    kill_in("4/4", pipeline, skip="extract,transform,publish_behind_gate")
    pipeline.change("drop schema shop cascade", "drop schema last_good cascade")
    kill_in("3/4", pipeline, skip="extract,transform")
    pipeline.change("drop schema dbt_marts cascade", "drop schema dbt_staging cascade")
    kill_in("2/4", pipeline, skip="extract")
    pipeline.change(
        f"delete from raw.prices where day < '{FIRST_DAY}'", "delete from raw._airbyte_state"
    )
    kill_in("1/4", pipeline)
    with serving(Shop(closed=8, mistake="twice")) as url:
        run = Pipeline(tmp_path, prefect_server).start("--until", FIRST_DAY, SHOP_URL=url)
        printed, errors = run.communicate(timeout=600)
    assert run.returncode == 0, errors
    steps = [line[:3] for line in printed.splitlines() if "/4 " in line]
    assert steps == ["1/4", "2/4", "3/4", "4/4"]
    assert pipeline.loaded() == runs[0].loaded()
    assert pipeline.marts() == pipeline.marts("last_good") == runs[0].marts()


def kill_in(step: str, pipeline: Pipeline, skip: str = "") -> None:
    """Kill a run in a step; the steps that are skipped have been done."""
    process = pipeline.start("--until", FIRST_DAY, skip=skip)
    for line in process.stdout:
        if line.startswith(step):
            break
    time.sleep(random.uniform(0.1, 8 if step == "1/4" else 1.5))
    assert process.poll() is None, f"it ended before it could be killed in {step}"
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def test_locks_agree_on_what_meets():
    """What runs on both sides of Dask's wire, or talks to one server, is the same in all locks."""
    locks = "".join(path.read_text("utf-8") for path in (REQUIREMENTS, *DEMO.glob("[ds]*.txt")))
    meets = "prefect|prefect-dask|dask|distributed|cloudpickle|msgpack|tornado|duckdb"
    pins = set(re.findall(rf"^({meets})==(\S+)", locks, re.M))
    assert sorted(name for name, _ in pins) == sorted(meets.split("|")), pins

"""Module 7's pipeline keeps its promises: incremental, exactly once, and yesterday's marts rather than wrong ones."""

import json
import random
import shutil
import signal
import subprocess
import sys
import time

import psutil
import pytest
import yaml
from pricewatch import Shop
from pricewatch.server import serving

from course.paths import DOCS
from course.pictures import drawings
from tests.consoles.test_consoles import THE_PIPELINE, new_checkout, new_shell, replay
from tests.support.home import AUTHORITY, ROOT
from tests.support.pipelines import DEMO, FIRST_DAY, Pipeline, end, measured

pytestmark = pytest.mark.timeout(
    1200
)  # a run takes most of a minute, and beside a whole suite some
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
STEPS = ("1/4", "2/4", "3/4", "4/4")
REJECTED = "select price_as_sent from dbt_staging.stg_prices where price is null"


@pytest.fixture(scope="module")
def typed(prefect_server, tmp_path_factory):
    """What the page's three runs have left, each in a folder: the first, the one with prices in cents, the good one."""
    folder, runs = tmp_path_factory.mktemp("typed"), []
    checkout = new_checkout(folder / "checkout")
    settings = {**measured(), "PREFECT_API_SSL_CERT_FILE": str(AUTHORITY)}

    def keep(command: str) -> None:
        if command.startswith("make pipeline") and not command.endswith("&"):
            runs.append(Pipeline(folder / str(len(runs)), prefect_server))
            shutil.copytree(checkout / "prices", runs[-1].folder)
        if "incidents" in command:  # the lines of what has recorded one count, once it has ended
            psutil.wait_procs(engines(shell), 30)

    with new_shell(checkout, folder / "home", **settings) as shell:
        replay(THE_PIPELINE, shell, folder, prefect_server.removesuffix("/api"), keep)
    return runs


def engines(process) -> list[psutil.Process]:
    """The flow runs that a process has started."""
    return [
        one
        for one in psutil.Process(process.pid).children(recursive=True)
        if "prefect.engine" in one.cmdline()
    ]


@pytest.fixture
def first_run(typed):
    return typed[0]


@pytest.fixture
def next_day(first_run, prefect_server, tmp_path):
    """The pipeline on the morning after its first run."""
    shutil.copy(first_run.warehouse, tmp_path)
    return Pipeline(tmp_path, prefect_server)


def test_first_run_leaves_what_its_end_names(first_run):
    """A fortnight of rows, each once; the report, its plot and dbt's docs."""
    for name in ("report.md", "median.svg", "dbt/static_index.html"):
        assert (first_run.folder / name).stat().st_size > 100
    assert len(first_run.loaded()) == 530
    assert max(day for _, _, day, _ in first_run.loaded()) == FIRST_DAY


def test_all_of_the_project_has_run(first_run):
    """Each file of the dbt project has a part in the run; and so has the connector's manifest, shop.yaml."""
    manifest = json.loads((first_run.folder / "dbt/manifest.json").read_text("utf-8"))
    parts = [*manifest["nodes"].values(), *manifest["sources"].values()]
    ran = {part["original_file_path"] for part in parts} | {"dbt_project.yml", "profiles.yml"}
    assert (
        ran
        == {path.relative_to(DEMO / "dbt").as_posix() for path in (DEMO / "dbt").rglob("*.*")}
        == PROJECT
    )
    streams = yaml.safe_load((DEMO / "shop.yaml").read_text("utf-8"))["streams"]
    chosen = json.loads((DEMO.parent / "catalog.json").read_text("utf-8"))["streams"]
    assert (
        [stream["name"] for stream in streams]
        == [choice["stream"]["name"] for choice in chosen]
        == ["prices"]
    )


def test_plot_and_report_are_those_of_the_page(first_run):
    """What the page shows of the first run is what a run draws and writes: else run make pictures."""
    drawn = (first_run.folder / "median.svg").read_text("utf-8")
    committed = (DOCS / "pipeline/pictures/median.svg").read_text("utf-8")
    assert committed == drawings.median(drawn), "run make pictures"
    report = (first_run.folder / "report.md").read_text("utf-8")
    assert (DEMO.parent / "price_report.md").read_text("utf-8") == report


def test_wrong_marts_are_taken_back(typed):
    """After a night of prices in cents readers find the last good marts; what came is kept. The next run mends it."""
    first, cents, healed = typed
    assert cents.marts() == cents.marts("last_good") == first.marts()
    assert len(cents.loaded()) > len(first.loaded())
    assert healed.marts() == healed.marts("last_good")
    assert (
        healed.marts()["daily_median"][:13] == first.marts()["daily_median"][:13]
    )  # to the last day late rows came


def test_nightly_run_asks_for_what_is_new(next_day):
    """One day more costs three days of rows, and doubles none. A price that is text sinks no run: it is told of."""
    from prefect import get_client
    from prefect.deployments import run_deployment

    served = next_day.start("--serve", "--mistake", "text", PREFECT_RUNNER_POLL_FREQUENCY="1")
    try:
        for line in served.stdout:
            if "nightly" in line:
                break
        with get_client(sync_client=True) as client:
            nightly = client.read_deployment_by_name("sneaker-pipeline/nightly")
        assert nightly.schedules[0].schedule.timezone == "Europe/Berlin"
        run = run_deployment(nightly.id, timeout=200, poll_interval=1)
        assert run.state.is_completed(), run.state
    finally:
        served.send_signal(signal.SIGINT)
        served.wait(30)
        end(served)
    rows = next_day.loaded()
    assert len(rows) == len({(sku, day) for sku, _, day, _ in rows}) == 568
    assert next_day.ask("select count(*) from shop.daily_median") == [(15,)]
    ((rejected,),) = next_day.ask(REJECTED)
    assert rejected.endswith(" EUR")
    assert "Rows without a price: 1." in (next_day.folder / "report.md").read_text("utf-8")


def test_killed_in_each_step_ends_the_same(first_run, prefect_server, tmp_path):
    """Killed in the middle of each step and run again, it ends as an undisturbed run, even if all comes twice.

    And even if the shop is down by then, for longer than the connector is patient: the flow tries again.
    """
    pipeline = Pipeline(tmp_path, prefect_server, measure=False)  # it takes long enough
    for step in STEPS:
        process = pipeline.start("--until", FIRST_DAY)
        for line in process.stdout:
            if line.startswith(step):
                break
        time.sleep(random.uniform(0.1, 1.5 if step != "1/4" else 8))
        assert process.poll() is None, f"it ended before it could be killed in {step}"
        end(process)
    with serving(Shop(closed=8, mistake="twice")) as url:
        done = Pipeline(tmp_path, prefect_server).run("--until", FIRST_DAY, SHOP_URL=url)
    assert done.returncode == 0, done.stderr
    assert [line[:3] for line in done.stdout.splitlines() if "/4 " in line] == list(STEPS)
    assert pipeline.loaded() == first_run.loaded()
    assert pipeline.marts() == pipeline.marts("last_good") == first_run.marts()


def test_held_file_gets_one_line(next_day):
    """Where another program has the warehouse open, one line says which, and how to end it."""
    hold = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", hold, next_day.warehouse]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout.readline() == "held\n"
        done = next_day.run()
        assert done.returncode == 1
        assert done.stderr.startswith(f"pipeline: {next_day.warehouse} is open in python")
        assert done.stderr.endswith(f"; close it there, or: kill {holder.pid}\n")
        assert done.stderr.count("\n") == 1
        holder.stdin.close()


def test_missing_connector_gets_one_line(next_day):
    """What is not installed is named, with the command that installs it."""
    done = next_day.run(AIRBYTE_PYTHON="/nowhere/python")
    assert (done.returncode, done.stderr) == (
        1,
        "pipeline: /nowhere/python is not there; run: make pipeline\n",
    )


def test_locks_agree_on_what_meets(first_run):
    """What runs on both sides of Dask's wire, or talks to one server, is the same in all locks."""
    locks = [ROOT / "requirements.txt", *(ROOT / "snippets/pipeline/demo").glob("[ds]*.txt")]
    for package in (
        "prefect",
        "prefect-dask",
        "dask",
        "distributed",
        "cloudpickle",
        "msgpack",
        "tornado",
        "duckdb",
    ):
        pins = {
            line.split()[0]
            for lock in locks
            for line in lock.open()
            if line.startswith(f"{package}==")
        }
        assert len(pins) == 1, pins

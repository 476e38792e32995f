"""Module 7's pipeline is incremental, loads each row once, and never leaves wrong marts."""

import json
import random
import re
import shutil
import time
from urllib.parse import urlsplit

import psutil
import pytest
import yaml
from pricewatch import Shop
from pricewatch.server import serving

from course.paths import DEMO, DOCS, REQUIREMENTS
from course.pictures import drawings
from tests.support.home import AUTHORITY
from tests.support.pipelines import FIRST_DAY, Pipeline, measured, power_cut
from tests.support.transcripts import Shell, Transcript, checkout_of_links, replay

pytestmark = pytest.mark.timeout(1200)  # a run takes most of a minute on a busy machine
TRANSCRIPT = Transcript(DEMO.parent / "pipeline.console")
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
REJECTED = "select price_as_sent from dbt_staging.stg_prices where price is null"


@pytest.fixture(scope="module")
def runs(prefect_server, tmp_path_factory):
    """What four runs have left, each in a folder.

    Three are the page's: the first, the one with prices in cents, the good one. The last is a run
    of the page's deployment for the day after, whose shop sends a price as text.
    """
    from prefect.deployments import run_deployment

    folder, runs = tmp_path_factory.mktemp("typed"), []
    checkout = checkout_of_links(folder / "checkout")

    def keep() -> None:
        runs.append(Pipeline(folder / str(len(runs)), prefect_server))
        shutil.copytree(checkout / "prices", runs[-1].folder)

    def after(command: str) -> None:
        if command.startswith("make pipeline") and not command.endswith("&"):
            keep()
        if "incidents" in command:
            psutil.wait_procs(flow_runs(shell), 30)  # for the lines that have recorded one
            run = run_deployment("sneaker-pipeline/nightly", timeout=300, poll_interval=1)
            assert run.state.is_completed(), run.state
            keep()

    env = {"PREFECT_API_SSL_CERT_FILE": str(AUTHORITY), "PREFECT_RUNNER_POLL_FREQUENCY": "1"}
    with Shell(checkout, folder / "home", **measured(), **env) as shell:
        ports = {"4200": str(urlsplit(prefect_server).port)}
        served = {"ARGS=--serve": "ARGS='--serve --mistake text'"}
        replay(TRANSCRIPT, shell, folder, ports, replaced=served, after=after)
    return runs


def flow_runs(shell: Shell) -> list[psutil.Process]:
    """Return the processes of deployments' runs that a shell has started."""
    family = psutil.Process(shell.process.pid).children(recursive=True)
    return [process for process in family if "prefect.engine" in process.cmdline()]


@pytest.fixture
def first_run(runs):
    """What the first run has left."""
    return runs[0]


def test_first_run_leaves_what_its_end_names(first_run):
    """A fortnight of rows, each once; the report, its plot and dbt's docs."""
    for name in ("report.md", "median.svg", "dbt/static_index.html"):
        assert (first_run.folder / name).stat().st_size > 100
    assert len(first_run.loaded()) == 530
    assert max(day for _, _, day, _ in first_run.loaded()) == FIRST_DAY


def test_all_of_the_project_has_run(first_run):
    """Each file of the dbt project, and the connector's manifest, has a part in the run."""
    manifest = json.loads((first_run.folder / "dbt/manifest.json").read_text("utf-8"))
    parts = [*manifest["nodes"].values(), *manifest["sources"].values()]
    ran = {part["original_file_path"] for part in parts} | {"dbt_project.yml", "profiles.yml"}
    files = {path.relative_to(DEMO / "dbt").as_posix() for path in (DEMO / "dbt").rglob("*.*")}
    assert ran == files == PROJECT
    streams = yaml.safe_load((DEMO / "shop.yaml").read_text("utf-8"))["streams"]
    chosen = json.loads((DEMO.parent / "catalog.json").read_text("utf-8"))["streams"]
    assert [stream["name"] for stream in streams] == ["prices"]
    assert [choice["stream"]["name"] for choice in chosen] == ["prices"]


def test_plot_and_report_are_those_of_the_page(first_run):
    """The page shows what the first run draws and writes: else run make pictures."""
    drawn = (first_run.folder / "median.svg").read_text("utf-8")
    shown = (DOCS / "pipeline/pictures/median.svg").read_text("utf-8")
    assert shown == drawings.median(drawn), "run make pictures"
    report = (first_run.folder / "report.md").read_text("utf-8")
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
    """A served run loads one day more, and doubles no row."""
    *_, healed, nightly = runs
    rows = nightly.loaded()
    assert len(rows) == len({(sku, day) for sku, _, day, _ in rows}) == len(healed.loaded()) + 38
    assert nightly.ask("select count(*) from shop.daily_median") == [(16,)]


def test_price_that_is_text_sinks_no_run(runs):
    """A price that is text is left out of the marts, kept as it came, and reported."""
    nightly = runs[-1]
    ((rejected,),) = nightly.ask(REJECTED)
    assert rejected.endswith(" EUR")
    assert "Rows without a price: 1." in (nightly.folder / "report.md").read_text("utf-8")


def test_deployment_runs_in_the_time_zone_of_the_page(runs):
    """The nightly deployment has its schedule in Berlin's time."""
    from prefect import get_client

    with get_client(sync_client=True) as client:
        nightly = client.read_deployment_by_name("sneaker-pipeline/nightly")
    assert nightly.schedules[0].schedule.timezone == "Europe/Berlin"


def test_killed_in_each_step_ends_the_same(first_run, prefect_server, tmp_path):
    """Killed in the middle of each step, the next run ends as an undisturbed one.

    Rows that came twice are there once, and the last run waits for a shop that is closed for
    longer than the connector asks it.
    """
    shutil.copy(first_run.warehouse, tmp_path)
    pipeline = Pipeline(tmp_path, prefect_server, measure=False)
    # From the later steps to the first: what is done before comes from the first run.
    kill_in("3/4", pipeline, skip="extract,transform", drop=("shop", "last_good"))
    kill_in("4/4", pipeline, skip="extract,transform")
    with serving(Shop(mistake="twice")) as url:
        kill_in("2/4", pipeline, drop=("dbt_marts", "dbt_staging"), SHOP_URL=url)
    assert pipeline.loaded() == first_run.loaded()
    kill_in("1/4", pipeline, drop=("raw",))
    with serving(Shop(closed=8)) as url:
        run = Pipeline(tmp_path, prefect_server).run("--until", FIRST_DAY, SHOP_URL=url)
    assert run.returncode == 0, run.stderr
    steps = [line[:3] for line in run.stdout.splitlines() if "/4 " in line]
    assert steps == ["1/4", "2/4", "3/4", "4/4"]
    assert pipeline.loaded() == first_run.loaded()
    assert pipeline.marts() == pipeline.marts("last_good") == first_run.marts()


def kill_in(
    step: str, pipeline: Pipeline, skip: str = "", drop: tuple[str, ...] = (), **env: str
) -> None:
    """Drop the schemas that a step and those after it make, and kill a run in that step."""
    pipeline.change(*(f"drop schema {schema} cascade" for schema in drop))
    process = pipeline.start("--until", FIRST_DAY, skip=skip, **env)
    for line in process.stdout:
        if line.startswith(step):
            break
    time.sleep(random.uniform(0.1, 8 if step == "1/4" else 1.5))
    assert process.poll() is None, f"it ended before it could be killed in {step}"
    power_cut(process)


def test_locks_agree_on_what_meets():
    """What runs on both sides of Dask's wire, or talks to one server, is the same in all locks."""
    locks = "".join(path.read_text("utf-8") for path in (REQUIREMENTS, *DEMO.glob("[ds]*.txt")))
    meets = "prefect|prefect-dask|dask|distributed|cloudpickle|msgpack|tornado|duckdb"
    pins = set(re.findall(rf"^({meets})==(\S+)", locks, re.M))
    assert sorted(name for name, _ in pins) == sorted(meets.split("|")), pins

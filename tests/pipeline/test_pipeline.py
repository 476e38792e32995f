"""Module 7's pipeline is incremental, loads each row once, and never leaves wrong marts."""

import json
import os
import random
import re
import shlex
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
from tests.support.pipelines import FIRST_DAY, ask, loaded, marts, measured, session
from tests.support.transcripts import CERTIFICATE, Shell

pytestmark = pytest.mark.timeout(1200)  # a run takes most of a minute on a busy machine
REJECTED = "select price_as_sent from dbt_staging.stg_prices where price is null"
#: Files that pages show; tests/site finds their names here, and so knows that a test runs them.
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
#: The flow in a process of its own, without the steps whose work is done: forked, because to
#: import the flow takes longer than most of its steps.
RUN_APART = """
printed = open("printed", "w")
process = os.fork()
if not process:
    os.setsid()
    os.environ.pop("COVERAGE_PROCESS_START", None)  # what is killed is not measured
    sys.stdout = printed
    for step in done:
        setattr(flow, step, lambda *_: 0)
    try:
        flow.main()
    finally:
        os._exit(1)
print(process)
"""


@pytest.fixture(scope="module")
def runs(prefect_server, tmp_path_factory):
    """What four runs have left, each in a folder.

    Three are the page's: the first, the one with prices in cents, the good one. The last is a run
    of the page's deployment for the day after, whose shop sends a price as text.
    """
    from prefect.deployments import run_deployment

    folder, runs = tmp_path_factory.mktemp("typed"), []

    def keep() -> None:
        runs.append(shutil.copytree(shell.checkout / "prices", folder / f"run-{len(runs)}"))

    def after(command: str) -> None:
        if command.startswith("make pipeline"):
            keep()
        if "incidents" in command:
            family = psutil.Process(shell.process.pid).children(recursive=True)
            recording = [process for process in family if "prefect.engine" in process.cmdline()]
            psutil.wait_procs(recording, 30)
            run = run_deployment("sneaker-pipeline/nightly", timeout=300, poll_interval=1)
            assert run.state.is_completed(), run.state
            keep()

    # Coverage doubles the time of a run. Here it measures the schedule; it measures the steps in
    # the run that follows the killed ones, and on Snowflake.
    env = shlex.join(["env", *(f"{name}={value}" for name, value in measured().items())])
    serve, mistake = "make pipeline ARGS=--serve", "make pipeline ARGS='--serve --mistake text'"
    ports = {"4200": str(urlsplit(prefect_server).port)}
    with Shell(folder, ports, PREFECT_RUNNER_POLL_FREQUENCY="1", **CERTIFICATE) as shell:
        shell.replay("pipeline/pipeline", (serve, f"{env} {mistake}"), after)
    return runs


def test_first_run_leaves_what_its_end_names(runs):
    """A fortnight of rows, each once; the report, its plot and dbt's docs."""
    for name in ("report.md", "median.svg", "dbt/static_index.html"):
        assert (runs[0] / name).stat().st_size > 100
    assert len(loaded(runs[0])) == 530
    assert max(day for _, _, day, _ in loaded(runs[0])) == FIRST_DAY


def test_all_of_the_project_has_run(runs):
    """Each file of the dbt project, and the connector's manifest, has a part in the run."""
    manifest = json.loads((runs[0] / "dbt/manifest.json").read_text("utf-8"))
    parts = [*manifest["nodes"].values(), *manifest["sources"].values()]
    ran = {part["original_file_path"] for part in parts} | {"dbt_project.yml", "profiles.yml"}
    files = {path.relative_to(DEMO / "dbt").as_posix() for path in DEMO.glob("dbt/**/*.*")}
    assert ran == files == PROJECT
    (stream,) = yaml.safe_load((DEMO / "shop.yaml").read_text("utf-8"))["streams"]
    (chosen,) = json.loads((DEMO.parent / "catalog.json").read_text("utf-8"))["streams"]
    assert stream["name"] == chosen["stream"]["name"] == "prices"


def test_plot_and_report_are_those_of_the_page(runs):
    """The page shows what the first run draws and writes: else run make pictures."""
    drawn = (runs[0] / "median.svg").read_text("utf-8")
    shown = (DOCS / "pipeline/pictures/median.svg").read_text("utf-8")
    assert shown == drawings.median(drawn), "run make pictures"
    report = (runs[0] / "report.md").read_text("utf-8")
    assert (DEMO.parent / "price_report.md").read_text("utf-8") == report


def test_wrong_marts_are_taken_back(runs):
    """After a night of prices in cents readers find the last good marts; the next run fixes it."""
    first, cents, healed, _ = runs
    assert marts(cents) == marts(cents, "last_good") == marts(first)
    assert len(loaded(cents)) > len(loaded(first))
    assert marts(healed) == marts(healed, "last_good")
    up_to_late_rows = marts(healed)["daily_median"][:13]
    assert up_to_late_rows == marts(first)["daily_median"][:13]


def test_nightly_run_loads_what_is_new(runs):
    """A served run loads one day more, and doubles no row; a price that is text is reported.

    Its schedule is in Berlin's time, as the page says.
    """
    from prefect import get_client

    *_, healed, nightly = runs
    rows = loaded(nightly)
    assert len(rows) == len({(sku, day) for sku, _, day, _ in rows}) == len(loaded(healed)) + 38
    assert ask(nightly, "select count(*) from shop.daily_median") == [(16,)]
    ((rejected,),) = ask(nightly, REJECTED)  # left out of the marts, kept as it came
    assert rejected.endswith(" EUR")
    assert "Rows without a price: 1." in (nightly / "report.md").read_text("utf-8")
    with get_client(sync_client=True) as client:
        deployment = client.read_deployment_by_name("sneaker-pipeline/nightly")
    assert deployment.schedules[0].schedule.timezone == "Europe/Berlin"


def test_killed_in_each_step_ends_the_same(runs, prefect_server, tmp_path):
    """Killed in the middle of each step, the next run ends as an undisturbed one.

    That run waits for a shop that is closed for longer than the connector asks it, and loads each
    row once, although the shop sends some twice.
    """
    prices = shutil.copytree(runs[0], tmp_path / "prices")
    running = session(tmp_path, "dbt", PREFECT_API_URL=prefect_server)
    with running as execute, serving(Shop(closed=8, mistake="twice")) as url:
        execute(f"import flow; sys.argv[1:] = ['--until', '{FIRST_DAY}']")
        # From the last step to the first: what is done before comes from the first run.
        kill_in("4/4", tmp_path, execute, "extract", "transform", "publish_behind_gate")
        ask(prices, "drop schema shop cascade", "drop schema last_good cascade")
        kill_in("3/4", tmp_path, execute, "extract", "transform")
        ask(prices, "drop schema dbt_marts cascade", "drop schema dbt_staging cascade")
        kill_in("2/4", tmp_path, execute, "extract")
        not_loaded = f"delete from raw.prices where day < '{FIRST_DAY}'"
        ask(prices, not_loaded, "delete from raw._airbyte_state")
        kill_in("1/4", tmp_path, execute)
        printed = execute(f"os.environ['SHOP_URL'] = {url!r}; print(flow.main())")
    assert [line[:3] for line in printed if "/4 " in line] == ["1/4", "2/4", "3/4", "4/4"]
    assert printed[-1] == "0"
    assert loaded(prices) == loaded(runs[0])
    assert marts(prices) == marts(prices, "last_good") == marts(runs[0])


def kill_in(step, folder, execute, *done):
    """Kill a run in a step; the steps before it are done."""
    (pid,) = execute(f"done = {done}\n{RUN_APART}")
    run, printed = psutil.Process(int(pid)), folder / "printed"
    while step not in printed.read_text("utf-8"):
        assert run.status() != psutil.STATUS_ZOMBIE, f"it ended before {step}"
        time.sleep(0.05)
    time.sleep(random.uniform(0.1, 8 if step == "1/4" else 1.5))
    assert run.status() != psutil.STATUS_ZOMBIE, f"it ended before it could be killed in {step}"
    os.killpg(run.pid, signal.SIGKILL)
    execute("os.wait()")


def test_locks_agree_on_what_meets():
    """What runs on both sides of Dask's wire, or talks to one server, is the same in all locks."""
    locks = "".join(path.read_text("utf-8") for path in (REQUIREMENTS, *DEMO.glob("[ds]*.txt")))
    meets = "prefect|prefect-dask|dask|distributed|cloudpickle|msgpack|tornado|duckdb"
    pins = set(re.findall(rf"^({meets})==(\S+)", locks, re.M))
    assert sorted(name for name, _ in pins) == sorted(meets.split("|")), pins

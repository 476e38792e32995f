"""What pictures are taken of: each scene really runs, from a fixed seed, and ends with its block.

A scene that is set up anew shows the same names and figures, but for dates. Libraries are imported
where a scene needs them, because Prefect reads its settings when it is imported.
"""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple
from unittest.mock import patch

from playwright.sync_api import Page

from course.errors import CourseError
from course.paths import DEMO, ROOT, SNIPPETS, python_of

if TYPE_CHECKING:
    from prefect import Flow

TIMEZONE = "Europe/Berlin"
STATE_TIMEOUT_S = 300  #: until a run is in a state
QUIET = {"PREFECT_LOGGING_LEVEL": "CRITICAL"}


class PictureError(CourseError):
    """A picture that could not be taken; its files are as they were."""


class Scene(NamedTuple):
    """What is there to be seen as long as a scene lasts."""

    url: str = ""  #: where its pages are, without a slash at the end
    values: Mapping[str, str] = MappingProxyType({})  #: what only a run knows, such as its id
    prepare: Callable[[Page], None] = lambda page: None  #: called before a picture is taken


def empty() -> nullcontext[Scene]:
    """Set up nothing: for drawings that need no scene."""
    return nullcontext(Scene())


@contextmanager
def site() -> Generator[Scene]:
    """Build the site as it is published, Run buttons included, and serve it."""
    from course.services.web_server import serving
    from course.site import build

    with TemporaryDirectory() as folder, serving(folder) as url:
        if build.main(["--quiet", "--site-dir", folder]):
            raise PictureError("the site was not built; see the lines above")
        yield Scene(url)


@contextmanager
def _prefect() -> Generator[str]:
    """Run a Prefect server that this process and its children use; yield its UI's address."""
    from course.services import prefect_server

    with (
        TemporaryDirectory(ignore_cleanup_errors=True) as home,
        prefect_server.temporary(Path(home)) as api,
        patch.dict(os.environ, PREFECT_HOME=home, PREFECT_API_URL=api, **QUIET),
    ):
        from prefect import settings

        # Prefect may have been imported for an earlier scene. Heartbeats would outlive this one.
        own: dict[Any, str | None] = {settings.PREFECT_API_URL: api}
        own[settings.PREFECT_FLOWS_HEARTBEAT_FREQUENCY] = None
        with settings.temporary_settings(own):
            yield f"{api.removesuffix('/api')}/v2"


@contextmanager
def fortnight() -> Generator[Scene]:
    """Write module 6's history: two weeks of runs, as a reader writes it."""
    with _prefect() as url:
        subprocess.run([sys.executable, SNIPPETS / "patterns/fortnight.py"], check=True)
        from prefect import get_client

        with get_client(sync_client=True) as client:
            flow = client.read_flow_by_name("hourly-prices")
        yield Scene(url, {"flow": str(flow.id)})


@contextmanager
def pipeline() -> Generator[Scene]:
    """Run module 7's pipeline once, on a shop that is always the same."""
    with _prefect() as url, TemporaryDirectory() as folder:
        from prefect.artifacts import Artifact

        command = [python_of("dbt"), DEMO / "flow.py"]
        env = {**os.environ, "WAREHOUSE": f"{folder}/warehouse.duckdb"}
        done = subprocess.run(command, env=env, capture_output=True, text=True)
        run = re.search(r"^The run: .*/(\S+)$", done.stdout, re.M)
        table: Any = Artifact.get("cheapest-by-model")
        if done.returncode or run is None or table is None:
            raise PictureError(f"the pipeline has failed:\n{done.stdout}{done.stderr}")
        svg = Path(folder, "median.svg").read_text("utf-8")
        yield Scene(url, {"run": run[1], "table": str(table.id), "svg": svg})


# Module 3: runs in several states
def _flow() -> Flow:
    """Return the flow that a deployment points at."""
    from prefect.flows import load_flow_from_entrypoint

    return load_flow_from_entrypoint(f"{SNIPPETS}/orchestration/watch_prices.py:watch_prices")


def watch(name: str, sku: str, retries: int = 0) -> None:
    """Run the flow for one shoe under a name, whichever state it ends in; retry after an hour."""
    flow = _flow().with_options(flow_run_name=name, retries=retries, retry_delay_seconds=3600)
    flow([sku], return_state=True)


def _wait_for(name: str, state: str) -> None:
    """Wait until the run of this name is in a state."""
    from prefect import get_client
    from prefect.client.schemas.filters import FlowRunFilter

    with get_client(sync_client=True) as client:
        wanted = FlowRunFilter(name={"any_": [name]}, state={"name": {"any_": [state]}})
        deadline = time.monotonic() + STATE_TIMEOUT_S
        while not client.read_flow_runs(flow_run_filter=wanted):
            if time.monotonic() > deadline:
                raise PictureError(f"the run {name!r} is not {state} after {STATE_TIMEOUT_S} s")
            time.sleep(0.2)


@contextmanager
def _waiting_for_retry(name: str) -> Generator[None]:
    """Have a process wait an hour for the retry of a run that failed; end it with the block."""
    run = f"watch({name!r}, 'cedar-high-top', retries=1)"
    code = f"from course.pictures.scenes import watch; {run}"  # that shoe is sold out
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT) as process:
        try:
            _wait_for(name, "AwaitingRetry")
            yield
        finally:
            process.terminate()


@contextmanager
def watched_prices() -> Generator[Scene]:
    """Fill a server with runs in each state, and a deployment with a schedule."""
    with _prefect() as url:
        from prefect import get_client
        from prefect.client.schemas.filters import DeploymentFilter
        from prefect.deployments import run_deployment
        from prefect.runner import Runner
        from prefect.schedules import Cron

        runner, skus = Runner(pause_on_shutdown=False), ["alder-runner", "alder-trail"]
        at_six = Cron("0 6 * * *", timezone=TIMEZONE)
        nightly = runner.add_flow(_flow(), "nightly", schedule=at_six, parameters={"skus": skus})
        run_deployment("watch-prices/nightly", flow_run_name="by-hand", timeout=0)
        asyncio.run(runner.start(run_once=True))
        for sku in ("alder-runner", "elm-runner", "alder-trail"):  # elm-runner is gone
            watch(sku, sku)
        with _waiting_for_retry("laptop-closed"):
            pass
        _wait_for("laptop-closed", "Crashed")
        due, late = datetime.now(UTC) - timedelta(minutes=2), "nobody-took-it"
        run_deployment("watch-prices/nightly", flow_run_name=late, scheduled_time=due, timeout=0)
        _wait_for(late, "Late")
        with get_client(sync_client=True) as client:
            of_nightly = DeploymentFilter(id={"any_": [nightly]})
            planned = client.read_flow_runs(deployment_filter=of_nightly)
            due_at = {run.expected_start_time: run.id for run in planned if run.auto_scheduled}
            client.update_flow_run(due_at[min(filter(None, due_at))], name="tomorrow-at-six")
        with _waiting_for_retry("cedar-high-top"):
            yield Scene(url, {"deployment": str(nightly)})


# Module 4: Dask's dashboard in the middle of a computation
DRAWN_TASKS = 52  #: of eighty, so that the picture is of a computation and not of its end
TITLES = ["Task Stream", "Bytes stored per worker", "Tasks Processing", "total: 80"]
#: Bokeh draws on a canvas, where a browser finds no text: its models hold what is drawn.
IS_DRAWN = """([titles, tasks]) => {
  const models = Bokeh.documents.flatMap(document => [...document._all_models.values()])
  const drawn = models.map(model => model.title?.text ?? '').join(' | ')
  return titles.every(title => drawn.includes(title))
    && models.some(model => model.data?.duration?.length >= tasks)
}"""


@contextmanager
def dask_dashboard() -> Generator[Scene]:
    """Compute the lowest price of each shoe within a year, as soon as a page is open."""
    from random import Random

    from distributed import Client, LocalCluster
    from pricewatch import OPENING_DAY, Shop
    from pricewatch.catalogue import CATALOGUE

    def year_of(sku: str) -> list[float]:
        time.sleep(Random(sku).uniform(0.1, 0.4))  # as different as a real shop's answers
        return [CATALOGUE[sku].price(OPENING_DAY + timedelta(day), Shop.seed) for day in range(365)]

    def cheapest(year: list[float]) -> float:
        time.sleep(0.15)
        return min(year)

    lowest = []

    def compute(page: Page) -> None:
        page.wait_for_function("window.Bokeh?.documents.length")
        lowest[:] = client.map(cheapest, client.map(year_of, CATALOGUE))
        page.wait_for_function(IS_DRAWN, arg=[TITLES, DRAWN_TASKS])

    local = {"n_workers": 4, "threads_per_worker": 1, "processes": False}
    with (
        LocalCluster(**local, dashboard_address="127.0.0.1:0") as cluster,
        Client(cluster) as client,
    ):
        yield Scene(f"http://127.0.0.1:{cluster.scheduler.http_server.port}", prepare=compute)
        client.gather(lowest)

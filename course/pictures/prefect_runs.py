"""Take pictures of Prefect's dashboard, in both schemes, of runs that really ran: python course/pictures_prefect.py

The server is one of its own, in a home of its own. Runs have fixed names: taken anew, a picture says the same.
"""

import asyncio
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from course.paths import ROOT
from course.pictures.prefect_ui import Picture, server, take

PICTURES = ROOT / "docs/orchestration/pictures"
TIMEZONE = "Europe/Berlin"
STYLE = "main:has(a[href$='deployments']) { max-height: 296px; overflow: hidden }"
sys.path.insert(0, str(ROOT / "snippets/orchestration"))  # for the flow whose runs are seen
SHOES = ("alder-runner", "elm-runner", "alder-trail")  # elm-runner is gone
GONE = "cedar-high-top"
STATES = ("Completed", "Failed", "Crashed", "Late", "AwaitingRetry")
RUNS = ["7 Flow runs", "watch-prices", "2 Task runs", *SHOES, *STATES]


def watch(name: str, sku: str, **options: int) -> None:
    """Run the flow for one shoe, under a name, in whichever state it ends."""
    from watch_prices import watch_prices

    watch_prices.with_options(flow_run_name=name, **options)([sku], return_state=True)


def wait_for(name: str, state: str) -> None:
    """Wait until the run of this name is in a state."""
    from prefect import get_client
    from prefect.client.schemas.filters import FlowRunFilter

    with get_client(sync_client=True) as client:
        wanted = FlowRunFilter(name={"any_": [name]}, state={"name": {"any_": [state]}})
        while not client.read_flow_runs(flow_run_filter=wanted):
            time.sleep(0.2)


@contextmanager
def waiting(name: str):
    """Run the flow in a process of its own until the block ends: it has failed, and waits an hour for its retry."""
    with subprocess.Popen([sys.executable, __file__, name]) as process:
        try:
            wait_for(name, "AwaitingRetry")
            yield
        finally:
            process.terminate()


def seed() -> str:
    """Fill the server with runs in several states and a deployment; return the deployment's id."""
    from prefect import get_client
    from prefect.client.schemas.filters import DeploymentFilter
    from prefect.deployments import run_deployment
    from prefect.runner import Runner
    from prefect.schedules import Cron
    from watch_prices import watch_prices

    usual, at_six = {"skus": list(SHOES[::2])}, Cron("0 6 * * *", timezone=TIMEZONE)
    runner = Runner(pause_on_shutdown=False)
    nightly = runner.add_flow(watch_prices, name="nightly", schedule=at_six, parameters=usual)
    run_deployment("watch-prices/nightly", flow_run_name="by-hand", timeout=0)
    asyncio.run(runner.start(run_once=True))
    for sku in SHOES:
        watch(sku, sku)
    with waiting("laptop-closed"):
        pass
    wait_for("laptop-closed", "Crashed")
    due = datetime.now(UTC) - timedelta(minutes=2)
    run_deployment(
        "watch-prices/nightly", flow_run_name="nobody-took-it", scheduled_time=due, timeout=0
    )
    wait_for("nobody-took-it", "Late")
    with get_client(sync_client=True) as client:
        planned = client.read_flow_runs(deployment_filter=DeploymentFilter(id={"any_": [nightly]}))
        first = min(
            (run for run in planned if run.auto_scheduled), key=lambda run: run.expected_start_time
        )
        client.update_flow_run(first.id, name="tomorrow-at-six")
    return str(nightly)


def pictures(nightly: str) -> dict[str, Picture]:
    """Return what is to be seen of the runs, and of a deployment."""
    texts = ["watch-prices", "At 06:00 AM", "Triggers", "Add", "tomorrow-at-six", "06:00:00 AM"]
    return {
        "runs": ("runs?range=past-7-days", 720, RUNS, "main ul:has(a[href*='/flow-run/'])"),
        "deployment": (f"deployments/deployment/{nightly}", 1160, texts, "main"),
    }


def main() -> int:
    with server() as url:
        nightly = (
            seed()
        )  # before Playwright's event loop: Prefect would behave as inside a coroutine
        with waiting(GONE):
            take(url, PICTURES, pictures(nightly), TIMEZONE, STYLE)
    return 0


if __name__ == "__main__":
    if sys.argv[1:]:
        watch(sys.argv[1], GONE, retries=1, retry_delay_seconds=3600)
    else:
        sys.exit(main())

"""Deployments are what they are said to be: the file is really deployed, a worker and a served flow really run."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import psutil
import pytest
import yaml

from tests.support.home import READERS_TERMINAL, ROOT
from tests.support.measuring import python

FILE = ROOT / "snippets/orchestration/prefect.yaml"
SERVE = ROOT / "snippets/orchestration/serve.py"
DECLARED = yaml.safe_load(FILE.read_text("utf-8"))["deployments"]
POOL = "laptop"
PATIENCE = 90


@pytest.fixture
def reader(prefect_server, tmp_path):
    """What a reader's commands find."""
    return {
        **os.environ,
        **READERS_TERMINAL,
        "PREFECT_API_URL": prefect_server,
        "PREFECT_HOME": str(tmp_path / "home"),
    }


@pytest.fixture
def client(reader):
    from prefect import get_client

    with get_client(sync_client=True) as client:
        yield client


@pytest.fixture
def start(reader):
    """Start a command from the course's folder; whatever is left of it at the end is killed."""
    family = []

    def run(*command) -> psutil.Popen:
        family.append(
            psutil.Popen(
                command, cwd=ROOT, env=reader, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        )
        return family[0]

    yield run
    left = [
        one
        for first in family
        if first.is_running()
        for one in (first, *first.children(recursive=True))
    ]
    for process in left:
        process.kill()
    psutil.wait_procs(left, timeout=20)


@pytest.fixture
def deployed(reader, client):
    """The deployments of prefect.yaml, by name, as the server has them after `prefect deploy --all`."""
    from prefect.client.schemas.actions import WorkPoolCreate
    from prefect.exceptions import ObjectNotFound

    names = [f"watch-prices/{deployment['name']}" for deployment in DECLARED]
    client.create_work_pool(WorkPoolCreate(name=POOL, type="process"), overwrite=True)
    try:
        command = [
            f"{sys.prefix}/bin/prefect",
            "--no-prompt",
            "deploy",
            "--all",
            "--prefect-file",
            FILE,
        ]
        run = subprocess.run(command, cwd=ROOT, env=reader, capture_output=True, text=True)
        assert run.returncode == 0, run.stdout + run.stderr
        found = [client.read_deployment_by_name(name) for name in names]
        yield {deployment.name: deployment for deployment in found}
    finally:
        for name in names:
            with contextlib.suppress(
                ObjectNotFound
            ):  # a file that is wrong may have been deployed in part
                client.delete_deployment(client.read_deployment_by_name(name).id)
        client.delete_work_pool(POOL)


def wait_for(find):
    """Ask again and again until there is an answer, and return it."""
    deadline = time.monotonic() + PATIENCE
    while not (found := find()) and time.monotonic() < deadline:
        time.sleep(0.2)
    return found


def test_prefect_yaml_is_what_the_server_has(deployed):
    """Names, entrypoints, parameters, work pools and schedules with their time zones are those of the file."""
    assert [len(declared["schedules"]) for declared in DECLARED] == [1] * len(deployed) and len(
        deployed
    ) >= 2
    for declared in DECLARED:
        deployment, (planned,) = deployed[declared["name"]], declared["schedules"]
        (has,) = deployment.schedules
        assert (deployment.entrypoint, deployment.parameters) == (
            declared["entrypoint"],
            declared["parameters"],
        )
        assert deployment.work_pool_name == declared["work_pool"]["name"] == POOL
        assert not deployment.paused and has.active == planned.get("active", True)
        assert getattr(has.schedule, "cron", None) == planned.get("cron")
        assert getattr(has.schedule, "interval", None) == (
            timedelta(seconds=planned["interval"]) if "interval" in planned else None
        )
        assert has.schedule.timezone == planned.get("timezone", "UTC")
    assert "Europe/Berlin" in {one.schedules[0].schedule.timezone for one in deployed.values()}


def test_a_worker_runs_what_is_scheduled(deployed, client, start):
    """A run that nobody asked for but the schedule is taken by a worker's process, and completes."""
    from prefect.client.schemas.filters import DeploymentFilter, FlowRunFilter

    often = min(
        deployed.values(),
        key=lambda one: getattr(one.schedules[0].schedule, "interval", timedelta.max),
    )
    completed = {
        "deployment_filter": DeploymentFilter(id={"any_": [often.id]}),
        "flow_run_filter": FlowRunFilter(state={"name": {"any_": ["Completed"]}}),
    }
    start(
        f"{sys.prefix}/bin/prefect",
        "worker",
        "start",
        "--pool",
        POOL,
        "--name",
        "of-a-test",
        "--limit",
        "1",
    )
    runs = wait_for(lambda: client.read_flow_runs(**completed))
    assert runs, "no scheduled run has completed"
    assert runs[0].auto_scheduled and runs[0].work_pool_name == POOL
    assert runs[0].run_count == 1


def test_serve_until_ctrl_c(client, start):
    """serve.py makes its deployment and runs what is asked for; Ctrl+C ends it in order and pauses the deployment."""
    from prefect.deployments import run_deployment
    from prefect.exceptions import ObjectNotFound

    def find():
        try:
            return client.read_deployment_by_name("watch/every-minute")
        except ObjectNotFound:
            return None

    served = start(*python(SERVE))
    deployment = wait_for(find)
    try:
        assert (
            deployment.schedules[0].schedule.interval == timedelta(minutes=1)
            and not deployment.paused
        )
        run = run_deployment(
            "watch/every-minute", parameters={"skus": ["alder-slip-on"]}, timeout=0
        )
        assert wait_for(lambda: client.read_flow_run(run.id).state.is_final())
        assert client.read_flow_run(run.id).state_name == "Completed"
        family = served.children(recursive=True)
        served.send_signal(signal.SIGINT)
        assert served.wait(100) == 0
        assert psutil.wait_procs(family, timeout=60)[1] == [], "a process has outlived Ctrl+C"
        assert find().paused
    finally:
        client.delete_deployment(deployment.id)

"""Deployments are what their files say: they are really made, and a worker really runs them."""

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

from course.paths import ROOT, SNIPPETS
from course.services import processes
from tests.support.home import READERS_TERMINAL
from tests.support.measuring import python

FILE = SNIPPETS / "orchestration/prefect.yaml"
DECLARED = yaml.safe_load(FILE.read_text("utf-8"))["deployments"]
PREFECT = f"{sys.prefix}/bin/prefect"
POOL, TIMEOUT_S = "laptop", 90


@pytest.fixture
def reader(prefect_server, tmp_path):
    """Return the environment of a reader's commands."""
    home = {"PREFECT_API_URL": prefect_server, "PREFECT_HOME": str(tmp_path / "home")}
    return {**os.environ, **READERS_TERMINAL, **home}


@pytest.fixture
def client(reader):
    """Return a client of the server."""
    from prefect import get_client

    with get_client(sync_client=True) as client:
        yield client


@contextlib.contextmanager
def running(reader, *command):
    """Start a command in the course's folder; kill whatever is left of it at the end."""
    quiet = dict.fromkeys(["stdout", "stderr"], subprocess.DEVNULL)
    env = {**reader, processes.MARK_VARIABLE: "of-a-deployment"}
    with psutil.Popen(command, cwd=ROOT, env=env, **quiet) as process:
        try:
            yield process
        finally:
            processes.kill_tree("of-a-deployment")


@pytest.fixture
def deployed(reader, client):
    """Return what the server has after `prefect deploy --all`, by the deployments' names."""
    from prefect.client.schemas.actions import WorkPoolCreate
    from prefect.exceptions import ObjectNotFound

    names = [f"watch-prices/{deployment['name']}" for deployment in DECLARED]
    client.create_work_pool(WorkPoolCreate(name=POOL, type="process"), overwrite=True)
    try:
        command = [PREFECT, "--no-prompt", "deploy", "--all", "--prefect-file", FILE]
        run = subprocess.run(command, cwd=ROOT, env=reader, capture_output=True, text=True)
        assert run.returncode == 0, run.stdout + run.stderr
        found = [client.read_deployment_by_name(name) for name in names]
        yield {deployment.name: deployment for deployment in found}
    finally:
        for name in names:
            with contextlib.suppress(ObjectNotFound):  # a wrong file may be deployed in part
                client.delete_deployment(client.read_deployment_by_name(name).id)
        client.delete_work_pool(POOL)


def wait_for(find):
    """Ask again and again until there is an answer, and return it."""
    deadline = time.monotonic() + TIMEOUT_S
    while not (found := find()) and time.monotonic() < deadline:
        time.sleep(0.2)
    return found


def test_prefect_yaml_is_what_the_server_has(deployed):
    """Names, entrypoints, parameters, work pools and schedules are those of the file."""
    assert len(deployed) == len(DECLARED) >= 2
    for declared in DECLARED:
        deployment, (planned,) = deployed[declared["name"]], declared["schedules"]
        (has,) = deployment.schedules
        assert deployment.entrypoint == declared["entrypoint"]
        assert deployment.parameters == declared["parameters"]
        assert deployment.work_pool_name == declared["work_pool"]["name"] == POOL
        assert not deployment.paused and has.active == planned.get("active", True)
        assert getattr(has.schedule, "cron", None) == planned.get("cron")
        interval = timedelta(seconds=planned["interval"]) if "interval" in planned else None
        assert getattr(has.schedule, "interval", None) == interval
        assert has.schedule.timezone == planned.get("timezone", "UTC")
    assert "Europe/Berlin" in {one.schedules[0].schedule.timezone for one in deployed.values()}


def test_a_worker_runs_what_is_scheduled(deployed, client, reader):
    """A run that only the schedule asked for is taken by a worker's process, and completes."""
    from prefect.client.schemas.filters import DeploymentFilter, FlowRunFilter

    def interval(deployment):
        return getattr(deployment.schedules[0].schedule, "interval", timedelta.max)

    soonest = min(deployed.values(), key=interval)
    completed = {
        "deployment_filter": DeploymentFilter(id={"any_": [soonest.id]}),
        "flow_run_filter": FlowRunFilter(state={"name": {"any_": ["Completed"]}}),
    }
    command = [PREFECT, "worker", "start", "--pool", POOL, "--name", "of-a-test", "--limit", "1"]
    with running(reader, *command):
        runs = wait_for(lambda: client.read_flow_runs(**completed))
    assert runs, "no scheduled run has completed"
    assert runs[0].auto_scheduled and runs[0].work_pool_name == POOL
    assert runs[0].run_count == 1


def test_serve_until_ctrl_c(client, reader):
    """serve.py runs what is asked for; Ctrl+C ends it in order and pauses its deployment."""
    from prefect.deployments import run_deployment
    from prefect.exceptions import ObjectNotFound

    def find():
        with contextlib.suppress(ObjectNotFound):
            return client.read_deployment_by_name("watch/every-minute")

    with running(reader, *python(SNIPPETS / "orchestration/serve.py")) as served:
        deployment = wait_for(find)
        try:
            assert deployment.schedules[0].schedule.interval == timedelta(minutes=1)
            assert not deployment.paused
            run = run_deployment(deployment.id, parameters={"skus": ["alder-slip-on"]}, timeout=0)
            assert wait_for(lambda: client.read_flow_run(run.id).state.is_final())
            assert client.read_flow_run(run.id).state_name == "Completed"
            family = served.children(recursive=True)
            served.send_signal(signal.SIGINT)
            assert served.wait(100) == 0
            assert psutil.wait_procs(family, timeout=100)[1] == [], "a process outlived Ctrl+C"
            assert find().paused
        finally:
            client.delete_deployment(deployment.id)


def test_deployment_of_an_image_without_an_engine_is_said(client, reader, tmp_path):
    """deploy_image.py ends with Prefect's word on a Docker that is not running."""
    from prefect.client.schemas.actions import WorkPoolCreate
    from prefect_docker import DockerWorker

    job = DockerWorker.get_default_base_job_template()
    pool = WorkPoolCreate(name="containers", type="docker", base_job_template=job)
    client.create_work_pool(pool)
    env = {**reader, "DOCKER_HOST": "unix:///nowhere", "COVERAGE_FILE": str(ROOT / ".coverage")}
    command = python(SNIPPETS / "packaging/deploy_image.py")
    run = subprocess.run(command, capture_output=True, text=True, env=env, cwd=tmp_path)
    client.delete_work_pool("containers")
    assert run.returncode == 1
    assert "Please ensure Docker is running." in run.stderr.splitlines()[-1], run.stderr

"""Module 4's clusters of many machines are what their manifests and their SSH settings say."""

import asyncio
import contextlib
import os
import re
import shlex
import subprocess
import sys
import threading

import asyncssh
import kubernetes_validate
import pytest
import yaml
from distributed.cli import dask_scheduler, dask_worker

from course.paths import SNIPPETS

FOLDER = SNIPPETS / "dask"
DOCUMENTS = list(yaml.safe_load_all((FOLDER / "kubernetes.yaml").read_text("utf-8")))
TRANSCRIPT = (FOLDER / "cluster.console").read_text("utf-8")
PARSERS = {"scheduler": dask_scheduler.main, "worker": dask_worker.main}


def document(kind: str, name: str) -> dict:
    """Return a document of kubernetes.yaml."""
    return next(d for d in DOCUMENTS if (d["kind"], d["metadata"]["name"]) == (kind, name))


def container(deployment: dict) -> dict:
    """Return the container of a deployment's pod."""
    return deployment["spec"]["template"]["spec"]["containers"][0]


SERVICE = document("Service", "dask-scheduler")
DEPLOYMENTS = [document("Deployment", f"dask-{kind}") for kind in ("scheduler", "worker")]
SCHEDULER, WORKER = map(container, DEPLOYMENTS)


def test_manifests_are_valid():
    """Kubernetes' own schemas know each field, and miss none."""
    for each in DOCUMENTS:
        kubernetes_validate.validate(each, kubernetes_validate.latest_version(), strict=True)


def test_manifests_find_each_other():
    """Selectors match labels, the service leads to the scheduler, and workers use the service."""
    labels = [each["spec"]["template"]["metadata"]["labels"] for each in DEPLOYMENTS]
    assert [each["spec"]["selector"]["matchLabels"] for each in DEPLOYMENTS] == labels
    assert SERVICE["spec"]["selector"] == labels[0]
    ports = {port["containerPort"] for port in SCHEDULER["ports"]}
    assert {port["port"] for port in SERVICE["spec"]["ports"]} == ports == {8786, 8787}
    assert f"tcp://{SERVICE['metadata']['name']}:8786" in WORKER["command"]
    assert WORKER["image"] == SCHEDULER["image"], "workers and scheduler have the same libraries"


def test_manifests_run_the_transcripts_commands():
    """Pods run what the transcript runs, but for addresses and names; Dask knows each option."""
    typed = re.findall(r"^\$ \.venv/bin/(dask .+) &$", TRANSCRIPT, re.M)
    local = re.compile(r" --(?:host|dashboard-address|name) \S+")
    typed = {local.sub("", command).replace("127.0.0.1", "dask-scheduler") for command in typed}
    run = [SCHEDULER["command"], WORKER["command"]]
    assert {" ".join(command) for command in run} == typed
    for _, kind, *options in run:
        PARSERS[kind].make_context(kind, options)


async def run_command(session) -> None:
    """Run a client's command, as sshd does; it ends with its connection."""
    pipes = dict.fromkeys(["stdout", "stderr"], asyncio.subprocess.PIPE)
    child = await asyncio.create_subprocess_exec(
        *shlex.split(session.command), stdin=asyncio.subprocess.DEVNULL, **pipes
    )

    async def hand_over(source, target) -> None:
        async for line in source:
            with contextlib.suppress(BrokenPipeError):  # the client has gone
                target.write(line.decode())

    async def end_with_connection() -> None:
        await session.channel.wait_closed()
        with contextlib.suppress(ProcessLookupError):
            child.terminate()

    watch = asyncio.create_task(end_with_connection())
    try:
        await asyncio.gather(
            hand_over(child.stdout, session.stdout), hand_over(child.stderr, session.stderr)
        )
        session.exit(await child.wait())
        await watch
    finally:
        with contextlib.suppress(ProcessLookupError):
            child.kill()


async def serve(ssh, ready, stop) -> None:
    """Serve SSH on a free port, for the hosts shop-1 to shop-3 in the settings of this home."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    key.write_private_key(ssh / "key")
    public = key.export_public_key().decode()
    keys = {
        "server_host_keys": [key],
        "authorized_client_keys": asyncssh.import_authorized_keys(public),
    }
    async with asyncssh.listen("127.0.0.1", 0, process_factory=run_command, **keys) as server:
        port = server.get_port()
        (ssh / "known").write_text(f"[127.0.0.1]:{port} {public}")
        lines = ["Host shop-*", "HostName 127.0.0.1", f"Port {port}"]
        lines += [f"IdentityFile {ssh}/key", f"UserKnownHostsFile {ssh}/known"]
        (ssh / "config").write_text("\n  ".join(lines))
        ready.set()
        await stop.wait()
    if sessions := asyncio.all_tasks() - {asyncio.current_task()}:
        await asyncio.wait(sessions, timeout=20)  # their commands end with them


@pytest.fixture
def home_with_ssh(tmp_path):
    """Return a home folder whose SSH settings lead to a real SSH server."""
    (tmp_path / ".ssh").mkdir()
    loop, ready, stop = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
    server = threading.Thread(
        target=loop.run_until_complete, args=[serve(tmp_path / ".ssh", ready, stop)]
    )
    server.start()
    assert ready.wait(20)
    yield tmp_path
    loop.call_soon_threadsafe(stop.set)
    server.join()
    loop.close()


RUN_THERE = """
import runpy, sys
flow, runner = runpy.run_path(sys.argv[1])["report"], runpy.run_path(sys.argv[2])["machines"]
flow.with_options(task_runner=runner)()
"""


def test_flow_runs_over_ssh(home_with_ssh, prefect_server):
    """The flow of anywhere.py runs on the machines of over_ssh.py, both unchanged."""
    env = os.environ | {"HOME": str(home_with_ssh), "PREFECT_API_URL": prefect_server}
    env["PREFECT_LOGGING_LEVEL"] = "ERROR"
    files = [FOLDER / "anywhere.py", FOLDER / "over_ssh.py"]
    command = [sys.executable, "-c", RUN_THERE, *files]
    run = subprocess.run(command, env=env, cwd=home_with_ssh, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines() == ["Lowest of all days: 47.95", "Processes at work: 2"]

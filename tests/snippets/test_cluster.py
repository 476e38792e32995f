"""Module 4's clusters of many machines are what their files say: manifests, and an SSH server of our own."""

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

from tests.support.home import ROOT

FOLDER = ROOT / "snippets/dask"
TRANSCRIPT = (FOLDER / "cluster.console").read_text("utf-8")
PARSERS = {"scheduler": dask_scheduler.main, "worker": dask_worker.main}


@pytest.fixture
def manifests():
    """The documents of kubernetes.yaml by kind and name."""
    documents = yaml.safe_load_all((FOLDER / "kubernetes.yaml").read_text("utf-8"))
    return {(document["kind"], document["metadata"]["name"]): document for document in documents}


def pod(deployment) -> dict:
    return deployment["spec"]["template"]


def container(deployment) -> dict:
    return pod(deployment)["spec"]["containers"][0]


def test_manifests_are_valid(manifests):
    """Kubernetes' own schemas know each field, and miss none."""
    for document in manifests.values():
        kubernetes_validate.validate(document, kubernetes_validate.latest_version(), strict=True)


def test_manifests_find_each_other(manifests):
    """Selectors meet labels, the service leads to the scheduler's ports, and workers ask for the service."""
    scheduler, service = (
        manifests["Deployment", "dask-scheduler"],
        manifests["Service", "dask-scheduler"],
    )
    worker = manifests["Deployment", "dask-worker"]
    for deployment in (scheduler, worker):
        assert (
            deployment["spec"]["selector"]["matchLabels"] == pod(deployment)["metadata"]["labels"]
        )
    assert service["spec"]["selector"] == pod(scheduler)["metadata"]["labels"]
    ports = {port["containerPort"] for port in container(scheduler)["ports"]}
    assert {port["port"] for port in service["spec"]["ports"]} == ports == {8786, 8787}
    assert f"tcp://{service['metadata']['name']}:8786" in container(worker)["command"]
    assert container(worker)["image"] == container(scheduler)["image"], (
        "workers and scheduler have the same libraries"
    )


def test_manifests_run_the_transcripts_commands(manifests):
    """What a pod runs is what the transcript runs, but for addresses and names, and Dask accepts each option."""
    typed = re.findall(r"^\$ \.venv/bin/(dask .+) &$", TRANSCRIPT, re.M)
    here = re.compile(r" --(?:host|dashboard-address|name) \S+")
    typed = {here.sub("", command).replace("127.0.0.1", "dask-scheduler") for command in typed}
    run = [
        container(manifests["Deployment", name])["command"]
        for name in ("dask-scheduler", "dask-worker")
    ]
    assert {" ".join(command) for command in run} == typed
    for _, kind, *options in run:
        PARSERS[kind].make_context(kind, options)


async def run_command(session) -> None:
    """Run what a client sends, as sshd does; the command ends with its connection."""
    pipes = dict.fromkeys(["stdout", "stderr"], asyncio.subprocess.PIPE)
    child = await asyncio.create_subprocess_exec(
        *shlex.split(session.command), stdin=asyncio.subprocess.DEVNULL, **pipes
    )

    async def hand_over(source, target) -> None:
        async for line in source:
            with contextlib.suppress(BrokenPipeError):  # nobody listens any more
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
    """Serve SSH on a free port; to whoever has this home, the hosts shop-1, shop-2 and shop-3 are there."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    key.write_private_key(ssh / "key")
    public = key.export_public_key().decode()
    known = asyncssh.import_authorized_keys(public)
    async with asyncssh.listen(
        "127.0.0.1",
        0,
        server_host_keys=[key],
        authorized_client_keys=known,
        process_factory=run_command,
    ) as server:
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
    """A home folder whose SSH settings lead to a real SSH server."""
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
    """The flow of anywhere.py runs on the machines of over_ssh.py, both unchanged, over the SSH protocol."""
    env = os.environ | {"HOME": str(home_with_ssh), "PREFECT_API_URL": prefect_server}
    env["PREFECT_LOGGING_LEVEL"] = "ERROR"
    files = [FOLDER / "anywhere.py", FOLDER / "over_ssh.py"]
    run = subprocess.run(
        [sys.executable, "-c", RUN_THERE, *files],
        env=env,
        cwd=home_with_ssh,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines() == ["Lowest of all days: 47.95", "Processes at work: 2"]

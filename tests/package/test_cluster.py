"""Module 4's clusters of many machines are what their manifests and their SSH settings say."""

import asyncio
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import asyncssh
import kubernetes_validate
import yaml
from distributed.cli import dask_scheduler, dask_worker

from course.paths import SNIPPETS

FOLDER = SNIPPETS / "dask"
DOCUMENTS = list(yaml.safe_load_all((FOLDER / "kubernetes.yaml").read_text("utf-8")))
TRANSCRIPT = (FOLDER / "cluster.console").read_text("utf-8")
PARSERS = {"scheduler": dask_scheduler.main, "worker": dask_worker.main}


BY_NAME = {(each["kind"], each["metadata"]["name"]): each for each in DOCUMENTS}
SERVICE = BY_NAME["Service", "dask-scheduler"]
DEPLOYMENTS = [BY_NAME["Deployment", f"dask-{kind}"] for kind in ("scheduler", "worker")]
PODS = [deployment["spec"]["template"] for deployment in DEPLOYMENTS]
SCHEDULER, WORKER = (pod["spec"]["containers"][0] for pod in PODS)


def test_manifests_are_valid():
    """Kubernetes' own schemas know each field, and miss none."""
    for each in DOCUMENTS:
        kubernetes_validate.validate(each, kubernetes_validate.latest_version(), strict=True)


def test_manifests_find_each_other():
    """Selectors match labels, the service leads to the scheduler, and workers use the service."""
    labels = [pod["metadata"]["labels"] for pod in PODS]
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


PIPES = dict.fromkeys(["stdout", "stderr"], asyncio.subprocess.PIPE)


async def run_command(session: asyncssh.SSHServerProcess) -> None:
    """Run a client's command, as sshd does; it ends with its connection."""
    command = shlex.split(session.command)
    child = await asyncio.create_subprocess_exec(*command, stdin=subprocess.DEVNULL, **PIPES)
    await session.redirect(stdout=child.stdout, stderr=child.stderr)
    ends = [asyncio.create_task(end) for end in (child.wait(), session.channel.wait_closed())]
    await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    if child.returncode is None:
        child.terminate()
        await ends[0]
    else:
        await asyncio.gather(session.stdout.drain(), session.stderr.drain())
        session.exit(child.returncode)
        await ends[1]


async def run_over_ssh(home: Path, env: dict[str, str], *command: str | Path) -> tuple[str, str]:
    """Run a command whose SSH settings lead from the hosts shop-1 to shop-3 to a real server."""
    ssh, key = home / ".ssh", asyncssh.generate_private_key("ssh-ed25519")
    public = key.export_public_key().decode()
    known = asyncssh.import_authorized_keys(public)
    keys = {"server_host_keys": [key], "authorized_client_keys": known}
    async with asyncssh.listen("127.0.0.1", 0, process_factory=run_command, **keys) as server:
        port = server.get_port()
        ssh.mkdir()
        key.write_private_key(ssh / "key")
        (ssh / "known").write_text(f"[127.0.0.1]:{port} {public}")
        lines = ["Host shop-*", "HostName 127.0.0.1", f"Port {port}"]
        lines += [f"IdentityFile {ssh}/key", f"UserKnownHostsFile {ssh}/known"]
        (ssh / "config").write_text("\n  ".join(lines))
        child = await asyncio.create_subprocess_exec(*command, cwd=home, env=env, **PIPES)
        out, err = await child.communicate()
    if sessions := asyncio.all_tasks() - {asyncio.current_task()}:
        await asyncio.wait(sessions, timeout=20)  # their commands end with them
    return out.decode(), err.decode()


RUN_THERE = """
import runpy, sys
flow, runner = runpy.run_path(sys.argv[1])["report"], runpy.run_path(sys.argv[2])["machines"]
flow.with_options(task_runner=runner)()
"""


def test_flow_runs_over_ssh(prefect_server, tmp_path):
    """The flow of anywhere.py runs on the machines of over_ssh.py, both unchanged."""
    settings = {"PREFECT_API_URL": prefect_server, "PREFECT_LOGGING_LEVEL": "ERROR"}
    env = {**os.environ, **settings, "HOME": str(tmp_path)}
    files = [FOLDER / "anywhere.py", FOLDER / "over_ssh.py"]
    out, err = asyncio.run(run_over_ssh(tmp_path, env, sys.executable, "-c", RUN_THERE, *files))
    assert out.splitlines() == ["Lowest of all days: 47.95", "Processes at work: 2"], err

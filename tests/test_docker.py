"""Images, a registry, containers and a cluster are what module 5 says they are, on a real engine."""

import subprocess
import time

from engines import CLASS, docker
from test_consoles import checkout, each_transcript, replay, shell

__all__ = ["checkout", "shell"]


@each_transcript(in_docker=True)
def test_transcript(path, the_class, shell, tmp_path):
    """Each transcript in which a container runs is replayed, beside the services of a class."""
    the_class()
    replay(path, shell, tmp_path)


def test_a_worker_is_killed_and_the_result_is_right(the_class):
    """The flow of module 4 goes on without a worker that is killed while it has tasks, and finds the same price."""
    the_class()
    compose = ["docker", "compose", "--progress", "quiet", "--file", CLASS]
    flow = subprocess.Popen(
        [*compose, "run", "--rm", "-T", "flow"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    said = []
    for line in flow.stdout:
        said.append(line)
        if "Connecting to an existing Dask cluster" in line:
            victim = has_finished_a_task(begin)
            docker("kill", victim)
    assert flow.wait() == 0, "".join(said)
    assert "Lowest of all days: 47.95\n" in said
    assert docker("inspect", "--format", "{{.State.ExitCode}}", victim).strip() == "137"
    assert "Remov" in docker("logs", "--since", f"{begin:.0f}", "pricewatch-scheduler-1", check=False)


def has_finished_a_task(begin: float) -> str:
    """Wait until a worker has finished one of the flow's tasks, and return the name of its container."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for name in ("pricewatch-worker-1", "pricewatch-worker-2"):
            if "Finished in state Completed" in docker("logs", "--since", f"{begin:.0f}", name, check=False):
                return name
        time.sleep(0.1)
    raise AssertionError("no worker has finished a task")

"""Images, a registry, containers and a cluster are what module 5 says they are, on a real engine."""

import re
import subprocess
import time

import pytest

from course.exercises.checks import check, load
from course.exercises.source import split
from tests.consoles.test_consoles import checkout, each_transcript, replay, shell
from tests.support.engines import CLASS, PROJECT, docker, images
from tests.support.home import ROOT

__all__ = ["checkout", "shell"]


@pytest.mark.timeout(900)  # an image of a gigabyte is made
@each_transcript(in_docker=True)
def test_transcript(path, the_class, shell, tmp_path):
    """Each transcript in which a container runs is replayed, beside the services of a class."""
    the_class()
    replay(path, shell, tmp_path, then=nothing_is_left)


def nothing_is_left(command: str) -> None:
    """Believe `make class-down` what it says."""
    if command == "make class-down":
        mine = ("--quiet", "--filter", f"label={PROJECT}")
        left = [docker(kind, "ls", *mine) for kind in ("container", "network", "volume")]
        assert not any(left), left


def test_a_worker_is_killed_and_the_result_is_right(the_class):
    """The flow of module 4 goes on without a worker that is killed while it has tasks, and finds the same price."""
    the_class()
    run, begin = (
        ["docker", "compose", "--progress", "quiet", "--file", CLASS, "run", "--rm", "-T", "flow"],
        time.time(),
    )
    flow = subprocess.Popen(run, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said = []
    for line in flow.stdout:
        said.append(line)
        if "Connecting to an existing Dask cluster" in line:
            victim = has_finished_a_task(begin)
            docker("kill", victim)
    assert flow.wait() == 0, "".join(said)
    assert "Lowest of all days: 47.95\n" in said
    assert docker("inspect", "--format", "{{.State.ExitCode}}", victim).strip() == "137"
    noticed = docker("logs", "--since", f"{begin:.0f}", "pricewatch-scheduler-1", check=False)
    assert re.search(r"Remov(e|ing) worker", noticed), noticed


def has_finished_a_task(begin: float) -> str:
    """Wait until a worker has finished one of the flow's tasks, and return the name of its container."""
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline:
        for name in ("pricewatch-worker-1", "pricewatch-worker-2"):
            if "Finished in state Completed" in docker(
                "logs", "--since", f"{begin:.0f}", name, check=False
            ):
                return name
        time.sleep(0.1)
    raise AssertionError("no worker has finished a task")


IN_DOCKER = {  # what a learner may write in place of the solution: old, new, and what is said to it
    "right": ("", "", "✓ It builds: a few small layers, and the flow runs in it, not as root"),
    "a user who is not there": (
        "USER 10001",
        "USER nobody-here",
        "unable to find user nobody-here",
    ),
    "root by another name": ("USER 10001", "USER 00", "It runs as root."),
    "ballast": (
        "USER 10001",
        "RUN head -c 30M /dev/zero > ballast\nUSER 10001",
        " MB above the base, not 20 at most",
    ),
    "silence": (
        "USER 10001",
        "RUN echo > morning.py\nUSER 10001",
        "It says '', not 'The cheapest of 3 is",
    ),
    "a command that is none": ("RUN useradd", "RUN user-add", "docker build: "),
}


@pytest.mark.parametrize("name", IN_DOCKER)
def test_exercise_is_built(name, engine, tmp_path, capfd):
    """What a learner has written is built and run; each way to fail gets its words, and nothing of it stays."""
    old, new, said = IN_DOCKER[name]
    source, work, before = (
        ROOT / "snippets/packaging/exercise.py",
        tmp_path / "Dockerfile",
        named_images(),
    )
    work.write_text(split(source)["solution"].replace(old, new))
    load(source, "exercise").bring(tmp_path)
    assert check(source, work) == bool(old)
    assert said in capfd.readouterr().out
    assert named_images() == before


def named_images() -> list[str]:
    """All but those of the dev container, which opens meanwhile."""
    return [name for name, _ in images() if "<none>" not in name and not name.startswith("vsc-")]

"""On a real engine, images, registry, containers and cluster are as modules 4, 5 and 7 show."""

import os
import re
import subprocess
import time

import pytest

from course.exercises.checks import check, load
from course.exercises.source import split
from course.paths import SNIPPETS
from course.setup import engine as checks
from tests.support.engines import CLASS, PROJECT, docker, images
from tests.support.transcripts import NEED_DOCKER, Shell, moved

SCHEDULER = "pricewatch-scheduler-1"
WORKERS = ("pricewatch-worker-1", "pricewatch-worker-2")


@pytest.mark.timeout(900)  # an image of a gigabyte is made
@pytest.mark.parametrize("name", NEED_DOCKER)
def test_transcript(name, class_up, class_ports, tmp_path):
    """Each transcript in which a container runs prints what it shows, beside a class."""
    class_up()
    with Shell(tmp_path, class_ports) as shell:
        shell.replay(name, after=nothing_is_left)


def nothing_is_left(command: str) -> None:
    """Compare what `make class-down` prints with what is there."""
    if command == "make class-down":
        for kind in ("container", "network", "volume"):
            assert not docker(kind, "ls", "--quiet", "--filter", PROJECT), kind


def test_a_worker_is_killed_and_the_result_is_right(class_up, class_ports):
    """Module 4's flow finds the same price without a worker that is killed while it has tasks."""
    class_up()
    run = ["docker", "compose", "--progress", "quiet", "--file", CLASS, "run", "--rm", "-T", "flow"]
    began, env, pipe = str(int(time.time())), {**os.environ, **moved(class_ports)}, subprocess.PIPE
    flow = subprocess.Popen(run, env=env, stdout=pipe, stderr=subprocess.STDOUT, text=True)
    printed = []
    for line in flow.stdout:
        printed.append(line)
        if "Connecting to an existing Dask cluster" in line:
            victim = first_worker_with_a_result(began)
            docker("kill", victim)
    assert flow.wait() == 0, "".join(printed)
    assert "Lowest of all days: 47.95\n" in printed
    assert docker("inspect", "--format", "{{.State.ExitCode}}", victim).strip() == "137"
    noticed = docker("logs", "--since", began, SCHEDULER, check=False)
    assert re.search(r"Remov(e|ing) worker", noticed), noticed


def test_compose_is_added_to_docker(engine, tmp_path, monkeypatch):
    """The set-up check sees whether the real command has Compose, and its fix adds it."""
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))  # without the plugin that the suite adds
    has_compose = subprocess.run(["docker", "compose", "version"], capture_output=True)
    assert len(list(checks.compose())) == has_compose.returncode
    subprocess.run(checks.add_compose(), shell=True, check=True)
    assert not list(checks.compose())


def first_worker_with_a_result(began: str) -> str:
    """Wait until a worker has finished one of the flow's tasks; return its container's name."""
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline:
        for name in WORKERS:
            log = docker("logs", "--since", began, name, check=False)
            if "Finished in state Completed" in log:
                return name
        time.sleep(0.1)
    raise AssertionError("no worker has finished a task")


#: What a learner may write instead of the solution: old text, new text, and the check's answer.
ATTEMPTS = {
    "right": ("", "", "✓ It builds: a few small layers, and the flow runs in it, not as root"),
    "unknown user": ("USER 10001", "USER nobody-here", "unable to find user nobody-here"),
    "root by another name": (
        "USER 10001",
        "USER 00",
        "The container runs as root: add a USER line.",
    ),
    "ballast": (
        "USER 10001",
        "RUN head -c 30M /dev/zero > ballast\nUSER 10001",
        " MB to its base; the limit is 20 MB. ",
    ),
    "silence": (
        "USER 10001",
        "RUN echo > morning.py\nUSER 10001",
        "The container printed ''; expected 'The cheapest of 3 is",
    ),
    "unknown command": ("RUN useradd", "RUN user-add", "docker build: "),
}


@pytest.mark.parametrize(("old", "new", "answer"), ATTEMPTS.values(), ids=ATTEMPTS)
def test_exercise_is_built(old, new, answer, engine, tmp_path, capfd):
    """A learner's Dockerfile is built and run, each failure has its answer, and no image stays."""
    source, work = SNIPPETS / "packaging/exercise.py", tmp_path / "Dockerfile"
    before = named_images()
    work.write_text(split(source)["solution"].replace(old, new))
    load(source, "exercise").bring(tmp_path)
    assert check(source, work) == bool(old)
    assert answer in capfd.readouterr().out
    assert named_images() == before


def named_images() -> list[str]:
    """Return the names of all images but the dev container's, which may be made meanwhile."""
    return [name for name, _ in images() if "<none>" not in name and not name.startswith("vsc-")]

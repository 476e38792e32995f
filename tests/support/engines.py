"""The Docker engine of this machine, its base images, the class that it runs, and an end that leaves nothing behind.

Where none answers, the tests that need one are skipped, and the last lines of the run name them; with
COURSE_REQUIRE_DOCKER=1 they fail instead. These are the only tests that may be skipped.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from functools import partial

import pytest
from filelock import FileLock

from tests.support.home import HOME, OWNER, ROOT

REQUIRED = os.environ.get("COURSE_REQUIRE_DOCKER") == "1"
DOCKERFILE, CLASS = (
    ROOT / "snippets/pricewatch/Dockerfile",
    ROOT / "snippets/packaging/compose.yaml",
)
BASE = re.search(r"^FROM (\S+)$", DOCKERFILE.read_text("utf-8"), re.M)[1]
PROJECT, LABEL = (
    "com.docker.compose.project=pricewatch",
    "org.opencontainers.image.title=pricewatch",
)
#: The tags that pages give, and those that a dev container's CLI gives to a folder of the suite's.
OURS = re.compile(r"^(127\.0\.0\.1:5000/)?pricewatch[:-]|^morning:|^vsc-course-opened-")
BEFORE = HOME / "images.json"  #: what the engine had when the run began to use it


def docker(*arguments: str, check: bool = True, **options) -> str:
    """Run a docker command and return what it prints; if it may fail, with its errors."""
    run = subprocess.run(
        ["docker", *map(str, arguments)], capture_output=True, text=True, **options
    )
    assert not check or run.returncode == 0, (
        f"docker {' '.join(map(str, arguments))}\n{run.stdout}{run.stderr}"
    )
    return run.stdout if check else run.stdout + run.stderr


def missing(reason: str) -> None:
    if REQUIRED:
        pytest.fail(f"COURSE_REQUIRE_DOCKER=1, but {reason}", pytrace=False)
    pytest.skip(reason)


def need(name: str) -> None:
    """Pull an image that is not there."""
    inspect = ["docker", "image", "inspect", name]
    if subprocess.run(inspect, capture_output=True).returncode:
        wrong = docker("pull", "--quiet", name, check=False)
        if subprocess.run(inspect, capture_output=True).returncode:
            missing(f"there is no image {name}: {wrong.strip()}")


def images() -> list[list[str]]:
    """Each image's name and id, those without a name too, the newest first."""
    listed = docker(
        "image", "ls", "--all", "--no-trunc", "--format", "{{.Repository}}:{{.Tag}} {{.ID}}"
    )
    return [line.split() for line in listed.splitlines()]


@pytest.fixture(scope="session")
def engine():
    """A Docker engine that answers, with Compose beside it and with the images that ours are made from."""
    config = HOME / "docker"
    with FileLock(HOME / "docker.lock"):
        if not config.exists():  # logins and plugins of this run alone
            (config / "cli-plugins").mkdir(parents=True)
            (config / "cli-plugins/docker-compose").symlink_to(f"{sys.prefix}/bin/docker-compose")
    os.environ["DOCKER_CONFIG"] = str(config)
    if not shutil.which("docker"):
        missing("there is no docker command")
    if wrong := subprocess.run(["docker", "version"], capture_output=True, text=True).stderr:
        missing(f"no Docker engine answers: {wrong.splitlines()[-1]}")
    for name in (BASE, "python:3.11-slim", "registry:2"):
        need(name)
    with FileLock(HOME / "docker.lock"):
        if not BEFORE.exists():
            assert not docker("ps", "--all", "--quiet", "--filter", f"label={PROJECT}"), (
                "first run: make class-down"
            )
            classroom("down")  # a run that was cut off may have left a volume
            BEFORE.write_text(json.dumps(images()))
    return docker


@pytest.fixture(scope="module")
def the_class(engine):
    """What `make class-up` starts, for the tests of a module."""
    yield partial(classroom, "up")
    classroom("down")


def classroom(word: str) -> None:
    """Bring the class up, or find it up; or end it."""
    run = subprocess.run(
        [sys.executable, "-m", "course", f"class-{word}"], cwd=ROOT, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout + run.stderr


def clean() -> None:
    """Remove what the run has made: containers, networks and volumes of the class, and images that were not there."""
    before = json.loads(BEFORE.read_text())
    for container in docker(
        "ps", "--all", "--quiet", "--filter", "network=pricewatch_default"
    ).split():
        docker("rm", "--force", "--volumes", container, check=False)
    for name, _ in images():
        if OURS.search(name) and name not in dict(before):
            for container in docker(
                "ps", "--all", "--quiet", "--filter", f"ancestor={name}"
            ).split():
                docker("rm", "--force", "--volumes", container, check=False)
    for kind in ("container", "network", "volume"):
        docker(kind, "prune", "--force", "--filter", f"label={PROJECT}")
    new = [image for image in images() if image not in before]
    ours = docker(
        "image", "ls", "--all", "--no-trunc", "--quiet", "--filter", f"label={LABEL}"
    ).split()
    folders = docker(
        "image",
        "inspect",
        "--format",
        "{{.Config.WorkingDir}}",
        *(image for _, image in new),
        check=False,
    )
    ours += [
        image
        for (_, image), folder in zip(new, folders.splitlines(), strict=False)
        if folder == "/opt/morning"
    ]
    names = [
        name if "<none>" not in name else image
        for name, image in new
        if OURS.search(name) or image in ours
    ]
    for _ in "children", "parents":
        docker("rmi", "--force", *names, check=False)


def pytest_unconfigure(config):
    """Leave the engine as it was, also after Ctrl+C."""
    if OWNER and BEFORE.exists():
        clean()


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter):
    """Say last what this run has not proved, and why."""
    reasons = defaultdict(list)
    for report in terminalreporter.stats.get("skipped", []):
        reasons[report.longrepr[2].removeprefix("Skipped: ")].append(report.nodeid)
    for reason, names in reasons.items():
        terminalreporter.write_line(
            "\n".join([f"not proved, for {reason}", *(f"  {name}" for name in sorted(names))])
        )

"""Use this machine's Docker engine, and leave it as it was.

Without an engine the tests that need one are skipped, and the last lines of the run name them; with
COURSE_REQUIRE_DOCKER=1 they fail instead. These are the only tests that may be skipped.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from filelock import FileLock

from course.paths import PACKAGE, ROOT, SNIPPETS
from tests.support.home import HOME, OWNER
from tests.support.servers import free_port
from tests.support.transcripts import moved

REQUIRED = os.environ.get("COURSE_REQUIRE_DOCKER") == "1"
CLASS = SNIPPETS / "packaging/compose.yaml"
PROJECT = "label=com.docker.compose.project=pricewatch"  #: the filter of what the class consists of
LABEL = "label=org.opencontainers.image.title=pricewatch"  #: the filter of the story's images
#: The tags that pages give, and those of the dev container's CLI.
OWN_TAGS = re.compile(r"^(127\.0\.0\.1:\d+/)?pricewatch[:-]|^morning:|^vsc-course-opened-")
OWN_FOLDER = "/opt/morning"  #: where an image of module 5's exercise works
BEFORE = HOME / "images.json"  #: what the engine had when the run began to use it


def base_image(dockerfile: Path) -> str:
    """Return the image that a Dockerfile begins with."""
    return dockerfile.read_text("utf-8").partition("\nFROM ")[2].splitlines()[0]


def docker(*arguments: str, check: bool = True) -> str:
    """Run a Docker command and return what it prints; if it may fail, with its errors."""
    run = subprocess.run(["docker", *arguments], capture_output=True, text=True)
    assert not check or run.returncode == 0, f"{arguments}\n{run.stdout}{run.stderr}"
    return run.stdout if check else run.stdout + run.stderr


def skip_or_fail(reason: str) -> None:
    """Skip the test, or fail it where an engine is required."""
    if REQUIRED:
        pytest.fail(f"COURSE_REQUIRE_DOCKER=1, but {reason}", pytrace=False)
    pytest.skip(reason)


def need(image: str) -> None:
    """Pull an image, unless the engine has it."""
    inspect = ["docker", "image", "inspect", image]
    if subprocess.run(inspect, capture_output=True).returncode:
        pull = subprocess.run(["docker", "pull", "--quiet", image], capture_output=True, text=True)
        if pull.returncode:
            skip_or_fail(f"there is no image {image}: {pull.stderr.strip()}")


def images() -> list[list[str]]:
    """Return each image's name and id, those without a name too, the newest first."""
    row = "{{.Repository}}:{{.Tag}} {{.ID}}"
    listed = docker("image", "ls", "--all", "--no-trunc", "--format", row)
    return [line.split() for line in listed.splitlines()]


@pytest.fixture(scope="session")
def engine() -> None:
    """Require an engine that answers, with Compose and the images that all others begin with."""
    config = HOME / "docker"
    with FileLock(HOME / "docker.lock"):
        if not config.exists():  # logins and plugins of this run alone
            (config / "cli-plugins").mkdir(parents=True)
            (config / "cli-plugins/docker-compose").symlink_to(f"{sys.prefix}/bin/docker-compose")
    os.environ["DOCKER_CONFIG"] = str(config)
    if not shutil.which("docker"):
        skip_or_fail("there is no docker command")
    if error := subprocess.run(["docker", "version"], capture_output=True, text=True).stderr:
        skip_or_fail(f"no Docker engine answers: {error.splitlines()[-1]}")
    for image in (base_image(PACKAGE / "Dockerfile"), "python:3.11-slim", "registry:2"):
        need(image)
    with FileLock(HOME / "docker.lock"):
        if not BEFORE.exists():
            up = docker("ps", "--all", "--quiet", "--filter", PROJECT)
            assert not up, "a class is up; first run: make class-down"
            classroom("down")  # a run that was cut off may have left a volume
            BEFORE.write_text(json.dumps(images()))


@pytest.fixture(scope="session")
def class_ports() -> dict[str, str]:
    """Return free ports for the class, keyed by those that it has by default."""
    return {port: free_port() for port in ("4200", "5000", "8787")}


@pytest.fixture(scope="module")
def class_up(engine: None, class_ports: dict[str, str]) -> Iterator[Callable[[], str]]:
    """Return what brings the class up, or finds it up; it ends after the tests of a module."""
    yield lambda: classroom("up", moved(class_ports))
    classroom("down")


def classroom(word: str, env: Mapping[str, str] = {}, code: int = 0) -> str:
    """Run `make class-up` or `make class-down`, and return what it prints."""
    command = [sys.executable, "-m", "course", f"class-{word}"]
    env = {**os.environ, **env}
    run = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    assert run.returncode == code, run.stdout + run.stderr
    return run.stdout


def clean() -> None:
    """Remove what the run has made: the class, and all images that were not there before."""
    before = json.loads(BEFORE.read_text())
    new = [image for image in images() if image not in before]
    tagged = {name for name, _ in new if OWN_TAGS.search(name)}
    for users in ("network=pricewatch_default", *(f"ancestor={name}" for name in tagged)):
        for container in docker("ps", "--all", "--quiet", "--filter", users).split():
            docker("rm", "--force", "--volumes", container, check=False)
    for kind in ("container", "network", "volume"):
        docker(kind, "prune", "--force", "--filter", PROJECT)
    labelled = docker("image", "ls", "--all", "--no-trunc", "--quiet", "--filter", LABEL).split()
    folder = ("image", "inspect", "--format", "{{.Config.WorkingDir}}")
    made = {image for name, image in new if name in tagged or image in labelled}
    made |= {i for _, i in new if docker(*folder, i, check=False).strip() == OWN_FOLDER}
    names = [image if "<none>" in name else name for name, image in new if image in made]
    for _ in ("children", "parents"):
        docker("rmi", "--force", *names, check=False)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave the engine as it was, also after Ctrl+C."""
    if OWNER and BEFORE.exists():
        clean()


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print last what this run has not proved, and why."""
    reasons = defaultdict(list)
    for report in terminalreporter.stats.get("skipped", []):
        reasons[report.longrepr[2].removeprefix("Skipped: ")].append(report.nodeid)
    for reason, names in reasons.items():
        lines = [f"not proved, for {reason}", *(f"  {name}" for name in sorted(names))]
        terminalreporter.write_line("\n".join(lines))

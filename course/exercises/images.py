"""Build the image that a learner has described, run it, and report what is wrong with it."""

from __future__ import annotations

import json
from pathlib import Path
from unittest import SkipTest

from course.setup import engine
from course.setup.shell import run_command

TAG, TIMEOUT_S = "morning:check", 600
#: Settings of the flow in the container: it starts a server there, slowly on a busy machine.
SETTINGS = (
    "PREFECT_LOGGING_LEVEL=ERROR",
    "PREFECT_SERVER_LOGGING_LEVEL=CRITICAL",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS=120",
    "PREFECT_SERVER_DATABASE_TIMEOUT=60",
)


def docker(*arguments: str | Path) -> str:
    """Return what a docker command prints; if it fails, its last error is the learner's hint."""
    output, error = run_command("docker", *arguments, timeout_s=TIMEOUT_S)
    assert not error, f"docker {arguments[0]}: {error}"
    return output


def inspect(tag: str) -> dict:
    """Return what the engine knows about an image."""
    return json.loads(docker("image", "inspect", "--format", "{{json .}}", tag))


def prove(folder: Path, base: str, says: str, layers: int, megabytes: int) -> None:
    """Build the image of a folder, look into it, run it, and remove it.

    Layers and megabytes are the most that it may have above its base.

    Raises:
        AssertionError: If it cannot be built, or breaks one of these promises.
        SkipTest: If no engine answers.
    """
    if not engine.docker().ok:
        raise SkipTest("Docker is not running, so your Dockerfile was checked but not built.")
    docker("build", "--quiet", "--force-rm", "--tag", TAG, folder)
    try:
        image, below = inspect(TAG), inspect(base)
        more = len(image["RootFS"]["Layers"]) - len(below["RootFS"]["Layers"])
        assert more <= layers, (
            f"Your image adds {more} layers to its base; the limit is {layers}. "
            "Combine COPY or RUN lines."
        )
        size = (image["Size"] - below["Size"]) / 1e6
        assert size <= megabytes, (
            f"Your image adds {size:.0f} MB to its base; the limit is {megabytes} MB. "
            "Leave out what the flow does not need."
        )
        user = docker("run", "--rm", TAG, "id", "--user")
        assert user != "0", "The container runs as root: add a USER line."
        printed = docker("run", "--rm", *(f"--env={setting}" for setting in SETTINGS), TAG)
        assert says.strip() in printed, f"The container printed {printed!r}; expected {says!r}."
    finally:
        docker("image", "rm", "--force", TAG)

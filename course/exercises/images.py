"""Build an image that a learner has described, run it, and say in words what is not as it should be."""

import json
import subprocess
from pathlib import Path
from unittest import SkipTest

from course.setup import doctor as check

TAG = "morning:check"
QUIET = ["--env=PREFECT_LOGGING_LEVEL=ERROR", "--env=PREFECT_SERVER_LOGGING_LEVEL=CRITICAL"]
#: A flow starts its server in there, which a busy machine keeps waiting.
PATIENT = [
    "--env=PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS=120",
    "--env=PREFECT_SERVER_DATABASE_TIMEOUT=60",
]


def docker(*arguments: str | Path) -> str:
    """Run a docker command and return what it prints.

    Raises:
        AssertionError: With its last words, if it fails.
    """
    run = subprocess.run(["docker", *arguments], capture_output=True, text=True)
    words = [
        line for line in run.stderr.splitlines() if line and not line.startswith("Run 'docker")
    ]
    assert run.returncode == 0, f"docker {arguments[0]}: {(words or ['no word'])[-1]}"
    return run.stdout


def inspect(tag: str) -> dict:
    """What the engine knows of an image."""
    return json.loads(docker("image", "inspect", "--format", "{{json .}}", tag))


def prove(folder: Path, base: str, says: str, layers: int, megabytes: int) -> None:
    """Build the image of a folder, look into it, run it, and remove it.

    Args:
        folder: Where its Dockerfile lies.
        base: The image that it starts from.
        says: What its command has to print.
        layers: How many it may have above its base.
        megabytes: How many it may take above its base.

    Raises:
        AssertionError: If it cannot be built, or is not like that.
        SkipTest: If no engine answers.
    """
    if not check.docker().ok:
        raise SkipTest("Docker does not answer here: the file was read, not built.")
    docker("build", "--quiet", "--force-rm", "--tag", TAG, folder)
    try:
        image, below = inspect(TAG), inspect(base)
        more = len(image["RootFS"]["Layers"]) - len(below["RootFS"]["Layers"])
        assert more <= layers, (
            f"{more} layers above the base, not {layers} at most: COPY and RUN less often."
        )
        size = (image["Size"] - below["Size"]) / 1e6
        assert size <= megabytes, (
            f"{size:.0f} MB above the base, not {megabytes} at most: what is in there?"
        )
        assert docker("run", "--rm", TAG, "id", "--user").strip() != "0", "It runs as root."
        said = docker("run", "--rm", *QUIET, *PATIENT, TAG)
        assert says in said, f"It says {said!r}, not {says!r}."
    finally:
        docker("image", "rm", "--force", TAG)

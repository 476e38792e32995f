"""Build a simple image: what a Dockerfile has to be, read and then built."""

# <check>

import json
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pricewatch
from course.exercises import images
from dockerfile_parse import DockerfileParser

HERE, PROJECT = Path(__file__).parent, Path(pricewatch.__file__).parents[2]
FLOW = "morning.py"
WHEEL = f"pricewatch-{pricewatch.__version__}-py3-none-any.whl"
SECRETS = ("TOKEN", "PASSWORD", "SECRET", "KEY")


def bring(folder: Path) -> None:
    """Put beside the Dockerfile what it copies: the flow, and the wheel."""
    shutil.copy(HERE / FLOW, folder)
    make = [sys.executable, "-m", "build", "--wheel", "--no-isolation"]
    make += ["--outdir", folder, PROJECT]
    subprocess.run(make, check=True, capture_output=True)


@cache
def lines(dockerfile: Path, *kinds: str) -> list[tuple[int, str, str]]:
    """Return a Dockerfile's instructions of these kinds: line, kind, value."""
    with dockerfile.open("rb") as file:
        every = DockerfileParser(fileobj=file).structure
    wanted = [one for one in every if one["instruction"] in kinds]
    return [
        (one["startline"] + 1, one["instruction"], one["value"])
        for one in wanted
    ]


def check_base(dockerfile: Path):
    """The base image is Prefect's, at the course's version"""
    (_, _, wanted), *_ = lines(PROJECT / "Dockerfile", "FROM")
    bases = lines(dockerfile, "FROM")
    assert bases, "No FROM: every image starts from another."
    line, _, base = bases[-1]
    hint = f"line {line}: {base} is not the tag of the page on images."
    assert base == wanted, hint


def check_order(dockerfile: Path):
    """The wheel is installed before the flow is copied"""
    runs = lines(dockerfile, "RUN")
    installs = [line for line, _, value in runs if "pip" in value]
    assert installs, f"Nothing installs {WHEEL}."
    copies = lines(dockerfile, "COPY", "ADD")
    flows = [
        line for line, _, what in copies if FLOW in what or what.startswith(".")
    ]
    assert flows, f"Nothing copies {FLOW}."
    hint = f"Whoever changes {FLOW} waits for line {installs[0]} again."
    assert flows[0] > installs[0], f"line {flows[0]} comes first. {hint}"


def check_secret(dockerfile: Path):
    """No secret is written into the image"""
    for line, kind, value in lines(dockerfile, "ENV", "ARG"):
        name = value.replace("=", " ").split()[0]
        hint = f"line {line}: {kind} {name}: whoever has the image has it."
        assert not any(word in name.upper() for word in SECRETS), hint


def check_user(dockerfile: Path):
    """The flow does not run as root"""
    users = lines(dockerfile, "USER")
    assert users, "No USER: it runs as root. RUN useradd ..., then USER."
    line, _, user = users[-1]
    name = user.split(":")[0]
    assert name not in ("root", "0"), f"line {line}: that is root."


def check_command(dockerfile: Path):
    """The command is a list that starts the flow"""
    commands = lines(dockerfile, "CMD")
    assert commands, f"No CMD: docker run would not start {FLOW}."
    line, _, value = commands[-1]
    try:
        command = json.loads(value)
    except ValueError:
        command = None
    hint = f'line {line}: write it as ["python", "{FLOW}"].'
    assert command == ["python", FLOW], hint


def check_lint(dockerfile: Path):
    """hadolint finds nothing"""
    hadolint = Path(sys.executable).with_name("hadolint")
    lint = [hadolint, "--format", "json", dockerfile]
    said = subprocess.run(lint, check=False, capture_output=True).stdout
    found = [(one["line"], one["message"]) for one in json.loads(said)]
    first = "".join(f"line {line}: {text}" for line, text in found[:1])
    first = first.partition(". ")[0]
    assert not found, first


def check_image(dockerfile: Path):
    """It builds: a few small layers, and the flow runs in it, not as root"""
    for check in (
        check_base,
        check_order,
        check_secret,
        check_user,
        check_command,
    ):
        try:
            check(dockerfile)
        except AssertionError:
            hint = "It is built once the lines above are right."
            raise AssertionError(hint) from None
    (_, _, base), *_ = lines(PROJECT / "Dockerfile", "FROM")
    says = "The cheapest of 3 is alder-court\n"
    images.prove(dockerfile.parent, base, says, layers=6, megabytes=20)

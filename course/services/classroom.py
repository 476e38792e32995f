"""Bring up what a class shares, Prefect's server, a Dask cluster and a registry, or end it: course/classroom.py up|down

One line for each service, with its address. The exit code is 1 if one of them does not run, 2 for a word that is
neither. Images that are missing are pulled or built, which takes minutes the first time.
"""

import json
import sys
from collections import defaultdict

from course.paths import ROOT, VENV
from course.setup import ports
from course.setup.doctor import docker, run_command

FILE = (ROOT / "snippets/packaging/compose.yaml").resolve()
COMPOSE = [
    VENV / "bin/docker-compose",
    "--file",
    FILE,
]  # the lock's own: not every engine comes with one


def compose(*arguments: str) -> str:
    """Run Compose and return what it prints.

    Raises:
        RuntimeError: With Compose's last words, if it fails.
    """
    said, wrong = run_command(*COMPOSE, *arguments, timeout_s=1800)
    if wrong:
        raise RuntimeError(wrong)
    return said


def containers() -> dict[str, list[dict]]:
    """The containers of each service, as Compose lists them."""
    found = defaultdict(list)
    for line in compose("ps", "--all", "--format", "json").splitlines():
        container = json.loads(line)
        found[container["Service"]].append(container)
    return found


def in_the_way() -> list[str]:
    """Say for each port that a service wants to have, and another program has, who that is."""
    declared, have = json.loads(compose("config", "--format", "json"))["services"], containers()
    published = [
        port["published"]
        for name in declared
        if name not in have
        for port in declared[name].get("ports", [])
    ]
    return [
        str(ports.in_the_way(port, "which the class needs"))
        for port in map(int, published)
        if ports.is_taken(port)
    ]


def status(service: str, found: list[dict]) -> str:
    """Say in one line how a service is, and where."""
    up = [container for container in found if container["State"] == "running"]
    if len(up) < len(found):
        return f"✕ {service}: {len(found) - len(up)} of {len(found)} have ended; see docker logs {found[0]['Name']}"
    where = [
        f"http://127.0.0.1:{port['PublishedPort']}"
        for port in found[0]["Publishers"]
        if port["PublishedPort"]
    ]
    return " ".join([f"✓ {service}:", *(where or [f"{len(found)} running"])])


def up() -> int:
    lines = in_the_way()
    if not lines:
        print("Bringing up the class (minutes the first time) ...", flush=True)
        compose("up", "--detach", "--build", "--wait")
        lines = [status(*each) for each in sorted(containers().items())]
    print("\n".join(lines))
    return any(line.startswith("✕") for line in lines)


def down() -> int:
    compose("--profile", "*", "down", "--volumes", "--remove-orphans", "--timeout", "2")
    volumes, wrong = run_command(
        "docker",
        "volume",
        "ls",
        "--quiet",
        "--filter",
        "label=com.docker.compose.project=pricewatch",
    )
    if volumes:  # of other files of the project: Compose removes those that FILE declares
        _, wrong = run_command("docker", "volume", "rm", *volumes.split())
    if wrong:
        raise RuntimeError(wrong)
    print("The class has ended: no container, network or volume is left.")
    return 0


def main(arguments: list[str]) -> int:
    words = {"up": up, "down": down}
    if len(arguments) != 1 or arguments[0] not in words:
        print("classroom: say up or down", file=sys.stderr)
        return 2
    engine = docker()
    if not engine.ok:
        print(f"classroom: {engine.advice}", file=sys.stderr)
        return 1
    try:
        return words[arguments[0]]()
    except RuntimeError as error:
        print(f"classroom: {error}", file=sys.stderr)
        return 1

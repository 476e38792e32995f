"""Start or stop the services that a class shares: Prefect's server, a Dask cluster and a registry.

``make class-up`` prints a line for each service, with its address, and exits with 1 if a service
does not run. Images that are missing are pulled or built, which takes minutes the first time.
``make class-down`` removes all of it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator

from course.errors import CourseError, UsageError
from course.findings import Finding, Level, report
from course.paths import SNIPPETS, program
from course.setup import engine, ports
from course.setup.shell import run_command

#: Resolved, because what it mounts is relative to it, and a checkout may be made of links.
FILE = (SNIPPETS / "packaging/compose.yaml").resolve()
PROJECT = "com.docker.compose.project=pricewatch"
TIMEOUT_S = 1800


class ClassroomError(CourseError):
    """The services of a class could not be started or stopped."""


def run(*command: str) -> str:
    """Return what a command prints; if it fails, raise the last line of its errors."""
    output, error = run_command(*command, timeout_s=TIMEOUT_S)
    if "toomanyrequests" in error:  # Docker Hub counts by address, which a class may share
        error += f"; wait for six hours, or log in with a free account: {engine.LOGIN}"
    if error:
        raise ClassroomError(error)
    return output


def compose(*arguments: str) -> str:
    """Run Compose on the services of the class; not every engine comes with it, the lock does."""
    return run(str(program("docker-compose")), "--file", str(FILE), *arguments)


def containers() -> dict[str, list[dict]]:
    """Return the containers of each service, as Compose lists them."""
    found = defaultdict(list)
    for line in compose("ps", "--all", "--format", "json").splitlines():
        container = json.loads(line)
        found[container["Service"]].append(container)
    return found


def ports_in_the_way() -> list[Finding]:
    """Return a finding for each port that a service is yet to have and another program has."""
    declared, started = json.loads(compose("config", "--format", "json"))["services"], containers()
    waiting = [service for name, service in declared.items() if name not in started]
    needed = {
        int(port["published"]): ports.BY_DEFAULT.get(int(port["target"]))
        for each in waiting
        for port in each.get("ports", [])
    }
    why = "but the class needs this port"
    return [ports.in_the_way(port, why, needed[port]) for port in needed if ports.is_taken(port)]


def status(service: str, found: list[dict]) -> Finding:
    """Return whether a service runs, and where."""
    if stopped := sum(container["State"] != "running" for container in found):
        text = f"{stopped} of {len(found)} containers stopped; "
        text += f"see why: docker logs {found[0]['Name']}"
        return Finding(Level.PROBLEM, service, text)
    published = [port["PublishedPort"] for port in found[0]["Publishers"] if port["PublishedPort"]]
    where = " ".join(f"http://127.0.0.1:{port}" for port in published)
    return Finding(Level.OK, service, where or f"{len(found)} running")


def up() -> Iterator[Finding]:
    """Start the class, and yield what became of it; start nothing if a port is in the way."""
    if in_the_way := ports_in_the_way():
        yield from in_the_way
        return
    print("Starting the class services (takes minutes the first time) ...", flush=True)
    compose("up", "--detach", "--build", "--wait")
    for service, found in sorted(containers().items()):
        yield status(service, found)


def down() -> None:
    """Stop the services of the class and remove what they have made."""
    compose("--profile", "*", "down", "--volumes", "--remove-orphans", "--timeout", "2")
    # Compose removes the volumes that FILE declares; other files of the project have some, too.
    if volumes := run("docker", "volume", "ls", "--quiet", "--filter", f"label={PROJECT}"):
        run("docker", "volume", "rm", *volumes.split())
    print("The class services have stopped; their containers, networks and volumes are removed.")


def main(arguments: list[str]) -> int:
    """Start or stop the services of a class: the argument is ``up`` or ``down``."""
    if arguments not in (["up"], ["down"]):
        raise UsageError("this command takes no arguments")
    found = engine.docker()
    if not found.ok:
        raise ClassroomError(f"{found.subject}: {found.advice}")
    if arguments == ["up"]:
        return int(report(up()) > 0)
    down()
    return 0

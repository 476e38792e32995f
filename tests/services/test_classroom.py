"""The commands for the class refuse in words what they cannot do; tests/docker runs the class."""

import re
import sys

import pytest

from course.__main__ import run
from course.findings import Finding, Level
from course.services import classroom


@pytest.mark.parametrize("command", ["class-up", "class-down"])
def test_a_class_needs_an_engine(command, monkeypatch, capsys):
    """Without an engine, one line says what fixes it, and the exit code is 1."""
    found = Finding(Level.WARNING, "Docker", "its engine does not answer", "x")
    monkeypatch.setattr(classroom.engine, "docker", lambda: found)
    assert run([command]) == 1
    assert (
        capsys.readouterr().err
        == f"{command}: Docker: its engine does not answer; fix it with: x\n"
    )


def test_a_port_that_the_class_needs_is_named(monkeypatch, capsys):
    """A port that another program has is named with that program, and nothing is started."""
    monkeypatch.setattr(classroom.engine, "docker", lambda: Finding(Level.OK, "Docker"))
    monkeypatch.setattr(classroom, "containers", dict)
    monkeypatch.setattr(classroom.ports, "is_taken", lambda port: port == 5000)
    monkeypatch.setattr(classroom.ports, "holder", lambda port: (7, "airplay"))
    assert run(["class-up"]) == 1
    message = r"in use by airplay \(pid 7\), but the class needs this port \(or use another port: "
    fix = r"export REGISTRY_PORT=\d+\); on another port, type its number .*; fix it with: kill 7"
    assert re.fullmatch(f"✕ Port 5000: {message}{fix}\n", capsys.readouterr().out)


def test_docker_hubs_limit_is_explained(monkeypatch):
    """Docker's own last line is kept; what to do about it follows."""
    error = "toomanyrequests: You have reached your unauthenticated pull rate limit."
    command = [sys.executable, "-c", f"raise SystemExit({error!r})"]
    with pytest.raises(classroom.ClassroomError, match=f"^{error}.*: docker login$"):
        classroom.run(*command)


def test_a_service_that_has_stopped_is_a_problem():
    """A line for each service gives its address, or how to see why its containers stopped."""
    up = {"Name": "server-1", "State": "running", "Publishers": [{"PublishedPort": 4200}]}
    assert str(classroom.status("server", [up])) == "✓ server: http://127.0.0.1:4200"
    worker = {**up, "Publishers": [{"PublishedPort": 0}]}
    assert str(classroom.status("worker", [worker, worker])) == "✓ worker: 2 running"
    ended = {"Name": "worker-1", "State": "exited", "Publishers": []}
    message = "✕ worker: 1 of 2 containers stopped; see why: docker logs worker-1"
    assert str(classroom.status("worker", [ended, worker])) == message

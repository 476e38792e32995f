"""The commands for the class refuse in words what they cannot do; tests/docker runs the class."""

import pytest

from course.__main__ import run
from course.findings import Finding, Level
from course.services import classroom


@pytest.mark.parametrize("command", ["class-up", "class-down"])
def test_a_class_needs_an_engine(command, monkeypatch, capsys):
    """Without an engine, one line says what fixes it, and the exit code is 1."""
    found = Finding(Level.WARNING, "Docker", "its engine does not answer", "x")
    monkeypatch.setattr(classroom.doctor, "docker", lambda: found)
    assert run([command]) == 1
    assert (
        capsys.readouterr().err
        == f"{command}: Docker: its engine does not answer; fix it with: x\n"
    )


def test_a_port_that_the_class_needs_is_named(monkeypatch, capsys):
    """A port that another program has is named with that program, and nothing is started."""
    monkeypatch.setattr(classroom.doctor, "docker", lambda: Finding(Level.OK, "Docker"))
    monkeypatch.setattr(classroom, "containers", dict)
    monkeypatch.setattr(classroom.ports, "is_taken", lambda port: port == 5000)
    monkeypatch.setattr(classroom.ports, "holder", lambda port: (7, "airplay"))
    assert run(["class-up"]) == 1
    message = "in use by airplay (pid 7), but the class needs this port; fix it with: kill 7"
    assert capsys.readouterr().out == f"✕ Port 5000: {message}\n"


def test_a_service_that_has_stopped_is_a_problem():
    """A line for each service gives its address, or how to see why its containers stopped."""
    up = {"Name": "server-1", "State": "running", "Publishers": [{"PublishedPort": 4200}]}
    assert str(classroom.status("server", [up])) == "✓ server: http://127.0.0.1:4200"
    worker = {**up, "Publishers": [{"PublishedPort": 0}]}
    assert str(classroom.status("worker", [worker, worker])) == "✓ worker: 2 running"
    ended = {"Name": "worker-1", "State": "exited", "Publishers": []}
    message = "✕ worker: 1 of 2 containers stopped; see why: docker logs worker-1"
    assert str(classroom.status("worker", [ended, worker])) == message

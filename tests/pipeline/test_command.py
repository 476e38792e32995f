"""`make pipeline` says in one line what it lacks; tests/services has how it finds a server."""

import subprocess
import sys

import pytest

from course import paths
from course.__main__ import run
from course.services import pipeline
from course.services.prefect_server import free_port
from course.setup import SetupError


def test_a_silent_server_gets_one_line(monkeypatch, capsys):
    """A server that is set and silent is named, and nothing runs."""
    url = f"http://127.0.0.1:{free_port()}/api"
    monkeypatch.setenv("PREFECT_API_URL", url)
    assert run(["pipeline"]) == 1
    message = f"no Prefect server answers at {url}; start it, or: unset PREFECT_API_URL"
    assert capsys.readouterr() == ("", f"pipeline: {message}\n")


@pytest.mark.parametrize(("arguments", "name"), [([], "dbt"), (["snowflake"], "snowflake")])
def test_a_missing_environment_gets_one_line(arguments, name, monkeypatch, tmp_path):
    """The environment of the warehouse is named, with the command that installs it."""
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    message = rf"^\.venv-{name} is not there; install it with: make install ARGS={name}$"
    with pytest.raises(SetupError, match=message):
        pipeline.main(arguments)


def test_a_wrong_argument_gets_one_line(prefect_server, monkeypatch):
    """An argument that the flow does not know is named, and nothing runs."""
    monkeypatch.setenv("PREFECT_API_URL", prefect_server)
    command = [sys.executable, "-m", "course", "pipeline", "--mistake", "rain"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 2
    assert "argument --mistake: invalid choice: 'rain'" in done.stderr.splitlines()[-1]

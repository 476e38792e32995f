"""Prefect's server is found, started and stopped; what is in its way is named in one line."""

import os
import subprocess
import sys
import time

import pytest

from course.paths import program
from course.services import prefect_server, web_server


@pytest.fixture
def port(monkeypatch):
    """A free port, at which this process's Prefect looks for its server."""
    port = prefect_server.free_port()
    monkeypatch.setenv("PREFECT_SERVER_API_PORT", str(port))
    monkeypatch.setenv("PREFECT_API_URL", "")
    return port


def test_a_server_in_the_background_is_ended_by_prefect(port, own_home, monkeypatch, capsys):
    """Without a server, one is started; it is found then, until Prefect's own command ends it.

    A server.pid that another has left, before it wrote into it, is no hindrance.
    """
    monkeypatch.setenv("PREFECT_HOME", str(own_home))
    (own_home / "server.pid").touch()
    assert prefect_server.find() is None
    url = prefect_server.found_or_in_background()
    assert url == prefect_server.found_or_in_background() == prefect_server.api_url(port)
    end = ".venv/bin/prefect server stop"
    message = f"Starting Prefect's server in the background; stop it with: {end}\n"
    assert capsys.readouterr().out == message
    subprocess.run([program("prefect"), "server", "stop"], check=True, capture_output=True)
    while prefect_server.answers(url):  # it finishes what it does
        time.sleep(0.1)


def test_a_start_that_fails_gives_the_reason(port, tmp_path, monkeypatch):
    """It is what Prefect prints instead; a process that has ended is not waited for."""
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path))
    command = [sys.executable, "-c", "input()", "prefect.server of another port"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as other:
        (tmp_path / "server.pid").write_text(str(other.pid))
        with pytest.raises(prefect_server.PrefectServerError, match="run `prefect server stop`"):
            prefect_server.found_or_in_background()
        other.kill()
    ended = subprocess.Popen([sys.executable, "-c", ""])
    message = "server stopped; to see why, run: "
    with ended, pytest.raises(prefect_server.PrefectServerError, match=message):
        prefect_server.wait_until_ready(prefect_server.api_url(port), ended)


def test_another_program_is_named(monkeypatch, port, shop_url):
    """A port that another program has is an error that says how to end that program."""
    monkeypatch.setenv("PREFECT_SERVER_API_PORT", shop_url.rpartition(":")[2])
    who = rf"\(pid {os.getpid()}\), not a Prefect server"
    message = rf"{who} \(or use another port: .*\); fix it with: kill {os.getpid()}$"
    with pytest.raises(prefect_server.PrefectServerError, match=message):
        prefect_server.find()


def test_no_proxy_is_asked_for_this_machine(monkeypatch, tmp_path):
    """A proxy, such as a company sets, is not asked for a server on this machine."""
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with web_server.serving(tmp_path) as url:
        assert not prefect_server.answers(url)  # another web server
        (tmp_path / "health").touch()
        assert prefect_server.answers(url)

"""The course's ports: a program that is in the way is named, one that belongs there is not."""

import re
import socket
import subprocess
import sys
from urllib.parse import urlsplit

import pytest

from course.errors import UsageError
from course.setup import SetupError, ports


@pytest.fixture
def stranger():
    """A web server of another program, on a port of its own: process and port."""
    code = "import http.server as h; s = h.HTTPServer(('127.0.0.1', 0), h.BaseHTTPRequestHandler)\n"
    code += "print(s.server_port, flush=True); s.serve_forever()"
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    with subprocess.Popen([sys.executable, "-c", code], **pipes) as process:
        yield process, int(process.stdout.readline())
        process.kill()


@pytest.fixture
def silent_port():
    """A port that another program holds without answering."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        yield silent.getsockname()[1]


def test_a_program_in_the_way_is_ended_by_the_fix(stranger, monkeypatch):
    """The finding names the program, and its command really ends it."""
    process, port = stranger
    for variable in ("PREFECT_SERVER_API_PORT", "DASK_DASHBOARD_PORT"):
        monkeypatch.setenv(variable, str(port))
    for found, what in [(ports.prefect(), "Prefect server"), (ports.dask(), "Dask dashboard")]:
        who = rf"in use by \S+ \(pid {process.pid}\), not a {what}"
        assert re.match(rf"✕ Port {port}: {who}; fix it with: ", str(found))
    subprocess.run(found.fix, shell=True, check=True)
    process.wait(100)
    assert str(ports.prefect()) == f"✓ Port {port}: free"


@pytest.mark.parametrize("has_psutil", [True, False])
def test_the_holder_is_found(has_psutil, stranger, monkeypatch):
    """By psutil; a Python without it asks the one in .venv, and can do without an answer."""
    process, port = stranger
    if not has_psutil:
        monkeypatch.setitem(sys.modules, "psutil", None)
    pid, name = ports.holder(port)
    assert pid == process.pid and "python" in name.lower()
    monkeypatch.setattr(ports, "python_of", lambda: "/none")
    assert has_psutil or ports.holder(port) is None


def test_a_holder_that_stays_hidden(silent_port, monkeypatch):
    """A port that is held without listening is taken, and the line says how to look for whom."""
    monkeypatch.setenv("PREFECT_SERVER_API_PORT", str(silent_port))
    found = ports.prefect()
    hidden = "in use by an unknown program, not a Prefect server; find it with: sudo "
    assert not found.ok and found.text.startswith(hidden)


def test_ports_of_the_course(prefect_server, monkeypatch, tmp_path):
    """A Prefect server may be on its port, but only in the locked version; so may a dashboard."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=0, processes=False, dashboard_address="127.0.0.1:0") as cluster:
        dashboard = urlsplit(cluster.dashboard_link).port
        monkeypatch.setenv("DASK_DASHBOARD_PORT", str(dashboard))
        assert str(ports.dask()) == f"✓ Port {dashboard}: a Dask dashboard answers"
    port = urlsplit(prefect_server).port
    monkeypatch.setenv("PREFECT_SERVER_API_PORT", str(port))
    assert re.fullmatch(rf"✓ Port {port}: a Prefect server [\d.]+ answers", str(ports.prefect()))
    monkeypatch.setattr(ports, "REQUIREMENTS", tmp_path / "lock")
    ports.REQUIREMENTS.write_text("prefect==2.0.0 \\\n")
    found = ports.prefect()
    assert re.search(r", Prefect server 3[\d.]+, not 2\.0\.0$", found.text)
    assert re.fullmatch(r"kill \d+", found.fix)


@pytest.mark.parametrize(("setting", "port"), [("4201", 4201), ("", 4200), ("many", 4200)])
def test_prefects_own_setting_names_its_port(setting, port, monkeypatch):
    """PREFECT_SERVER_API_PORT is the port that is looked at; anything but a number is ignored."""
    monkeypatch.setenv("PREFECT_SERVER_API_PORT", setting)
    assert ports.prefect_port() == port


def test_a_port_that_cannot_be_had_is_refused(silent_port, monkeypatch):
    """The line offers a command that works; a free port is returned as a number."""
    for port in ("http", "0", "65536", "-1"):
        with pytest.raises(UsageError, match=f"^{port!r} is not a port; try: make .* PORT=8000$"):
            ports.checked("serve", port)
    other = f"PORT={silent_port % 65535 + 1}"
    with pytest.raises(SetupError, match=f"^port {silent_port} is taken; .* serve {other}$"):
        ports.checked("serve", str(silent_port))
    monkeypatch.setattr(ports, "is_taken", lambda port: False)
    assert ports.checked("serve", "8000") == 8000

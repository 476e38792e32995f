"""The course's ports: a program that is in the way is named, one that belongs there is not."""

import re
import socket
import subprocess
import sys
from urllib.parse import urlsplit

import pytest

from course.errors import UsageError
from course.findings import Level
from course.setup import SetupError, holders, ports, shell


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
    found = ports.prefect()
    who = rf"✕ Port {port}: in use by \S+ \(pid {process.pid}\), not a"
    move = r" \(or use another port: export PREFECT_SERVER_API_PORT=\d+\)"
    end = f"; fix it with: kill {process.pid}"
    assert re.fullmatch(f"{who} Prefect server{move}{end}", str(found))
    # Its variable moves only the dashboard of `make class-up`.
    assert re.fullmatch(f"{who} Dask dashboard{end}", str(ports.used(ports.DASK)))
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
    monkeypatch.setattr(holders, "python_of", lambda: "/none")
    assert has_psutil or ports.holder(port) is None


def test_a_holder_that_stays_hidden(silent_port, monkeypatch):
    """A port that is held without listening is taken, and the line says how to look for whom."""
    monkeypatch.setenv("PREFECT_SERVER_API_PORT", str(silent_port))
    found = ports.prefect()
    hidden = "in use by an unknown program, not a Prefect server (find it with: sudo "
    assert not found.ok and found.text.startswith(hidden)
    assert re.fullmatch(r"export PREFECT_SERVER_API_PORT=\d+", found.fix)


AIRPLAY = "in use by AirPlay Receiver; turn it off in System Settings > General > AirDrop & Handoff"
MOVED = "; on another port, type its number instead of 5000 in module 5's commands"
CONTAINER = "a container ({}), not a package index (find it with: docker ps --filter publish=8080)"
VS_CODE = "VS Code, not a package index; close the port in its Ports view"


@pytest.mark.parametrize(
    ("name", "who"),
    [
        ("com.docker.backend.exe", CONTAINER),
        ("docker-proxy", CONTAINER),
        ("rootlesskit", CONTAINER),
        ("gvproxy", CONTAINER),
        ("wslrelay.exe", "a program in WSL, not a package index; end it there"),
        ("Code Helper (Plugin)", VS_CODE),
        ("Code.exe", VS_CODE),
        ("code", VS_CODE),
    ],
)
def test_a_program_that_must_go_on_is_not_ended(name, who, monkeypatch):
    """It holds the port for another one, and may hold many; the line says how to end that one."""
    monkeypatch.setattr(ports, "holder", lambda port: (7, name))
    found = ports.in_the_way(8080, "not a package index", ports.INDEX)
    assert (found.text, found.fix) == (f"in use by {who.format(name)}", "")
    found = ports.in_the_way(4200, "not a package index", ports.PREFECT)
    assert found.fix.startswith("export PREFECT_SERVER_API_PORT=")


def test_the_course_moves_out_of_the_way(silent_port, stranger, monkeypatch):
    """The system's own programs would come back; other programs may stay where that is enough."""
    monkeypatch.setenv("REGISTRY_PORT", str(silent_port))
    with monkeypatch.context() as patch:
        patch.setattr(ports, "holder", lambda port: (7, "ControlCenter"))
        found = ports.used(ports.REGISTRY, Level.WARNING)
    (another,) = re.findall(r"^export REGISTRY_PORT=(\d+)$", found.fix)
    assert str(found).startswith(f"! Port {silent_port}: {AIRPLAY}{MOVED}; fix it with: export")
    monkeypatch.setenv("REGISTRY_PORT", another)
    assert ports.used(ports.REGISTRY).ok
    process, port = stranger
    monkeypatch.setenv("PORT", str(port))
    found = ports.used(ports.SITE, Level.WARNING)
    text = rf"! Port {port}: in use by \S+ \(pid {process.pid}\), not the site of this course; "
    assert re.fullmatch(rf"{text}fix it with: make serve PORT=\d+", str(found))
    monkeypatch.setattr(shell, "SYSTEM", "Windows")
    assert re.fullmatch(r"python -m course serve \d+", ports.used(ports.SITE, Level.WARNING).fix)
    end = ports.in_the_way(port, "but the class needs this port", ports.INDEX).fix
    assert end == f"taskkill /F /PID {process.pid}"


def test_what_belongs_on_a_port_is_known(httpserver, monkeypatch):
    """The registry is known by its headers, the site and the package index by what they show."""
    httpserver.expect_request("/v2/").respond_with_data(
        "", status=401, headers={"Docker-Distribution-Api-Version": "registry/2.0"}
    )
    pages = ["<title>Prefect & Dask, live</title>", "Welcome to pypiserver!"]
    for use in (ports.REGISTRY, ports.SITE, ports.INDEX):
        if use is not ports.REGISTRY:
            httpserver.expect_ordered_request("/").respond_with_data(pages.pop(0))
        here = use._replace(default=httpserver.port, setting="")
        assert str(ports.used(here)) == f"✓ Port {httpserver.port}: {use.name} answers"


def test_all_ports_are_looked_at(monkeypatch):
    """Only the ports of Prefect and Dask have to be the course's."""
    monkeypatch.setattr(ports, "is_taken", lambda port: True)
    monkeypatch.setattr(ports, "ask", lambda url: None)
    monkeypatch.setattr(ports, "first_words", lambda port: "")
    monkeypatch.setattr(ports, "holder", lambda port: (7, "sshd"))
    for use in ports.BY_DEFAULT.values():
        monkeypatch.delenv(use.setting or "PORT", raising=False)
    found = [str(finding)[:11] for finding in ports.all_ports()]
    assert found[:2] == ["✕ Port 4200", "✕ Port 8787"]
    assert found[2:] == ["! Port 8000", "! Port 5000", "! Port 8080", "! Port 8786"]


def test_ports_of_the_course(prefect_server, monkeypatch, tmp_path):
    """A Prefect server may be on its port, but only in the locked version; so may a dashboard."""
    from distributed import LocalCluster

    cluster = LocalCluster(
        n_workers=0, processes=False, protocol="tcp", dashboard_address="127.0.0.1:0"
    )
    with cluster:
        scheduler = ports.SCHEDULER._replace(default=urlsplit(cluster.scheduler_address).port)
        assert str(ports.used(scheduler)).endswith(": a Dask scheduler answers")
        dashboard = urlsplit(cluster.dashboard_link).port
        monkeypatch.setenv("DASK_DASHBOARD_PORT", str(dashboard))
        assert str(ports.used(ports.DASK)) == f"✓ Port {dashboard}: a Dask dashboard answers"
    port = urlsplit(prefect_server).port
    monkeypatch.setenv("PREFECT_SERVER_API_PORT", str(port))
    assert re.fullmatch(rf"✓ Port {port}: a Prefect server [\d.]+ answers", str(ports.prefect()))
    monkeypatch.setattr(ports, "REQUIREMENTS", tmp_path / "lock")
    ports.REQUIREMENTS.write_text("prefect==2.0.0 \\\n")
    found = ports.prefect()
    assert re.search(r", a Prefect server 3[\d.]+, not 2\.0\.0 \(or use another port", found.text)
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
    taken = rf"^port {silent_port} is taken; try: make serve PORT=\d+$"
    with pytest.raises(SetupError, match=taken) as refused:
        ports.checked("serve", str(silent_port))
    another = str(refused.value).rpartition("=")[2]
    assert ports.checked("serve", another) == int(another)
    monkeypatch.setattr(ports, "bind_error", lambda port: PermissionError(13, "denied"))
    for port, why in (("80", "below 1024 needs root"), (another, "is reserved by the system")):
        kept = f"^your user may not open port {port}, which {why}; try: make serve PORT=8000$"
        with pytest.raises(SetupError, match=kept):
            ports.checked("serve", port)

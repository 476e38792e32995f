"""The ports that the course uses: a program that is in the way is named, one that belongs there is not."""

import re
import socket
import subprocess
import sys
from urllib.parse import urlsplit

import pytest

from course.setup import ports


@pytest.fixture
def stranger():
    """A web server of another program, on a port of its own: process and port."""
    code = "import http.server as h; s = h.HTTPServer(('127.0.0.1', 0), h.BaseHTTPRequestHandler)\n"
    code += "print(s.server_port, flush=True); s.serve_forever()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        yield process, int(process.stdout.readline())
        process.kill()


def test_a_taken_port_is_mended_by_its_line(stranger, monkeypatch):
    """The program is named, and the command really ends it; a program that does not even listen is noticed, too."""
    process, port = stranger
    monkeypatch.setenv("PREFECT_SERVER_API_PORT", str(port))
    for line, what in [
        (ports.prefect(), "a Prefect server"),
        (ports.dask(port), "a Dask dashboard"),
    ]:
        assert re.match(
            rf"✕ Port {port}: taken by \S+ \(pid {process.pid}\), not {what}; end it with: kill",
            line,
        )
    assert ports.ask_lsof(port) in (
        None,
        ports.holder(port),
    )  # macOS's way; None where there is no lsof
    subprocess.run(line.partition("end it with: ")[2], shell=True, check=True)
    process.wait(20)
    assert ports.prefect() == f"✓ Port {port}: free"
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        monkeypatch.setenv("PREFECT_SERVER_API_PORT", str(silent.getsockname()[1]))
        assert (
            "taken by a program that you may not see, not a Prefect server; find it with: sudo "
            in ports.prefect()
        )


def test_ports_of_our_own(prefect_server, monkeypatch, tmp_path):
    """A Prefect server of the right version and a Dask dashboard may be there; a server of another version may not."""
    from distributed import LocalCluster

    port = urlsplit(prefect_server).port
    monkeypatch.setenv("PREFECT_SERVER_API_PORT", str(port))
    assert re.fullmatch(rf"✓ Port {port}: a Prefect server [\d.]+ answers", ports.prefect())
    monkeypatch.setattr(ports, "LOCK", tmp_path / "lock")
    ports.LOCK.write_text("prefect==2.0.0 \\\n")
    assert re.search(
        r"a Prefect server 3[\d.]+, not 2\.0\.0; end it with: kill \d+$", ports.prefect()
    )
    with LocalCluster(n_workers=0, processes=False, dashboard_address="127.0.0.1:0") as cluster:
        dashboard = urlsplit(cluster.dashboard_link).port
        assert ports.dask(dashboard) == f"✓ Port {dashboard}: a Dask dashboard answers"

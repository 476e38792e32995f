"""Setting up: what is missing or wrong gets one clear line that says what to do."""

import socket
import subprocess
import sys

import pytest

from course.setup import chromium, install
from course.site import serve
from tests.support.home import ROOT


@pytest.mark.parametrize("found", [(3, 9, 18), (3, 11, 4), (3, 12, 1)])
def test_another_python_is_refused(found, monkeypatch):
    """Only the Python that everything is proved on will do; nothing is made with another."""
    monkeypatch.setattr(sys, "version_info", found)
    with pytest.raises(SystemExit) as stopped:
        install.main()
    assert str(stopped.value).startswith(
        "install: the course needs Python 3.11.5 or a later 3.11, this is"
    )
    assert "\n" not in str(stopped.value)


def test_a_python_without_venv_is_said(monkeypatch, tmp_path):
    """Debian's Python comes without venv: the line names the package, and nothing is made."""
    monkeypatch.setattr(install, "find_spec", lambda name: None)
    monkeypatch.setattr(install, "PYTHON", tmp_path / "none")
    monkeypatch.setattr(install, "VENV", tmp_path / ".venv")
    with pytest.raises(SystemExit, match=r"install: .* apt install python3\.11-venv"):
        install.main()
    assert not list(tmp_path.iterdir())


def test_uv_is_installed_with_its_hashes():
    """The installer itself is checked like all else: the lock's own lines, and no others."""
    lines = install.uv_requirement().splitlines()
    assert lines[0].startswith("uv==")
    assert len(lines) > 1
    assert all(line.strip().startswith("--hash=sha256:") for line in lines[1:])


def test_a_failed_step_is_named():
    """A step that fails ends the installation with its name."""
    with pytest.raises(SystemExit, match="install: the sky fell; see the lines above"):
        install.run("the sky fell", sys.executable, "-c", "raise SystemExit(3)")


def test_nothing_to_do_is_fast():
    """When nothing has changed, make finds that out by itself and starts nothing."""
    said = subprocess.run(
        ["make", "--dry-run", "--no-print-directory", "build"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert "install.py" not in said.stdout
    assert len(said.stdout.splitlines()) == 1


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1"])
def test_a_bad_port_is_refused(port, capsys):
    """A port that is none: one line, exit code 2."""
    assert serve.main(port) == 2
    assert capsys.readouterr().err == f"serve: {port!r} is not a port; try: make serve PORT=8000\n"


def test_a_taken_port_is_said(capsys):
    """A port that somebody else has: one line, exit code 1."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert serve.main(str(port)) == 1
    assert capsys.readouterr().err.startswith(f"serve: port {port} is taken; try: make serve PORT=")


def test_chromium_is_looked_for_where_it_may_be(monkeypatch, tmp_path):
    """CHROMIUM comes before PATH; without either, and with no way to install one, there is one line and exit code 1."""
    monkeypatch.setenv("CHROMIUM", "/mine")
    assert chromium.on_this_machine() == "/mine"
    monkeypatch.delenv("CHROMIUM")
    (tmp_path / "chromium").write_text("#!/bin/sh\n")
    (tmp_path / "chromium").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert chromium.on_this_machine() == str(tmp_path / "chromium")


def test_no_chromium_is_said(monkeypatch, capsys):
    """Where none is found and none can be installed, one line says so."""
    monkeypatch.setattr(chromium, "on_this_machine", lambda: None)
    monkeypatch.setattr(chromium, "playwrights", lambda: None)
    monkeypatch.setattr(chromium, "run", lambda *command: False)
    assert chromium.main() == 1
    assert capsys.readouterr().err.startswith("chromium: none found and none could be installed")

"""The set-up check: what it looks at is really broken here, and gets one line with the command that mends it."""

import ast
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from course.setup import doctor as check
from course.setup import install
from tests.support.home import ROOT


@pytest.fixture
def own_venv(tmp_path, monkeypatch):
    """A real .venv of links to the suite's packages, in which each of them can be broken; and what is said about it."""
    folder = tmp_path / ".venv"
    venv.create(folder, symlinks=True)
    packages = next(folder.glob("lib/python*/site-packages"))
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        (packages / entry.name).symlink_to(entry)
    (packages / "0.pth").write_text(
        str(ROOT / "snippets/pricewatch/src")
    )  # of this checkout, also where it is a copy
    (folder / "ready").touch()
    monkeypatch.setattr(check, "VENV", folder)
    monkeypatch.delenv("PYTHONPATH", raising=False)
    return packages


def one(lines, start: str) -> str:
    """The one line that begins like this; no line is really two."""
    lines = list(lines)
    assert not any("\n" in line for line in lines)
    found = [line for line in lines if line.startswith(start)]
    assert len(found) == 1, lines
    return found[0]


def test_make_check_says_what_is_there(monkeypatch):
    """With everything in place there is no problem in .venv, and a warning is none."""
    monkeypatch.setenv("PREFECT_API_URL", "https://prefect.example/api")
    run = subprocess.run(
        ["make", "--no-print-directory", "check", "ARGS="], cwd=ROOT, capture_output=True, text=True
    )
    said = run.stdout.splitlines()
    assert one(said, "✓ Python") == f"✓ Python {'.'.join(map(str, sys.version_info[:3]))}"
    assert (
        one(said, "✓ Packages") and one(said, "✓ Prefect's server") and one(said, "! Prefect sends")
    )
    assert bool(run.returncode) == ("✕" in run.stdout), (
        run.stdout
    )  # somebody may be on port 8787 of this machine


def test_exit_code(monkeypatch, capsys):
    """0 with warnings only, 1 with a problem, which the last line counts; 2 for what there is no check of."""
    monkeypatch.setattr(check, "look", lambda wanted: iter(["✓ one", "! two"]))
    assert check.main([]) == 0
    assert capsys.readouterr().out.endswith("\nNothing to mend.\n")
    monkeypatch.setattr(check, "look", lambda wanted: iter(["✓ one", "! two", "✕ three", "✕ four"]))
    assert check.main([]) == 1
    assert capsys.readouterr().out.endswith("\nTo mend: 2. Then: make check\n")
    assert check.main(["mice"]) == 2
    assert capsys.readouterr().err.startswith("check: it looks at python, ports, memory, docker")


def test_another_python(monkeypatch, tmp_path):
    """Where .venv is still to be made, the machine's own Python counts: every one here that will not do is told so."""
    monkeypatch.setattr(check, "VENV", tmp_path / "none")
    monkeypatch.setattr(sys, "version_info", (3, 12, 1))
    assert one(check.environment(), "✕").startswith(
        "✕ Python 3.12.1: the course needs Python 3.11.5 or a later 3.11;"
    )
    for path in ("check", "ports", "install"):
        ast.parse((ROOT / f"course/{path}.py").read_text("utf-8"), feature_version=(3, 8))
    shutil.copytree(
        ROOT / "course", tmp_path / "course", ignore=shutil.ignore_patterns("theme", "hooks")
    )
    (tmp_path / "requirements.txt").symlink_to(ROOT / "requirements.txt")
    for python in {"/usr/bin/python3", *(f"python3.{minor}" for minor in range(8, 15))}:
        found, wrong = check.ask(python, "-c", "import sys; print(*sys.version_info[:3], sep='.')")
        if not wrong:
            fits = install.OLDEST <= tuple(map(int, found.split("."))) < install.TOO_NEW
            run = subprocess.run(
                [python, tmp_path / "course/check.py"], capture_output=True, text=True
            )
            assert one(
                run.stdout.splitlines(), "✕ .venv is not there" if fits else f"✕ Python {found}: "
            )
            assert run.returncode == 1, run.stderr


def test_a_venv_that_cannot_be_used(own_venv, monkeypatch):
    """Stale, without its Python, or of another one: one line each, and nothing else is guessed at."""
    assert f".venv/ready: {' '.join(install.MADE_FROM)}\n" in (ROOT / "Makefile").read_text("utf-8")
    for spoil in (lambda stamp: os.utime(stamp, (0, 0)), Path.unlink):
        spoil(check.VENV / "ready")
        assert one(check.environment(), "✕").endswith(
            "older than requirements.txt; complete it with: make install"
        )
    (check.VENV / "bin/python").unlink()
    assert one(check.environment(), "✕").endswith("make it anew with: rm -rf .venv && make install")
    (check.VENV / "bin/python").write_text("#!/bin/sh\necho 3.12.1\n")
    (check.VENV / "bin/python").chmod(0o755)
    assert one(check.environment(), "✕").startswith("✕ Python 3.12.1 in .venv: the course needs")


def test_packages_that_are_not_the_locked_ones(own_venv):
    """One that is missing and one at another version are named; so is what the server says to them: the real story."""
    for part in (*own_venv.glob("zict*"), *own_venv.glob("fastapi*")):
        part.unlink()
    for name, text in {
        "fastapi-0.155.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: fastapi\nVersion: 0.155.0\n",
        "fastapi/__init__.py": "raise TypeError(\"Body() got an unexpected keyword argument 'min_items'\")\n",
    }.items():
        (own_venv / name).parent.mkdir()
        (own_venv / name).write_text(text)
    said = list(check.environment())
    assert re.search(
        r"fastapi is 0\.155\.0, not 0\.[\d.]+, zict is missing; mend them with",
        one(said, "✕ Packages"),
    )
    wrong = "✕ Prefect's server: TypeError: Body() got an unexpected keyword argument 'min_items'; "
    assert one(said, "✕ Prefect") == f"{wrong}mend it with: rm -f .venv/ready && make install"


def test_a_server_that_others_break(own_venv, tmp_path, monkeypatch):
    """A package that the lock cannot know to be broken, from another folder: the line says what leads there."""
    (tmp_path / "fastapi.py").write_text("raise ImportError('broken')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    said = list(check.environment())
    assert one(said, "✓ Packages")
    assert (
        one(said, "✕ Prefect's server")
        == "✕ Prefect's server: ImportError: broken; mend it with: unset PYTHONPATH"
    )


def test_memory(monkeypatch, tmp_path):
    """Too little is said, with what to do; the kernel's own table is read, of which this is one."""
    monkeypatch.setattr(check, "MEMORY", tmp_path / "none")
    assert re.fullmatch(r"✓ Memory: [\d.]+ GB in all", check.memory())
    (tmp_path / "little").write_text(
        "MemTotal:        4030464 kB\nMemFree:  90000 kB\nMemAvailable:     524288 kB\n"
    )
    monkeypatch.setattr(check, "MEMORY", tmp_path / "little")
    assert check.memory().startswith(
        "✕ Memory: 0.5 GB free of 3.8, the class takes 1; close what is largest: ps "
    )


def test_docker(monkeypatch, tmp_path):
    """No command, an engine that does not answer, one that you may not use: a warning that says what you miss."""
    without, path = "! Docker: you read the containers of module 5, ", os.environ["PATH"]

    def client(
        says: str, code: int
    ):  # the nearest thing, for what no engine here can be made to do
        (tmp_path / "docker").write_text(f"#!/bin/sh\necho '{says}'\nexit {code}\n")
        (tmp_path / "docker").chmod(0o755)

    monkeypatch.setenv("PATH", str(tmp_path))
    assert "there is no docker command; install it: https" in one([check.docker()], without)
    client("28.2.2", 0)
    assert check.docker() == "✓ Docker: engine 28.2.2 answers"
    client("permission denied while trying to connect", 1)
    assert "you may not use it; for your next login: sudo usermod" in one([check.docker()], without)
    client("Cannot connect to the Docker daemon", 1)
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    monkeypatch.setenv("PATH", f"{path}:{tmp_path}")  # a real client, if this machine has one
    assert one([check.docker()], without).endswith(
        "does not answer; mend that with: unset DOCKER_HOST"
    )

"""The set-up check: things are really broken here, and each gets one line with what fixes it."""

import ast
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from dataclasses import replace
from pathlib import Path

import pytest

from course.findings import Finding, Level
from course.paths import PACKAGE, ROOT
from course.setup import doctor, install
from course.setup.products import PRODUCTS

#: All that runs before .venv exists.
BEFORE_VENV = [*ROOT.glob("course/[_efp]*.py"), *ROOT.glob("course/setup/*.py")]


@pytest.fixture
def own_venv(tmp_path, monkeypatch):
    """The packages of a real .venv, links to the suite's packages, for tests to break."""
    product = replace(PRODUCTS["venv"], folder=tmp_path / ".venv")
    venv.create(product.folder, symlinks=True)
    packages = next(product.folder.glob("lib/python*/site-packages"))
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        (packages / entry.name).symlink_to(entry)
    of_this_checkout = packages / "0.pth"  # where it is a copy, too
    of_this_checkout.write_text(str(PACKAGE / "src"))
    product.stamp.write_text(product.key())
    monkeypatch.setitem(PRODUCTS, "venv", product)
    monkeypatch.delenv("PYTHONPATH", raising=False)
    return packages


def line(findings, start: str) -> str:
    """Return the single line that begins like this."""
    lines = [str(finding) for finding in findings]
    assert not any("\n" in line for line in lines)
    found = [line for line in lines if line.startswith(start)]
    assert len(found) == 1, lines
    return found[0]


def test_settings_that_send_runs_elsewhere(own_venv, monkeypatch):
    """Beside packages that are all right, an API on another machine is a warning."""
    monkeypatch.setenv("PREFECT_API_URL", "https://prefect.example/api")
    found = list(doctor.environment())
    assert line(found, "✓ Packages") and line(found, "✓ Prefect's server")
    elsewhere = (
        "! Prefect's settings: your runs go to https://prefect.example/api, not to a server "
    )
    assert line(found, elsewhere).endswith("; fix it with: export PREFECT_API_URL=")


def test_exit_code_counts_problems_only(monkeypatch, capsys):
    """It is 0 with warnings, and 1 with problems, which the last line counts."""
    found = [Finding(Level.OK, "one"), Finding(Level.WARNING, "two")]
    monkeypatch.setattr(doctor, "CHECKS", {"all": lambda: iter(found)})
    assert doctor.main([]) == 0
    assert capsys.readouterr().out == "✓ one\n! two\nNothing to fix.\n"
    found[:] = [
        Finding(Level.PROBLEM, "three", "broken", "make it"),
        Finding(Level.PROBLEM, "four"),
    ]
    assert doctor.main(["all"]) == 1
    problems = "✕ three: broken; fix it with: make it\n✕ four\n"
    assert capsys.readouterr().out == f"{problems}Problems to fix: 2. Then run: make check\n"


def test_python_of_the_machine_counts_before_venv_exists(monkeypatch, tmp_path):
    """Another Python than the tested one is named, with the command that gets the right one."""
    product = replace(PRODUCTS["venv"], folder=tmp_path / "missing")
    monkeypatch.setitem(PRODUCTS, "venv", product)
    monkeypatch.setattr(sys, "version_info", (3, 12, 1))
    found = line(doctor.environment(), "✕ Python 3.12.1: the course needs Python 3.11.5 or")
    assert "fix it with: uv python install 3.11 && make PYTHON=" in found


def test_runs_on_each_python_without_packages(tmp_path):
    """The check starts on Python 3.8 and later, with nothing but the standard library."""
    for path in BEFORE_VENV:
        ast.parse(path.read_text("utf-8"), feature_version=(3, 8))
        (tmp_path / path.relative_to(ROOT)).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, tmp_path / path.relative_to(ROOT))
    names = {sys.executable, "/usr/bin/python3", *(f"python3.{minor}" for minor in range(8, 15))}
    for python in names:
        print_version = "import sys; print(*sys.version_info[:3], sep='.')"
        found, error = doctor.run_command(python, "-c", print_version)
        if error:
            continue  # this machine does not have it
        command = [python, "-S", "-m", "course", "check", "python"]  # -S: without site-packages
        run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
        fits = install.OLDEST <= tuple(map(int, found.split("."))) < install.TOO_NEW
        assert line(
            run.stdout.splitlines(), "✕ .venv: not installed yet" if fits else f"✕ Python {found}"
        )
        assert run.returncode == 1, run.stderr


def test_a_venv_that_is_not_whole_gets_one_line(own_venv):
    """One that is stale or unfinished is completed; one without its Python is made anew."""
    stamp, python = PRODUCTS["venv"].stamp, PRODUCTS["venv"].folder / "bin/python"
    for spoil in (lambda: stamp.write_text("of another lock"), stamp.unlink):
        spoil()
        found = line(doctor.environment(), "✕")
        assert found.endswith("older than requirements.txt; fix it with: make install")
    python.unlink()
    anew = "fix it with: rm -rf .venv && make install"
    assert line(doctor.environment(), "✕ .venv").endswith(anew)
    python.write_text("#!/bin/sh\necho 3.12.1\n")
    python.chmod(0o755)
    assert line(doctor.environment(), "✕ Python 3.12.1 in .venv: the course needs").endswith(anew)


def test_packages_that_are_not_the_locked_ones(own_venv):
    """A missing one and one of another version are named, and so is the error of the server."""
    for part in (*own_venv.glob("zict*"), *own_venv.glob("fastapi*")):
        part.unlink()
    error = "TypeError: Body() got an unexpected keyword argument 'min_items'"  # as it happened
    (own_venv / "fastapi.py").write_text(f"raise TypeError({error.partition(': ')[2]!r})\n")
    metadata = own_venv / "fastapi-0.155.0.dist-info/METADATA"
    metadata.parent.mkdir()
    metadata.write_text("Metadata-Version: 2.1\nName: fastapi\nVersion: 0.155.0\n")
    found = list(doctor.environment())
    differences = r"fastapi is 0\.155\.0, not 0\.[\d.]+, zict is missing; fix it with"
    assert re.search(differences, line(found, "✕ Packages"))
    complete = "fix it with: rm -f .venv/ready && make install"
    assert line(found, "✕ Prefect") == f"✕ Prefect's server: {error}; {complete}"


def test_a_server_that_pythonpath_breaks(own_venv, tmp_path, monkeypatch):
    """A package of another folder breaks it: the line leads to the variable that puts it there."""
    (tmp_path / "fastapi.py").write_text("raise ImportError('broken')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    found = list(doctor.environment())
    assert line(found, "✓ Packages")
    fixed = "✕ Prefect's server: ImportError: broken; fix it with: unset PYTHONPATH"
    assert line(found, "✕ Prefect's server") == fixed


def test_memory(monkeypatch, tmp_path):
    """Too little free memory is a problem; without the kernel's table, the total is printed."""
    table = tmp_path / "meminfo"
    monkeypatch.setattr(doctor, "MEMINFO", table)
    assert re.fullmatch(r"✓ Memory: [\d.]+ GB in all", line(doctor.memory(), "✓"))
    table.write_text("MemTotal: 4030464 kB\nMemFree:  90000 kB\nMemAvailable:  524288 kB\n")
    little = "✕ Memory: 0.5 GB free of 3.8 GB, but the class needs 1 GB; close the largest "
    assert line(doctor.memory(), little)


WITHOUT = ", so you cannot run the containers of modules 4, 5 and 7"
SILENT = "! Docker: its engine does not answer"


@pytest.mark.parametrize(
    ("client", "docker_host", "expected"),
    [
        (None, "", f"! Docker: there is no docker command{WITHOUT}; see https://docs.docker.com/"),
        ("echo 28.2.2", "", "✓ Docker: engine 28.2.2 answers"),
        (
            "echo permission denied; exit 1",
            "",
            f"! Docker: your user may not use it{WITHOUT}; add yourself to ",
        ),
        ("echo no; exit 1", "", f"{SILENT}{WITHOUT}; fix it with: "),
        ("echo no; exit 1", "unix://nobody", f"{SILENT}{WITHOUT}; fix it with: unset DOCKER_HOST"),
    ],
)
def test_docker(client, docker_host, expected, monkeypatch, tmp_path):
    """No command, no permission and a silent engine are warnings with what the reader misses."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("DOCKER_HOST", docker_host)
    if client:
        (tmp_path / "docker").write_text(f"#!/bin/sh\n{client}\n")
        (tmp_path / "docker").chmod(0o755)
    found = line(doctor.containers(), expected)
    assert "permission" not in str(client) or found.endswith("sudo usermod -aG docker $USER")


def test_run_command_returns_the_last_line_of_a_failure():
    """Output of a command that works; the last line, or the reason, of one that does not."""
    assert doctor.run_command("echo", "yes") == ("yes", "")
    assert doctor.run_command("sh", "-c", "echo one >&2; echo two >&2; exit 3") == ("", "two")
    assert doctor.run_command("false") == ("", "exit code 1")
    late = doctor.run_command("sleep", "60", timeout_s=0.1)
    assert late == ("", "sleep does not answer (TimeoutExpired)")
    assert doctor.run_command("/none")[1] == "none does not answer (FileNotFoundError)"

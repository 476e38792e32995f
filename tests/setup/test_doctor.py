"""The set-up check: things are really broken here, and each gets one line with what fixes it."""

import ast
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace

from course.findings import Finding, Level
from course.paths import ROOT
from course.setup import doctor, install, prefect_home, shell
from course.setup.products import PRODUCTS
from tests.support.findings import line
from tests.support.servers import free_port

#: All that runs before .venv exists.
BEFORE_VENV = [*ROOT.glob("course/[_efp]*.py"), *ROOT.glob("course/setup/*.py")]


def test_a_home_that_other_programs_have_left(own_venv, tmp_path, monkeypatch):
    """Beside packages that are all right, one run names a dead profile, a database, a pid."""
    url = f"http://127.0.0.1:{free_port()}/api"
    profiles = tmp_path / "profiles.toml"
    profiles.write_text(f'active = "local"\n[profiles.local]\nPREFECT_API_URL = "{url}"\n')
    (tmp_path / "server.pid").touch()
    with closing(sqlite3.connect(tmp_path / "prefect.db")) as database, database:
        database.execute("CREATE TABLE alembic_version (version_num)")
        database.execute("INSERT INTO alembic_version VALUES ('ffffffffffff')")
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path))
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    found = list(doctor.environment())
    assert line(found, "✓ Packages") and line(found, "✓ Prefect's server")
    assert line(found, "! Prefect's home").endswith(f"; fix it with: rm -rf {tmp_path}/server.pid")
    database = line(found, f"✕ Prefect's home: {tmp_path}/prefect.db was made by another version ")
    assert database.endswith(" (revision ffffffffffff); fix it with: unset PREFECT_HOME")
    dead = f"✕ Prefect's settings: a profile in {tmp_path} sends your runs to {url}, where no serv"
    assert line(found, dead).endswith("; fix it with: unset PREFECT_HOME")
    monkeypatch.setattr(prefect_home, "OWN", tmp_path)  # where the course's own would be
    fix = line(prefect_home.api(url), dead).partition("fix it with: ")[2]
    subprocess.run(fix, shell=True, cwd=ROOT, check=True, capture_output=True)
    assert url not in profiles.read_text()


def test_exit_code_counts_problems_only(monkeypatch, capsys):
    """It is 0 with warnings, and 1 with problems, which the last line counts."""
    found = [Finding(Level.OK, "one"), Finding(Level.WARNING, "two")]
    monkeypatch.setattr(doctor, "CHECKS", {"all": lambda: iter(found)})
    assert doctor.main([]) == 0
    last = "Nothing to fix. 1 line with !: read what that means for you."
    assert capsys.readouterr().out == f"✓ one\n! two\n{last}\n"
    found.append(found[1])
    assert doctor.main([]) == 0
    assert capsys.readouterr().out.endswith(f"! two\n! two\n{last.replace('1 line', '2 lines')}\n")
    del found[1:]
    assert doctor.main([]) == 0
    assert capsys.readouterr().out == "✓ one\nNothing to fix.\n"
    found[:] = [
        Finding(Level.PROBLEM, "three", "broken", "make it"),
        Finding(Level.PROBLEM, "four"),
    ]
    assert doctor.main(["all"]) == 1
    problems = "✕ three: broken; fix it with: make it\n✕ four\n"
    assert capsys.readouterr().out == f"{problems}Problems to fix: 2. Then run: make check\n"


def test_runs_on_each_python_without_packages(tmp_path):
    """The check starts on Python 3.8 and later, with nothing but the standard library."""
    for path in BEFORE_VENV:
        ast.parse(path.read_text("utf-8"), feature_version=(3, 8))
        (tmp_path / path.relative_to(ROOT)).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, tmp_path / path.relative_to(ROOT))
    names = {sys.executable, "/usr/bin/python3", *(f"python3.{minor}" for minor in range(8, 15))}
    for python in names:
        print_version = "import sys; print(*sys.version_info[:3], sep='.')"
        found, error = shell.run_command(python, "-c", print_version)
        if error:
            continue  # this machine does not have it
        command = [python, "-S", "-m", "course", "check", "python"]  # -S: without site-packages
        run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
        fits = install.OLDEST <= tuple(map(int, found.split("."))) < install.TOO_NEW
        assert line(
            run.stdout.splitlines(), "✕ .venv: not installed yet" if fits else f"✕ Python {found}"
        )
        assert run.returncode == 1, run.stderr


def test_a_venv_that_is_not_whole_gets_one_line(own_venv, monkeypatch):
    """One that is stale or unfinished is completed; one without its Python is made anew."""
    stamp, python = PRODUCTS["venv"].stamp, PRODUCTS["venv"].folder / "bin/python"
    for spoil in (lambda: stamp.write_text("of another lock"), stamp.unlink):
        spoil()
        found = line(doctor.environment(), "✕")
        assert found.endswith("older than requirements.txt; fix it with: make install")
    with monkeypatch.context() as patch:
        patch.setattr(sys, "version_info", (3, 13, 0))
        only_its_own_will_do = "fix it with: .venv/bin/python -m course install"
        assert line(doctor.environment(), "✕ .venv").endswith(only_its_own_will_do)
    python.unlink()
    anew = "fix it with: rm -rf .venv && make install"
    assert line(doctor.environment(), "✕ .venv").endswith(anew)
    python.write_text("#!/bin/sh\necho 3.12.1\n")
    python.chmod(0o755)
    assert line(doctor.environment(), "✕ Python 3.12.1 in .venv: the course needs").endswith(anew)


def test_a_python_without_venv(monkeypatch, tmp_path):
    """Debian's Python cannot make environments, until one more package is installed."""
    product = replace(PRODUCTS["venv"], folder=tmp_path / "missing")
    monkeypatch.setitem(PRODUCTS, "venv", product)
    monkeypatch.setattr(doctor, "find_spec", lambda name: None)
    assert line(doctor.environment(), "✕").endswith("fix it with: sudo apt install python3.11-venv")


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
    complete = "fix it with: rm -rf .venv/ready && make install"
    assert line(found, "✕ Prefect") == f"✕ Prefect's server: {error}; {complete}"


def test_a_server_that_pythonpath_breaks(own_venv, tmp_path, monkeypatch):
    """A package of another folder breaks it: the line leads to the variable that puts it there."""
    (tmp_path / "fastapi.py").write_text("raise ImportError('broken')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    found = list(doctor.environment())
    assert line(found, "✓ Packages") and line(found, "✕ PYTHONPATH: Python looks for")
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

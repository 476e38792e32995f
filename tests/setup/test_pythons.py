"""The right Python is found, or the command that gets it; other environments are named."""

import sys
from dataclasses import replace

import pytest

from course.setup import doctor, pythons, shell
from course.setup.products import PRODUCTS
from tests.support.findings import line
from tests.support.programs import program


@pytest.fixture
def path(tmp_path, monkeypatch):
    """The only folder on PATH, of a machine whose own Python is too new and that has no .venv."""
    product = replace(PRODUCTS["venv"], folder=tmp_path / "missing")
    monkeypatch.setitem(PRODUCTS, "venv", product)
    monkeypatch.setattr(sys, "version_info", (3, 13, 0))
    for name in ("PYTHONPATH", "XDG_BIN_HOME", "VIRTUAL_ENV", "CONDA_PREFIX", "CONDA_DEFAULT_ENV"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "a bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


UV = "uv python find --system '>=3.11.5,<3.12'"
DOWNLOAD = "curl -LsSf https://astral.sh/uv/install.sh | sh && ~/.local/bin/uv python install 3.11"
BREW = "brew install python@3.11 && make PYTHON="
WINGET = "winget install --exact --id Python.Python.3.11 --scope user"
WINGETS = r'& "$Env:LOCALAPPDATA\Programs\Python\Python311\python.exe"'


@pytest.mark.parametrize(
    ("system", "tool", "fix"),
    [
        ("Linux", "", f'{DOWNLOAD} && make PYTHON="$(~/.local/bin/{UV})" install'),
        ("Linux", "uv", f'uv python install 3.11 && make PYTHON="$({UV})" install'),
        ("Darwin", "brew", f'{BREW}"$(brew --prefix python@3.11)/bin/python3.11" install'),
        ("Windows", "", f"{WINGET}; {WINGETS} -m course install"),
        ("Windows", "uv", f"uv python install 3.11; & ({UV}) -m course install"),
    ],
)
def test_only_a_newer_python(system, tool, fix, path, monkeypatch):
    """Each system has a command that gets the right one; uv is preferred where it is there."""
    monkeypatch.setattr(shell, "SYSTEM", system)
    if tool:
        program(path / tool, "exit 1")
    wrong = "✕ Python 3.13.0: the course needs Python 3.11.5 or a later 3.11; fix it with: "
    assert line(doctor.environment(), "✕") == wrong + fix


def test_uvs_installer_is_downloaded_with_what_there_is(path, monkeypatch):
    """Ubuntu comes with wget, without curl; uv goes where the reader keeps programs."""
    program(path / "wget", "exit 1")
    monkeypatch.setenv("XDG_BIN_HOME", f"{path}")
    get = "fix it with: wget -qO- https://astral.sh/uv/install.sh | sh && "
    found = f'{get}"{path}/uv" python install 3.11 && make PYTHON="$("{path}/uv" python find --sys'
    assert found in line(doctor.environment(), "✕")
    program(path / "curl", "exit 1")
    assert "; fix it with: curl -LsSf " in line(doctor.environment(), "✕")


def test_a_shim_that_does_not_run(path, monkeypatch):
    """It is named, and the next Python that fits is taken."""
    program(path / "python3.11", "echo python3.11: command not found; exit 127")
    program(path / "python3", "echo 3.12.1")
    in_venv = pythons.VENV / "bin"  # whose Python does not help to make it anew
    monkeypatch.setenv("PATH", f"{in_venv}:{path}")
    wrong = "✕ Python 3.13.0: the course needs Python 3.11.5 or a later 3.11; "
    shim = f"{path}/python3.11 does not run (python3.11: command not found); fix it with: "
    assert line(doctor.environment(), wrong).startswith(f"{wrong}{shim}curl")
    program(path / "python", "echo 3.11.9")
    fixed = f'{wrong}{shim}make PYTHON="{path}/python" install'
    assert line(doctor.environment(), wrong) == fixed


def test_another_environment_is_activated(monkeypatch):
    """Conda's base and another project's environment are named; our own is not."""
    for name in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "CONDA_PREFIX", "CONDA_DEFAULT_ENV"):
        monkeypatch.delenv(name, raising=False)
    assert not list(pythons.activated())
    monkeypatch.setenv("CONDA_DEFAULT_ENV", "base")
    base = "! Environment: base is activated, so python and prefect start its programs; for the "
    assert line(pythons.activated(), base).endswith(
        "type .venv/bin/python and .venv/bin/prefect; fix it with: conda deactivate"
    )
    monkeypatch.setenv("VIRTUAL_ENV", "/project/env")
    assert line(pythons.activated(), base)  # a variable alone activates nothing
    monkeypatch.setenv("PATH", "/project/env/bin", prepend=":")
    other = "! Environment: /project/env is activated"
    assert line(pythons.activated(), other).endswith("fix it with: deactivate")
    monkeypatch.setenv("VIRTUAL_ENV", str(pythons.VENV))
    monkeypatch.setenv("PYTHONHOME", "/usr")
    (found,) = map(str, pythons.activated())
    replaces = (
        "✕ PYTHONHOME: /usr replaces Python's own standard library; fix it with: unset PYTHON"
    )
    assert found.startswith(replaces)

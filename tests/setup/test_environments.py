"""The heavy environments are their locks; the pipeline's command finds or starts what it needs."""

import os
import re
import subprocess
import sys
import urllib.request

import pytest
from pricewatch import Shop
from pricewatch.server import serving

from course.paths import python_of
from course.services import pipeline as run_pipeline
from course.setup import install
from tests.support.home import ROOT
from tests.support.servers import free_port

LOCKS = ROOT / "snippets/pipeline/demo"
HEAVY = sorted(set(install.CONTENTS) - {""})
COMMAND = [sys.executable, "-m", "course", "pipeline"]


def run(*arguments: str, **env: str) -> subprocess.CompletedProcess:
    """Run the command as `make pipeline` does."""
    return subprocess.run(
        [*COMMAND, *arguments], env={**os.environ, **env}, capture_output=True, text=True
    )


@pytest.mark.parametrize("name", HEAVY)
def test_environment_is_its_lock(name):
    """Each has every package of its lock for this machine, what was asked for, and the story's."""
    python = python_of(name)
    sync = ["sync", "--dry-run", "--quiet", "--offline", "--require-hashes", "--python", python]
    uv = [sys.executable, "-m", "uv", "pip", *sync, install.lock(name)]
    assert subprocess.run(uv, capture_output=True).returncode == 0
    packages = "print(*(d.name + '==' + d.version for d in metadata.distributions()))"
    code = f"import pricewatch; from importlib import metadata; {packages}"
    if name == "node":
        code = code.replace("import pricewatch; ", "")  # it has no httpx, which that needs
    run = subprocess.run([python, "-c", code], check=True, capture_output=True, text=True)
    asked = install.lock(name).with_suffix(".in").read_text("utf-8")
    pins = {pin.replace("[server]", "") for pin in re.findall(r"^[^#\s]+==[^#\s]+", asked, re.M)}
    assert pins <= set(run.stdout.lower().split())


def test_each_lock_has_what_was_asked_for():
    """For each environment, and for nothing else, a .in file lies beside the lock."""
    names = {path.stem for path in LOCKS.glob("*.in")} | {"node"}
    assert names == {path.stem for path in LOCKS.glob("*.txt")} | {"node"} == set(HEAVY)
    assert all(install.lock(name).with_suffix(".in").exists() for name in HEAVY)


def test_server_is_started_and_ended(tmp_path):
    """Without a Prefect server, one is started in the background; Prefect's command ends it."""
    port = free_port()
    env = {
        **os.environ,
        "PREFECT_SERVER_API_PORT": port,
        "PREFECT_HOME": str(tmp_path),
        "PREFECT_API_URL": "",
    }
    find = [sys.executable, "-c", "from course.services import pipeline; print(pipeline.server())"]
    for before in (
        "Prefect's server starts in the background; end it with: .venv/bin/prefect server stop\n",
        "",
    ):
        done = subprocess.run(find, cwd=ROOT, env=env, capture_output=True, text=True)
        assert done.stdout == f"{before}http://127.0.0.1:{port}/api\n", done.stderr
    assert urllib.request.urlopen(f"http://127.0.0.1:{port}/api/health").read() == b"true"
    stopped = subprocess.run(
        [f"{sys.prefix}/bin/prefect", "server", "stop"], env=env, capture_output=True
    )
    assert stopped.returncode == 0, stopped.stderr


def test_what_is_in_the_way_gets_one_line(monkeypatch):
    """A server that is silent, or a port that another program has, is named, with what mends it."""
    port = free_port()
    done = run(PREFECT_API_URL=f"http://127.0.0.1:{port}/api")
    said = f"pipeline: no Prefect server answers at http://127.0.0.1:{port}/api; "
    said += "start it, or: unset PREFECT_API_URL\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", said)
    with serving(Shop()) as url:
        done = run(PREFECT_API_URL="", PREFECT_SERVER_API_PORT=url.rpartition(":")[2])
        assert done.returncode == 1
        assert (
            "not a Prefect server; mend it with: kill" in done.stderr
            and done.stderr.count("\n") == 1
        )
    monkeypatch.setattr(run_pipeline, "ROOT", LOCKS)
    with pytest.raises(
        SystemExit,
        match=r"pipeline: \.venv-dbt is not there; install it with: make install ARGS=dbt",
    ):
        run_pipeline.main([])


def test_wrong_argument_gets_one_line(prefect_server):
    """An argument that the flow does not know is named, and nothing runs."""
    done = run("--mistake", "rain", PREFECT_API_URL=prefect_server)
    assert done.returncode == 2
    assert "argument --mistake: invalid choice: 'rain'" in done.stderr.splitlines()[-1]

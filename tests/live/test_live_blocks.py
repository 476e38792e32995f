"""Each block that cannot run in a page runs on the reader's machine, through the server that `make live` starts."""

import json
import time
from collections import Counter
from pathlib import Path

import pytest

from course.site.run_buttons import where
from tests.browser.test_run import SHOWN
from tests.support import loopback
from tests.support.page_python import CLAIM
from tests.support.servers import alone

pytestmark = pytest.mark.timeout(600)
REST = [name for name in SHOWN if where().get(name)]
#: What these need besides a Run, and say so: an argument, a work pool.
NEEDS_MORE = {
    "packaging/deploy_image.py": "Could not find work pool 'containers'. Please create it",
    "packaging/find_secret.py": "IndexError",
    "pipeline/demo/ask.py": "the following arguments are required",
    "pipeline/demo/sync.py": "missing 4 required positional arguments",
}
UNTIL_STOP = [name for name in REST if ".serve(" in SHOWN[name]]


@pytest.fixture(scope="session")
def live(prefect_server, tmp_path_factory):
    with loopback.serving(
        tmp_path_factory.mktemp("blocks"), PREFECT_API_URL=prefect_server
    ) as server:
        yield server


@pytest.fixture
def history_if_asked(name, request):
    if '"fortnight"' in SHOWN[name]:
        request.getfixturevalue("history")


@pytest.mark.parametrize("name", [name for name in REST if name not in UNTIL_STOP])
def test_block_runs_on_the_machine(name, live, history_if_asked):
    """It ends well there, and prints what was tested; what wants more than a Run says what."""
    with alone(Path(name)):
        end, out, err = live.run(SHOWN[name], name)
    if name in NEEDS_MORE:
        assert not end["ok"] and NEEDS_MORE[name] in err
        return
    assert end["ok"], err
    claims = CLAIM.findall(SHOWN[name])
    assert not claims or Counter(out.splitlines()) == Counter(claims)


@pytest.mark.parametrize("name", UNTIL_STOP)
def test_served_block_runs_until_stop(name, live):
    """What serves until Ctrl+C is served until Stop, which it hears as Ctrl+C."""
    with alone(Path(name)), live.job(SHOWN[name], name) as socket:
        started = time.monotonic()
        said = ""
        while "being served" not in said and time.monotonic() - started < 200:
            message = json.loads(socket.recv(timeout=200))
            said += message.get("text", "")
            assert message["type"] != "end", said
        socket.send(json.dumps({"type": "stop"}))
        assert json.loads(list(socket)[-1])["type"] == "end"

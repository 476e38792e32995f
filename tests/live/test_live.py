"""`make live` runs a block on this machine as a terminal does, for the reader's own page only, and leaves nothing."""

import json
import os
import signal
import socket as sockets
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from course.exercises.source import split
from course.run.machine import files as live_files
from tests.support.home import ROOT
from tests.support.loopback import COMMAND, NAIVE, alive, serving, until
from tests.support.servers import free_port

EXERCISE = ROOT / "snippets/negative-engineering/exercise.py"
TREE = """\
import glob, os, subprocess, sys, time
if len(sys.argv) > 1:
    os.write(1, b'%d\\n' % os.getpid())
    open(str(os.getpid()), "w").close()
    time.sleep(300)
sleep = [sys.executable, __file__, "sleeps"]
subprocess.Popen(sleep)
subprocess.Popen(sleep, start_new_session=True)
grandparent = [sys.executable, "-c", f"import subprocess; subprocess.Popen({sleep}, start_new_session=True)"]
subprocess.run(grandparent)
subprocess.Popen(sleep, env={})
"""
HIDDEN = "subprocess.Popen(sleep, start_new_session=True, env={})\ntime.sleep(300)"


@pytest.fixture(scope="module")
def live(prefect_server, tmp_path_factory):
    """A server on a free port, beside the Prefect server of all tests."""
    with serving(tmp_path_factory.mktemp("live"), PREFECT_API_URL=prefect_server) as server:
        yield server


def get(address: str, **headers: str):
    return urllib.request.urlopen(urllib.request.Request(address, headers=headers))


# A run
def test_a_run_is_what_a_terminal_runs(live):
    """A block's file is run, unchanged, with the course's Python, and prints what it claims."""
    end, out, err = live.run((ROOT / "snippets" / NAIVE).read_text("utf-8"))
    assert (end, err) == ({"type": "end", "ok": True, "line": 0}, "")
    assert out == "alder-runner 115.95\nalder-court 89.05\nalder-slip-on 114.95\n"


def test_a_page_is_told_the_links_first(live, prefect_server):
    """Before all else come the addresses of Prefect's UI and of Dask's dashboard; the run's flows use that server."""
    with live.job(
        "import os; print(os.environ['PREFECT_API_URL'], 'NO_COLOR' in os.environ)"
    ) as socket:
        links, status, *printed, end = (json.loads(message) for message in socket)
    address = prefect_server.removesuffix("/api")
    assert links == {"type": "links", "prefect": address, "dask": "http://127.0.0.1:8787"}
    assert status["type"] == "status" and end["ok"]
    assert "".join(message["text"] for message in printed) == f"{prefect_server} True\n"


def test_a_run_works_on_a_copy(live):
    """It finds what lies beside its file, here and in other modules; what it writes goes with it."""
    code = "from pathlib import Path\nimport naive, os\nPath('naive.py').write_text('')\nPath('new').touch()\n"
    end, out, err = live.run(
        code + "print(os.getcwd(), Path('../overview').exists())", "negative-engineering/crash.py"
    )
    assert end["ok"], err
    folder, beside = out.splitlines()[-1].split()
    assert (
        Path(folder).name == "negative-engineering"
        and not Path(folder).exists()
        and beside == "True"
    )
    assert (
        not (ROOT / "snippets/negative-engineering/new").exists()
        and (ROOT / "snippets" / NAIVE).stat().st_size
    )
    assert live.left() == []


def test_an_error_is_told_as_in_the_page(live):
    """Only the learner's frames are told, with the line that the page marks; a file that is no Python gets its line."""
    end, _, err = live.run("import json\n\njson.loads('shoes')\n")
    assert end == {"type": "end", "ok": False, "line": 3}
    assert err.startswith(
        'Traceback (most recent call last):\n  File "naive.py", line 3, in <module>\n'
    )
    assert err.count("File ") == 1 and err.endswith(
        "JSONDecodeError: Expecting value: line 1 column 1 (char 0)\n"
    )
    end, _, err = live.run("print('shoes')\nprint(\n")
    assert end["line"] == 2 and 'File "naive.py", line 2' in err


def test_nothing_can_be_typed(live):
    """A block that asks for input is told that there is none; it does not wait for ever."""
    end, _, err = live.run("input()")
    assert not end["ok"] and err.endswith("EOFError: EOF when reading a line\n")


@pytest.mark.parametrize(("name", "done"), [("starter", False), ("solution", True)])
def test_check_is_the_exercises_own(live, name, done):
    """Check says of the learner's text what `make exercise-2` says."""
    end, out, _ = live.run(split(EXERCISE)[name], "negative-engineering/starter.py", type="check")
    assert end["ok"] is done
    assert out.splitlines()[-1].endswith(
        "All done. Now the challenge?" if done else "still missing."
    )


@pytest.mark.parametrize(
    ("file", "part"),
    [("flow.py", "dbt"), ("sync.py", "airbyte"), ("snowflake_load.py", "snowflake")],
)
def test_the_pipeline_runs_in_its_environments(file, part, monkeypatch, tmp_path):
    """Module 7's parts run with the Python of their environment; if it is not there, one line says so."""
    monkeypatch.setattr(live_files, "ROOT", tmp_path)
    with pytest.raises(
        live_files.Refused, match=rf"not there; install it with: make \.venv-{part}/ready$"
    ):
        live_files.python(f"pipeline/demo/{file}")
    python = tmp_path / f".venv-{part}/bin/python"
    python.parent.mkdir(parents=True)
    python.touch()
    assert live_files.python(f"pipeline/demo/{file}") == python


# Who may run something
@pytest.mark.parametrize(
    "origin",
    [None, "null", "http://evil.example", "http://127.0.0.1:1", "https://127.0.0.1:{port}"],
)
def test_other_pages_are_refused(live, origin):
    """A page of another site or port, and a caller that does not say, gets no socket."""
    with pytest.raises(InvalidStatus, match="403"):
        live.connect(origin=origin and origin.format(port=live.port))


def test_other_names_are_refused(live):
    """A name that others have led to this machine gets neither a page nor a socket."""
    with pytest.raises(urllib.error.HTTPError, match="400"):
        get(live.address, Host=f"evil.example:{live.port}")
    with pytest.raises(InvalidStatus, match="400"):
        live.connect(additional_headers={"Host": f"evil.example:{live.port}"})


@pytest.mark.parametrize("token", ["", "mistake", None, ["a"], "\ud800"])
def test_other_tokens_are_refused(live, token):
    """Without the token nothing runs, and the page is told where a good one is."""
    with live.job("", token=token) as socket, pytest.raises(ConnectionClosed) as closed:
        socket.recv()
    assert (
        closed.value.rcvd.code == 4401
        and "open the one that make live shows" in closed.value.rcvd.reason
    )


@pytest.mark.parametrize("first", ["shoes", "[]", b"\0", '{"type": "run"}'])
def test_what_is_no_job_is_refused(live, first):
    """So it is with a message that is none."""
    with live.connect() as socket, pytest.raises(ConnectionClosed, match="4401"):
        socket.send(first)
        socket.recv()


@pytest.mark.parametrize(
    "file", ["../../x.py", "/{folder}/x.py", "..\\x.py", "dask/../../x.py", "dask/x.py", "", None]
)
def test_other_files_are_refused(live, file):
    """A path that leads elsewhere, or to no file of the course, is named in one line, and nothing is written."""
    end, out, err = live.run("print('shoes')", file and file.format(folder=live.folder))
    assert not end["ok"] and out == "" and err.count("\n") == 1
    assert err.startswith("live: ") and err.endswith(" is no file of this course\n")
    assert not list(live.folder.rglob("x.py")) and not (ROOT / "snippets/dask/x.py").exists()


def test_pages_are_new_and_framed_by_none(live):
    """No page comes from a cache or stands in another site's frame; a deck may stand in its own speaker's view."""
    for path, frame in (("/", "DENY"), ("/slides/deck/", "SAMEORIGIN")):
        headers = get(live.address + path).headers
        assert headers["Cache-Control"] == "no-cache" and headers["X-Frame-Options"] == frame
        assert "Set-Cookie" not in headers


def test_nobody_else_reaches_it(live):
    """It listens on loopback alone."""
    listens = [
        c.laddr
        for c in psutil.Process(live.process.pid).net_connections()
        if c.status == psutil.CONN_LISTEN
    ]
    assert listens == [("127.0.0.1", int(live.port))]


# How a run ends
def test_much_output_is_capped(live):
    """Of ten megabytes, one is shown, and a line says so; the server answers meanwhile."""
    with live.job("for _ in range(10_000):\n    print('shoe ' * 200)\nprint('last')") as socket:
        until(socket, "shoe")
        assert get(live.address).status == 200
        messages = [json.loads(message) for message in socket]
    printed = "".join(m["text"] for m in messages if m["type"] == "stdout")
    assert len(printed) <= 1_000_000 and "last" not in printed
    assert (
        messages[-2]["text"] == "\n… more than 1,000,000 characters: the rest is not shown\n"
        and messages[-1]["ok"]
    )


def sleepers(socket) -> list[int]:
    """Start a tree of processes, some of which hide; return them."""
    pids: list[int] = []
    while len(pids) < 5:
        pids += map(int, until(socket, "\n").split())
    assert alive(pids) == pids
    return pids


@pytest.mark.parametrize("how", ["stop", "close"])
def test_stop_leaves_no_process(live, how):
    """Stop, and a closed tab, end a run to its last child, in whatever session and environment that is."""
    with live.job(TREE + HIDDEN) as socket:
        pids = sleepers(socket)
        if how == "stop":
            socket.send('{"type": "stop"}')
            assert json.loads(list(socket)[-1])["ok"] is False
    deadline = time.monotonic() + 100
    while (alive(pids) or live.left()) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert alive(pids) == [] and live.left() == []


def test_an_end_leaves_no_process(live):
    """A run that ends by itself ends with its children, though they hold its output."""
    end, out, err = live.run(TREE + "while len(glob.glob('[0-9]*')) < 4:\n    time.sleep(0.1)")
    assert end["ok"], err
    assert (
        len(out.split()) == 4
        and alive([int(pid) for pid in out.split()]) == []
        and live.left() == []
    )


def test_stop_lets_a_program_tidy_up(live):
    """What a program does after Ctrl+C in a terminal, it does after Stop, and no traceback is shown."""
    with live.job(
        "import time\ntry:\n    print('on')\n    time.sleep(300)\nfinally:\n    print('tidy')"
    ) as socket:
        until(socket, "on")
        socket.send('{"type": "stop"}')
        *printed, end = (json.loads(message) for message in socket)
    assert "".join(message["text"] for message in printed).strip() == "tidy"
    assert end == {"type": "end", "ok": False, "line": 0}


def test_a_run_has_a_limit(prefect_server, tmp_path):
    """What takes longer than a Run may is ended, and told why."""
    with serving(tmp_path, "--limit", "1", PREFECT_API_URL=prefect_server) as live:
        end, _, err = live.run("import time\ntime.sleep(300)")
    assert not end["ok"] and err.startswith(
        "✕ Ended after 1 seconds, the longest that a Run may take."
    )


# How it begins and ends
def test_ctrl_c_leaves_nothing(tmp_path):
    """A Prefect server is started where none answers; Ctrl+C ends it, the runs, and the server, with exit code 0."""
    port = free_port()
    env = {"PREFECT_API_URL": "", "PREFECT_SERVER_API_PORT": port, "PREFECT_HOME": str(tmp_path)}
    with serving(tmp_path, **env) as live:
        with live.job(TREE + HIDDEN) as socket:
            pids = sleepers(socket)
            assert get(f"http://127.0.0.1:{port}/api/health").read() == b"true"
            pids += [
                child.pid for child in psutil.Process(live.process.pid).children(recursive=True)
            ]
            live.process.send_signal(signal.SIGINT)
            assert live.process.wait(60) == 0
        assert alive(pids) == [] and live.left() == []
        with pytest.raises(OSError):
            get(f"http://127.0.0.1:{port}/api/health")


def test_a_closed_terminal_ends_it(prefect_server, tmp_path):
    """So does the end of its terminal; a Prefect server that was there before stays."""
    with (
        serving(tmp_path, PREFECT_API_URL=prefect_server) as live,
        live.job("import time\ntime.sleep(300)"),
    ):
        live.process.send_signal(signal.SIGHUP)
        assert live.process.wait(60) == 0
    assert live.left() == [] and get(f"{prefect_server}/health").read() == b"true"


@pytest.mark.parametrize("port", ["http", "0", "65536"])
def test_a_bad_port_is_refused(port):
    """A port that is none: one line, exit code 2."""
    done = subprocess.run([*COMMAND, port], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"live: {port!r} is not a port; try: make live PORT=8000\n"


def test_a_taken_port_is_said():
    """A port that somebody else has: one line, exit code 1."""
    with sockets.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = subprocess.run([*COMMAND, str(port)], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert (
        done.stderr.startswith(f"live: port {port} is taken; try: make live PORT=")
        and done.stderr.count("\n") == 1
    )


def test_a_silent_prefect_server_is_said(tmp_path):
    """So is a Prefect server that is set, and does not answer: nothing is started in its place."""
    env = {**os.environ, "PREFECT_API_URL": f"http://127.0.0.1:{free_port()}/api"}
    done = subprocess.run([*COMMAND, free_port()], env=env, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert (
        done.stderr.startswith("live: no Prefect server answers at ")
        and done.stderr.count("\n") == 1
    )

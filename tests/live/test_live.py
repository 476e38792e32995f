"""`make serve` runs a block as a terminal does, for the reader's own page only; nothing stays."""

import json
import os
import re
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import Future
from http.server import HTTPServer, SimpleHTTPRequestHandler
from pathlib import Path

import psutil
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from course import paths
from course.exercises.source import split
from course.paths import SNIPPETS
from course.run.machine import files
from course.run.machine.server import Live
from course.services import prefect_server as prefect
from course.services.processes import alive
from course.setup import SetupError
from tests.support.loopback import COMMAND, NAIVE, serving, text, until
from tests.support.servers import free_port

EXERCISE, STARTER = SNIPPETS / "negative-engineering/exercise.py", "negative-engineering/starter.py"
FILE = r'File "([^"]+)"'
#: Starts processes that say who they are, and sleep; some of them hide.
TREE = """\
import glob, os, subprocess, sys, time
if len(sys.argv) > 1:
    os.write(1, b'%d\\n' % os.getpid())
    open(str(os.getpid()), "w").close()
    time.sleep(300)
sleep = [sys.executable, __file__, "sleeps"]
subprocess.Popen(sleep)
subprocess.Popen(sleep, start_new_session=True)
grandparent = f"import subprocess; subprocess.Popen({sleep}, start_new_session=True)"
subprocess.run([sys.executable, "-c", grandparent])
subprocess.Popen(sleep, env={})
"""
HIDDEN = "subprocess.Popen(sleep, start_new_session=True, env={})\ntime.sleep(300)"


@pytest.fixture(scope="module")
def live(prefect_server, tmp_path_factory):
    """A server on a free port, next to the Prefect server of all tests."""
    with serving(tmp_path_factory.mktemp("live"), PREFECT_API_URL=prefect_server) as server:
        yield server


def get(address: str, **headers: str):
    return urllib.request.urlopen(urllib.request.Request(address, headers=headers))


# A run
def test_a_run_is_what_a_terminal_runs(live):
    """A block's file runs, unchanged, with the course's Python, and prints what it claims."""
    end, out, err = live.run((SNIPPETS / NAIVE).read_text("utf-8"))
    assert (end, err) == ({"type": "end", "ok": True, "line": 0}, "")
    assert out == "alder-runner 115.95\nalder-court 89.05\nalder-slip-on 114.95\n"


def test_a_page_gets_the_links_first(live, prefect_server):
    """First come the addresses of Prefect's UI and Dask's dashboard; flows use that server."""
    code = "import os; print(os.environ['PREFECT_API_URL'], 'NO_COLOR' in os.environ)"
    with live.job(code) as socket:
        links, status, *printed, end = map(json.loads, socket)
    address = prefect_server.removesuffix("/api")
    assert links == {"type": "links", "prefect": address, "dask": "http://127.0.0.1:8787"}
    assert status["type"] == "status" and end["ok"]
    assert text(printed, "stdout") == f"{prefect_server} True\n"


def test_a_run_works_on_a_copy(live):
    """It finds what lies next to its file and in other modules; what it writes goes with it."""
    code = "from pathlib import Path\nimport naive\nPath('naive.py').write_text('')\n"
    code += "Path('new').touch()\nprint(Path.cwd(), Path('../overview').exists())"
    end, out, err = live.run(code, "negative-engineering/crash.py")
    assert end["ok"], err
    folder, has_other_modules = out.splitlines()[-1].split()
    assert Path(folder).name == "negative-engineering" and not Path(folder).exists()
    assert has_other_modules == "True" and (SNIPPETS / NAIVE).stat().st_size
    assert not (SNIPPETS / "negative-engineering/new").exists() and live.folders() == []


NO_JSON = "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)"
ERRORS = [
    ("import json\n\njson.loads('shoes')\n", 3, NO_JSON),
    ("print('shoes')\nprint(\n", 2, "SyntaxError: '(' was never closed"),
    ("import nump\n", 1, "The Python that runs this has no package nump. "),
    ("input()", 1, "input() waits for the keyboard, "),
    ("def f(): f()\nf()", 1, "A function calls itself too many times"),
]
#: Ends without a traceback, and what the page says of them.
ENDS = [
    ("exit(3)", "The program ended itself with exit code 3: look for exit() or os._exit()."),
    ("import os; os._exit(3)", "The program ended itself with exit code 3: look for "),
    (
        "import os; os.abort()",
        "No line of the code raised an error: Python itself was ended (SIGABRT).",
    ),
]


@pytest.mark.parametrize(("code", "line", "last"), ERRORS)
def test_an_error_is_told_as_in_the_page(code, line, last, live):
    """A traceback has the learner's frames only, and the line that the page marks."""
    end, _, err = live.run(code)
    assert end == {"type": "end", "ok": False, "line": line}
    assert f'  File "naive.py", line {line}' in err and set(re.findall(FILE, err)) == {"naive.py"}
    assert err.splitlines()[-1].startswith(last)


@pytest.mark.parametrize(("code", "words"), ENDS)
def test_an_end_without_an_error_is_told(code, words, live):
    """A program that ends itself, or crashes, does not fail in silence."""
    end, _, err = live.run(code)
    assert end == {"type": "end", "ok": False, "line": 0}
    assert err.splitlines()[-1].startswith(words)


@pytest.mark.parametrize(("name", "done"), [("starter", False), ("solution", True)])
def test_check_is_the_exercises_own(live, name, done):
    """Check says of the learner's text what `make exercise-2` says."""
    end, out, _ = live.run(split(EXERCISE)[name], STARTER, type="check")
    last = "All done. Ready for the challenge?" if done else "still missing."
    assert end["ok"] is done and out.splitlines()[-1].endswith(last)


@pytest.mark.parametrize("code", ["0", "7"])
def test_a_check_that_is_ended_is_told(live, code):
    """A learner's file that ends Python has not passed; the page gets a notice, never hidden."""
    with live.job(f"import os; os._exit({code})", STARTER, type="check") as socket:
        *_, last, end = (json.loads(message) for message in socket)
    assert last["type"] == "notice" and not end["ok"]
    assert last["text"].startswith("✕ Your file ended Python before its check was complete: ")


PARTS = {"flow.py": "dbt", "sync.py": "airbyte", "snowflake_load.py": "snowflake"}


@pytest.mark.parametrize(("file", "part"), PARTS.items())
def test_the_pipeline_runs_in_its_environments(file, part, monkeypatch, tmp_path):
    """Module 7's parts run with the Python of their environment; a line says if it is missing."""
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    run = {"type": "run", "file": f"pipeline/demo/{file}", "code": ""}
    with pytest.raises(SetupError, match=f"not installed; run: make install ARGS={part}$"):
        files.prepare(run, tmp_path, 1)
    python = tmp_path / f".venv-{part}/bin/python"
    python.parent.mkdir(parents=True)
    python.touch()
    assert files.prepare(run, tmp_path, 1).command[0] == str(python)


# Who may run something
ORIGINS = (None, "null", "http://evil.example", "http://127.0.0.1:1", "https://127.0.0.1:{port}")


@pytest.mark.parametrize("origin", ORIGINS)
def test_other_pages_are_refused(live, origin):
    """A page of another site or port, and a caller that sends no origin, gets no socket."""
    with pytest.raises(InvalidStatus, match="403"):
        live.connect(origin=origin and origin.format(port=live.port))


def test_other_names_are_refused(live):
    """A name that others have pointed at this machine gets neither a page nor a socket."""
    with pytest.raises(urllib.error.HTTPError, match="400"):
        get(live.address, Host=f"evil.example:{live.port}")
    with pytest.raises(InvalidStatus, match="400"):
        live.connect(additional_headers={"Host": f"evil.example:{live.port}"})


TOKENS = {"empty": "", "mistake": "mistake", "null": None, "list": ["a"], "half": "\ud800"}
FIRST = {name: json.dumps({"type": "run", "token": token}) for name, token in TOKENS.items()}
FIRST |= {"without": '{"type": "run"}', "array": "[]", "text": "shoes", "bytes": b"\0"}


@pytest.mark.parametrize("first", FIRST.values(), ids=FIRST)
def test_other_tokens_are_refused(live, first):
    """Without the token nothing runs, and the page learns where a good one is."""
    with live.connect() as socket, pytest.raises(ConnectionClosed) as closed:
        socket.send(first)
        socket.recv()
    assert closed.value.rcvd.code == 4401
    assert "open the address that make serve printed" in closed.value.rcvd.reason


@pytest.mark.parametrize(
    "file", ["../../x.py", "/{folder}/x.py", "..\\x.py", "dask/../../x.py", "dask/x.py", "", None]
)
def test_other_files_are_refused(live, file):
    """A path to no file of the course is named in one line, and nothing is written."""
    end, out, err = live.run("print('shoes')", file and file.format(folder=live.folder))
    assert not end["ok"] and out == "" and err.count("\n") == 1
    assert err.endswith(" is not a file of this course\n")
    assert not list(live.folder.rglob("x.py")) and not (SNIPPETS / "dask/x.py").exists()


def test_pages_are_new_and_not_framed(live):
    """No page is cached or framed by another site; a deck may stand in its own speaker's view."""
    for path, frame in (("/", "DENY"), ("/slides/deck/", "SAMEORIGIN")):
        headers = get(live.address + path).headers
        assert headers["Cache-Control"] == "no-cache" and headers["X-Frame-Options"] == frame
        assert "Set-Cookie" not in headers


def test_nobody_else_reaches_it(live):
    """It listens on loopback alone."""
    connections = psutil.Process(live.process.pid).net_connections()
    listening = [each.laddr for each in connections if each.status == psutil.CONN_LISTEN]
    assert listening == [("127.0.0.1", int(live.port))]


def test_a_prefect_server_that_has_stopped_is_named():
    """A run says so first, and goes on, since a block may need none; another server is no help."""
    with HTTPServer(("127.0.0.1", 0), SimpleHTTPRequestHandler) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        api: Future[str] = Future()
        api.set_result(f"http://127.0.0.1:{other.server_port}/api")
        why = Live("", set(), {}, api, 1, "").no_prefect()
        other.shutdown()
    assert why.startswith("Prefect's server has stopped, so flows cannot run; press Ctrl+C")


# How a run ends
def test_much_output_is_capped(live):
    """Of ten megabytes, one is shown, and a line says so; the server answers meanwhile."""
    with live.job("for _ in range(10_000):\n    print('shoe ' * 200)\nprint('last')") as socket:
        until(socket, "shoe")
        assert get(live.address).status == 200
        *messages, last, end = (json.loads(message) for message in socket)
    printed = text(messages, "stdout")
    assert len(printed) <= 1_000_000 and "last" not in printed and end["ok"]
    assert last["text"] == "… more than 1,000,000 characters: the rest is not shown"


def existing(pids: str) -> list[psutil.Process]:
    return [psutil.Process(pid) for pid in map(int, pids.split()) if psutil.pid_exists(pid)]


def start_tree(socket) -> list[psutil.Process]:
    """Wait until a run of TREE and HIDDEN has started its five processes; return them."""
    printed = ""
    while printed.count("\n") < 5:
        printed += until(socket, "\n")
    return existing(printed)


@pytest.mark.parametrize("how", ["stop", "close"])
def test_stop_leaves_no_process(live, how):
    """Stop, and a closed tab, end a run to its last child, whatever its session and environment."""
    with live.job(TREE + HIDDEN) as socket:
        started = start_tree(socket)
        assert len(alive(started)) == 5
        if how == "stop":
            socket.send('{"type": "stop"}')
            assert json.loads(list(socket)[-1])["ok"] is False
    deadline = time.monotonic() + 100
    while (alive(started) or live.folders()) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not alive(started) and live.folders() == []


def test_an_end_leaves_no_process(live):
    """A run that ends by itself ends with its children, though they hold its output."""
    end, out, err = live.run(TREE + "while len(glob.glob('[0-9]*')) < 4:\n    time.sleep(0.1)")
    assert end["ok"], err
    assert len(out.split()) == 4 and not alive(existing(out))
    assert live.folders() == []


def test_stop_lets_a_program_clean_up(live):
    """What a program does after Ctrl+C, it does after Stop, and no traceback is shown."""
    code = "import time\ntry:\n    print('on')\n    time.sleep(300)\nfinally:\n    print('clean')"
    with live.job(code) as socket:
        until(socket, "on")
        socket.send('{"type": "stop"}')
        *messages, end = (json.loads(message) for message in socket)
    printed = text(messages, "stdout", "stderr", "notice")
    assert printed.strip() == "clean" and end == {"type": "end", "ok": False, "line": 0}


def test_a_run_has_a_limit(prefect_server, tmp_path):
    """A run that takes too long is ended, and a line says why."""
    with serving(tmp_path, "--limit", "1", PREFECT_API_URL=prefect_server) as live:
        end, _, err = live.run("import time\ntime.sleep(300)")
    why = "✕ Stopped after 1 seconds, the time limit for a Run."
    assert not end["ok"] and err.startswith(why)


# How the server begins and ends
def test_ctrl_c_leaves_nothing(own_home):
    """A Prefect server is started if none answers; Ctrl+C ends it and all runs; exit code 0."""
    port = free_port()
    env = {"PREFECT_API_URL": "", "PREFECT_SERVER_API_PORT": port, "PREFECT_HOME": str(own_home)}
    with serving(own_home, **env) as live:
        with live.job(TREE + HIDDEN) as socket:
            started = start_tree(socket)
            assert prefect.answers(f"http://127.0.0.1:{port}/api")
            started += psutil.Process(live.process.pid).children(recursive=True)
            live.process.send_signal(signal.SIGINT)
            assert live.process.wait(200) == 0
        assert not alive(started) and live.folders() == []
        assert not prefect.answers(f"http://127.0.0.1:{port}/api")


def test_a_closed_terminal_ends_it(prefect_server, tmp_path):
    """The end of its terminal ends it, too; a Prefect server that it has found stays."""
    env = {"PREFECT_API_URL": prefect_server}
    with serving(tmp_path, **env) as live, live.job("import time\ntime.sleep(300)"):
        live.process.send_signal(signal.SIGHUP)
        assert live.process.wait(200) == 0
    assert live.folders() == [] and prefect.answers(prefect_server)


def test_a_silent_prefect_server_is_named():
    """A Prefect server that is set and does not answer: one line, and none is started instead."""
    url = f"http://127.0.0.1:{free_port()}/api"
    env = {**os.environ, "PREFECT_API_URL": url}
    done = subprocess.run([*COMMAND, free_port()], env=env, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert done.stderr.startswith(f"serve: no Prefect server answers at {url}; start one with")

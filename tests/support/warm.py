"""Python with all libraries in memory: `run` is `python ARGUMENTS`, in a fork of one process that has imported them.

Whoever comes first starts that process; all of the suite's processes share it. It has built the site once, keeps the
parsed pages, and forgets all that is ours, which is imported anew from where a run takes place.
"""

import atexit
import gc
import importlib
import json
import logging
import os
import random
import runpy
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
from importlib.metadata import entry_points
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile

from filelock import FileLock

from course.paths import ROOT

LIBRARIES = (
    "black",
    "playwright.sync_api",
    "pytest",
    "pytest_examples",
    "ruff",
    "prefect.main",
    "dask.bag",
    "distributed",
    "prefect_dask",
)
PATIENCE = 120
ended = [1]  #: the exit code that a fork leaves with


def is_up(home: Path) -> bool:
    """Whether this run has its first process, and that takes requests."""
    return (home / "warm.sock").exists()


def start(home: Path, prefect_api: str) -> None:
    """Start the first process, or find the one that this run has."""
    with FileLock(home / "warm.lock"):
        if is_up(home):
            return
        env = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PYTEST", "COV_"))
        }
        env["PREFECT_API_URL"] = prefect_api  # Prefect reads it when it is imported
        process = subprocess.Popen(
            [sys.executable, __file__, home], env=env, stdin=subprocess.DEVNULL
        )
        while not is_up(home):
            assert process.poll() is None, "warm.py has ended"
            time.sleep(0.1)


def run(home: Path, arguments: list, cwd: Path, env: dict[str, str]) -> subprocess.CompletedProcess:
    """Run `python ARGUMENTS` and return its exit code, or the signal that ended it, and what it printed."""
    arguments = [str(one) for one in arguments]
    request = json.dumps({"arguments": arguments, "cwd": str(cwd), "env": env})
    with (
        TemporaryFile("w+") as out,
        TemporaryFile("w+") as err,
        socket.socket(socket.AF_UNIX) as to,
    ):
        to.connect(str(home / "warm.sock"))
        socket.send_fds(to, [b"."], [out.fileno(), err.fileno()])
        to.sendall(f"{request}\n".encode())
        code = int(to.makefile().readline())
        texts = [file.seek(0) or file.read() for file in (out, err)]
    return subprocess.CompletedProcess(arguments, code, *texts)


def warm_up() -> None:
    """Import what most runs need, and forget what is ours."""
    for name in LIBRARIES:
        importlib.import_module(name)
    for plugin in entry_points(group="pytest11"):
        plugin.load()
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    from tests.support.parsing import parse

    path = list(sys.path)
    logging.disable()  # a warning that is to come is a run's own affair
    with TemporaryDirectory() as site:
        build(load_config(str(ROOT / "mkdocs.yml"), site_dir=site))
        for page in Path(site).rglob("*.html"):
            parse(page.read_text("utf-8"))
    logging.disable(logging.NOTSET)
    sys.path[:] = path
    for name, module in list(sys.modules.items()):
        folders = Path(getattr(module, "__file__", None) or "/").parents
        ours = ROOT in folders and Path(sys.prefix) not in folders
        if ours and name not in ("__main__", "parsing"):
            del sys.modules[name]
    assert threading.active_count() == 1, "a fork has no threads but its own"


def wait_for_a_request(home: Path) -> socket.socket | None:
    """Return in a fork, with the request that it is to answer; or in the first process, once its home is gone."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(home / "warm.part"))
        listener.listen()
        (home / "warm.part").rename(home / "warm.sock")
        listener.settimeout(1)
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those that wait below
        while home.exists():
            try:
                connection, _ = listener.accept()
            except TimeoutError:
                continue
            if os.fork() == 0:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                child = os.fork()
                if child == 0:
                    return connection
                code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
                connection.sendall(f"{code}\n".encode())
                os._exit(0)
            connection.close()
    return None


def answer(connection: socket.socket) -> None:
    """Do as `python ARGUMENTS` does."""
    with connection:
        _, files, *_ = socket.recv_fds(connection, 1, 2)
        request = json.loads(connection.makefile().readline())
    for target, file in enumerate(files, 1):
        os.dup2(file, target)
    signal.alarm(PATIENCE)
    os.environ.clear()
    os.environ.update(request["env"])
    os.chdir(request["cwd"])
    random.seed()
    sys.argv[:] = request["arguments"]
    sys.path[0] = (
        request["cwd"] if sys.argv[0] == "-m" else str(Path(sys.argv[0]).parent)
    )  # not this file's folder
    if path := request["env"].get("PYTHONPATH"):
        sys.path[1:1] = path.split(os.pathsep)
    try:
        if sys.argv[0] == "-m":
            del sys.argv[0]
            runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
        else:
            runpy.run_path(sys.argv[0], run_name="__main__")
        ended[0] = 0
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
        ended[0] = 1 if isinstance(end.code, str) else int(end.code or 0)
    except BaseException:
        traceback.print_exc()


def leave() -> None:
    """End at once, after what others have left for the end: taking a thousand modules down is work for nothing."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(ended[0])


if __name__ == "__main__":
    atexit.register(leave)  # the first to register is the last to be called
    warm_up()
    gc.set_threshold(50_000, 20, 20)  # a run is short: what it leaves goes with its process
    gc.freeze()  # a collection in a fork would write to, and so copy, all that it shares with this process
    if request := wait_for_a_request(Path(sys.argv[1])):
        answer(request)
    ended[0] = 0 if request is None else ended[0]

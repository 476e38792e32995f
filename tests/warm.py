"""Run pytest many times without importing the world each time: a request a line on stdin, its exit code on stdout.

Each run is a fork of this process, which has built the site once and so has all libraries in memory, but nothing of the
course: that is imported from where the run takes place. A request is ``{"cwd": …, "args": […], "out": …}`` as JSON;
what the run says goes to the file ``out``.
"""

import json
import logging
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent


def warm_up() -> None:
    """Import what most runs need, and forget what is ours."""
    import playwright.sync_api  # noqa: F401
    import pytest  # noqa: F401
    from bs4 import BeautifulSoup
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    path = list(sys.path)
    logging.disable()  # a warning that is to come is a run's own affair
    with TemporaryDirectory() as site:
        build(load_config(str(ROOT / "mkdocs.yml"), site_dir=site))
        BeautifulSoup((Path(site) / "index.html").read_text("utf-8"), "html.parser").select("html")
    logging.disable(logging.NOTSET)
    sys.path[:] = path
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if name != "__main__" and file and ROOT in Path(file).parents and Path(sys.prefix) not in Path(file).parents:
            del sys.modules[name]


def run(cwd: str, args: list[str], out: str) -> int:
    """Run pytest in this process, which ends with it."""
    import pytest

    sink = os.open(out, os.O_WRONLY | os.O_CREAT, 0o600)
    os.dup2(sink, 1)
    os.dup2(sink, 2)
    os.chdir(cwd)
    sys.path.insert(0, f"{cwd}/snippets/pricewatch/src")
    os.environ["PYTHONPATH"] = f"{cwd}/snippets/pricewatch/src"  # for the processes that a run starts
    return pytest.main(args)


def main() -> None:
    warm_up()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            code = 3
            try:
                code = int(run(**json.loads(line)))
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()

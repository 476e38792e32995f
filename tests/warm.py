"""Run pytest many times without importing the world each time: a request a line on stdin, its exit code on stdout.

Each run is a fork of this process, which has built the site once: it has all libraries and the parsed pages in memory,
and nothing else of the course, which is imported from where the run takes place. A request is JSON,
``{"cwd": …, "args": […], "out": …}``; what the run says goes to the file ``out``.
"""

import gc
import json
import logging
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent


def warm_up() -> None:
    """Import what most runs need, and forget what is ours."""
    import black  # noqa: F401
    import playwright.sync_api  # noqa: F401
    import pytest  # noqa: F401
    from mkdocs.commands.build import build
    from mkdocs.config import load_config
    from parsing import parse

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
    gc.disable()  # a collection in a fork would write to, and so copy, all that it shares with this process
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

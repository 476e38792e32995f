"""Who runs what: xdist's workers share what is costly, and coverage looks only where snippets run."""

import gc
import os
import re
import sys
from pathlib import Path

import coverage
import pytest

from tests.support.home import ROOT
from tests.support.servers import launch_prefect_server

ONE_AT_A_TIME = re.compile(r"test_consoles|test_deployments|one_at_a_time")
IN_DOCKER = re.compile(r"test_docker|overview/check\]")  # make check looks at the class's ports
ONE_BROWSER = re.compile(r"test_(?:pages|decks)\.py::\w+|test_(?:offline|run|run_buttons)\.py")
ONE_LIVE = re.compile(r"test_(?:devcontainer|live)\.py")  # they share a container, or a server
ONE_PARSING = re.compile(r"test_(?:minutes|names|notebooks|pictures|provenance|site)\.py")
PIPELINE = r"test_(?:airbyte_platform|pipeline|pipeline_steps|snowflake)\.py"
#: Half of all that a run does.
LONGEST = (
    "in Docker",
    "one at a time",
    "test_pipeline.py",
    "test_snowflake.py",
    "test_devcontainer.py",
)
RUN_SNIPPETS = re.compile(
    rf"test_(?:exercises|deployments|snippets)\.py|pricewatch/tests|{PIPELINE}"
)  # or start them


def pytest_configure(config):
    """Let the server have the processor before all that asks it: else its database is locked for whole minutes."""
    if hasattr(config, "workerinput"):
        os.nice(10)
        gc.set_threshold(
            50_000, 20, 20
        )  # parsed pages are many objects, and none of them is garbage
    elif config.getoption("numprocesses", None):
        launch_prefect_server()


def pytest_xdist_make_scheduler(config, log):
    """Give out tests one by one, but to one worker what may not run at the same time, or shares what is costly.

    That is `--dist loadgroup`, which pytest-xdist 3.8.0 does not know how to do with pytest 9.2 (its issue 1386).
    """
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            if IN_DOCKER.search(nodeid):
                return "in Docker"
            if ONE_AT_A_TIME.search(nodeid):
                return "one at a time"
            shared = (ONE_BROWSER, ONE_LIVE, ONE_PARSING, PIPELINE)
            together = next(filter(None, (re.search(each, nodeid) for each in shared)), None)
            return together[0] if together else nodeid

        def _assign_work_unit(self, node) -> None:
            """Begin what takes longest first: else one worker has it left when the others have ended."""
            if first := next((scope for scope in LONGEST if scope in self.workqueue), None):
                self.workqueue.move_to_end(first, last=False)
            super()._assign_work_unit(node)

    return Scheduling(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    """Measure lines only where snippets run: all other tests take twice as long for it."""
    measuring = coverage.Coverage.current()
    if measuring is None or RUN_SNIPPETS.search(item.nodeid):
        return (yield)
    measuring.stop()
    try:
        return (yield)
    finally:
        measuring.start()


def python(path: Path) -> list[str | Path]:
    """The command that runs a snippet with processes of its own; its lines count as run, as those run in place do."""
    if coverage.Coverage.current() is None:
        return [sys.executable, path]
    measure = [
        "coverage",
        "run",
        f"--rcfile={ROOT / 'pyproject.toml'}",
        f"--data-file={ROOT / '.coverage'}",
    ]
    return [sys.executable, "-m", *measure, "--parallel-mode", path]

"""Decide by the folder of a test which tests may run at the same time."""

import gc
import os
import re

import pytest
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

from course.internals import Internal
from tests.support.servers import launch_prefect_server

#: Folders whose tests run one after another in one worker, and the group that they belong to.
#: Transcripts and deployments use the same names on the server; pages are parsed once a worker.
ONE_GROUP = {"consoles": "consoles", "deployments": "consoles", "docker": "docker", "site": "site"}
#: Folders in which each module has one worker: its tests share a browser, a server or a warehouse.
ONE_WORKER_A_MODULE = {"browser", "live", "pipeline"}
#: Folders that start first, the longest first, lest one worker goes on when the others have ended.
LONGEST = ("docker", "consoles", "pipeline", "live", "browser", "site", "repository")
#: `make check` looks at the ports that the class has while tests/docker runs.
ELSEWHERE = {"tests/consoles/test_consoles.py::test_transcript[overview/check]": "docker"}
#: What is replaced of pytest-xdist, whose public way to group, `--dist loadgroup`, silently groups
#: nothing with pytest 9.2 (pytest-xdist's issue 1386), and which has no way to order.
INTERNALS = [
    Internal(
        "xdist.scheduler.LoadScopeScheduling._split_scope",
        "group tests: with pytest 9.2 --dist loadgroup does not (pytest-xdist's issue 1386)",
        "(self, nodeid)",
    ),
    Internal(
        "xdist.scheduler.LoadScopeScheduling._assign_work_unit",
        "start the longest groups first, by reordering the workqueue",
        "(self, node)",
    ),
]
_NODE = re.compile(r"tests/(?P<folder>\w+)/\w+\.py::(?P<test>\w+)(?:\[(?P<parameter>[^]]*)\])?")


def folder(nodeid: str) -> str:
    """Return the folder below ``tests`` of a test; of planted faults, where they are noticed."""
    if not (node := _NODE.match(nodeid)):
        return ""
    planted = node["test"] == "test_faults_are_noticed"
    return node["parameter"].partition("-")[0] if planted else node["folder"]


def group(nodeid: str) -> str:
    """Return the group of a test: tests of one group run one after another in one worker."""
    where, module = folder(nodeid), nodeid.partition("::")[0]
    planted = not module.startswith(f"tests/{where}/")  # in a copy, with a site and a browser
    if where in ONE_GROUP and not (planted and where == "site"):
        return ELSEWHERE.get(nodeid, ONE_GROUP[where])
    return module if where in ONE_WORKER_A_MODULE and not planted else nodeid


def rank(name: str) -> int:
    """Return when a group starts: the smallest first."""
    where = name if name in LONGEST else folder(name if "::" in name else f"{name}::test")
    return LONGEST.index(where) if where in LONGEST else len(LONGEST)


def pytest_configure(config: pytest.Config) -> None:
    """Leave the processor to the Prefect server: workers that crowd it out lock its database."""
    if hasattr(config, "workerinput"):
        os.nice(10)
        gc.set_threshold(50_000, 20, 20)  # parsed pages are many objects, and none is garbage
    elif config.getoption("numprocesses", None):
        launch_prefect_server()


class GroupScheduling(LoadScopeScheduling):
    """Give each group of tests to one worker, the longest groups first."""

    def _split_scope(self, nodeid: str) -> str:
        return group(nodeid)

    def _assign_work_unit(self, node: WorkerController) -> None:
        self.workqueue.move_to_end(min(self.workqueue, key=rank), last=False)
        super()._assign_work_unit(node)


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> GroupScheduling:
    """Schedule by group."""
    return GroupScheduling(config, log)  # pyrefly: ignore

"""What the suite replaces of pytest-xdist, which has no public way to group and order tests."""

from collections.abc import Callable

import pytest
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

from course.internals import Internal

_SCHEDULER = "xdist.scheduler.LoadScopeScheduling"
INTERNALS = [
    Internal(
        f"{_SCHEDULER}._split_scope",
        "group tests; --dist loadgroup fails with pytest 9.2 (pytest-xdist's issue 1386)",
        "(self, nodeid)",
    ),
    Internal(f"{_SCHEDULER}._assign_work_unit", "start the longest groups first", "(self, node)"),
    Internal(
        f"{_SCHEDULER}.__init__", "make the scheduler; it has the workqueue", "(self, config, log)"
    ),
]


class GroupScheduling(LoadScopeScheduling):
    """Give each group of tests to one worker, the longest groups first.

    Args:
        config: pytest's configuration.
        log: xdist's log.
        group: Returns the name of a test's group.
        rank: Returns the place of a group among all; the smallest starts first.
    """

    def __init__(
        self,
        config: pytest.Config,
        log: object,
        group: Callable[[str], str],
        rank: Callable[[str], int],
    ) -> None:
        super().__init__(config, log)  # pyrefly: ignore
        self.group, self.rank = group, rank

    def _split_scope(self, nodeid: str) -> str:
        return self.group(nodeid)

    def _assign_work_unit(self, node: WorkerController) -> None:
        self.workqueue.move_to_end(min(self.workqueue, key=self.rank), last=False)
        super()._assign_work_unit(node)

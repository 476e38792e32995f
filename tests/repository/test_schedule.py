"""The folder of a test decides where it runs, when, and whether its lines are measured."""

import pytest

from course.paths import ROOT
from tests.support import measuring, schedule

CONSOLES = "tests/consoles/test_consoles.py::test_transcript"
FAULTS = "tests/repository/test_faults.py::test_faults_are_noticed"
DECKS = "tests/browser/test_decks.py"


@pytest.mark.parametrize(
    ("nodeid", "group"),
    [
        (f"{CONSOLES}[dask/cluster]", "consoles"),
        (f"{CONSOLES}[overview/check]", "docker"),
        ("tests/deployments/test_deployments.py::test_serve", "consoles"),
        ("tests/site/test_names.py::test_versions[a-b]", "site"),
        (f"{DECKS}::test_keys[dask]", DECKS),
        (f"{FAULTS}[consoles]", "consoles"),
        (f"{FAULTS}[snippets]", f"{FAULTS}[snippets]"),
        (f"{FAULTS}[site-alone]", f"{FAULTS}[site-alone]"),
        ("tests/setup/test_ports.py::test_x", "tests/setup/test_ports.py::test_x"),
    ],
)
def test_folders_share_a_worker(nodeid, group):
    """What may not run side by side is one group; what shares a browser has one worker a module."""
    assert schedule.group(nodeid) == group


def test_longest_starts_first():
    """Groups start in the order of what they take, all others behind them."""
    names = ["tests/setup/test_ports.py::test_x", "site", DECKS, "consoles", "docker"]
    assert sorted(names, key=schedule.rank) == [*names[:0:-1], names[0]]


def test_folders_are_there():
    """Each folder that a rule names exists."""
    named = {*schedule.ONE_GROUP, *schedule.ONE_WORKER_A_MODULE, *schedule.LONGEST}
    named |= measuring.MEASURED - {""}
    assert [name for name in named if not (ROOT / "tests" / name).is_dir()] == []

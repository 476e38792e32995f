"""Break the course on purpose: for each kind of fault the suite must fail, and say where.

The faults stand in faults.toml. Those that need the same are planted into one copy of the course,
where one run of pytest must end with its exit code 1 (any other means that pytest itself broke, or
found nothing to run), and each fault must be noticed by its own test, in its own words.
"""

import os
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ET
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import pytest

from course.bench.site import copy_course
from course.paths import ROOT
from course.setup.products import PRODUCTS
from tests.support.schedule import folder

#: Folders of tests whose faults share a copy, by the copy's name; all others share "snippets".
SHARED = {"browser": "site", "site": "site"}
SHARED |= dict.fromkeys(("consoles", "deployments", "live"), "consoles")
#: Snippets are measured, as by `make test`; the report comes although tests fail.
MEASURED = ("--cov", "--override-ini=addopts=--import-mode=importlib")


class Fault(NamedTuple):
    """A fault of faults.toml, which explains the fields."""

    name: str
    file: str
    change: tuple[str, str]
    test: str
    words: str
    alone: bool = False

    @property
    def group(self) -> str:
        """The name of the copy, which begins with a folder of tests."""
        return SHARED.get(folder(self.test), "snippets") + "-alone" * self.alone

    def plant(self, copy: Path) -> None:
        """Change the file in a copy of the course."""
        (old, new), path = self.change, copy / self.file
        text = path.read_text("utf-8")
        assert not old or text.count(old) == 1, f"{self.name}: {old!r} has moved"
        path.write_text(text.replace(old, new) if old else text + new, "utf-8")


LISTED = tomllib.loads(Path(__file__).with_name("faults.toml").read_text("utf-8"))
FAULTS = sorted((Fault(name, **rest) for name, rest in LISTED.items()), key=lambda f: f.group)
GROUPS = {name: list(group) for name, group in groupby(FAULTS, lambda f: f.group)}


def link_environments(copy: Path, faults: list[Fault]) -> None:
    """Let `python -m course` start in a copy, with the .venv of this checkout.

    It must not install anew: the environment of all tests would have the copy's package.
    """
    for product in (PRODUCTS[name] for name in ("venv", "node", "page")):
        assert product.is_fresh(), "stale; make it first: make install"
        made_from = {path for glob in product.made_from for path in ROOT.glob(glob)}
        assert made_from.isdisjoint(ROOT / fault.file for fault in faults), "would be installed"
    for environment in ROOT.glob(".venv*"):
        (copy / environment.name).symlink_to(environment)


def run(copy: Path, tests: set[str], *options: str) -> tuple[int, str, dict[str, str]]:
    """Run tests; return exit code, output and the message of each test that failed."""
    report = copy / "report.xml"
    command = [sys.executable, "-m", "pytest", "-p", "no:randomly", "-p", "no:cacheprovider"]
    command += [f"--junitxml={report}", "-o", "junit_logging=no", "-vvv", *options, *sorted(tests)]
    env = {name: v for name, v in os.environ.items() if not name.startswith(("PYTEST", "COV_"))}
    env |= {"PYTHONPATH": f"{copy}/snippets/pricewatch/src", "COURSE_ROOT": str(copy)}
    done = subprocess.run(command, cwd=copy, env=env, capture_output=True, text=True)
    failed = {}
    for case in ET.parse(report).iter("testcase") if report.exists() else ():
        name = f"{case.get('classname', '').replace('.', '/')}.py::{case.get('name')}"
        for problem in (*case.iter("failure"), *case.iter("error")):
            failed[name] = f"{problem.get('message')}\n{problem.text}"
    return done.returncode, done.stdout + done.stderr, failed


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.timeout(900)
def test_faults_are_noticed(group, request, tmp_path):
    """Each fault fails its test in words that lead to it, and no test fails for another reason."""
    faults, copy = GROUPS[group], tmp_path / "course"
    if group.startswith("site"):
        request.getfixturevalue("site")  # a copy has its diagrams and notebooks: they take longest
    copy_course(copy)
    (copy / ".git").mkdir()  # a page names it
    if group == "consoles":
        link_environments(copy, faults)
    for fault in faults:
        fault.plant(copy)
    tests = {fault.test for fault in faults} - {"coverage"}
    code, output, failed = run(copy, tests, *(MEASURED if group == "snippets" else ["--no-cov"]))
    assert code == 1, output
    messages = {**failed, "coverage": output.partition(" coverage: ")[2]}
    noticed = {
        fault.name: {t for t in messages if t.startswith(fault.test) and fault.words in messages[t]}
        for fault in faults
    }
    assert all(noticed.values()), f"{[n for n, t in noticed.items() if not t]} in:\n{output}"
    assert set(failed) <= set().union(*noticed.values()), output


def test_faults_are_told_apart():
    """No fault can be noticed in the words of another."""
    seen = [(fault.group, fault.test, fault.words) for fault in FAULTS]
    assert len(set(seen)) == len(seen)

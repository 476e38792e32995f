"""The heavy environments are what their locks say."""

import re
import subprocess
import sys

import pytest

from course.paths import DEMO, python_of
from course.setup import install

HEAVY = sorted(set(install.CONTENTS) - {""})


@pytest.mark.parametrize("name", HEAVY)
def test_environment_is_its_lock(name):
    """Each has every package of its lock for this machine, what was asked for, and the story's."""
    python = python_of(name)
    sync = ["sync", "--dry-run", "--quiet", "--offline", "--require-hashes", "--python", python]
    uv = [sys.executable, "-m", "uv", "pip", *sync, install.lock(name)]
    assert subprocess.run(uv, capture_output=True).returncode == 0
    packages = "print(*(d.name + '==' + d.version for d in metadata.distributions()))"
    code = f"import pricewatch; from importlib import metadata; {packages}"
    if name == "node":
        code = code.replace("import pricewatch; ", "")  # it has no httpx, which that needs
    run = subprocess.run([python, "-c", code], check=True, capture_output=True, text=True)
    asked = install.lock(name).with_suffix(".in").read_text("utf-8")
    pins = {pin.replace("[server]", "") for pin in re.findall(r"^[^#\s]+==[^#\s]+", asked, re.M)}
    assert pins <= set(run.stdout.lower().split())


def test_each_lock_has_what_was_asked_for():
    """For each environment, and for nothing else, a .in file lies beside the lock."""
    names = {path.stem for path in DEMO.glob("*.in")} | {"node"}
    assert names == {path.stem for path in DEMO.glob("*.txt")} | {"node"} == set(HEAVY)
    assert all(install.lock(name).with_suffix(".in").exists() for name in HEAVY)

"""Break the course on purpose: for each kind of fault the suite must fail, and say where.

Each fault is planted in a copy of the course; the test that guards against it runs there and must end with pytest's
exit code 1. Any other code would mean that pytest itself broke, or found nothing to run.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT
from faults import FAULTS, SNIPPETS

LARGE = ("orchestration", "dask")  #: a copy is built without these modules, unless the fault is about them


@pytest.fixture(scope="module")
def warm_pytest():
    """Run pytest in a folder, in a process that has its libraries in memory; returns exit code and output."""
    env = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST", "COV_"))}
    command = [sys.executable, ROOT / "tests/warm.py"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env=env, **pipes) as process:

        def run(folder: Path, arguments: list[str]) -> tuple[int, str]:
            out = folder.with_suffix(".out")
            args = ["-p", "no:randomly", "-p", "no:cacheprovider", *arguments]
            process.stdin.write(json.dumps({"cwd": str(folder), "args": args, "out": str(out)}) + "\n")
            process.stdin.flush()
            return int(process.stdout.readline()), out.read_text("utf-8")

        yield run


def leave_out(copy: Path, slug: str) -> None:
    """Take a module out of a copy: it is listed then, as one that is not written yet, and need not be built."""
    for folder in ("docs", "snippets"):
        shutil.rmtree(copy / folder / slug)
    (copy / f"slides/{slug}.md").unlink()
    config = copy / "mkdocs.yml"
    kept = re.sub(rf"^ +- (slides/)?{slug}[/.].+\n", "", config.read_text("utf-8"), flags=re.M)
    config.write_text(re.sub(r"^  - \d · .+:\n(?!     )", "", kept, flags=re.M), "utf-8")


@pytest.mark.parametrize("name", FAULTS)
def test_is_noticed(name, warm_pytest, tmp_path):
    """The suite fails on the fault, with exit code 1 and the words that lead to it."""
    fault = FAULTS[name]
    copy = tmp_path / "course"
    ignore = shutil.ignore_patterns(".git", ".venv", "site", "exercises", "__pycache__", "bench.json")
    shutil.copytree(ROOT, copy, ignore=ignore)
    for slug in LARGE:
        if not any(slug in text for text in fault) and fault.file != "docs/glossary.md":
            leave_out(copy, slug)
    target = copy / fault.file
    text = target.read_text("utf-8") if fault.old else ""
    assert text.count(fault.old) == 1 or not fault.old, "the fault can no longer be planted where it was"
    target.write_text(text.replace(fault.old, fault.new) if fault.old else fault.new, "utf-8")
    (copy / "one.ini").write_text(f"[run]\ninclude = {SNIPPETS}/dead_letter.py\n[report]\nfail_under = 100\n")
    code, said = warm_pytest(copy, shlex.split(fault.test))
    assert code == 1, said
    assert fault.says in said, said

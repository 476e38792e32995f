"""Break the course on purpose: for each kind of fault the suite must fail, and say where.

Each fault is planted in a copy of the course; the test that guards against it runs there and must end with pytest's
exit code 1. Any other code would mean that pytest itself broke, or found nothing to run.
"""

import os
import re
import shlex
import shutil
from pathlib import Path

import pytest

from tests.support.faults import FAULTS, SNIPPETS
from tests.support.home import ROOT, TYPED
from tests.support.sharing import ONE_AT_A_TIME

#: A copy is built without these modules, unless the fault has such a word: it is about them, or about one that shows
#: their files or leads to their pages.
LARGE = {
    "orchestration": ("orchestration", "pipeline/"),
    "dask": ("dask", "pipeline/"),
    "packaging": ("packaging", "dask", "pipeline/"),
    "patterns": ("patterns", "pipeline/"),
    "pipeline": (
        "pipeline/",
        "test_container_files",
    ),  # a page of module 2 is called how-pipelines-fail
}

BUILT = ".cache/run/built"
MADE = {
    ".git",
    ".venv*",
    ".*_cache",
    ".coverage*",
    "site",
    "exercises",
    "__pycache__",
    "node_modules",
    "built",
}


def leave_out(copy: Path, slug: str) -> None:
    """Take a module out of a copy: it is listed then, as one that is not written yet, and need not be built."""
    for folder in ("docs", "snippets"):
        shutil.rmtree(copy / folder / slug)
    (copy / f"slides/{slug}.md").unlink()
    config = copy / "mkdocs.yml"
    kept = re.sub(rf"^ +- (slides/)?{slug}[/.].+\n", "", config.read_text("utf-8"), flags=re.M)
    config.write_text(re.sub(r"^  - \d · .+:\n(?!     )", "", kept, flags=re.M), "utf-8")


def each_fault(apart: bool):
    """The faults that tests of transcripts and deployments notice, or those that all other tests notice."""
    names = [
        name for name, fault in FAULTS.items() if bool(ONE_AT_A_TIME.search(fault.test)) == apart
    ]
    return pytest.mark.parametrize("name", names)


@each_fault(apart=False)
def test_is_noticed(name, warm_python, tmp_path):
    """The suite fails on the fault, with exit code 1 and the words that lead to it."""
    plant_and_run(name, warm_python, tmp_path)


@each_fault(apart=True)
def test_is_noticed_one_at_a_time(name, warm_python, tmp_path):
    """So it does where tests may not run at the same time."""
    plant_and_run(name, warm_python, tmp_path)


def plant_and_run(name, warm_python, tmp_path):
    fault = FAULTS[name]
    copy = tmp_path / "course"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*MADE, *TYPED))
    (copy / BUILT).symlink_to(
        ROOT / BUILT
    )  # no fault is planted in it, and it is bigger than all else
    for slug, words in LARGE.items():
        if (
            not any(word in text for text in fault for word in words)
            and fault.file != "docs/glossary.md"
        ):
            leave_out(copy, slug)
    target = copy / fault.file
    text = target.read_text("utf-8") if fault.old else ""
    assert text.count(fault.old) == 1 or not fault.old, (
        "the fault can no longer be planted where it was"
    )
    target.write_text(text.replace(fault.old, fault.new) if fault.old else fault.new, "utf-8")
    (copy / "one.ini").write_text(
        f"[run]\ninclude = {SNIPPETS}/dead_letter.py\n[report]\nfail_under = 100\n"
    )
    env = {
        key: value for key, value in os.environ.items() if not key.startswith(("PYTEST", "COV_"))
    }
    env["PYTHONPATH"] = f"{copy}/snippets/pricewatch/src"
    arguments = [
        "-m",
        "pytest",
        "-p",
        "no:randomly",
        "-p",
        "no:cacheprovider",
        *shlex.split(fault.test),
    ]
    run = warm_python(arguments, cwd=copy, env=env)
    assert run.returncode == 1, run.stdout + run.stderr
    assert fault.says in run.stdout, run.stdout

"""Checkouts as they come: from Windows, as a download, in an odd folder, in somebody else's."""

import filecmp
import os
import subprocess
import sys

import pytest

from course import quick, snippets
from course.exercises.checks import EXIT_CODES
from course.paths import ROOT
from tests.support.small_course import copy_of_small_course

NAIVE, LESSON = "negative-engineering/naive.py", "negative-engineering/how-pipelines-fail"
#: What .venv is made from: with other line endings it would be made again.
AS_THEY_ARE = {"requirements.txt", "install.py", "pyproject.toml"}
SLUG = "negative-engineering"
#: Not by the entry: if the copy's `.venv`, a link, were not fresh, that would make it again.
CHECK = "import sys; from course.exercises import checks; sys.exit(checks.main(sys.argv[1:]))"
#: Root may write everywhere, unless it gives up that right.
WITHOUT_RIGHTS = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
AS_A_USER = WITHOUT_RIGHTS if os.getuid() == 0 else []


@pytest.fixture
def copy(tmp_path):
    """A download of a small course, in a folder whose name has spaces and other letters."""
    folder = copy_of_small_course(tmp_path / "Kurs für Åsa (2)")
    fresh = "from course.setup.products import PRODUCTS; assert PRODUCTS['venv'].is_fresh()"
    subprocess.run([sys.executable, "-c", fresh], cwd=folder, check=True)
    return folder


def run(copy, *words, before=()):
    """Run Python in a copy as a reader does; return the exit code and what it prints."""
    command = [*before, sys.executable, *words]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def test_git_converts_no_line_endings(copy, tmp_path):
    """With Git's settings on Windows a clone has the files of the repository, byte for byte."""
    author = ["-c", "user.name=a", "-c", "user.email=a@b"]
    for command in (["init", "-q"], ["add", "."], [*author, "commit", "-qm", "The course"]):
        subprocess.run(["git", f"--git-dir={tmp_path}/git", "--work-tree=.", *command], cwd=copy)
    windows = ["-c", "core.autocrlf=true", "-c", "core.eol=crlf"]
    subprocess.run(["git", "clone", "-q", *windows, f"{tmp_path}/git", f"{tmp_path}/clone"])
    cloned = [path for path in (tmp_path / "clone").rglob("[!.]*") if path.is_file()]
    names = [path.relative_to(tmp_path / "clone") for path in cloned if ".git" not in path.parts]
    assert {"Makefile", ".devcontainer/Dockerfile", f"snippets/{NAIVE}"} <= set(map(str, names))
    same = filecmp.cmpfiles(copy, tmp_path / "clone", names, shallow=False)
    assert same[1:] == ([], [])


def test_a_converted_download_works(copy, tmp_path, monkeypatch):
    """The site is built, a snippet and an exercise run, whatever the line endings; without Git."""
    for path in copy.rglob("*.*"):
        links = {".venv", ".cache"} & set(path.parts)
        if links or not path.is_file() or path.name in AS_THEY_ARE or b"\0" in path.read_bytes():
            continue
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    build = ("-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", tmp_path / "site")
    assert run(copy, *build) == (0, "", "")
    page = (tmp_path / "site" / LESSON / "index.html").read_bytes()
    assert b"alder-court 89.05" in page and b"\r" not in page
    claims = snippets.claims((copy / "snippets" / NAIVE).read_text("utf-8"))
    assert run(copy, f"snippets/{NAIVE}") == (0, "\n".join([*claims, ""]), "")
    exercise, attempt = f"snippets/{SLUG}/exercise.py", f"exercises/{SLUG}.py"
    start = "from course.exercises import command as c; import sys; sys.exit(c.main(['2']))"
    code, started, _ = run(copy, "-c", start)
    assert code == 0 and "exercises" in started
    code, checked, _ = run(copy, "-c", CHECK, exercise, attempt)
    assert code == EXIT_CODES[1] and "raise_for_status" in checked
    monkeypatch.setattr(quick, "ROOT", copy)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(copy.parent))
    with pytest.raises(quick.SuiteError, match=r"fatal: not a git repository.*; try: make test"):
        quick.changed()


def test_quick_without_git_says_so(monkeypatch):
    """A machine may have the course, and no Git."""
    monkeypatch.setenv("PATH", "")
    with pytest.raises(quick.SuiteError, match="git is not installed; without it, use: make test"):
        quick.changed()


@pytest.mark.parametrize("locked", [".", ".cache"])
def test_a_folder_that_may_not_be_written(copy, locked):
    """In somebody else's checkout, a command that would write there says so in one line."""
    folder = copy / locked
    (copy / ".venv").unlink()  # or a command that is not stopped would install into it
    folder.chmod(0o555)
    try:
        fix = f'if a sudo make made it, run: sudo chown -R "$USER" "{copy}"'
        fix = "copy the course to a folder of your own" if locked == "." else fix
        line = f"you may not write to {folder}; {fix}\n"
        for name in ("exercise-2", "install", "clean"):
            done = run(copy, "-m", "course", name, before=AS_A_USER)
            assert done == (1, "", f"{name.removesuffix('-2')}: {line}")
        assert run(copy, "-m", "course", "help", before=AS_A_USER)[0] == 0
        assert run(copy, f"snippets/{NAIVE}", before=AS_A_USER)[0] == 0
    finally:
        folder.chmod(0o755)


def test_two_checkouts_do_not_meet(copy):
    """Each checkout runs its own files, though the environment was made in another one."""
    where = run(copy, "-c", "import course.paths as p; print(p.ROOT)")
    assert where == (0, f"{copy}\n", "") and copy != ROOT

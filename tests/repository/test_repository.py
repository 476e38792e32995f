"""The repository itself: its commands exist, its workflow is safe, its files are tidy."""

import hashlib
import re
import subprocess
import sys
from importlib.metadata import version

import pytest
import yaml
from packaging.requirements import Requirement

from course.__main__ import COMMANDS
from course.setup import install
from course.site.outline import modules
from tests.support.home import ROOT

WORKFLOW = ROOT / ".github/workflows/site.yml"
REVEAL, NOT_PUBLISHED = ROOT / "course/site/theme/assets/reveal", {"VERSION", "SHA256SUMS"}
DEMO = ROOT / "snippets/pipeline/demo"
OURS = ["course", "tests", "snippets/pricewatch"]
PROSE = [
    "README.md",
    "CONTRIBUTING.md",
    "STYLE.md",
    "docs",
    "slides",
    "snippets",
    "course/site",
    "requirements.in",
]


def run(*command, **settings):
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, **settings)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def targets() -> set[str]:
    return {name.removesuffix("N") for name, command in COMMANDS.items() if command.help}


def test_top_level_is_the_owners():
    """What the owner fixed is there."""
    fixed = ["mkdocs.yml", "docs", "snippets", "slides", "tests", "requirements.txt"]
    assert all((ROOT / name).exists() for name in fixed)


TELLING = ["README.md", "CONTRIBUTING.md", "STYLE.md", ".ci/run", ".github/workflows/site.yml"]


@pytest.mark.parametrize("name", [*TELLING, ".devcontainer/devcontainer.json"])
def test_commands_are_targets(name):
    """Each `make x` that a text tells people to run is a target."""
    text = (ROOT / name).read_text("utf-8")
    typed = re.findall(r"\bmake (exercise-|[a-z]+(?:-(?:up|down))?)\b(?! sure)", text)
    assert set(typed) <= targets()


def test_readme_is_one_screen():
    """README fits a screen, its links lead to files, and its pictures are there."""
    text = (ROOT / "README.md").read_text("utf-8")
    assert len(text.splitlines()) <= 60
    assert "make serve" in text and "make test" in text
    assert "Apache-2.0" in text and "CC BY 4.0" in text
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", text):
        assert (ROOT / target).exists(), target


def test_readme_tells_the_truth():
    """Port, Python and exercise are the ones that the commands have."""
    text = (ROOT / "README.md").read_text("utf-8")
    assert set(re.findall(r"127\.0\.0\.1:(\d+)", text)) == set(
        re.findall(r"^PORT \?= (\d+)$", (ROOT / "Makefile").read_text(), re.M)
    )
    assert re.findall(r"3\.11\.\d+", text) == ["3.11.5"]
    assert install.OLDEST == (3, 11, 5)
    for number in re.findall(r"make exercise-(\d)", text):
        assert (ROOT / f"snippets/{modules()[int(number) - 1].slug}/exercise.py").exists()


def test_workflow_calls_make_only():
    """CI runs make targets, as people do, and publishes the pages that it has tested."""
    jobs = yaml.safe_load(WORKFLOW.read_text("utf-8"))["jobs"].values()
    commands = [step["run"] for job in jobs for step in job["steps"] if "run" in step]
    assert all(re.fullmatch(r"make [a-z]+", command) for command in commands), commands
    assert commands.count("make build") == 1


def test_workflow_is_safe():
    """Actions are pinned by SHA, rights are the least, and zizmor finds nothing to improve."""
    used = re.findall(r"uses: (\S+)", WORKFLOW.read_text("utf-8"))
    assert used and all(re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action) for action in used)
    run(f"{sys.prefix}/bin/zizmor", "--offline", "--quiet", "--pedantic", ".github")


def test_lock_holds_what_we_choose():
    """Each line of requirements.in is locked, hashed, at a version it allows, and installed."""
    lock = (ROOT / "requirements.txt").read_text("utf-8")
    lines = [
        Requirement(line.rstrip(" \\"))
        for line in re.findall(r"^[\w.-]+(?:\[.*\])?==.+", lock, re.M)
    ]
    pins = {
        line.name: str(line.specifier)[2:]
        for line in lines
        if not line.marker or line.marker.evaluate()
    }
    for name, wanted in re.findall(
        r"^([\w-]+)(?:==(\S+))?", (ROOT / "requirements.in").read_text("utf-8"), re.M
    ):
        assert name in pins, f"{name}: run make lock"
        assert wanted in ("", pins[name]), f"{name}: run make lock"
        assert version(name) == pins[name]
    assert lock.count("--hash=sha256:") > len(lines)
    assert "://" not in lock, "a registry's address in the lock"


@pytest.mark.parametrize("path", DEMO.glob("*.in"), ids=lambda path: path.name)
def test_locks_of_other_environments_hold_what_we_choose(path):
    """Each line of module 7's files is in its lock; test_environments.py looks at installations."""
    lock = path.with_suffix(".txt").read_text("utf-8")
    pins = dict(re.findall(r"^([\w.-]+)(?:\[.*\])?==([\w.]+)", lock, re.M))
    for line in re.findall(r"^\w[^#\n]+", path.read_text("utf-8"), re.M):
        wanted = Requirement(line)
        assert wanted.specifier.contains(pins[wanted.name]), f"{path.name}: {wanted}: run make lock"
    assert lock.count("--hash=sha256:") > len(pins)
    assert "://" not in lock, "a registry's address in the lock"


@pytest.mark.parametrize(
    "path", [ROOT / "requirements.in", *DEMO.glob("*.in")], ids=lambda path: path.name
)
def test_pins_have_reasons(path):
    """A pin below the newest, or a ceiling, says why on its line."""
    for line in path.read_text("utf-8").splitlines():
        if "<" in line.partition("#")[0]:
            assert "#" in line, line


def test_vendored_files_are_what_was_published():
    """A browser library of others comes with its licence and version, and nobody has changed it.

    After an upgrade, in its folder: sha256sum LICENSE *.js *.css > SHA256SUMS
    """
    assert re.search(r"\d+\.\d+\.\d+ .+MIT: .+unchanged", (REVEAL / "VERSION").read_text("utf-8"))
    lines = (REVEAL / "SHA256SUMS").read_text("utf-8").splitlines()
    published = dict(reversed(line.split()) for line in lines)
    files = {path.name: path for path in REVEAL.iterdir() if path.name not in NOT_PUBLISHED}
    assert set(files) == set(published)
    for name, path in files.items():
        assert hashlib.sha256(path.read_bytes()).hexdigest() == published[name], name


MACHINERY = [
    path
    for glob in (
        "course/**/*.py",
        "course/site/theme/*.html",
        "course/site/theme/assets/*.*s",
        "course/site/theme/assets/run/*.js",
        "course/run/page/*.mjs",
    )
    for path in ROOT.glob(glob)
]


def test_machinery_is_small():
    """No file of our own machinery has over 150 lines, nor a line of over 100 characters."""
    files = {path.relative_to(ROOT): path.read_text("utf-8").splitlines() for path in MACHINERY}
    assert {str(path): len(lines) for path, lines in files.items() if len(lines) > 150} == {}
    assert {
        str(path) for path, lines in files.items() if max(map(len, lines), default=0) > 100
    } == set()


def test_python_is_tidy():
    """Our Python passes ruff's rules and formatter."""
    run(sys.executable, "-m", "ruff", "check", "--no-cache", *OURS)
    run(sys.executable, "-m", "ruff", "format", "--no-cache", "--check", *OURS)


def test_types_agree():
    """The type checker finds nothing in our Python."""
    run(sys.executable, "-m", "pyrefly", "check", "--output-format", "min-text")


def test_prose_is_spelt():
    """codespell knows no better spelling."""
    run(sys.executable, "-m", "codespell_lib", "--skip", "*/reveal/*", *PROSE)

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
PROSE = ["README.md", "CONTRIBUTING.md", "STYLE.md", "docs", "slides", "snippets", "course/site"]
PROSE += ["requirements.in"]


def run(*command, **settings):
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, **settings)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def targets() -> set[str]:
    return {name.removesuffix("N") for name, command in COMMANDS.items() if command.help}


TELLING = ["README.md", "CONTRIBUTING.md", "STYLE.md", ".ci/run", ".github/workflows/site.yml"]


@pytest.mark.parametrize("name", [*TELLING, ".devcontainer/devcontainer.json"])
def test_commands_are_targets(name):
    """Each `make x` that a text tells people to run is a target."""
    text = (ROOT / name).read_text("utf-8")
    typed = re.findall(r"\bmake (exercise-|[a-z]+(?:-(?:up|down))?)\b(?! sure)", text)
    assert set(typed) <= targets()


def test_readme_is_one_screen_and_true():
    """README fits a screen; its links, pictures, port, Python and exercise are what there is."""
    text = (ROOT / "README.md").read_text("utf-8")
    assert len(text.splitlines()) <= 60
    assert "make serve" in text and "make test" in text
    assert "Apache-2.0" in text and "CC BY 4.0" in text
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", text):
        assert (ROOT / target).exists(), target
    makefile = (ROOT / "Makefile").read_text("utf-8")
    (port,) = re.findall(r"^PORT \?= (\d+)$", makefile, re.M)
    assert set(re.findall(r"127\.0\.0\.1:(\d+)", text)) == {port}
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


@pytest.mark.parametrize(
    "path", [ROOT / "requirements.in", *DEMO.glob("*.in")], ids=lambda path: path.name
)
def test_locks_hold_what_we_choose(path):
    """Each line is locked and hashed at a version it allows, and a ceiling says why on its line.

    The course's own are installed, too; test_environments.py looks at the other installations.
    """
    text, lock = path.read_text("utf-8"), path.with_suffix(".txt").read_text("utf-8")
    locked = re.findall(r"^([\w.-]+(?:\[.*\])?==[^\\\n]+)", lock, re.M)
    lines = [line for line in map(Requirement, locked) if not line.marker or line.marker.evaluate()]
    pins = {line.name: str(line.specifier)[2:] for line in lines}
    for wanted in map(Requirement, re.findall(r"^\w[^#\n]+", text, re.M)):
        why = f"{path.name}: {wanted}: run make lock"
        assert wanted.name in pins and wanted.specifier.contains(pins[wanted.name]), why
        assert path.parent != ROOT or version(wanted.name) == pins[wanted.name]
    assert lock.count("--hash=sha256:") > len(locked)
    assert "://" not in lock, "a registry's address in the lock"
    for line in text.splitlines():
        assert "<" not in line.partition("#")[0] or "#" in line, line


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


MACHINERY = ("course/**/*.py", "course/site/theme/*.html", "course/site/theme/assets/*.*s")
MACHINERY += ("course/site/theme/assets/run/*.js", "course/run/page/*.mjs")


def test_machinery_is_small():
    """Machinery has at most 200 lines a file, blank ones apart, of at most 100 characters.

    Style sheets, which have a line for each declaration, may have more.
    """
    paths = [path for glob in MACHINERY for path in ROOT.glob(glob)]
    files = {str(path): path.read_text("utf-8").splitlines() for path in paths}
    sizes = {path: sum(map(bool, lines)) for path, lines in files.items() if path[-4:] != ".css"}
    assert {path: size for path, size in sizes.items() if size > 200} == {}
    assert [path for path, lines in files.items() if max(map(len, lines), default=0) > 100] == []


LINTS = {
    "ruff": ("ruff", "check", "--no-cache", *OURS),
    "format": ("ruff", "format", "--no-cache", "--check", *OURS),
    "types": ("pyrefly", "check", "--output-format", "min-text"),
    "spelling": ("codespell_lib", "--skip", "*/reveal/*", *PROSE),
}


@pytest.mark.parametrize("command", LINTS.values(), ids=LINTS)
def test_nothing_to_fix(command):
    """Ruff's rules and formatter, the type checker and codespell find nothing in our files."""
    run(sys.executable, "-m", *command)

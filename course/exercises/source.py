"""Exercises: snippets/MODULE/exercise.py holds solution, starter and check; pages show the two that are made from it.

# <solution>          these lines stand in the solution only
# </solution>
# <starter> pass      this line, without its mark, in the starter only
# <check>             from here on, what the check needs: in neither

Where the learner writes a Dockerfile, it stands beside that file, as exercise.Dockerfile, with the same marks.
"""

import re
from pathlib import Path

from mkdocs.exceptions import PluginError

from course.paths import ROOT

STORE = ROOT / ".cache/exercises"
STARTER = re.compile(r"^( *)# <starter> ?(.*)$")


def kind(path: Path) -> str:
    """The ending of what the learner writes: .py, or .Dockerfile where there is one beside the checks."""
    return ".Dockerfile" if path.with_suffix(".Dockerfile").exists() else path.suffix


def split(path: Path) -> dict[str, str]:
    """Return the texts of ``starter`` and ``solution`` that an exercise's one source holds.

    Raises:
        PluginError: If a mark is missing; the message names the file.
    """
    source, found, _ = path.read_text("utf-8").partition("# <check>")
    if kind(path) != ".py":
        source = path.with_suffix(kind(path)).read_text("utf-8")
    marks = re.findall(r"^ *# <(/?)solution>$", source, re.M)
    if (
        not found
        or not marks
        or marks != ["", "/"] * (len(marks) // 2)
        or "# <starter>" not in source
    ):
        raise PluginError(
            f"{path.relative_to(ROOT)}: needs <solution> … </solution>, <starter> and <check> marks"
        )
    starter, solution, inside = [], [], False
    for line in source.rstrip().splitlines():
        if line.strip() in ("# <solution>", "# </solution>"):
            inside = line.strip() == "# <solution>"
        elif mark := STARTER.match(line):
            starter.append(mark[1] + mark[2])
        else:
            solution.append(line)
            if not inside and "#> " not in line:  # the starter does not print that yet
                starter.append(line)
    return {"starter": "\n".join(starter) + "\n", "solution": "\n".join(solution) + "\n"}


def on_pre_build(config):
    for path in sorted((ROOT / "snippets").glob("*/exercise.py")):
        for name, text in split(path).items():
            target = STORE / path.parent.name / f"{name}{kind(path)}"
            if not target.exists() or target.read_text("utf-8") != text:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(text, "utf-8")

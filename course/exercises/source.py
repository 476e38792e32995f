"""Split an exercise's source into the starter and the solution.

``snippets/MODULE/exercise.py`` holds both, and the checks::

    # <solution>          these lines stand in the solution only
    # </solution>
    # <starter> pass      this line, without its mark, stands in the starter only
    # <check>             from here on, what the checks need stands in neither

If the learner writes a Dockerfile, it is split likewise, from ``exercise.Dockerfile`` there.
"""

from __future__ import annotations

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError

from course import snippets
from course.errors import CourseError
from course.paths import CACHE, ROOT

STORE = CACHE / "exercises"
_SOLUTION = re.compile(r"^ *# <solution>\n(.*?)^ *# </solution>\n", re.M | re.S)
_STARTER = re.compile(r"^( *)# <starter> ?(.*\n)", re.M)


class ExerciseError(CourseError, PluginError):
    """An exercise whose source is not whole."""


def split(path: Path) -> dict[str, str]:
    """Return the texts of ``starter`` and ``solution`` that an exercise's source holds.

    Raises:
        ExerciseError: If a mark is missing; the message names the file.
    """
    source, has_checks, _ = path.read_text("utf-8").partition("# <check>")
    suffix = snippets.learner_suffix(path)
    if suffix != path.suffix:
        source = path.with_suffix(suffix).read_text("utf-8")
    source = f"{source.rstrip()}\n"
    solution = _STARTER.sub("", _SOLUTION.sub(r"\1", source))
    common = snippets.without_claims(_SOLUTION.sub("", source))  # a starter prints less
    starter = _STARTER.sub(r"\1\2", common)
    is_whole = _SOLUTION.search(source) and _STARTER.search(source) and has_checks
    if not is_whole or "solution>" in solution:
        raise ExerciseError(
            f"{path.relative_to(ROOT)}: needs <solution> … </solution>, <starter> and <check> marks"
        )
    return {"starter": starter, "solution": solution}


def on_pre_build(config: MkDocsConfig) -> None:
    """Write what pages show of each exercise into the cache, before MkDocs looks for it."""
    for slug, path in snippets.exercises().items():
        for name, text in split(path).items():
            target = STORE / slug / f"{name}{snippets.learner_suffix(path)}"
            if not target.exists() or target.read_text("utf-8") != text:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(text, "utf-8")

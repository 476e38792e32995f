"""Measure the course against its budgets: ``python -m course bench [PART ...]``.

Input: the names of parts, all of them by default. Output: a line for each figure, the file
``bench.json``, and exit code 1 if a budget is broken. Figures that are compared with each other
come from one run, because machines differ. ``--once`` measures each thing once and in its smallest
form, to see that the bench itself works.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import import_module
from typing import NamedTuple

from course.errors import CourseError, UsageError
from course.findings import Finding, Level, report
from course.paths import ROOT

PARTS = ("site", "run", "pipeline", "suite")


class BenchError(CourseError):
    """Something that could not be measured."""


class Figure(NamedTuple):
    """Something that was measured, and the most that it may be; ``None`` if that is open."""

    name: str
    value: float
    unit: str
    budget: float | None = None

    @property
    def finding(self) -> Finding:
        """The figure in a line: a problem if it is over its budget."""
        text = f"{self.value:,.{1 if self.value < 100 else 0}f} {self.unit}"
        if self.budget is None:
            return Finding(Level.OK, self.name, text)
        level = Level.OK if self.value <= self.budget else Level.PROBLEM
        return Finding(level, self.name, f"{text} (budget: at most {self.budget:,g})")


def main(arguments: list[str]) -> int:
    """Measure the named parts, print their figures, and keep them in ``bench.json``."""
    parts = [word for word in arguments if word != "--once"] or PARTS
    if unknown := set(parts) - set(PARTS):
        raise UsageError(f"there is no part {unknown.pop()!r}; there are: {', '.join(PARTS)}")
    figures: dict[str, float] = {}

    def findings() -> Iterator[Finding]:
        for part in parts:
            for figure in import_module(f"course.bench.{part}").measure("--once" in arguments):
                figures[figure.name] = figure.value
                yield figure.finding

    broken = report(findings())
    (ROOT / "bench.json").write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    return bool(broken)

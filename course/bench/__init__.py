"""Measure the course against its budgets: ``python -m course bench [PART ...] [ROWS ...]``.

Comes in: the names of parts, all of them by default, and the sizes for the part `pipeline`. Goes
out: a line for each figure, the file ``bench.json``, and exit code 1 if a budget is broken. Figures
that are compared with each other come from one run, because machines differ. ``--once`` measures
each thing once and in its smallest form, to see that the bench itself works.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import NamedTuple

from course.errors import CourseError
from course.findings import Finding, Level, report
from course.paths import ROOT

PARTS = ("site", "run", "pipeline", "suite")
SIZES = (1_000, 10_000, 100_000, 1_000_000)  #: rows of a table, for the part `pipeline`


class BenchError(CourseError):
    """Something that could not be measured."""


class Options(NamedTuple):
    """How to measure: the sizes that the pipeline loads, and whether only to see that it works."""

    rows: tuple[int, ...] = SIZES
    once: bool = False


@dataclass(frozen=True)
class Figure:
    """Something that was measured.

    Attributes:
        name: What was measured.
        value: How much it is.
        unit: The unit of value and budget.
        budget: The most that it may be; ``None`` for a figure that is only to be known.
        at_least: Whether the budget is the least that it may be instead.
    """

    name: str
    value: float
    unit: str
    budget: float | None = None
    at_least: bool = False

    @property
    def within(self) -> bool:
        """Whether the budget is kept."""
        if self.budget is None:
            return True
        return self.value >= self.budget if self.at_least else self.value <= self.budget

    @property
    def finding(self) -> Finding:
        """The figure in a line."""
        bound = "at least" if self.at_least else "at most"
        budget = "" if self.budget is None else f" (budget: {bound} {self.budget:,g})"
        text = f"{self.value:,.{1 if self.value < 100 else 0}f} {self.unit}{budget}"
        return Finding(Level.OK if self.within else Level.PROBLEM, self.name, text)


def main(arguments: list[str]) -> int:
    """Measure the named parts, print their figures, and keep them in ``bench.json``."""
    parser = argparse.ArgumentParser("bench", description="Measure the course.")
    parser.add_argument("part", nargs="*", metavar="PART", help=f"{', '.join(PARTS)}; default: all")
    parser.add_argument("--rows", nargs="+", type=int, default=SIZES, help="the pipeline's sizes")
    parser.add_argument("--once", action="store_true", help="only see that the bench works")
    options = parser.parse_args(arguments)
    if unknown := set(options.part) - set(PARTS):
        parser.error(f"there is no part {unknown.pop()!r}; there are: {', '.join(PARTS)}")
    how, figures = Options(tuple(options.rows), options.once), {}

    def findings() -> Iterator[Finding]:
        for part in options.part or PARTS:
            for figure in import_module(f"course.bench.{part}").measure(how):
                figures[figure.name] = figure.value
                yield figure.finding

    broken = report(findings())
    (ROOT / "bench.json").write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    return bool(broken)

"""Describe what a check has found, as data; `report` prints a list of findings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum


class Level(Enum):
    """How much a finding matters; the value is the sign that people see."""

    OK = "✓"
    WARNING = "!"  #: the class goes on all the same
    PROBLEM = "✕"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        level: How much it matters.
        subject: What was looked at: ``Port 4200``.
        text: What was found there; may be empty.
        fix: The command that fixes it; empty if there is nothing to fix.
    """

    level: Level
    subject: str
    text: str = ""
    fix: str = ""

    @property
    def ok(self) -> bool:
        """Whether there is nothing to fix."""
        return self.level is Level.OK

    @property
    def advice(self) -> str:
        """The finding in one line, without its sign and subject."""
        return f"{self.text}; fix it with: {self.fix}" if self.fix else self.text

    def __str__(self) -> str:
        """Return the line that people read."""
        return f"{self.level.value} {self.subject}{f': {self.advice}' if self.advice else ''}"


def report(findings: Iterable[Finding]) -> int:
    """Print each finding as it comes, and return the number of problems."""
    problems = 0
    for finding in findings:
        print(finding, flush=True)
        problems += finding.level is Level.PROBLEM
    return problems

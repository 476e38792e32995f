"""Drawings that are made from what snippets compute, in the colours of the page they are put into.

``tests/pictures`` and ``tests/pipeline`` make each drawing again and compare it with its file.
"""

from __future__ import annotations

import contextlib
import io
import re
import runpy
from pathlib import Path
from typing import Any

from course.paths import SNIPPETS

#: Which step ran on which branch, and how many results were in memory then.
Trace = list[tuple[str, str, int]]

_MATPLOTLIB_IDS = "figure|axes|patch|text|line2d|xtick|ytick|matplotlib.axis|legend"
#: What a page has itself, or may have twice.
_LEFT_OUT = (
    r"<metadata>.*?</metadata>",
    r"<style.*?</style>",
    rf' id="(?:{_MATPLOTLIB_IDS})_\d+"',
    r' (?:width|height)="[\d.]+pt"',
)
_COLOURS = {
    "#000000": "--md-default-fg-color",
    "#b3261e": "--failed",
    "#0b5563": "--md-primary-fg-color",
    "#4d545e": "--md-default-fg-color--light",
}


def for_page(svg: str, title: str, description: str) -> str:
    """Return Matplotlib's SVG with the page's fonts and colours, and without ids of its own."""
    svg = svg[svg.index("<svg") :]
    for part in _LEFT_OUT:
        svg = re.sub(part, "", svg, flags=re.S)
    svg = svg.replace("fill: #ffffff", "fill: none")  # its ground, which Prefect's dark UI needs
    for colour, name in _COLOURS.items():
        svg = svg.replace(colour, f"var({name})")
    svg = re.sub(r"font-family: [^;\"]+", "font-family: var(--md-text-font-family)", svg)
    words = f"<title>{title}</title>\n<desc>{description}</desc>"
    return re.sub("<svg ([^>]+)>", rf'<svg width="560" \1 role="img">\n{words}', svg, count=1)


def _run(snippet: Path) -> dict[str, Any]:
    """Run a snippet quietly and return its variables."""
    with contextlib.redirect_stdout(io.StringIO()):
        return runpy.run_path(str(snippet))


def fortnight() -> str:
    """Plot the history on the Prefect server that is set."""
    found = _run(SNIPPETS / "patterns/plot_history.py")
    days = found["days"]
    return for_page(
        found["svg"],
        "Failed runs and durations, by day",
        f"Above, the share of failed runs: {days.failed.max():.0%} on day {days.failed.idxmax()}, "
        "a few percent on most other days. Below, durations: half of the runs take about "
        f"{days.p50.median():.1f} minutes on all days; the slowest take {days.p95.min():.1f} "
        f"minutes at first, and up to {days.p95.max():.1f} later.",
    )


def median(svg: str) -> str:
    """Fit the plot of a run of module 7's pipeline to its page."""
    words = (
        "The median price of each day of the first fortnight, in euros: "
        "it goes up and down with the sales."
    )
    return for_page(svg, "Median price, by day", words)


def depth_first() -> str:
    """Draw in which order four shoes are fetched and read, and what is in memory meanwhile."""
    found = _run(SNIPPETS / "dask/depth_first.py")
    traces = {"Breadth-first": found["breadth"], "Depth-first": found["depth"]}
    breadth, depth = (max(held for *_, held in trace) for trace in traces.values())
    return draw_traces(
        traces,
        "Four shoes, breadth-first and depth-first",
        f"Breadth-first, all pages are fetched before one is read: up to {breadth} are in memory. "
        f"Depth-first, each page is read before the next one is fetched: never more than {depth}.",
    )


_LABELS, _COLUMN, _ROW, _BOX, _GAP, _TOP = 160, 60, 44, 30, 40, 40
_FONT = "font-family:var(--md-text-font-family);font-size:22px;fill:var(--md-default-fg-color)"
_STEPS = {"fetch": ("var(--running)", "◐"), "read": ("var(--completed)", "✓")}


def _text(x: float, y: float, words: str, style: str = "", anchor: str = "start") -> str:
    return (
        f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" style="{_FONT};{style}">{words}</text>'
    )


def _panel(name: str, trace: Trace, branches: list[str], left: float) -> list[str]:
    """Return the parts of one trace's panel, from its headline to the count of results below."""
    parts = [_text(left, 22, name, "font-weight:700")]
    at = {(what, branch): left + (n + 0.5) * _COLUMN for n, (what, branch, _) in enumerate(trace)}
    for number, branch in enumerate(branches):
        y, fetched, read = _TOP + (number + 0.5) * _ROW, at["fetch", branch], at["read", branch]
        band = "stroke:var(--running);stroke-width:10px;opacity:.4"
        parts.append(f'<line x1="{fetched:g}" y1="{y:g}" x2="{read:g}" y2="{y:g}" style="{band}"/>')
        for x, (colour, sign) in ((fetched, _STEPS["fetch"]), (read, _STEPS["read"])):
            corner = f'x="{x - _BOX / 2:g}" y="{y - _BOX / 2:g}"'
            box = f"fill:var(--md-default-bg-color);stroke:{colour};stroke-width:2px"
            parts.append(f'<rect {corner} width="{_BOX}" height="{_BOX}" rx="5" style="{box}"/>')
            parts.append(_text(x, y + 8, sign, f"fill:{colour}", "middle"))
    most, below = max(held for *_, held in trace), _TOP + len(branches) * _ROW + 22
    for number, (*_, held) in enumerate(trace):
        weight = "font-weight:700" if held == most else ""
        parts.append(_text(left + (number + 0.5) * _COLUMN, below, str(held), weight, "middle"))
    return parts


def draw_traces(traces: dict[str, Trace], title: str, description: str) -> str:
    """Return an SVG with a panel for each trace, side by side.

    A panel has a row for each branch and a column for each step; a band goes from the step that
    makes a result to the step that uses it up.
    """
    branches = list(dict.fromkeys(branch for trace in traces.values() for _, branch, _ in trace))
    parts, left = [f"<title>{title}</title>\n<desc>{description}</desc>"], _LABELS
    for number, label in enumerate([*branches, "in memory"]):
        y = _TOP + number * _ROW + (22 if label == "in memory" else _ROW / 2 + 7)
        parts.append(_text(0, y, label))
    for name, trace in traces.items():
        parts += _panel(name, trace, branches, left)
        left += len(trace) * _COLUMN + _GAP
    box = f'viewBox="0 0 {left - _GAP} {_TOP + len(branches) * _ROW + 34}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {box} role="img">'
    return "\n".join([head, *parts, "</svg>"]) + "\n"

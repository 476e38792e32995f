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

import matplotlib as mpl
from matplotlib.figure import Figure

from course.paths import SNIPPETS

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
    "#fefefe": "--md-default-bg-color",
    "#1d4ed8": "--running",
    "#166534": "--completed",
}


def for_page(svg: str, title: str, description: str, width: int = 560) -> str:
    """Return Matplotlib's SVG with the page's fonts and colours, and without ids of its own."""
    svg = svg[svg.index("<svg") :]
    for part in _LEFT_OUT:
        svg = re.sub(part, "", svg, flags=re.S)
    svg = svg.replace("fill: #ffffff", "fill: none")  # its ground, which Prefect's dark UI needs
    for colour, name in _COLOURS.items():
        svg = svg.replace(colour, f"var({name})")
    svg = re.sub(r"font-family: [^;\"]+", "font-family: var(--md-text-font-family)", svg)
    words = f"<title>{title}</title>\n<desc>{description}</desc>"
    return re.sub("<svg ([^>]+)>", rf'<svg width="{width}" \1 role="img">\n{words}', svg, count=1)


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
    """Draw in which order four shoes are fetched and read, and what is in memory meanwhile.

    A shoe is a row and a step a column; a band goes from the step that fetches a page to the step
    that uses it up.
    """
    found = _run(SNIPPETS / "dask/depth_first.py")
    shoes, drawn, most = found["SKUS"], io.StringIO(), {}
    box = {"boxstyle": "round,pad=.35", "facecolor": "#fefefe", "linewidth": 1.5}
    styles = {"fetch": ("#1d4ed8", "◐"), "read": ("#166534", "✓")}
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "depth-first", "font.size": 16}):
        figure = Figure(figsize=(11.6, 3), layout="constrained", frameon=False)
        panels = figure.subplots(1, 2, sharey=True)
        panels[0].set_ylim(len(shoes) - 0.3, -0.7)
        for panel, name in zip(panels, ("breadth", "depth"), strict=True):
            trace = found[name]
            counts, at = [held for *_, held in trace], {step[:2]: n for n, step in enumerate(trace)}
            most[name] = max(counts)
            ends = ([at[what, shoe] for shoe in shoes] for what in ("fetch", "read"))
            panel.hlines(range(len(shoes)), *ends, color="#1d4ed8", alpha=0.4, linewidth=7)
            for (what, shoe), n in at.items():
                colour, sign = styles[what]
                edge = {**box, "edgecolor": colour}
                panel.text(
                    n, shoes.index(shoe), sign, color=colour, ha="center", va="center", bbox=edge
                )
            panel.set_title(f"{name.capitalize()}-first", loc="left", weight="bold")
            panel.set(xlim=(-0.7, len(trace) - 0.3), xlabel="pages in memory")
            panel.set_xticks(range(len(trace)), counts)
            panel.set_yticks(range(len(shoes)), shoes)
            for label in panel.get_xticklabels():
                label.set_weight("bold" if label.get_text() == str(most[name]) else "normal")
            panel.tick_params(length=0)
            panel.spines[:].set_visible(False)
            panel.patch.set_visible(False)
        figure.savefig(drawn, format="svg", metadata={"Date": None})
    return for_page(
        drawn.getvalue(),
        "Four shoes, breadth-first and depth-first",
        f"Breadth-first, all pages are fetched before one is read: up to {most['breadth']} are in "
        "memory. Depth-first, each page is read before the next one is fetched: never more than "
        f"{most['depth']}.",
        width=1160,
    )

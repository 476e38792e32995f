"""Draw which step ran when, and which results were kept meanwhile: python course/pictures_of_traces.py

A snippet leaves its traces as lists of (step, branch, results in memory). Each becomes a panel: a row for a branch, a
column for a step, a band from the step that makes a result to the one that uses it up. The page's colours are used, so
the drawing goes into the page itself. tests/test_trace.py draws it again.
"""

import contextlib
import io
import runpy

from course.paths import ROOT

SNIPPET, PICTURE = (
    ROOT / "snippets/dask/depth_first.py",
    ROOT / "docs/dask/pictures/depth-first.svg",
)
Trace = list[tuple[str, str, int]]

LABELS, COLUMN, ROW, BOX, GAP, TOP = 160, 60, 44, 30, 40, 40
FACE = "font-family:var(--md-text-font-family);font-size:22px;fill:var(--md-default-fg-color)"
COLOURS = {"fetch": "--running", "read": "--completed"}
SIGNS = {"fetch": "◐", "read": "✓"}


def text(x: float, y: float, words: str, style: str = "", anchor: str = "start") -> str:
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" style="{FACE};{style}">{words}</text>'


def panel(name: str, trace: Trace, branches: list[str], left: float) -> list[str]:
    """Return the parts of one trace's panel, from its headline to the count of results below."""
    parts = [text(left, 22, name, "font-weight:700")]
    at = {(what, branch): left + (n + 0.5) * COLUMN for n, (what, branch, _) in enumerate(trace)}
    for number, branch in enumerate(branches):
        y, fetched, read = TOP + (number + 0.5) * ROW, at["fetch", branch], at["read", branch]
        kept = "stroke:var(--running);stroke-width:10px;opacity:.4"
        parts.append(f'<line x1="{fetched:g}" y1="{y:g}" x2="{read:g}" y2="{y:g}" style="{kept}"/>')
        for what, x in (("fetch", fetched), ("read", read)):
            colour, corner = f"var({COLOURS[what]})", f'x="{x - BOX / 2:g}" y="{y - BOX / 2:g}"'
            box = f"fill:var(--md-default-bg-color);stroke:{colour};stroke-width:2px"
            parts.append(f'<rect {corner} width="{BOX}" height="{BOX}" rx="5" style="{box}"/>')
            parts.append(text(x, y + 8, SIGNS[what], f"fill:{colour}", "middle"))
    most = max(held for *_, held in trace)
    for number, (*_, held) in enumerate(trace):
        weight = "font-weight:700" if held == most else ""
        parts.append(
            text(
                left + (number + 0.5) * COLUMN,
                TOP + len(branches) * ROW + 22,
                str(held),
                weight,
                "middle",
            )
        )
    return parts


def draw(traces: dict[str, Trace], title: str, description: str) -> str:
    """Return an SVG with a panel for each trace, side by side."""
    branches = list(dict.fromkeys(branch for trace in traces.values() for _, branch, _ in trace))
    parts, left = [], LABELS
    for number, label in enumerate([*branches, "in memory"]):
        y = TOP + number * ROW + (22 if label == "in memory" else ROW / 2 + 7)
        parts.append(text(0, y, label))
    for name, trace in traces.items():
        parts += panel(name, trace, branches, left)
        left += len(trace) * COLUMN + GAP
    box = f'viewBox="0 0 {left - GAP} {TOP + len(branches) * ROW + 34}"'
    words = f"<title>{title}</title>\n<desc>{description}</desc>"
    return (
        "\n".join(
            [f'<svg xmlns="http://www.w3.org/2000/svg" {box} role="img">', words, *parts, "</svg>"]
        )
        + "\n"
    )


def picture() -> str:
    """Run the snippet and draw what it has traced."""
    with contextlib.redirect_stdout(io.StringIO()):
        found = runpy.run_path(str(SNIPPET))
    traces = {"Breadth-first": found["breadth"], "Depth-first": found["depth"]}
    most = [max(held for *_, held in trace) for trace in traces.values()]
    return draw(
        traces,
        "Four shoes, breadth-first and depth-first",
        f"Breadth-first, all pages are fetched before one is read: up to {most[0]} are in memory. "
        f"Depth-first, each page is read before the next one is fetched: never more than {most[1]}.",
    )


if __name__ == "__main__":
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(picture(), "utf-8")

"""Take pictures of a history in Prefect's UI, and draw its plot: python course/pictures_history.py

The history is module 6's: seeded, so a picture that is taken anew says the same, but for its dates. The plot is drawn
by the snippet that pages show, and gets the colours of the page that it is put into. tests/test_history.py draws it
again.
"""

import contextlib
import io
import re
import runpy
import subprocess
import sys

from course.paths import ROOT
from course.pictures.prefect_ui import server, take

SNIPPETS, PICTURES = ROOT / "snippets/patterns", ROOT / "docs/patterns/pictures"
PLOT = PICTURES / "fortnight.svg"
FLOWS = ["hourly-prices", "stock-check", "nightly-report"]
STYLE = """
main { max-height: 530px; overflow: hidden }
main:has([placeholder^='Search by flow run']) { max-height: 648px }
"""

OURS = "|".join(
    ("figure", "axes", "patch", "text", "line2d", "xtick", "ytick", "matplotlib.axis", "legend")
)
LEFT_OUT = (
    r"<metadata>.*?</metadata>",
    r"<style.*?</style>",
    rf' id="(?:{OURS})_\d+"',
    r' (?:width|height)="[\d.]+pt"',
)
COLOURS = {
    "#000000": "--md-default-fg-color",
    "#b3261e": "--failed",
    "#0b5563": "--md-primary-fg-color",
    "#4d545e": "--md-default-fg-color--light",
}


def for_a_page(svg: str, title: str, description: str) -> str:
    """Return Matplotlib's SVG without what a page has itself: its fonts and colours, and ids that others may have."""
    svg = svg[svg.index("<svg") :]
    for part in LEFT_OUT:
        svg = re.sub(part, "", svg, flags=re.S)
    svg = svg.replace("fill: #ffffff", "fill: none")  # its ground, which Prefect's dark UI needs
    for colour, name in COLOURS.items():
        svg = svg.replace(colour, f"var({name})")
    svg = re.sub(r"font-family: [^;\"]+", "font-family: var(--md-text-font-family)", svg)
    words = f"<title>{title}</title>\n<desc>{description}</desc>"
    return re.sub("<svg ([^>]+)>", rf'<svg width="560" \1 role="img">\n{words}', svg, count=1)


def plot() -> str:
    """Run the snippet on the history of the server that Prefect finds, and return its plot for a page."""
    with contextlib.redirect_stdout(io.StringIO()):
        found = runpy.run_path(str(SNIPPETS / "plot_history.py"))
    days = found["days"]
    worst = days.failed.idxmax()
    return for_a_page(
        found["svg"],
        "Failed runs and durations, by day",
        f"Above, the share of failed runs: {days.failed.max():.0%} on day {worst}, a few percent on most other days. "
        f"Below, durations: half of the runs take about {days.p50.median():.1f} minutes on all days; "
        f"the slowest take {days.p95.min():.1f} minutes at first, and up to {days.p95.max():.1f} later.",
    )


def flow_id(name: str) -> str:
    """Return what an address of the UI calls a flow."""
    from prefect import get_client

    with get_client(sync_client=True) as client:
        return str(client.read_flow_by_name(name).id)


def main() -> int:
    with server() as url:
        subprocess.run([sys.executable, SNIPPETS / "fortnight.py"], check=True)
        PICTURES.mkdir(parents=True, exist_ok=True)
        PLOT.write_text(plot(), "utf-8")
        these = f"state=Failed%2CCrashed&flows={flow_id('hourly-prices')}"
        pictures = {
            "dashboard": (
                "dashboard?rangeType=span&seconds=-1209600",
                1160,
                ["Past 2 weeks", *FLOWS],
                "main",
            ),
            "filters": (
                f"runs?range=past-7-days&{these}",
                1160,
                ["Past 7 days", "Failed", "Crashed", "hourly-prices", "Flow runs"],
                "main",
            ),
        }
        take(url, PICTURES, pictures, "UTC", STYLE)
    return 0

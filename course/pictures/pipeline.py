"""Take pictures of the pipeline's run and table in Prefect's UI, and draw its plot: python course/pictures_pipeline.py

The shop is seeded, so the plot is the same whenever it is drawn; tests/test_pipeline.py draws it again.
"""

import os
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from course.paths import ROOT
from course.pictures.history import for_a_page
from course.pictures.prefect_ui import server, take
from course.services.pipeline import QUIET

PICTURES = ROOT / "docs/pipeline/pictures"
PLOT = PICTURES / "median.svg"
STYLE = """
main { max-height: 512px; overflow: hidden }
main:has([placeholder="Search"]) { max-height: 430px }
"""


def plot(svg: str) -> str:
    """Return the plot that a run has drawn, for a page."""
    words = "The median price of each day of the first fortnight, in euros: it goes up and down with the sales."
    return for_a_page(svg, "Median price, by day", words)


def main() -> int:
    with server() as url, TemporaryDirectory() as folder:
        env = {**os.environ, **QUIET, "WAREHOUSE": f"{folder}/warehouse.duckdb"}
        flow = [ROOT / ".venv-dbt/bin/python", ROOT / "snippets/pipeline/demo/flow.py"]
        said = subprocess.run(flow, env=env, check=True, capture_output=True, text=True).stdout
        PICTURES.mkdir(parents=True, exist_ok=True)
        PLOT.write_text(plot((Path(folder) / "median.svg").read_text("utf-8")), "utf-8")
        run = next(line for line in said.splitlines() if line.startswith("The run:")).rpartition(
            "/"
        )[2]
        from prefect.artifacts import Artifact  # it reads where the server is when it is imported

        table = Artifact.get("cheapest-by-model").id
        pictures = {
            "run": (f"runs/flow-run/{run}", 1160, ["sneaker-pipeline", "Completed"], "main"),
            "table": (
                f"artifacts/artifact/{table}",
                1160,
                ["cheapest-by-model", "elm-court", "59.95"],
                "main",
            ),
        }
        take(url, PICTURES, pictures, "UTC", STYLE)
    return 0

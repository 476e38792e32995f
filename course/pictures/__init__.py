"""Take the pictures of screens and draw the plots that pages, slides and README show.

Input: the list ``PICTURES``. Output, in ``docs/MODULE/pictures``: for each picture of a screen
a WebP file in each colour scheme and a YAML file that names the versions, texts and size that were
seen; for each drawing an SVG. README's pictures are PNG files in ``.github/pictures``.
``python -m course pictures`` takes all of them, ``python -m course pictures NAME ...`` those named.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from course.errors import UsageError
from course.paths import DOCS, ROOT
from course.pictures import drawings, scenes
from course.pictures.browser import Screen
from course.pictures.scenes import Scene


class Drawing(NamedTuple):
    """An SVG in the page's own colours, drawn while its scene lasts."""

    name: str
    scene: Callable[[], AbstractContextManager[Scene]]
    draw: Callable[[Scene], str]

    def save(self, scene: Scene, target: Path) -> None:
        """Write the SVG."""
        target.with_suffix(".svg").write_text(self.draw(scene), "utf-8")


def target(name: str) -> Path:
    """Return a picture's file without its ending."""
    module, _, file = name.partition("/")
    folder = (ROOT / ".github" if module == "readme" else DOCS / module) / "pictures"
    folder.mkdir(exist_ok=True)
    return folder / file


RUN_BAR = "runs the whole of"  #: what readers see beside Run
LESSON, OPENING = "negative-engineering/how-pipelines-fail/", "Every pipeline starts as a script"
SLIDE = "slides/negative-engineering/#half-a-run-leaves-duplicates"
RUNS = ("7 Flow runs", "watch-prices", "2 Task runs", "alder-runner", "elm-runner", "alder-trail")
RUNS += ("Completed", "Failed", "Crashed", "Late", "AwaitingRetry")
AT_SIX = ("watch-prices", "At 06:00 AM", "Triggers", "Add", "tomorrow-at-six", "06:00:00 AM")
FORTNIGHT = ("Past 2 weeks", "hourly-prices", "stock-check", "nightly-report")
FILTERS = ("Past 7 days", "Failed", "Crashed", "hourly-prices", "Flow runs")
FLOW, CHEAPEST = ("sneaker-pipeline", "Completed"), ("cheapest-by-model", "elm-court", "59.95")
WORKERS = ("Status", "Workers", "Graph", "Data Transfer")
#: Pages of Prefect's UI.
PAST_WEEK, TWO_WEEKS = "runs?range=past-7-days", "dashboard?rangeType=span&seconds=-1209600"
FILTERED = f"{PAST_WEEK}&state=Failed%2CCrashed&flows={{flow}}"
DEPLOYMENT, RUN = "deployments/deployment/{deployment}", "runs/flow-run/{run}"
TABLE = "artifacts/artifact/{table}"
README = {"window": (1280, 720), "part": "body", "versions": (), "schemes": ("light",)}
#: Dask's dashboard is light, whatever a browser asks for.
DASK = {**README, "window": (1000, 600), "versions": ("distributed", "bokeh")}
BERLIN = {"timezone": scenes.TIMEZONE}
LIST = {**BERLIN, "window": (720, 1600), "part": "main ul:has(a[href*='/flow-run/'])"}
#: Pictures of the same scene stand together: it is set up once for all of them.
PICTURES = (
    Screen("readme/page", scenes.site, LESSON, (OPENING, RUN_BAR), **README),
    Screen("readme/slide", scenes.site, SLIDE, ("Half a run leaves duplicates", RUN_BAR), **README),
    Screen("orchestration/runs", scenes.watched_prices, PAST_WEEK, RUNS, **LIST),
    Screen("orchestration/deployment", scenes.watched_prices, DEPLOYMENT, AT_SIX, 296, **BERLIN),
    Drawing("dask/depth-first", scenes.empty, lambda _: drawings.depth_first()),
    Screen("dask/dashboard", scenes.dask_dashboard, "status", WORKERS, **DASK),
    Drawing("patterns/fortnight", scenes.fortnight, lambda _: drawings.fortnight()),
    Screen("patterns/dashboard", scenes.fortnight, TWO_WEEKS, FORTNIGHT, 530),
    Screen("patterns/filters", scenes.fortnight, FILTERED, FILTERS, 648),
    Drawing("pipeline/median", scenes.pipeline, lambda run: drawings.median(run.values["svg"])),
    Screen("pipeline/run", scenes.pipeline, RUN, FLOW, 512, canvas="main canvas"),
    Screen("pipeline/table", scenes.pipeline, TABLE, CHEAPEST, 430),
)


def main(arguments: list[str]) -> int:
    """Take all pictures, or those that are named."""
    names = [picture.name for picture in PICTURES]
    if unknown := [name for name in arguments if name not in names]:
        raise UsageError(f"there is no picture {unknown[0]!r}; there are: {', '.join(names)}")
    wanted = [picture for picture in PICTURES if picture.name in (arguments or names)]
    for set_up, pictures in groupby(wanted, key=lambda picture: picture.scene):
        with set_up() as scene:
            for picture in pictures:
                picture.save(scene, target(picture.name))
                print(picture.name, flush=True)
    return 0

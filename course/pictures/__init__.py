"""Take the pictures of screens and draw the plots that pages, slides and README show.

Comes in: the list ``PICTURES``. Goes out, in ``docs/MODULE/pictures``: for each picture of a screen
a WebP file in each colour scheme and a YAML file that names the versions, texts and size that were
seen; for each drawing an SVG. README's pictures are PNG files in ``.github/pictures``.
``python -m course pictures`` takes all of them, ``python -m course pictures NAME ...`` those named.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib.metadata import version
from itertools import groupby
from pathlib import Path

import yaml

from course.errors import UsageError
from course.paths import DOCS, ROOT
from course.pictures import drawings, scenes
from course.pictures.scenes import Scene

SetUp = Callable[[], AbstractContextManager[Scene]]
SCHEMES = ("light", "dark")
QUALITY = 75  #: of WebP: text stays sharp, and a picture below 60 kB


def _target(name: str) -> Path:
    """Return a picture's file without its ending."""
    module, _, file = name.partition("/")
    target = (ROOT / ".github" if module == "readme" else DOCS / module) / "pictures" / file
    target.parent.mkdir(exist_ok=True)
    return target


@dataclass(frozen=True)
class Drawing:
    """An SVG in the page's own colours.

    Attributes:
        name: The module and the file: ``patterns/fortnight``.
        scene: The function that sets up what is drawn.
        draw: Returns the SVG of a scene.
    """

    name: str
    scene: SetUp
    draw: Callable[[Scene], str]

    def save(self, scene: Scene) -> None:
        """Write the SVG."""
        _target(self.name).with_suffix(".svg").write_text(self.draw(scene), "utf-8")


@dataclass(frozen=True)
class Screen:
    """A part of a page in a browser; by default a part of Prefect's UI.

    Attributes:
        name: The module and the file: ``patterns/filters``; ``readme/...`` for README's own.
        scene: The function that sets up what is to be seen.
        address: The page, below the scene's address; ``{run}`` is what the scene calls ``run``.
        texts: What must be seen, or the picture does not show what it is meant to show.
        height: The most of the part's height that is taken, in pixels.
        window: The browser window's width and height, in pixels.
        part: CSS selector of the part to take.
        versions: The distributions whose versions the picture depends on.
        schemes: The colour schemes that the page has; its only one stands for both.
        timezone: The reader's time zone.
        canvas: CSS selector of a canvas, on which something must have been drawn.
    """

    name: str
    scene: SetUp
    address: str
    texts: tuple[str, ...]
    height: int | None = None
    window: tuple[int, int] = (1160, 1600)
    part: str = "main"
    versions: tuple[str, ...] = ("prefect",)
    schemes: tuple[str, ...] = SCHEMES
    timezone: str = "UTC"
    canvas: str = ""

    def save(self, scene: Scene) -> None:
        """Write the picture in each scheme, and beside it what was seen."""
        from course.pictures.browser import take

        images = {scheme: take(self, scene, scheme) for scheme in self.schemes}
        target, image = _target(self.name), images["light"]
        if self.name.startswith("readme/"):
            image.save(target.with_suffix(".png"), optimize=True)
            return
        for scheme in SCHEMES:
            file = target.with_name(f"{target.name}-{scheme}.webp")
            images.get(scheme, image).save(file, quality=QUALITY, method=6)
        seen = {name: version(name) for name in self.versions}
        found = {"seen": seen, "texts": list(self.texts), "size": list(image.size)}
        target.with_suffix(".yml").write_text(yaml.safe_dump(found, sort_keys=False), "utf-8")


RUN_BAR = "runs the whole of"  #: what readers see beside Run
LESSON, OPENING = "negative-engineering/how-pipelines-fail/", "Every pipeline starts as a script"
SLIDE, HEADLINE = "half-a-run-leaves-duplicates", "Half a run leaves duplicates"
SHOES = ("alder-runner", "elm-runner", "alder-trail")
STATES = ("Completed", "Failed", "Crashed", "Late", "AwaitingRetry")
RUNS = ("7 Flow runs", "watch-prices", "2 Task runs")
AT_SIX = ("watch-prices", "At 06:00 AM", "Triggers", "Add", "tomorrow-at-six", "06:00:00 AM")
FORTNIGHT = ("Past 2 weeks", "hourly-prices", "stock-check", "nightly-report")
FILTERS = ("Past 7 days", "Failed", "Crashed", "hourly-prices", "Flow runs")
FILTERED = "runs?range=past-7-days&state=Failed%2CCrashed&flows={flow}"
TABLE = ("cheapest-by-model", "elm-court", "59.95")
README = {"window": (1280, 720), "part": "body", "versions": (), "schemes": ("light",)}
#: Dask's dashboard is light, whatever a browser asks for.
DASK = {**README, "window": (1000, 600), "versions": ("distributed", "bokeh")}
BERLIN = {"timezone": scenes.TIMEZONE}
#: Pictures of the same scene stand together: it is set up once for all of them.
PICTURES = (
    Screen("readme/page", scenes.site, LESSON, (OPENING, RUN_BAR), **README),
    Screen(
        "readme/slide",
        scenes.site,
        f"slides/negative-engineering/#{SLIDE}",
        (HEADLINE, RUN_BAR),
        **README,
    ),
    Screen(
        "orchestration/runs",
        scenes.watched_prices,
        "runs?range=past-7-days",
        (*RUNS, *SHOES, *STATES),
        window=(720, 1600),
        part="main ul:has(a[href*='/flow-run/'])",
        **BERLIN,
    ),
    Screen(
        "orchestration/deployment",
        scenes.watched_prices,
        "deployments/deployment/{deployment}",
        AT_SIX,
        296,
        **BERLIN,
    ),
    Drawing("dask/depth-first", scenes.empty, lambda _: drawings.depth_first()),
    Screen(
        "dask/dashboard",
        scenes.dask_dashboard,
        "status",
        ("Status", "Workers", "Graph", "Data Transfer"),
        **DASK,
    ),
    Drawing("patterns/fortnight", scenes.fortnight, lambda _: drawings.fortnight()),
    Screen(
        "patterns/dashboard",
        scenes.fortnight,
        "dashboard?rangeType=span&seconds=-1209600",
        FORTNIGHT,
        530,
    ),
    Screen("patterns/filters", scenes.fortnight, FILTERED, FILTERS, 648),
    Drawing("pipeline/median", scenes.pipeline, lambda run: drawings.median(run.values["svg"])),
    Screen(
        "pipeline/run",
        scenes.pipeline,
        "runs/flow-run/{run}",
        ("sneaker-pipeline", "Completed"),
        512,
        canvas="main canvas",
    ),
    Screen("pipeline/table", scenes.pipeline, "artifacts/artifact/{table}", TABLE, 430),
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
                picture.save(scene)
                print(picture.name, flush=True)
    return 0

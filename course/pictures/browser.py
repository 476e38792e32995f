"""Pictures of screens, and the browser that they are taken with and the bench measures with."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import yaml
from PIL import Image
from playwright.sync_api import Browser, Error, FloatRect, Locator, expect, sync_playwright

from course.pictures.scenes import PictureError, Scene
from course.setup import chromium

SCHEMES = ("light", "dark")
QUALITY = 75  #: of WebP: text stays sharp, and a picture below 60 kB
SEEN_TIMEOUT_MS, DRAWN_TIMEOUT_S = 30_000, 30
EMPTY_ENTROPY = 0.5  #: bits a pixel; the ground and a frame have 0.1, a graph has 1.7


@contextmanager
def open_browser() -> Generator[Browser]:
    """Run a Chromium without a window until the block ends."""
    path = chromium.path()  # it may start a Playwright of its own, which does not work in another
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=path, args=["--no-sandbox"]) as browser,
    ):
        yield browser


def _wait_until_drawn(canvas: Locator) -> None:
    """Wait until a canvas is not empty and does not change; a browser finds no texts there."""
    before, image, deadline = None, b"", time.monotonic() + DRAWN_TIMEOUT_S
    while image != before or Image.open(BytesIO(image)).convert("L").entropy() < EMPTY_ENTROPY:
        if time.monotonic() > deadline:
            raise PictureError(f"nothing is drawn on a canvas after {DRAWN_TIMEOUT_S} s")
        before, image = image, canvas.screenshot(animations="disabled")


@dataclass(frozen=True)
class Screen:
    """A part of a page in a browser; by default a part of Prefect's UI. Sizes are in pixels."""

    name: str  #: the module and the file: ``patterns/filters``; ``readme/...`` for README's own
    scene: Callable[[], AbstractContextManager[Scene]]  #: sets up what is to be seen
    address: str  #: below the scene's; ``{run}`` is what the scene calls ``run``
    texts: tuple[str, ...]  #: what must be seen, or the picture is not of what it is meant to show
    height: int | None = None  #: the most of the part's height that is taken
    window: tuple[int, int] = (1160, 1600)  #: the browser window's width and height
    part: str = "main"  #: CSS selector of the part to take
    versions: tuple[str, ...] = ("prefect",)  #: the distributions that the picture depends on
    schemes: tuple[str, ...] = SCHEMES  #: those that the page has; its only one stands for both
    timezone: str = "UTC"  #: the reader's
    canvas: str = ""  #: CSS selector of a canvas on which something must have been drawn

    def save(self, scene: Scene, target: Path) -> None:
        """Write the picture in each scheme to the target, and beside it what was seen."""
        images = {scheme: self.take(scene, scheme) for scheme in self.schemes}
        image = images["light"]
        if self.name.startswith("readme/"):
            image.save(target.with_suffix(".png"), optimize=True)
            return
        for scheme in SCHEMES:
            file = target.with_name(f"{target.name}-{scheme}.webp")
            images.get(scheme, image).save(file, quality=QUALITY, method=6)
        seen = {name: version(name) for name in self.versions}
        found = {"seen": seen, "texts": list(self.texts), "size": list(image.size)}
        target.with_suffix(".yml").write_text(yaml.safe_dump(found, sort_keys=False), "utf-8")

    def take(self, scene: Scene, scheme: str) -> Image.Image:
        """Return what is shown in one colour scheme.

        Raises:
            PictureError: If a text is not seen, or the page does not come to rest.
        """
        width, height = self.window
        address = f"{scene.url}/{self.address.format(**scene.values)}"
        host = urlsplit(address).netloc
        with open_browser() as browser:
            page = browser.new_page(
                color_scheme="dark" if scheme == "dark" else "light",
                viewport={"width": width, "height": height},
                timezone_id=self.timezone,
                locale="en-GB",
            )
            page.route(lambda url: urlsplit(url).netloc != host, lambda route: route.abort())
            try:
                page.goto(address, wait_until="networkidle")  # details of runs come one by one
                scene.prepare(page)
                for text in self.texts:
                    shown = page.get_by_text(text).locator("visible=true").first
                    expect(shown, text).to_be_visible(timeout=SEEN_TIMEOUT_MS)
                part = page.locator(self.part).first.bounding_box()
                assert part is not None, f"there is no {self.part} on the page"
                if self.canvas:
                    _wait_until_drawn(page.locator(self.canvas).first)
            except (AssertionError, Error) as error:
                reason = str(error).splitlines()[0]
                raise PictureError(f"{self.name} ({scheme}): {address}: {reason}") from error
            clip: FloatRect = {**part, "height": min(part["height"], self.height or height)}
            taken = page.screenshot(clip=clip, animations="disabled")
        return Image.open(BytesIO(taken)).convert("RGB")

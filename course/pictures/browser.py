"""The browser that pictures are taken with, and that the bench measures with."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import Browser, Error, FloatRect, Locator, expect, sync_playwright

from course.pictures.scenes import PictureError, Scene
from course.setup import chromium

if TYPE_CHECKING:
    from course.pictures import Screen

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


def take(screen: Screen, scene: Scene, scheme: str) -> Image.Image:
    """Return what a screen shows in one colour scheme.

    Raises:
        PictureError: If a text of the screen is not seen, or the page does not come to rest.
    """
    width, height = screen.window
    address = f"{scene.url}/{screen.address.format(**scene.values)}"
    with open_browser() as browser:
        page = browser.new_page(
            color_scheme="dark" if scheme == "dark" else "light",
            viewport={"width": width, "height": height},
            timezone_id=screen.timezone,
            locale="en-GB",
        )
        page.route(lambda url: not url.startswith(scene.origin), lambda route: route.abort())
        try:
            page.goto(address, wait_until="networkidle")  # details of runs come one by one
            scene.prepare(page)
            for text in screen.texts:
                shown = page.get_by_text(text).locator("visible=true").first
                expect(shown, text).to_be_visible(timeout=SEEN_TIMEOUT_MS)
            part = page.locator(screen.part).first.bounding_box()
            assert part is not None, f"there is no {screen.part} on the page"
            if screen.canvas:
                _wait_until_drawn(page.locator(screen.canvas).first)
        except (AssertionError, Error) as error:
            reason = str(error).splitlines()[0]
            raise PictureError(f"{screen.name} ({scheme}): {address}: {reason}") from error
        clip: FloatRect = {**part, "height": min(part["height"], screen.height or height)}
        taken = page.screenshot(clip=clip, animations="disabled")
    return Image.open(BytesIO(taken)).convert("RGB")

"""Save a picture of what a browser shows, with the texts that were seen and the versions that showed them beside it."""

import base64
from importlib.metadata import version
from pathlib import Path

import yaml
from playwright.sync_api import Page, expect

QUALITY = 75


def save(
    page: Page, target: Path, scheme: str, texts: list[str], seen: list[str], show: str = "body"
) -> None:
    """Save ``target-light.webp`` or ``target-dark.webp``, once the page shows all texts, and ``target.yml`` beside it.

    Args:
        page: A page in that scheme.
        target: Folder and name of the picture, without scheme and ending.
        scheme: ``light`` or ``dark``.
        texts: What must be seen; a page that lacks one is no picture of what it is meant to show.
        seen: The distributions whose versions the picture depends on.
        show: CSS selector of the part to take.

    Raises:
        AssertionError: If a text is not seen within Playwright's time-out; nothing is written.
    """
    for text in texts:
        expect(
            page.get_by_text(text).locator("visible=true").first, f"{target.name}: {text!r}"
        ).to_be_visible()
    box = page.locator(show).first.bounding_box()
    session = page.context.new_cdp_session(page)
    options = {"format": "webp", "quality": QUALITY, "clip": {**box, "scale": 1}}
    taken = base64.b64decode(session.send("Page.captureScreenshot", options)["data"])
    target.parent.mkdir(exist_ok=True)
    target.with_name(f"{target.name}-{scheme}.webp").write_bytes(taken)
    beside = {"seen": {name: version(name) for name in seen}, "texts": texts}
    beside["size"] = [round(box["width"]), round(box["height"])]
    target.with_suffix(".yml").write_text(yaml.safe_dump(beside, sort_keys=False), "utf-8")

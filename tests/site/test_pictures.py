"""Pictures of a screen are as new as what they show: they name the versions installed now."""

from importlib.metadata import version

import pytest
import yaml
from PIL import Image

from course.paths import DOCS

PICTURES = sorted(DOCS.glob("*/pictures/*.yml"))


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.stem)
def test_picture_is_of_what_is_installed(path):
    """A picture is taken anew once a library moves: in both schemes, and light for bad Wi-Fi."""
    record = yaml.safe_load(path.read_text("utf-8"))
    seen = record["seen"]
    assert seen == {name: version(name) for name in seen} != {}, "run make pictures"
    assert record["texts"], "nothing was looked for before it was taken"
    for scheme in ("light", "dark"):
        picture = path.with_name(f"{path.stem}-{scheme}.webp")
        with Image.open(picture) as image:
            assert list(image.size) == record["size"], picture.name
        assert picture.stat().st_size <= 60_000, picture.name


def test_pictures_are_shown_with_words(pages):
    """Each picture stands on a page, and its text alternative says what is to be seen."""
    shown = set()
    for address, html in pages:
        for image in html.select("figure.picture img"):
            shown.add(image["src"].rsplit("/", 1)[-1].split("#")[0])
            assert image["loading"] == "lazy" and image["width"] and image["height"]
            assert len(image["alt"]) > 40, f"{address}: {image['alt']!r} is no text alternative"
    schemes = ("light", "dark")
    assert shown == {f"{path.stem}-{scheme}.webp" for path in PICTURES for scheme in schemes}

"""Pictures of a screen are as new as what they show: each names the versions that were seen, as are installed now."""

import struct
from importlib.metadata import version

import pytest
import yaml

from tests.support.home import ROOT

PICTURES = sorted((ROOT / "docs").glob("*/pictures/*.yml"))
each_picture = pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.stem)


def size(path) -> tuple[int, int]:
    """Width and height of a WebP file (RFC 9649, sections 2.5 and 2.7)."""
    data = path.read_bytes()
    assert data[:4] == b"RIFF" and data[8:15] == b"WEBPVP8", path.name
    if data[12:16] == b"VP8X":  # with a colour profile, which some Chromiums add
        return tuple(int.from_bytes(data[place : place + 3], "little") + 1 for place in (24, 27))
    return tuple(side & 0x3FFF for side in struct.unpack("<HH", data[26:30]))


@each_picture
def test_picture_is_of_what_is_installed(path):
    """Once a library moves, its picture is taken anew: make pictures."""
    seen = yaml.safe_load(path.read_text("utf-8"))["seen"]
    assert seen == {name: version(name) for name in seen} != {}, "run make pictures"


@each_picture
def test_picture_is_light(path):
    """Both schemes are there, of one size, and small enough for bad Wi-Fi."""
    beside = yaml.safe_load(path.read_text("utf-8"))
    assert beside["texts"], "nothing was looked for before it was taken"
    for scheme in ("light", "dark"):
        picture = path.with_name(f"{path.stem}-{scheme}.webp")
        assert list(size(picture)) == beside["size"], picture.name
        assert picture.stat().st_size <= 60_000, picture.name


def test_pictures_are_shown_with_words(pages):
    """Each picture stands on a page, and its text alternative says what is to be seen."""
    shown = set()
    for address, html in pages:
        for image in html.select("figure.picture img"):
            shown.add(image["src"].rsplit("/", 1)[-1].split("#")[0])
            assert image["loading"] == "lazy" and image["width"] and image["height"]
            assert len(image["alt"]) > 40, f"{address}: {image['alt']!r} is no text alternative"
    assert shown == {
        f"{path.stem}-{scheme}.webp" for path in PICTURES for scheme in ("light", "dark")
    }

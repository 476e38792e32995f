"""A picture is taken once it shows what it is about, and not before."""

import pytest
import yaml
from PIL import Image, ImageChops

from course.pictures.browser import Screen
from course.pictures.scenes import PictureError, Scene, empty
from course.services.web_server import serving

PAGE = """<!doctype html><html><style>
:root { color-scheme: light dark } body { margin: 0 } main { height: 300px }
</style><main>2 Flow runs<canvas width="200" height="100"></canvas></main>
<script>setTimeout(() => {
  const context = document.querySelector("canvas").getContext("2d")
  for (let y = 0; y < 100; y += 10) context.fillRect(y, y, 100, 5)
}, 1500)</script>"""


@pytest.fixture
def screen(tmp_path):
    """A picture of a small page, which draws on its canvas after a while."""
    (tmp_path / "index.html").write_text(PAGE, "utf-8")

    def take(*texts: str, **options) -> dict[str, Image.Image]:
        small = Screen("dask/small", empty, "", texts, window=(400, 600), **options)
        with serving(tmp_path) as url:
            small.save(Scene(url), tmp_path / "small")
        files = tmp_path.glob("*.webp")
        return {file.stem: Image.open(file).convert("RGB") for file in files}

    return take


def test_a_picture_is_of_its_part(screen, tmp_path):
    """Both schemes are taken, no higher than asked for; a YAML file says what was seen."""
    taken = screen("2 Flow runs", height=200, canvas="canvas")
    light, dark = taken["small-light"], taken["small-dark"]
    assert light.size == dark.size == (400, 200)
    assert light.getpixel((399, 199)) == (255, 255, 255) != dark.getpixel((399, 199))
    found = yaml.safe_load((tmp_path / "small.yml").read_text("utf-8"))
    assert (found["texts"], found["size"]) == (["2 Flow runs"], [400, 200])
    assert list(found["seen"]) == ["prefect"]


def test_a_canvas_is_waited_for(screen):
    """Where a browser finds no texts, something must have been drawn, whenever that is."""
    empty, drawn = screen()["small-light"], screen(canvas="canvas")["small-light"]
    assert ImageChops.difference(empty, drawn).getbbox()


def test_a_missing_text_is_no_picture(screen, monkeypatch, tmp_path):
    """What lacks a text is not taken: one line names picture and text, and no file is written."""
    monkeypatch.setattr("course.pictures.browser.SEEN_TIMEOUT_MS", 100)
    with pytest.raises(PictureError, match=r"^dask/small \(light\): http.*: 3 Flow runs"):
        screen("3 Flow runs")
    assert [file.name for file in tmp_path.iterdir()] == ["index.html"]

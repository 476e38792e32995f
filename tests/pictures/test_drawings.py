"""Drawings are what the snippets compute today; the list names the pictures that there are."""

import pytest

from course.errors import UsageError
from course.paths import DOCS, ROOT
from course.pictures import PICTURES, Drawing, Screen, drawings, main


@pytest.mark.parametrize(
    ("name", "draw", "needs"),
    [
        ("patterns/pictures/fortnight", drawings.fortnight, "history"),
        ("dask/pictures/depth-first", drawings.depth_first, None),
    ],
)
def test_a_drawing_is_drawn_from_its_snippet(name, draw, needs, request):
    """Drawing it again gives the committed file: else run `make pictures`."""
    if needs:
        request.getfixturevalue(needs)
    assert (DOCS / f"{name}.svg").read_text("utf-8") == draw(), "run make pictures"


def test_each_picture_is_on_the_list():
    """Pictures that pages and README show can be taken again, and each on the list is there."""
    endings = {Drawing: ".svg", Screen: ".yml"}
    listed = {picture.name + endings[type(picture)] for picture in PICTURES}
    found = {
        f"{file.parents[1].name}/{file.name}"
        for ending in endings.values()
        for file in DOCS.glob(f"*/pictures/*{ending}")
    }
    found |= {f"readme/{file.stem}.yml" for file in (ROOT / ".github/pictures").iterdir()}
    assert listed == found


def test_an_unknown_picture_is_refused():
    """A name that is not on the list: one line that names those that are, and nothing is taken."""
    with pytest.raises(UsageError, match="there is no picture 'run'; there are: readme/page, "):
        main(["run"])

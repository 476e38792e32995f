"""Drawings are what the snippets compute today; the list names the pictures that there are."""

import pytest

from course.errors import UsageError
from course.paths import DOCS, ROOT
from course.pictures import PICTURES, Drawing, Screen, drawings, main


@pytest.mark.parametrize("name", ["fortnight", "depth_first"])
def test_a_drawing_is_what_its_snippet_computes(name, history):
    """Drawing it again gives the committed file: else run `make pictures`."""
    (file,) = DOCS.glob(f"*/pictures/{name.replace('_', '-')}.svg")
    assert file.read_text("utf-8") == getattr(drawings, name)(), "run make pictures"


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

"""Drawings are what the snippets compute today; the list names the pictures that there are."""

import pytest

from course.errors import UsageError
from course.paths import DOCS, ROOT
from course.pictures import PICTURES, Drawing, Screen, drawings, main


def test_the_plot_is_drawn_from_the_history(history):
    """Drawing it again gives the committed file: else run `make pictures`."""
    drawn = (DOCS / "patterns/pictures/fortnight.svg").read_text("utf-8")
    assert drawn == drawings.fortnight(), "run make pictures"


def test_the_trace_is_drawn_from_its_snippet():
    """So does drawing in which order Dask runs the steps."""
    drawn = (DOCS / "dask/pictures/depth-first.svg").read_text("utf-8")
    assert drawn == drawings.depth_first(), "run make pictures"


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

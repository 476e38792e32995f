"""The picture of a trace is what the snippet's run draws today."""

from course.pictures import traces as pictures_of_traces


def test_the_picture_is_drawn_from_the_snippet():
    """Drawing it again gives the committed picture: else run `make pictures`."""
    assert pictures_of_traces.PICTURE.read_text("utf-8") == pictures_of_traces.picture(), (
        "run make pictures"
    )

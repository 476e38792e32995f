"""The plot on the page is what the history, made anew from its seed, says today."""

from course.pictures import history as pictures_history


def test_the_plot_is_drawn_from_the_history(history):
    """Drawing it again gives the committed picture: else run `make pictures`."""
    assert pictures_history.PLOT.read_text("utf-8") == pictures_history.plot(), "run make pictures"

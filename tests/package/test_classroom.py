"""The commands for the class refuse what they cannot do in one line."""

import pytest

from tests.support.engines import make_class


def test_more_words_are_refused():
    """What is typed besides is not known: exit code 2."""
    run = make_class("up", "down")
    assert (run.returncode, run.stderr.count("\n")) == (2, 1), run.stderr


@pytest.mark.parametrize("word", ["up", "down"])
def test_class_without_an_engine_is_said(word):
    """Without an engine that answers, one line says what mends it: exit code 1."""
    run = make_class(word, DOCKER_HOST="unix:///nowhere")
    assert (run.returncode, run.stderr.count("\n")) == (1, 1), run.stderr
    assert "engine does not answer" in run.stderr or "no docker command" in run.stderr
    assert "unset DOCKER_HOST" in run.stderr or "install it: " in run.stderr

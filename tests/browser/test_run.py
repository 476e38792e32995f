"""Each snippet and each check is tried in a page, and runs where where.json says."""

import json

import pytest

from course import snippets
from course.site.run_buttons import WHERE, where
from tests.support.page_python import page_python, sentence

__all__ = ["page_python"]
pytestmark = pytest.mark.timeout(300)
CHECKS = [
    slug for slug, path in snippets.exercises().items() if snippets.learner_suffix(path) == ".py"
]
NEVER_ENDS, DIFFERS = sentence("it does not end"), sentence("it prints something else")


def text_of(name: str) -> str:
    """Return what a reader runs; starters and solutions are made by the build of the site."""
    return snippets.runnable_text(snippets.find(name).read_text("utf-8"))


def compare(request, name: str, why: str) -> None:
    """Compare what happened with where.json; with --update-examples, write it there."""
    if request.config.getoption("update_examples"):
        known = json.loads(WHERE.read_text("utf-8")) if WHERE.exists() else {}
        WHERE.write_text(json.dumps({**known, name: why}, indent=1, sort_keys=True) + "\n", "utf-8")
        return
    stale = "course/run/page/where.json is stale: run make update"
    assert where().get(name, "unknown") == why, stale


@pytest.mark.parametrize("name", snippets.runnable())
def test_marker_is_true(name, page_python, request):
    """A block that claims to run in a page does, as a first Run; any other has a true sentence."""
    marker, text = where().get(name), text_of(name)
    seconds = 15 if marker == NEVER_ENDS else 200
    run = page_python(name, text, seconds, claims=not marker)
    why = run.reason_against(text)
    # Which of two times is longer is chance, where tasks run one after another.
    lucky = "monotonic" in text and (marker, why) == (DIFFERS, "")
    compare(request, name, marker if lucky else why)


@pytest.mark.parametrize("slug", CHECKS)
def test_check_runs_where_it_says(slug, page_python, request):
    """A check in the page passes its solution, and tells its starter what is missing."""
    name = f"{slug}/exercise.py"
    exercise = snippets.find(name).read_text("utf-8")
    solution, starter = (
        page_python(name, text_of(name), type="check", exercise=exercise)
        for name in (f"{slug}/solution.py", f"{slug}/starter.py")
    )
    printed = solution.text("stdout")
    compare(request, name, "" if solution.ok else sentence(printed + solution.text("stderr")))
    if solution.ok:
        assert printed.endswith("All done. Ready for the challenge?\n")
        assert not starter.ok
        assert starter.text("stdout").count("✕") >= 3


LEAVES = "import json.tool, os\nos.environ['LEFT'] = 'here'\n"
LOOKS = """\
import json, os, sys
print(hasattr(json, "tool"), "json.tool" in sys.modules, "LEFT" in os.environ)
__import__("tceferp"[::-1])
"""


def test_a_block_sees_nothing_of_others(page_python):
    """A module or a bundle that a block does not name is missing, whatever others have loaded."""
    for code in ("import prefect\n", LEAVES) * 2:
        assert page_python("leaves.py", code).ok
    run = page_python("looks.py", LOOKS)
    assert run.text("stdout") == "False False False\n"
    assert "No module named 'prefect'" in run.text("stderr")


def test_nothing_is_marked_that_is_not_there():
    """Each marker belongs to a file that is shown, or to an exercise."""
    assert set(where()) == {*snippets.runnable(), *(f"{slug}/exercise.py" for slug in CHECKS)}

"""Where a block says that it runs is where it has run: each snippet is tried in a real page, and so is each check."""

import json

import pytest

from course.exercises.source import split
from course.site.run_buttons import WHERE, where
from course.snippets import learner_suffix
from tests.support.home import ROOT
from tests.support.page_python import page_python, plain, sentence

__all__ = ["page_python"]
pytestmark = pytest.mark.timeout(300)
FILES = [*(ROOT / "snippets").glob("*/*.py"), *(ROOT / "snippets/pipeline/demo").glob("*.py")]
SHOWN = {
    path.relative_to(ROOT / "snippets").as_posix(): plain(path.read_text("utf-8"))
    for path in sorted(FILES)
    if path.name not in ("exercise.py", "notebook.py")
}
CHECKS = {
    path.parent.name: path
    for path in (ROOT / "snippets").glob("*/exercise.py")
    if learner_suffix(path) == ".py"
}
SHOWN |= {
    f"{slug}/{name}.py": text for slug, path in CHECKS.items() for name, text in split(path).items()
}
NEVER_ENDS, DIFFERS = sentence("it does not end"), sentence("it prints something else")


def compare(request, name: str, why: str) -> None:
    """Hold what happened against where.json; with --update-examples, write it there."""
    if request.config.getoption("update_examples"):
        known = json.loads(WHERE.read_text("utf-8")) if WHERE.exists() else {}
        WHERE.write_text(json.dumps({**known, name: why}, indent=1, sort_keys=True) + "\n", "utf-8")
    else:
        assert where().get(name, "unknown") == why, (
            "course/run/page/where.json is stale: run make update"
        )


@pytest.mark.parametrize("name", SHOWN)
def test_marker_is_true(name, page_python, request):
    """A block that claims to run in the page does, and prints what was tested; the sentence of any other is true."""
    marker, patience = where().get(name), 15 if where().get(name) == NEVER_ENDS else 200
    why = page_python(name, SHOWN[name], patience).why_not(SHOWN[name])
    # Which of two times is longer is chance, where tasks run one after another.
    lucky = "monotonic" in SHOWN[name] and (marker, why) == (DIFFERS, "")
    compare(request, name, marker if lucky else why)


@pytest.mark.parametrize("slug", CHECKS)
def test_check_runs_where_it_says(slug, page_python, request):
    """An exercise that is checked in the page passes its solution there, and tells its starter what is missing."""
    source, texts = CHECKS[slug].read_text("utf-8"), split(CHECKS[slug])
    ends = {
        name: page_python(f"{slug}/{name}.py", text, type="check", exercise=source)
        for name, text in texts.items()
    }
    why = (
        ""
        if ends["solution"].ok
        else sentence(ends["solution"].text("stdout") + ends["solution"].text("stderr"))
    )
    compare(request, f"{slug}/exercise.py", why)
    if not why:
        assert not ends["starter"].ok
        assert ends["starter"].text("stdout").count("✕") >= 3
        assert ends["solution"].text("stdout").endswith("All done. Now the challenge?\n")


def test_nothing_is_marked_that_is_not_there():
    """Each marker belongs to a file that is shown, or to an exercise."""
    assert set(where()) == {*SHOWN, *(f"{slug}/exercise.py" for slug in CHECKS)}

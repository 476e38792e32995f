"""The bench really measures each part, here in its smallest form and in a course of one module."""

import json
import subprocess

import pytest

from course.bench import PARTS, BenchError, Figure, site
from course.paths import DEMO, ROOT
from tests.support.small_course import small_course

FIGURES = {
    "site": {"a page in a rebuild", "a lesson", "a lesson's requests", "from an edit to its page"},
    "run": {"plain: fetched", "plain: first output", "plain: later output", "plain: stopped"},
    "pipeline": {"Airbyte: memory of the most rows", "dbt: memory of the most rows"},
    "suite": {"the suite's share of that"},
}
pytestmark = pytest.mark.timeout(900)


@pytest.mark.parametrize("part", PARTS)
def test_a_part_is_measured(part, tmp_path, prefect_server):
    """Each part prints its figures and keeps them in bench.json, within budgets or not."""
    checkout = small_course(tmp_path / "course")
    command = ["make", "-s", "bench", f"ARGS={part} --once"]
    done = subprocess.run(command, cwd=checkout, capture_output=True, text=True)
    figures = json.loads((checkout / "bench.json").read_text("utf-8"))
    assert figures.keys() >= FIGURES[part], done.stdout + done.stderr
    assert all(value > 0 for value in figures.values())
    assert all(f" {name}: " in done.stdout for name in figures)


@pytest.mark.parametrize(
    ("figure", "line"),
    [
        (Figure("a lesson", 90, "kB", 90), "✓ a lesson: 90.0 kB (budget: at most 90)"),
        (Figure("a lesson", 90.1, "kB", 90), "✕ a lesson: 90.1 kB (budget: at most 90)"),
        (Figure("rows", 12345.6, "rows/s"), "✓ rows: 12,346 rows/s"),
    ],
)
def test_a_budget_is_kept_or_broken(figure, line):
    """A figure is compared with its budget, and its line says both."""
    assert str(figure.finding) == line


def test_the_copy_has_what_the_site_is_built_from(tmp_path):
    """The bench edits a copy, in which nothing is missing that a page shows."""
    site.copy_course(tmp_path / "course")
    copied = tmp_path / "course" / DEMO.relative_to(ROOT) / "dbt/tests/one_price_a_day.sql"
    assert copied.read_bytes() == (DEMO / "dbt/tests/one_price_a_day.sql").read_bytes()
    assert not list((tmp_path / "course").glob(".venv*"))


def test_a_site_that_is_not_built_is_explained(tmp_path, monkeypatch):
    """When the served copy cannot be built, the builder's own words say why, at once."""
    checkout = small_course(tmp_path / "course")
    (checkout / "docs/index.md").unlink()
    (checkout / "docs/index.md").write_text('# Home\n\n```python\n--8<-- "nowhere.py:job"\n```\n')
    monkeypatch.setattr(site, "ROOT", checkout)
    with pytest.raises(BenchError, match=r"(?s)it printed:.*nowhere\.py"):
        site.edit_to_page_s(())

"""What the suite replaces of pytest-examples, so that a snippet runs where it lies, as a script."""

import sys
import traceback
from pathlib import Path
from types import SimpleNamespace
from typing import Self

import pytest
import pytest_examples.run_code
from pytest_examples import CodeExample, EvalExample

from course.internals import Internal

INTERNALS = [
    Internal(
        "pytest_examples.run_code.create_example_traceback",
        "keep the traceback of a snippet, which names the real file already",
        "(exc, module_path, example)",
    ),
    Internal(
        "pytest_examples.run_code.inspect",
        "find who printed without reading sources, which takes a second a print beside Prefect",
        "module",
    ),
    Internal(
        "pytest_examples.run_code.parent_frame_id", "know which caller is the one of print", "int"
    ),
    Internal(
        "pytest_examples.eval_example.EvalExample._write_file",
        "run the snippet's own file, not a copy: errors and coverage name the real file",
        "(self, example)",
    ),
    Internal(
        "pytest_examples.find_examples.CodeExample.in_py_file",
        "format a snippet as a module: black has other rules inside docstrings",
        "(self)",
    ),
    Internal(
        "pytest_examples.find_examples.CodeExample.__init__",
        "set end_index after formatting, where pytest-examples believes that the old text ends",
        "(self, source, path, start_line, end_line, start_index, end_index, prefix, indent, group, "
        "test_id)",
    ),
]


class Snippet(CodeExample):
    """A file that is its own example."""

    @classmethod
    def of(cls, path: Path) -> Self:
        """Return the example of a file."""
        return cls.create(path.read_text("utf-8"), path=path)

    def in_py_file(self) -> bool:
        """Return that this is no docstring inside a Python file."""
        return False


def run_in_place(eval_example: EvalExample, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pytest-examples run each snippet where it lies, as ``__main__``."""
    run_code = pytest_examples.run_code
    monkeypatch.setattr(run_code, "create_example_traceback", lambda *_: None)
    monkeypatch.setattr(run_code, "inspect", SimpleNamespace(stack=_callers))
    monkeypatch.setattr(eval_example, "_write_file", lambda example: example.path)
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])  # restored afterwards


def update(eval_example: EvalExample, example: Snippet) -> None:
    """Format a snippet and write what it prints into it."""
    eval_example.format(example)
    # It runs from its file, so the lines there must be those that were formatted.
    example.path.write_text(example.source, "utf-8")
    example.end_index = len(example.source)
    eval_example.run_print_update(example)


def _callers() -> list[SimpleNamespace]:
    """Return what ``inspect.stack`` returns, without lines of source."""
    frames = [frame for frame, _ in traceback.walk_stack(sys._getframe(1))]
    return [SimpleNamespace(frame=frame, filename=frame.f_code.co_filename) for frame in frames]

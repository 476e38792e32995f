"""What the tests of module 7's pipeline share."""

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from course.paths import DEMO


@pytest.fixture
def demo(
    prefect_server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Callable[[str], ModuleType]]:
    """Return what imports a step of the demo, whose warehouse is a new file."""
    monkeypatch.syspath_prepend(DEMO)
    monkeypatch.setenv("WAREHOUSE", str(tmp_path / "warehouse.duckdb"))
    yield importlib.import_module
    for name, module in list(sys.modules.items()):
        if (getattr(module, "__file__", None) or "").startswith(f"{DEMO}/"):
            del sys.modules[name]

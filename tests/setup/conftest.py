"""What the tests of a machine's problems share: an environment that they may break."""

import sysconfig
import venv
from dataclasses import replace
from pathlib import Path

import pytest

from course.paths import PACKAGE
from course.setup.products import PRODUCTS


@pytest.fixture
def own_venv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The packages of a real .venv, links to the suite's packages, for tests to break."""
    product = replace(PRODUCTS["venv"], folder=tmp_path / ".venv")
    venv.create(product.folder, symlinks=True)
    packages = next(product.folder.glob("lib/python*/site-packages"))
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        (packages / entry.name).symlink_to(entry)
    of_this_checkout = packages / "0.pth"  # where it is a copy, too
    of_this_checkout.write_text(str(PACKAGE / "src"))
    product.stamp.write_text(product.key())
    monkeypatch.setitem(PRODUCTS, "venv", product)
    monkeypatch.delenv("PYTHONPATH", raising=False)
    return packages

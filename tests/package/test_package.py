"""The story's package holds what it should, and all that names its version or pins agrees."""

import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from itertools import chain

import pricewatch
import pytest
from packaging.requirements import Requirement

from course.paths import PACKAGE as PROJECT
from course.paths import REQUIREMENTS, SNIPPETS

PYPROJECT = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
NAME = f"pricewatch-{pricewatch.__version__}"
MODULES = {f"pricewatch/{path.name}" for path in PROJECT.glob("src/pricewatch/*.py")}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Return the folder with wheel and sdist."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, PROJECT]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    return folder


def test_wheel_is_what_is_imported(built):
    """The modules of src/, as they are there, the metadata, and nothing else."""
    with zipfile.ZipFile(built / f"{NAME}-py3-none-any.whl") as wheel:
        metadata = ("METADATA", "WHEEL", "entry_points.txt", "RECORD")
        assert set(wheel.namelist()) == MODULES | {f"{NAME}.dist-info/{name}" for name in metadata}
        for name in MODULES:
            assert wheel.read(name) == (PROJECT / "src" / name).read_bytes()


def test_sdist_is_what_a_wheel_is_made_from(built):
    """The source, what says how to build it, and nothing else."""
    files = {".gitignore", "README.md", "pyproject.toml", "PKG-INFO"}
    files |= {f"src/{module}" for module in MODULES}
    with tarfile.open(built / f"{NAME}.tar.gz") as sdist:
        assert set(sdist.getnames()) == {f"{NAME}/{name}" for name in files}


def test_version_stands_in_one_place():
    """Only `__init__.py` says it; manifests that run the image ask for that version."""
    assert "version" not in PYPROJECT["project"]
    files = [PROJECT / name for name in ("pyproject.toml", "README.md", "Dockerfile")]
    files += PROJECT.glob("src/pricewatch/*.py")
    naming = [path.name for path in files if pricewatch.__version__ in path.read_text("utf-8")]
    assert naming == ["__init__.py"]
    manifests = (SNIPPETS / "dask/kubernetes.yaml").read_text("utf-8")
    assert set(re.findall(r"image: pricewatch:(\S+)", manifests)) == {pricewatch.__version__}


def test_lock_of_the_image_is_the_courses():
    """The image has what the course is tested with, and all that the package's extras ask for."""
    image, course = (
        dict(re.findall(r"^([\w.-]+)(?:\[.*\])?==([\w.]+)", lock.read_text("utf-8"), re.M))
        for lock in (PROJECT / "requirements.txt", REQUIREMENTS)
    )
    assert {name: version for name, version in image.items() if course.get(name) != version} == {}
    project = PYPROJECT["project"]
    asked = chain(project["dependencies"], *project["optional-dependencies"].values())
    for wanted in map(Requirement, asked):
        assert wanted.specifier.contains(image[wanted.name]), f"{wanted}: run make lock"
    building = set(project["optional-dependencies"]["build"])
    assert set(PYPROJECT["build-system"]["requires"]) <= building

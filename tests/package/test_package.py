"""All that names the version or the pins of the story's package agrees.

What wheel and sdist hold is shown by packaging/build.console, which tests/consoles replays.
"""

import re
import tomllib
from itertools import chain

import pricewatch
from packaging.requirements import Requirement

from course.paths import PACKAGE as PROJECT
from course.paths import REQUIREMENTS, SNIPPETS

PYPROJECT = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))


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

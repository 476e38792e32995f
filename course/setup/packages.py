"""Print where this Python's packages differ from requirements.txt; ``doctor`` runs it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from packaging.markers import Marker

from course.paths import REQUIREMENTS, SNIPPETS

PIN = re.compile(
    r"^(?P<name>[\w.-]+)(?:\[.*?\])?==(?P<version>[^\s;]+)(?: *; *(?P<marker>.+?))?(?: \\)?$", re.M
)


def differences() -> Iterator[str]:
    """Compare each pin with what is installed, and look where the story's package comes from."""
    for pin in PIN.finditer(REQUIREMENTS.read_text("utf-8")):
        if pin["marker"] and not Marker(pin["marker"]).evaluate():
            continue
        try:
            installed = version(pin["name"])
        except PackageNotFoundError:
            yield f"{pin['name']} is missing"
        else:
            if installed != pin["version"]:
                yield f"{pin['name']} is {installed}, not {pin['version']}"
    story = find_spec("pricewatch")
    if not story or not story.origin:
        yield "pricewatch is missing"
    elif SNIPPETS.resolve() not in Path(story.origin).resolve().parents:
        yield "pricewatch is installed from another folder"


if __name__ == "__main__":
    print(*differences(), sep="\n")

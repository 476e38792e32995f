"""Print where this Python's packages differ from requirements.txt; ``doctor`` runs it."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from course.paths import REQUIREMENTS, SNIPPETS

PIN = re.compile(
    r"^(?P<name>[\w.-]+)(?:\[.*?\])?==(?P<version>[^\s;]+)(?: *; *(?P<marker>.+?))?(?: \\)?$", re.M
)


def applies(marker: str) -> bool:
    """Return whether a pin is meant for this Python and machine."""
    from packaging.markers import Marker  # not at the top: it may be the package that is missing

    return Marker(marker).evaluate()


def differences() -> list[str]:
    """Compare each pin with what is installed, and look where the story's package comes from."""
    found = []
    for pin in PIN.finditer(REQUIREMENTS.read_text("utf-8")):
        try:
            if not pin["marker"] or applies(pin["marker"]):
                installed = version(pin["name"])
                if installed != pin["version"]:
                    found.append(f"{pin['name']} is {installed}, not {pin['version']}")
        except (PackageNotFoundError, ImportError) as missing:
            found.append(f"{getattr(missing, 'name', None) or pin['name']} is missing")
    story = find_spec("pricewatch")
    if not story or not story.origin:
        found.append("pricewatch is missing")
    elif SNIPPETS.resolve() not in Path(story.origin).resolve().parents:
        found.append("pricewatch is another folder's")
    return list(dict.fromkeys(found))


if __name__ == "__main__":
    print(*differences(), sep="\n")

"""Print what is installed otherwise than requirements.txt says. course/check.py runs it on .venv's Python."""

import re
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from course.paths import ROOT

PIN = re.compile(
    r"^(?P<name>[\w.-]+)(?:\[.*?\])?==(?P<version>[^\s;]+)(?: *; *(?P<marker>.+?))?(?: \\)?$", re.M
)


def applies(marker: str) -> bool:
    """Say whether a pin is meant for this Python and machine."""
    from packaging.markers import Marker  # not on top: it may be what is missing

    return Marker(marker).evaluate()


def differences() -> list[str]:
    """Compare each pin with what is installed, and the story's package with the one in this folder."""
    found = []
    for pin in PIN.finditer((ROOT / "requirements.txt").read_text("utf-8")):
        try:
            if not pin["marker"] or applies(pin["marker"]):
                have = version(pin["name"])
                found += (
                    [f"{pin['name']} is {have}, not {pin['version']}"]
                    if have != pin["version"]
                    else []
                )
        except (PackageNotFoundError, ImportError) as missing:
            found.append(f"{getattr(missing, 'name', None) or pin['name']} is missing")
    story = find_spec("pricewatch")
    if not story or not story.origin:
        found.append("pricewatch is missing")
    elif (ROOT / "snippets").resolve() not in Path(story.origin).resolve().parents:
        found.append("pricewatch is another folder's")
    return list(dict.fromkeys(found))


if __name__ == "__main__":
    print(*differences(), sep="\n")

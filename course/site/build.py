"""Build the site into ``site/``, as strictly as MkDocs can."""

import subprocess
import sys

from course.paths import ROOT


def main(arguments: list[str]) -> int:
    """Build the site; arguments are MkDocs' own, such as ``--site-dir FOLDER``."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", *arguments]
    return subprocess.run(command, cwd=ROOT).returncode

"""Print the path of a Chromium: the one on this machine, else Playwright's own, else the distribution's package."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from course.errors import CourseError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


class ChromiumError(CourseError):
    """There is no browser to look at the site with."""


def on_this_machine() -> str | None:
    """Find a Chromium: in CHROMIUM, on PATH, or where macOS keeps it."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    return found or next((place for place in PLACES if Path(place).exists()), None)


def playwrights() -> str | None:
    """Find the Chromium that Playwright has downloaded."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def run(*command: str) -> bool:
    """Run a command, all it says going to standard error; tell whether it went well."""
    print("Chromium is missing:", *command, file=sys.stderr)
    try:
        return subprocess.run(command, stdout=sys.stderr).returncode == 0
    except FileNotFoundError:
        return False


def path() -> str:
    """Return the path of a Chromium, which is installed if there is none.

    Raises:
        ChromiumError: If none is found and none can be installed.
    """
    found = on_this_machine() or playwrights()
    if not found and run(sys.executable, "-m", "playwright", "install", "chromium"):
        found = playwrights()
    if not found and shutil.which("apt-get"):
        root = [] if os.geteuid() == 0 else ["sudo", "-n"]
        run(*root, "apt-get", "update", "--quiet") and run(
            *root, "apt-get", "install", "--quiet", "--yes", "chromium"
        )
        found = on_this_machine()
    if not found:
        raise ChromiumError(
            "there is no Chromium, and none could be installed; install one, or set CHROMIUM=/path/to/it"
        )
    return found

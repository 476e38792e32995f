"""Find a Chromium: the one on this machine, else Playwright's own; install one if there is none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from course.setup import SetupError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
#: Where macOS and Windows keep it, which is not on PATH.
PATHS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
)
#: Run in a process of its own: Playwright cannot be started twice in one thread.
PRINT_PLAYWRIGHTS = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright: print(playwright.chromium.executable_path)
"""


def found() -> str | None:
    """Return the path of CHROMIUM, of a Chromium that is installed, or of Playwright's own."""
    on_machine = (os.environ.get("CHROMIUM"), *map(shutil.which, NAMES))
    on_machine += tuple(path for path in PATHS if Path(path).exists())
    return next(filter(None, on_machine), None) or playwrights()


def playwrights() -> str | None:
    """Return the path of the Chromium that Playwright has downloaded."""
    command = [sys.executable, "-c", PRINT_PLAYWRIGHTS]
    path = subprocess.run(command, capture_output=True, text=True).stdout.strip()
    return path if path and Path(path).exists() else None


def install_with(*command: str) -> bool:
    """Run a command, whose output goes to standard error; return whether it succeeded."""
    print("Installing Chromium:", *command, file=sys.stderr, flush=True)
    try:
        return subprocess.run(command, stdout=sys.stderr).returncode == 0
    except OSError:  # there is no sudo
        return False


def path() -> str:
    """Return the path of a Chromium, which is installed if there is none.

    Raises:
        SetupError: If none is found and none can be installed.
    """
    browser = found()
    if not browser and install_with(sys.executable, "-m", "playwright", "install", "chromium"):
        browser = found()
    if not browser and shutil.which("apt-get"):
        apt = ["apt-get", "--quiet"] if os.geteuid() == 0 else ["sudo", "-n", "apt-get", "--quiet"]
        if install_with(*apt, "update"):
            install_with(*apt, "install", "--yes", "chromium")
        browser = found()
    if not browser:
        raise SetupError(
            "Chromium was not found and could not be installed; "
            "install it, or set CHROMIUM=/path/to/chromium"
        )
    return browser

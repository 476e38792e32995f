"""Run a program for its answer, and write commands as this system's shell takes them.

Linux and macOS have a POSIX shell and make; on Windows, commands are PowerShell's.
"""

from __future__ import annotations

import os
import platform
import subprocess
from pathlib import Path

from course.paths import ROOT

SYSTEM = platform.system()  #: Linux, Darwin or Windows


def run_command(*command: str | Path, timeout_s: float = 120) -> tuple[str, str]:
    """Run a command in the repository; return what it prints, and the last line of an error."""
    try:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=ROOT,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout_s,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return "", f"{Path(command[0]).name} does not answer ({type(error).__name__})"
    if done.returncode == 0:
        return done.stdout.strip(), ""
    output = done.stderr.strip() or done.stdout.strip() or f"exit code {done.returncode}"
    output = output.partition("\nRun 'docker ")[0].rstrip()  # docker goes on about its help
    return "", output.splitlines()[-1].strip()


def posix_or_windows(posix: str, windows: str) -> str:
    """Return the command of this system."""
    return windows if SYSTEM == "Windows" else posix


def course(command: str, port: int | None = None) -> str:
    """Return how a command of the course is typed, for example ``make install``."""
    by_make = f"make {command} PORT={port}" if port else f"make {command}"
    by_python = f"python -m course {command} {port}" if port else f"python -m course {command}"
    return posix_or_windows(by_make, by_python)


def in_venv(program: str) -> str:
    """Return how a program of ``.venv`` is typed, such as ``prefect server start``."""
    return posix_or_windows(f".venv/bin/{program}", rf".venv\Scripts\{program}")


def unset(*variables: str) -> str:
    """Return the command that removes variables from the environment."""
    windows = "Remove-Item " + ", ".join(f"Env:{name}" for name in variables)
    return posix_or_windows(f"unset {' '.join(variables)}", windows)


def export(**variables: str | int) -> str:
    """Return the command that sets variables, whose values need no quoting but for spaces."""
    posix = " ".join(f"{name}={quoted(str(value))}" for name, value in variables.items())
    windows = "; ".join(f'$Env:{name} = "{value}"' for name, value in variables.items())
    return posix_or_windows(f"export {posix}", windows)


def quoted(text: str | Path) -> str:
    """Return a path or value as one word of the shell."""
    return f'"{text}"' if set(str(text)) & set(" ()&;'") else str(text)


def then(*commands: str) -> str:
    """Return commands that run one after another; PowerShell 5 has no ``&&``."""
    return posix_or_windows(" && ", "; ").join(filter(None, commands))


def remove(*paths: str | Path) -> str:
    """Return the command that removes files or folders."""
    words = [quoted(path) for path in paths]
    return posix_or_windows(
        f"rm -rf {' '.join(words)}", f"Remove-Item -Recurse -Force {', '.join(words)}"
    )


def move(old: str | Path, new: str | Path) -> str:
    """Return the command that renames a file or folder."""
    return f"{posix_or_windows('mv', 'Move-Item')} {quoted(old)} {quoted(new)}"


def end(pid: int) -> str:
    """Return the command that ends a process."""
    return posix_or_windows(f"kill {pid}", f"taskkill /F /PID {pid}")


def user_config(variable: str, folder: str) -> Path:
    """Return a folder of settings: the one that a variable names, else one in the user's home."""
    return Path(os.environ.get(variable) or Path.home() / folder)

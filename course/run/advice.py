"""Say what to do about an error that a learner meets in a block or in an exercise, by advice.toml.

Runs in the page, too.
"""

from __future__ import annotations

import re
import signal
import sys
import tomllib
from functools import cache
from pathlib import Path

_WINDOWS_CRASH = 0xC0000000  #: exit codes from here on are Windows' own, such as a bad address


@cache
def _known() -> list[tuple[str, str]]:
    """Return the patterns of errors, each with its sentence for where this Python runs."""
    entries = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))["advice"]
    here = "page" if sys.platform == "emscripten" else "machine"
    return [
        (each["error"], each.get("both") or each[here])
        for each in entries
        if "both" in each or here in each
    ]


def on_error(line: str) -> str:
    """Return what to do about an error, by the last line of its traceback; empty if unknown."""
    for pattern, sentence in _known():
        if found := re.search(pattern, line):
            return sentence.format(**found.groupdict())
    return ""


def on_end(code: int, errors: str) -> str:
    """Return what to do about a program's end, by its exit code and its standard error."""
    if code < 0 or code >= _WINDOWS_CRASH:
        names = {-each: each.name for each in signal.Signals}
        name = names.get(code) or (f"signal {-code}" if code < 0 else hex(code))
        if name in ("SIGTERM", "SIGINT", "SIGHUP", "0xc000013a"):  # the last is Ctrl+C on Windows
            return f"Another program, or the code itself, ended Python ({name})."
        return (
            f"No line of the code raised an error: Python itself was ended ({name}). Either the "
            "program used more memory than there is, or a compiled library crashed. The next run "
            "starts a new Python."
        )
    last_line = errors.strip().rpartition("\n")[2]
    if code and not last_line:
        return f"The program ended itself with exit code {code}: look for exit() or os._exit()."
    return on_error(last_line) if code else ""

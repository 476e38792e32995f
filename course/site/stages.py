"""Stages of the served site: what can wait is put off, so that the first page comes soon.

A part of the build that would take seconds calls `put_off`, and shows a placeholder if that returns
true. What was put off is made by `make` once the site is shown. A build that is not `make serve`'s
puts off nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator

from mkdocs.config.defaults import MkDocsConfig

#: What can be put off, in the order in which it is made, and what the terminal says meanwhile.
KINDS = {
    "diagrams": "Drawing the diagrams",
    "the page's Python and editor": "Building the editor and the Python that run in a page",
    "notebooks": "Running the notebooks",
}
NEWS_SCRIPT = "assets/news.js"
_number = 0  #: of the build that `make serve` does; 0 in any other build
_lock = threading.Lock()
_put_off: dict[Hashable, tuple[str, Callable[[], object]]] = {}
_failed: dict[Hashable, str] = {}


def begin(number: int) -> None:
    """Say that this is a build of `make serve`, and which one."""
    global _number
    _number = number


def is_served() -> bool:
    """Return whether `make serve` builds the site."""
    return _number > 0


def put_off(kind: str, key: Hashable, work: Callable[[], object]) -> bool:
    """Return whether some work is done later; the key stands for what it makes."""
    if not is_served():
        return False
    with _lock:
        if key not in _failed:
            _put_off.setdefault(key, (kind, work))
    return True


def coming() -> list[str]:
    """Return the kinds of which something is still to be made."""
    with _lock:
        kinds = {kind for kind, _ in _put_off.values()}
    return [kind for kind in KINDS if kind in kinds]


def failed() -> list[str]:
    """Return why something that was put off could not be made."""
    with _lock:
        return list(_failed.values())


def make(kind: str) -> Iterator[str]:
    """Make all of one kind that was put off; yield why something cannot be made."""
    with _lock:
        works = [(key, work) for key, (each, work) in _put_off.items() if each == kind]
    for key, work in works:
        why = ""
        try:
            work()
        except Exception as error:  # the site is shown without it
            why = f"{kind}: {str(error) or type(error).__name__}"
            yield why
        with _lock:
            del _put_off[key]
            if why:
                _failed[key] = why


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Let served pages know their build, and listen for news of the next one."""
    if is_served():
        config.extra["build"] = _number
    return config

"""What we replace inside Dask, so that it computes in one thread and draws in the page."""

from collections.abc import Callable
from timeit import default_timer
from typing import TYPE_CHECKING

from course.internals import Internal

if TYPE_CHECKING:
    from dask.diagnostics import ProgressBar

SCHEDULERS = Internal(
    "dask.base.named_schedulers", "let each scheduler's name mean one task after another", "dict"
)
GET_SYNC = Internal(
    "dask.local.get_sync", "compute one task after another", "(dsk, keys, **kwargs)"
)
DRAW = Internal(
    "dask.dot.graphviz_to_file",
    "draw with Graphviz as WebAssembly, for a page starts no programs",
    "(g, filename, format)",
)
BAR_START = Internal(
    "dask.diagnostics.ProgressBar._start", "start no thread that redraws the bar", "(self, dsk)"
)
BAR_FINISH = Internal(
    "dask.diagnostics.ProgressBar._finish",
    "draw the bar once, at the end",
    "(self, dsk, state, errored)",
)
INTERNALS = [
    SCHEDULERS,
    GET_SYNC,
    DRAW,
    BAR_START,
    BAR_FINISH,
    Internal(
        "dask.diagnostics.ProgressBar._draw_bar", "draw the bar at the end", "(self, frac, elapsed)"
    ),
]
_THREADS_AND_PROCESSES = ("threads", "threading", "processes", "multiprocessing")


def install(show: Callable[[str], None], graphviz: Callable[[str], str]) -> None:
    """Prepare Dask for the page.

    Args:
        show: Is called with each graph that is drawn, as SVG.
        graphviz: Turns a graph in Graphviz' language into SVG.
    """
    get_sync = GET_SYNC.value
    SCHEDULERS.value.update(dict.fromkeys(_THREADS_AND_PROCESSES, get_sync))
    DRAW.replace(lambda graph, filename, format: show(graphviz(graph.source)))
    BAR_START.replace(_start)
    BAR_FINISH.replace(_finish)


def _start(bar: "ProgressBar", graph: object) -> None:
    bar._state, bar._start_time, bar._running = None, default_timer(), True


def _finish(bar: "ProgressBar", graph: object, state: object, errored: bool) -> None:
    bar._running, bar.last_duration = False, default_timer() - bar._start_time
    bar._draw_bar(0 if errored else 1, bar.last_duration)
    if bar._file:
        bar._file.write("\n")

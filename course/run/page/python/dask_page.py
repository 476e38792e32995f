"""Dask where there are no threads and no processes: each scheduler's name means one task after another.

`visualize` draws with Graphviz, which the page has as WebAssembly: ``graphviz(dot) -> svg``.
"""

from collections.abc import Callable
from timeit import default_timer


def install(show: Callable[[str], None], graphviz: Callable[[str], str]) -> None:
    """Prepare Dask for the page; ``show`` is given each graph that is drawn, as SVG."""
    import dask.base
    import dask.dot
    import dask.local
    from dask.diagnostics import ProgressBar

    for name in ("threads", "threading", "processes", "multiprocessing"):
        dask.base.named_schedulers[name] = dask.local.get_sync

    def draw(graph, filename, format):
        show(graphviz(graph.source))

    dask.dot.graphviz_to_file = draw
    ProgressBar._start, ProgressBar._finish = start, finish


def start(bar, graph) -> None:
    """Begin a progress bar that no thread moves on: it is drawn once, at its end."""
    bar._state, bar._start_time, bar._running = None, default_timer(), True


def finish(bar, graph, state, errored: bool) -> None:
    bar._running, bar.last_duration = False, default_timer() - bar._start_time
    bar._draw_bar(0 if errored else 1, bar.last_duration)
    if bar._file:
        bar._file.write("\n")

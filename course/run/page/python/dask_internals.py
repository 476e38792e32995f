"""What we replace inside Dask, so that it computes in one thread and draws in the page."""

from collections.abc import Callable

from course.internals import Internal

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
INTERNALS = [SCHEDULERS, GET_SYNC, DRAW]


def install(show: Callable[[str], None], graphviz: Callable[[str], str]) -> None:
    """Prepare Dask for the page: show each graph that is drawn, which `graphviz` turns into SVG."""
    names = ("threads", "threading", "processes", "multiprocessing")
    SCHEDULERS.value.update(dict.fromkeys(names, GET_SYNC.value))
    DRAW.replace(lambda graph, filename, format: show(graphviz(graph.source)))

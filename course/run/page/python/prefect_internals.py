"""What we replace inside Prefect and anyio, so that a flow runs in one thread, with the page."""

import asyncio
import contextlib
from collections.abc import Coroutine
from types import SimpleNamespace

from course.internals import Internal
from course.run.page.python import single_thread
from course.run.page.python.api import PageApi

_LOOP = "see the page's loop as asyncio shows it: inside coroutines only"
_ASYNCIO = SimpleNamespace(**vars(asyncio))
_ASYNCIO.run, _ASYNCIO.get_running_loop = single_thread.run_sync, single_thread.running_loop
REPLACEMENTS = {
    Internal(
        "anyio.to_thread.run_sync",
        "call functions in place that Prefect would call in a thread",
        "async (func, *args, abandon_on_cancel, cancellable, limiter)",
    ): single_thread.call_in_place,
    Internal(
        "prefect.utilities.timeout.cancel_sync_after",
        "check a time limit without a thread that watches it",
        "(timeout, name)",
    ): single_thread.cancel_afterwards,
    Internal(
        "prefect.flow_engine.url_for",
        "log no link to a UI that a page does not have",
        "(obj, obj_id, url_type, default_base_url, **additional_format_kwargs)",
    ): lambda *_, **__: None,
    Internal(
        "prefect.flow_engine._send_heartbeats",
        "send no heartbeats, which a thread would send",
        "(engine, join_on_exit)",
    ): lambda *_, **__: contextlib.nullcontext(),
    Internal(
        "prefect.task_runners.ThreadPoolExecutor", "run submitted tasks in place", "class"
    ): single_thread.InPlaceExecutor,
    Internal("prefect.task_runners.asyncio", _LOOP, "module"): _ASYNCIO,
    Internal("prefect.utilities.asyncutils.asyncio", _LOOP, "module"): _ASYNCIO,
    Internal("prefect._internal.compatibility.async_dispatch.asyncio", _LOOP, "module"): _ASYNCIO,
}
#: Other modules of Prefect have imported this function by name, so its code is replaced.
RUN_CORO_AS_SYNC = Internal(
    "prefect.utilities.asyncutils.run_coro_as_sync",
    "wait for coroutines in synchronous code without a second event loop",
    "(coroutine, *, force_new_thread, wait_for_result)",
)
EVENTS_WORKER = Internal(
    "prefect.events.worker.EventsWorker.instance",
    "receive the events in which the engine reports the states of tasks",
    "(client_type)",
)
EVENTS_CLIENT = Internal(
    "prefect.events.clients.PrefectEventsClient",
    "be the client of a worker that sends its events to the page's API",
    "class",
)
CANCELLED_ERROR = Internal(
    "prefect._internal.concurrency.cancellation.CancelledError",
    "raise what the engine expects after a time limit",
    "class",
)
INTERNALS = [*REPLACEMENTS, RUN_CORO_AS_SYNC, EVENTS_WORKER, EVENTS_CLIENT, CANCELLED_ERROR]


def replace(api: PageApi) -> None:
    """Replace what Prefect would do in threads, and send the events of tasks to the page's API."""
    for internal, replacement in REPLACEMENTS.items():
        internal.replace(replacement)
    RUN_CORO_AS_SYNC.value.__code__ = _run_coro_as_sync.__code__
    EVENTS_WORKER.replace(classmethod(lambda *_: _events_worker(api)))


def _run_coro_as_sync(
    coroutine: Coroutine, *, force_new_thread: bool = False, wait_for_result: bool = True
) -> object:
    from course.run.page.python import single_thread  # runs in the globals of Prefect's module

    return single_thread.run_sync(coroutine)


def _events_worker(api: PageApi) -> SimpleNamespace:
    from prefect.context import FlowRunContext
    from prefect.events import Event

    def send(event: Event) -> None:
        if event.event.startswith("prefect.task-run."):
            run = getattr(FlowRunContext.get(), "flow_run", None)
            api.record_task_event(event, str(run.id) if run else None)

    return SimpleNamespace(client_type=EVENTS_CLIENT.value, send=send)

"""Prefect in one thread: what it would do in others is done at once, one after another.

`keep_to_one_thread` replaces, for the locked version, each place where Prefect starts a thread or asks for a loop.
"""

import asyncio
import concurrent.futures
import contextlib
from collections.abc import Coroutine
from datetime import UTC, datetime
from types import SimpleNamespace

NO_JSPI = (
    "this browser cannot wait inside synchronous code (it has no JSPI): make the flow async, take a newer browser, "
    "or run the block on your machine"
)


def drive(coroutine: Coroutine):
    """Run a coroutine from synchronous code; to wait, the browser must be able to suspend Python (JSPI).

    Raises:
        RuntimeError: If it has to wait and this browser cannot.
    """
    from pyodide.ffi import can_run_sync, run_sync

    if can_run_sync():
        return run_sync(coroutine)
    try:
        while True:
            coroutine.send(None)
            coroutine.throw(RuntimeError(NO_JSPI))
    except StopIteration as end:
        return end.value


def running_loop() -> asyncio.AbstractEventLoop:
    """Return the loop, as asyncio does, inside a coroutine only: Pyodide's loop runs beside synchronous code, too.

    Raises:
        RuntimeError: Outside of the block's own coroutines.
    """
    import course_page

    if asyncio.current_task() in {None, *course_page.own}:
        raise RuntimeError("no running event loop")
    return asyncio.get_event_loop()


class OneAfterAnother(concurrent.futures.Executor):
    """An executor that runs what is submitted at once, in the caller."""

    def __init__(self, *_, **__):
        pass

    def submit(self, function, /, *args, **kwargs):
        future = concurrent.futures.Future()
        try:
            future.set_result(function(*args, **kwargs))
        except BaseException as error:
            future.set_exception(error)
        return future


@contextlib.contextmanager
def limited_afterwards(timeout: float | None, name: str | None = None):
    """Nothing can interrupt a body here: its time limit is looked at when it has ended."""
    from prefect._internal.concurrency.cancellation import CancelledError

    start = datetime.now(UTC)
    yield
    if timeout is not None and (datetime.now(UTC) - start).total_seconds() > timeout:
        raise CancelledError()


def keep_to_one_thread() -> None:
    """Replace what Prefect would do in threads."""
    import anyio.to_thread
    import prefect._internal.compatibility.async_dispatch
    import prefect.flow_engine
    import prefect.task_runners
    import prefect.utilities.asyncutils
    import prefect.utilities.timeout

    async def in_place(function, *args, **_):
        return function(*args)

    def run_coro_as_sync(coroutine, *, force_new_thread=False, wait_for_result=True):
        import one_thread

        return one_thread.drive(coroutine)

    anyio.to_thread.run_sync = in_place
    # Its code, not its name: other modules have imported the function already.
    prefect.utilities.asyncutils.run_coro_as_sync.__code__ = run_coro_as_sync.__code__
    prefect.utilities.timeout.cancel_sync_after = limited_afterwards
    prefect.flow_engine.url_for = lambda *_, **__: None  # there is no UI to view it at
    prefect.flow_engine._send_heartbeats = lambda *_, **__: contextlib.nullcontext()
    prefect.task_runners.ThreadPoolExecutor = OneAfterAnother
    here = SimpleNamespace(**{**vars(asyncio), "run": drive, "get_running_loop": running_loop})
    for module in (
        prefect.task_runners,
        prefect.utilities.asyncutils,
        prefect._internal.compatibility.async_dispatch,
    ):
        module.asyncio = here

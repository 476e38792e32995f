"""Wait, submit and time out with the one thread and one event loop that Pyodide has.

These are the functions that `prefect_internals` puts in the place of those that start threads.
"""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Executor, Future
from time import monotonic

NO_JSPI = (
    "this browser cannot wait inside synchronous code (it has no JSPI): make the flow async, "
    "take a newer browser, or run the block on your machine"
)
#: Tasks that a block itself runs in, where the browser has no JSPI.
block_tasks: set[asyncio.Task | None] = {None}


async def run_in_task(work: Callable[..., int], *arguments: str) -> int:
    """Call a function in a browser that can wait for coroutines only at the end of the call."""
    block_tasks.add(asyncio.current_task())
    before = asyncio.all_tasks()
    result = work(*arguments)
    while waiting := [task for task in asyncio.all_tasks() - before if not task.done()]:
        await asyncio.wait(waiting)  # asyncio.run() has only scheduled them
    return result


def run_sync(coroutine: Coroutine) -> object:
    """Run a coroutine from synchronous code; RuntimeError if it has to wait without JSPI."""
    from pyodide.ffi import can_run_sync
    from pyodide.ffi import run_sync as suspend

    if can_run_sync():
        return suspend(coroutine)
    try:
        while True:
            coroutine.send(None)
            coroutine.throw(RuntimeError(NO_JSPI))
    except StopIteration as end:
        return end.value


def running_loop() -> asyncio.AbstractEventLoop:
    """Return the event loop as asyncio does, so raise RuntimeError outside of coroutines.

    Pyodide's own function also returns its loop to synchronous code.
    """
    if asyncio.current_task() in block_tasks:
        raise RuntimeError("no running event loop")
    return asyncio.get_event_loop()


async def call_in_place(function: Callable, *arguments: object, **_: object) -> object:
    """Call a function that should run in a thread."""
    return function(*arguments)


class InPlaceExecutor(Executor):
    """An executor that runs what is submitted at once, in the caller."""

    def __init__(self, *_: object, **__: object) -> None:
        pass

    def submit(self, function: Callable, /, *args: object, **kwargs: object) -> Future:
        """Run the function and return a future that is done."""
        future = Future()
        try:
            future.set_result(function(*args, **kwargs))
        except BaseException as error:
            future.set_exception(error)
        return future


@contextlib.contextmanager
def cancel_afterwards(timeout: float | None, name: str | None = None) -> Iterator[None]:
    """Check a body's time limit, in seconds, once the body has ended: nothing can interrupt it."""
    from prefect._internal.concurrency.cancellation import CancelledError

    start = monotonic()
    yield
    if timeout is not None and monotonic() - start > timeout:
        raise CancelledError()

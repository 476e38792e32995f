"""Run Prefect's real engine where there are no threads, no sockets and no processes: in a page, on Pyodide.

Only its edges are replaced, for the locked version: the API is `page_api.PageApi`, submitted tasks run one after
another, and each change of state is told to the page. `install` is called once, before a block imports Prefect.
"""

import os
import shutil
from collections.abc import Callable
from types import SimpleNamespace

import stand_ins

SETTINGS = {
    "PREFECT_API_URL": "http://this-page.invalid/api",
    "PREFECT_HOME": "/tmp/prefect",
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    "PREFECT_LOGGING_COLORS": "false",
    "PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED": "false",
    "PREFECT_CLIENT_CSRF_SUPPORT_ENABLED": "false",
    "PREFECT_API_ENABLE_HTTP2": "false",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
}

apis: list = []  #: the one that is installed


def forget() -> None:
    """Drop all runs and results."""
    shutil.rmtree(SETTINGS["PREFECT_HOME"], ignore_errors=True)
    for api in apis:
        api.records.clear()


def install(tell: Callable[[dict], None]) -> None:
    """Prepare Prefect for the page; ``tell`` is given a message for each state that a run enters."""
    stand_ins.install()
    os.environ.update(SETTINGS)
    from one_thread import keep_to_one_thread
    from page_api import PageApi

    api = PageApi(lambda kind, run: tell(message(kind, run)))
    apis.append(api)
    keep_http_in_the_page(api)
    keep_to_one_thread()
    hear_of_tasks(api)


def keep_http_in_the_page(api) -> None:
    """Give each client that brings no transport of its own the page's API."""
    import httpx

    for client in (httpx.Client, httpx.AsyncClient):
        client.__init__ = with_transport(client.__init__, api)


def with_transport(init, transport):
    def started(self, *args, **kwargs):
        init(self, *args, **{"transport": transport, **kwargs, "verify": False})

    return started


def hear_of_tasks(api) -> None:
    """Tasks tell of their states in events, which the engine emits itself: the API keeps them, as a server does."""
    import prefect.events.worker
    from prefect.context import FlowRunContext
    from prefect.events.clients import PrefectEventsClient

    def send(event) -> None:
        if event.event.startswith("prefect.task-run."):
            context = FlowRunContext.get()
            api.hear(event, str(context.flow_run.id) if context and context.flow_run else None)

    worker = SimpleNamespace(client_type=PrefectEventsClient, send=send)
    prefect.events.worker.EventsWorker.instance = classmethod(lambda *_: worker)


def message(kind: str, run: dict) -> dict:
    """Return what the page's timeline is told of a run's newest state."""
    state = run["state"]
    told = {
        "kind": kind.removesuffix("_runs"),
        "run": run["id"],
        "name": run["name"],
        "at": state["timestamp"],
    }
    return {"type": "state", **told, "state": state["name"], "stateType": state["type"]}

"""Run Prefect's real engine where there are no threads, sockets or processes: on Pyodide.

Only its edges are replaced: the API is `api.PageApi`, submitted tasks run one after another, and
the page is sent each change of state.
"""

import os
import shutil
from collections.abc import Callable

from course.run.page.python import shims

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
_records: list[dict] = []  #: those of the API that is installed


def install(post: Callable[[dict], None]) -> None:
    """Prepare Prefect for the page, once and before a block imports it; post each change."""
    shims.install()
    os.environ.update(SETTINGS)
    from course.run.page.python import httpx_internals, prefect_internals
    from course.run.page.python.api import PageApi

    def on_state(kind: str, run: dict) -> None:
        state = run["state"]
        message = {"type": "state", "kind": kind.removesuffix("_runs"), "run": run["id"]}
        message |= {"name": run["name"], "at": state["timestamp"]}
        post({**message, "state": state["name"], "stateType": state["type"]})

    api = PageApi(on_state)
    _records.append(api.records)
    httpx_internals.replace(api)
    prefect_internals.replace(api)


def reset() -> None:
    """Drop all runs and results."""
    shutil.rmtree(SETTINGS["PREFECT_HOME"], ignore_errors=True)
    for records in _records:
        records.clear()

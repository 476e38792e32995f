"""A small Prefect API in the page: flows, runs and states in a dict, as long as the tab is open.

It answers the requests that a flow run makes, in the shapes of Prefect's REST API, and applies the
one rule of the server that a flow relies on: a failed flow run with retries left is scheduled
again. For any other request it returns an error that names the request.
"""

import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx

from course.run.page.python.api_filters import choose

if TYPE_CHECKING:
    from prefect.events import Event

Record = dict[str, Any]
KINDS = ("artifacts", "flows", "flow_runs", "task_runs")


class PageApi(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """An httpx transport that is the API.

    Attributes:
        on_state: Is called with the kind and the record of a run each time it enters a state.
        records: All flows, runs and artifacts, by their ids.
    """

    def __init__(self, on_state: Callable[[str, Record], None]) -> None:
        self.on_state = on_state
        self.records: dict[str, Record] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a synchronous client."""
        request.read()
        return self.answer(request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer an asynchronous client."""
        await request.aread()
        return self.answer(request)

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Answer a request; 404 and what was asked if the page's API does not know it."""
        path = request.url.path.removeprefix("/api").strip("/").split("/")
        body = json.loads(request.content or b"null")
        asked = f"{request.method} /{'/'.join(path)}"
        try:
            if found := self.find(request, path, body):
                return found
        except KeyError as unknown:
            asked += f" by {unknown}"
        detail = f"this page has no Prefect server, and a run asks one for {asked}"
        return reply(request, {"detail": detail}, 404)

    def find(self, request: httpx.Request, path: list[str], body: Record) -> httpx.Response | None:
        """Return the answer to a request that this API knows."""
        match request.method, path:
            case "GET", ["health"]:
                return reply(request, True)
            case "POST", [kind] if kind in KINDS:
                return self.create(request, kind, body)
            case "POST", [kind, id, "set_state"] if id in self.records:
                return reply(request, self.set_state(kind, self.records[id], body["state"]), 201)
            case "POST", [kind, "filter"] if kind in KINDS:
                return reply(request, choose(self.records, kind, body or {}))
            case "POST", [kind, "count"] if kind in KINDS:
                return reply(request, len(choose(self.records, kind, body or {})))
            case "GET", ["flow_run_states" | "task_run_states" as kind]:
                run = self.records.get(request.url.params[kind.replace("states", "id")])
                return reply(request, run["states"] if run else [])
            case "GET", [kind, id] if id in self.records:
                return reply(request, self.records[id])
            case "PATCH", [kind, id] if id in self.records:
                self.records[id].update(body)
                return httpx.Response(204, request=request)
        return None

    def create(self, request: httpx.Request, kind: str, body: Record) -> httpx.Response:
        """Make a flow or a run, or return the flow that has this name already."""
        if kind == "flows":
            for record in self.records.values():
                if record["kind"] == kind and record["name"] == body["name"]:
                    return reply(request, record)
        from prefect.utilities.names import generate_slug

        now = datetime.now(UTC).isoformat()
        state = body.pop("state", None)
        record = {
            "id": str(uuid.uuid4()),
            "created": now,
            "updated": now,
            "kind": kind,
            "run_count": 0,
            **body,
        }
        record["name"] = record.get("name") or generate_slug(2)
        self.records[record["id"]] = record
        if state:
            self.enter(kind, record, state)
        return reply(request, record, 201)

    def set_state(self, kind: str, run: Record, state: Record) -> Record:
        """Accept a state; reject the failure of a flow that has retries left."""
        retries = (run.get("empirical_policy") or {}).get("retries") or 0
        if kind == "flow_runs" and state["type"] == "FAILED" and 0 < run["run_count"] <= retries:
            wait = timedelta(seconds=run["empirical_policy"].get("retry_delay") or 0)
            details = {"scheduled_time": (datetime.now(UTC) + wait).isoformat()}
            state = {"type": "SCHEDULED", "name": "AwaitingRetry", "state_details": details}
            reason = {"type": "reject_details", "reason": "Retrying"}
            return {"status": "REJECT", "state": self.enter(kind, run, state), "details": reason}
        return {
            "status": "ACCEPT",
            "state": self.enter(kind, run, state),
            "details": {"type": "accept_details"},
        }

    def record_task_event(self, event: "Event", flow_run_id: str | None) -> None:
        """Record a task run's state, which the engine reports in an event only."""
        id, state = (
            event.resource["prefect.resource.id"].rpartition(".")[2],
            event.payload["validated_state"],
        )
        count, at = int(event.resource["prefect.run-count"]), event.occurred.isoformat()
        run = self.records.setdefault(
            id, {"id": id, "kind": "task_runs", "created": at, "flow_run_id": flow_run_id}
        )
        run.update(
            event.payload["task_run"], name=event.resource["prefect.resource.name"], updated=at
        )
        self.enter("task_runs", run, {**state, "timestamp": at})
        run["run_count"] = count

    def enter(self, kind: str, run: Record, state: Record) -> Record:
        """Give a run a new state, and return the state as it is recorded."""
        state = {key: value for key, value in state.items() if value is not None}
        state = {"timestamp": datetime.now(UTC).isoformat(), **state, "id": str(uuid.uuid4())}
        state.setdefault("name", str(state["type"]).title())
        run.setdefault("states", []).append(state)
        if state["type"] == "RUNNING":
            run.setdefault("start_time", state["timestamp"])
        if state["type"] in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED"):
            run["end_time"] = state["timestamp"]
        run.update(
            state=state, state_id=state["id"], state_type=state["type"], state_name=state["name"]
        )
        run["run_count"] = run.get("run_count", 0) + (state["type"] == "RUNNING")
        self.on_state(kind, run)
        return state


def reply(request: httpx.Request, value: object, code: int = 200) -> httpx.Response:
    """Return a response with a JSON body."""
    return httpx.Response(code, json=value, request=request)

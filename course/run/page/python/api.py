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

if TYPE_CHECKING:
    from prefect.events import Event

Record = dict[str, Any]
KINDS = ("artifacts", "flows", "flow_runs", "task_runs")
#: The kind of record that a kind belongs to, and the field that holds its id.
PARENTS = {"flow_runs": ("flows", "flow_id"), "task_runs": ("flow_runs", "flow_run_id")}


class PageApi(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """An httpx transport that is the API; it calls `on_state` when a run of a kind changes."""

    def __init__(self, on_state: Callable[[str, Record], None]) -> None:
        self.on_state = on_state
        self.records: dict[str, Record] = {}  #: flows, runs and artifacts, by their ids

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request; 404 and what was asked if the page's API does not know it."""
        request.read()
        path = request.url.path.removeprefix("/api").strip("/").split("/")
        body = json.loads(request.content or b"null")
        asked = f"{request.method} /{'/'.join(path)}"
        try:
            code, value = self.answer(request, path, body)
        except KeyError as unknown:
            code, value = 404, None
            asked += f" by {unknown}"
        if code == 404:
            value = {"detail": f"this page has no Prefect server, and a run asks one for {asked}"}
        return httpx.Response(code, json=value, request=request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer an asynchronous client."""
        await request.aread()
        return self.handle_request(request)

    def answer(self, request: httpx.Request, path: list[str], body: Record) -> tuple[int, object]:
        """Return the status and the JSON value that answer a request."""
        match request.method, path:
            case "GET", ["health"]:
                return 200, True
            case "POST", [kind] if kind in KINDS:
                return self.create(kind, body)
            case "POST", [kind, id, "set_state"] if id in self.records:
                return 201, self.set_state(kind, self.records[id], body["state"])
            case "POST", [kind, "filter"] if kind in KINDS:
                return 200, choose(self.records, kind, body or {})
            case "POST", [kind, "count"] if kind in KINDS:
                return 200, len(choose(self.records, kind, body or {}))
            case "GET", ["flow_run_states" | "task_run_states" as kind]:
                run = self.records.get(request.url.params[kind.replace("states", "id")])
                return 200, run["states"] if run else []
            case "GET", [kind, id] if id in self.records:
                return 200, self.records[id]
            case "PATCH", [kind, id] if id in self.records:
                self.records[id].update(body)
                return 204, None
        return 404, None

    def create(self, kind: str, body: Record) -> tuple[int, Record]:
        """Make a flow or a run, or return the flow that has this name already."""
        from prefect.utilities.names import generate_slug

        for record in self.records.values():
            if kind == record["kind"] == "flows" and record["name"] == body["name"]:
                return 200, record
        now, state = datetime.now(UTC).isoformat(), body.pop("state", None)
        record = {"id": str(uuid.uuid4()), "created": now, "updated": now, "kind": kind}
        record |= {"run_count": 0, **body, "name": body.get("name") or generate_slug(2)}
        self.records[record["id"]] = record
        if state:
            self.enter(kind, record, state)
        return 201, record

    def set_state(self, kind: str, run: Record, state: Record) -> Record:
        """Accept a state; reject the failure of a flow that has retries left."""
        policy = run.get("empirical_policy") or {}
        is_retried = 0 < run["run_count"] <= (policy.get("retries") or 0)
        if not (kind == "flow_runs" and state["type"] == "FAILED" and is_retried):
            details = {"type": "accept_details"}
            return {"status": "ACCEPT", "state": self.enter(kind, run, state), "details": details}
        start = datetime.now(UTC) + timedelta(seconds=policy.get("retry_delay") or 0)
        state = {"type": "SCHEDULED", "name": "AwaitingRetry"}
        state["state_details"] = {"scheduled_time": start.isoformat()}
        details = {"type": "reject_details", "reason": "Retrying"}
        return {"status": "REJECT", "state": self.enter(kind, run, state), "details": details}

    def record_task_event(self, event: "Event", flow_run_id: str | None) -> None:
        """Record a task run's state, which the engine reports in an event only."""
        resource, at = event.resource, event.occurred.isoformat()
        id = resource["prefect.resource.id"].rpartition(".")[2]
        new = {"id": id, "kind": "task_runs", "created": at, "flow_run_id": flow_run_id}
        run = self.records.setdefault(id, new)
        name = resource["prefect.resource.name"]
        run.update(event.payload["task_run"], name=name, updated=at)
        self.enter("task_runs", run, {**event.payload["validated_state"], "timestamp": at})
        run["run_count"] = int(resource["prefect.run-count"])

    def enter(self, kind: str, run: Record, state: Record) -> Record:
        """Give a run a new state, and return the state as it is recorded."""
        state = {key: value for key, value in state.items() if value is not None}
        state = {"timestamp": datetime.now(UTC).isoformat(), **state, "id": str(uuid.uuid4())}
        state.setdefault("name", str(state["type"]).title())
        run.setdefault("states", []).append(state)
        if state["type"] == "RUNNING":
            run.setdefault("start_time", state["timestamp"])
            run["run_count"] = run.get("run_count", 0) + 1
        if state["type"] in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED"):
            run["end_time"] = state["timestamp"]
        run |= {"state": state} | {f"state_{key}": state[key] for key in ("id", "type", "name")}
        self.on_state(kind, run)
        return state


def choose(records: dict[str, Record], kind: str, body: Record) -> list[Record]:
    """Return the records of a kind that pass a request's filters, in the order it asks for."""
    found = [record for record in records.values() if record["kind"] == kind]
    for field, wanted in without_unset(body.get(kind) or {}).items():
        found = [record for record in found if fits(records, record, field, wanted)]
    parent, parent_id = PARENTS.get(kind, ("", ""))
    if without_unset(body.get(parent)):
        chosen = {record["id"] for record in choose(records, parent, {parent: body[parent]})}
        found = [record for record in found if record.get(parent_id) in chosen]
    if str(body.get("sort")).endswith("_DESC"):
        found.reverse()
    return found[body.get("offset") or 0 :][: body.get("limit") or 200]


def fits(records: dict[str, Record], record: Record, field: str, wanted: Record) -> bool:
    """Return whether a record passes one filter; raise KeyError if this API does not know it."""
    match field, wanted:
        case "id" | "name" | "flow_id" | "flow_run_id" | "parent_task_run_id", {"any_": values}:
            return str(record.get(field)) in map(str, values)
        case "parent_flow_run_id", {"any_": values}:
            parent = records.get(str(record.get("parent_task_run_id")), {})
            return parent.get("flow_run_id") in map(str, values)
        case "state", {"name": {"any_": values}}:
            return record.get("state_name") in values
        case "state", {"type": {"any_": values}}:
            return record.get("state_type") in values
        case "tags", {"all_": values}:
            return set(values) <= set(record.get("tags") or [])
    raise KeyError(f"{field} {wanted}")


def without_unset(filters: object) -> Any:
    """Return a filter without its fields that are not set."""
    if not isinstance(filters, dict):
        return filters
    clean = {key: without_unset(value) for key, value in filters.items() if key != "operator"}
    return {key: value for key, value in clean.items() if value not in (None, {})}

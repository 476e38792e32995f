"""Apply the filters of Prefect's REST API that the page's API knows."""

from typing import Any

Record = dict[str, Any]
#: The kind of record that a kind belongs to, and the field that holds its id.
PARENTS = {"flow_runs": ("flows", "flow_id"), "task_runs": ("flow_runs", "flow_run_id")}


def choose(records: dict[str, Record], kind: str, body: Record) -> list[Record]:
    """Return the records of a kind that pass a request's filters, in the order it asks for."""
    found = [record for record in records.values() if record["kind"] == kind]
    for field, wanted in without_unset(body.get(kind)).items():
        found = [record for record in found if fits(records, record, field, without_unset(wanted))]
    parent, parent_id = PARENTS.get(kind, ("", ""))
    if without_unset(body.get(parent)):
        chosen = {record["id"] for record in choose(records, parent, {parent: body[parent]})}
        found = [record for record in found if record.get(parent_id) in chosen]
    if str(body.get("sort")).endswith("_DESC"):
        found.reverse()
    return found[body.get("offset") or 0 :][: body.get("limit") or 200]


def fits(records: dict[str, Record], record: Record, field: str, wanted: Record) -> bool:
    """Return whether a record passes one filter.

    Raises:
        KeyError: If this API does not know the filter.
    """
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


def without_unset(filters: object) -> Record:
    """Return a filter without its fields that are not set."""
    if not isinstance(filters, dict):
        return {}
    clean = {
        key: without_unset(value) if isinstance(value, dict) else value
        for key, value in filters.items()
    }
    return {
        key: value for key, value in clean.items() if value not in (None, {}) and key != "operator"
    }

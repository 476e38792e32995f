"""Filters of Prefect's REST API, as far as a page's API knows them; each one that it does not is an error."""

Record = dict[str, object]


def choose(records: dict[str, Record], kind: str, body: Record) -> list[Record]:
    """Return the records of a kind that a request's filters let through, the newest first if it asks for that."""
    found = [record for record in records.values() if record["kind"] == kind]
    for field, wanted in given(body.get(kind)).items():
        found = [record for record in found if fits(records, record, field, given(wanted))]
    for above, key in {
        "flow_runs": ("flows", "flow_id"),
        "task_runs": ("flow_runs", "flow_run_id"),
    }.items():
        if above == kind and given(body.get(key[0])):
            these = {record["id"] for record in choose(records, key[0], {key[0]: body[key[0]]})}
            found = [record for record in found if record.get(key[1]) in these]
    if str(body.get("sort")).endswith("_DESC"):
        found.reverse()
    return found[body.get("offset") or 0 :][: body.get("limit") or 200]


def fits(records: dict[str, Record], record: Record, field: str, wanted: Record) -> bool:
    """Whether a record passes one filter.

    Raises:
        KeyError: If this API does not know the filter: a wrong answer would be worse than none.
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


def given(filters: object) -> Record:
    """Return a filter without what is not set in it."""
    if not isinstance(filters, dict):
        return {}
    clean = {
        key: given(value) if isinstance(value, dict) else value for key, value in filters.items()
    }
    return {
        key: value for key, value in clean.items() if value not in (None, {}) and key != "operator"
    }

"""The failure rate of each flow, counted by the server, as a table artifact."""

import json

from prefect import flow, get_client
from prefect.artifacts import Artifact, create_table_artifact
from prefect.client.schemas.filters import FlowFilter, FlowRunFilter

FLOWS = ["hourly-prices", "stock-check", "nightly-report"]


# --8<-- [start:count]
def count(flow: str, *states: str) -> int:
    """Return how many runs of a flow are in one of these states."""
    these = FlowRunFilter(
        tags={"all_": ["fortnight"]}, state={"name": {"any_": states}}
    )
    with get_client(sync_client=True) as client:
        return client.count_flow_runs(
            flow_filter=FlowFilter(name={"any_": [flow]}), flow_run_filter=these
        )


# --8<-- [end:count]
# --8<-- [start:table]
@flow
def report() -> None:
    table = []
    for name in FLOWS:
        bad, good = count(name, "Failed", "Crashed"), count(name, "Completed")
        rate = f"{bad / (bad + good):.1%}"
        table += [{"flow": name, "ended": bad + good, "failed": rate}]
    create_table_artifact(table, key="failure-rate")


report()
for row in json.loads(Artifact.get("failure-rate").data):
    print(row)
    #> {'flow': 'hourly-prices', 'ended': 333, 'failed': '11.4%'}
    #> {'flow': 'stock-check', 'ended': 111, 'failed': '6.3%'}
    #> {'flow': 'nightly-report', 'ended': 14, 'failed': '14.3%'}
# --8<-- [end:table]

"""A time window is a filter like any other: last week against the week before."""

from datetime import timedelta

from prefect import get_client
from prefect.client.schemas.filters import FlowRunFilter
from prefect.client.schemas.sorting import FlowRunSort

# --8<-- [start:weeks]
ours, week = {"all_": ["fortnight"]}, timedelta(days=7)
with get_client(sync_client=True) as client:
    newest = client.read_flow_runs(
        flow_run_filter=FlowRunFilter(tags=ours),
        sort=FlowRunSort.EXPECTED_START_TIME_DESC,
        limit=1,
    )
    end = newest[0].expected_start_time
    for name, until in ("the week before", end - week), ("last week", end):
        failed = FlowRunFilter(
            tags=ours,
            state={"name": {"any_": ["Failed"]}},
            expected_start_time={"after_": until - week, "before_": until},
        )
        print(name, client.count_flow_runs(flow_run_filter=failed))
        #> the week before 11
        #> last week 32
# --8<-- [end:weeks]

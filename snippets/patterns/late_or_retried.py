"""What no filter knows, a comprehension does: late starts, retries, slow runs."""

from collections import Counter
from datetime import timedelta

from prefect import get_client
from prefect.client.schemas.filters import FlowRunFilter
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.sorting import FlowRunSort


# --8<-- [start:read]
def read(**filters) -> list[FlowRun]:
    """Return all of these runs: the server hands out 200 at a time."""
    runs, these = [], FlowRunFilter(tags={"all_": ["fortnight"]}, **filters)
    with get_client(sync_client=True) as client:
        while page := client.read_flow_runs(
            flow_run_filter=these, sort=FlowRunSort.ID_DESC, offset=len(runs)
        ):
            runs += page
    return runs


# --8<-- [end:read]
# --8<-- [start:ask]
late = read(state={"name": {"any_": ["Late"]}})
print("Late:", *sorted(run.name for run in late))
#> Late: hourly-prices-333 hourly-prices-334 hourly-prices-335 stock-check-333

started = read(start_time={"is_null_": False})
hour = timedelta(hours=1)
held = [run for run in started if run.estimated_start_time_delta >= hour]
print("Started an hour late, or more:", len(held))
#> Started an hour late, or more: 11

tried = Counter(run.state_name for run in started if run.run_count > 1)
print("Tried again:", dict(tried))
#> Tried again: {'Completed': 31, 'Failed': 43, 'Crashed': 1}

slowest = max(started, key=lambda run: run.total_run_time)
print("Slowest:", slowest.name, f"{slowest.total_run_time / hour * 60:.0f} min")
#> Slowest: hourly-prices-286 14 min
# --8<-- [end:ask]

"""A flow that is called in a flow is a run of its own, below its parent."""

from prefect import flow, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterParentFlowRunId,
)
from prefect.client.schemas.sorting import FlowRunSort
from pricewatch import open_shop


# --8<-- [start:flows]
@flow(flow_run_name="{brand}")
def cheapest(brand: str, models: list[str]) -> float:
    with open_shop() as shop:
        answers = [shop.get(f"/shoes/{brand}-{model}") for model in models]
    return min(answer.json()["price"] for answer in answers)


@flow
def watch(brands: list[str]) -> float:
    return min(cheapest(brand, ["runner", "court"]) for brand in brands)


# --8<-- [end:flows]
# --8<-- [start:children]
state = watch(["alder", "rowan"], return_state=True)
print(state.result())
#> 89.05

below = FlowRunFilterParentFlowRunId(any_=[state.state_details.flow_run_id])
with get_client(sync_client=True) as client:
    children = FlowRunFilter(parent_flow_run_id=below)
    first = FlowRunSort.EXPECTED_START_TIME_ASC
    for run in client.read_flow_runs(flow_run_filter=children, sort=first):
        print(run.name, run.state_name, run.parameters["models"])
        #> alder Completed ['runner', 'court']
        #> rowan Completed ['runner', 'court']
# --8<-- [end:children]

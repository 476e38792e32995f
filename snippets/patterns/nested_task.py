"""A task may call tasks: what it decides inside is seen outside."""

import time

from prefect import flow, get_client, task
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from pricewatch import open_shop


# --8<-- [start:tasks]
@task(task_run_name="ask for {sku}")
def price_of(sku: str) -> float:
    with open_shop() as shop:
        answer = shop.get(f"/shoes/{sku}").raise_for_status()
        return answer.json()["price"]


@task(task_run_name="compare {sku}")
def compare(sku: str, wanted: float) -> str:
    price = price_of(sku)  # a task run of its own
    if price > wanted:
        price = price_of(sku.replace("runner", "court"))
    return f"{price:.2f}"


@flow
def watch(skus: list[str]) -> list[str]:
    return [compare(sku, wanted=100) for sku in skus]


# --8<-- [end:tasks]
# --8<-- [start:runs]
state = watch(["alder-runner", "larch-runner"], return_state=True)
print(*state.result())
#> 89.05 141.25
this = FlowRunFilter(id=FlowRunFilterId(any_=[state.state_details.flow_run_id]))
runs = []
with get_client(sync_client=True) as client:
    while len(runs) < 6:
        time.sleep(0.1)  # tasks report a little later
        runs = client.read_task_runs(flow_run_filter=this)
for run in sorted(runs, key=lambda run: run.name):
    print(run.name)
    #> ask for alder-court
    #> ask for alder-runner
    #> ask for larch-court
    #> ask for larch-runner
    #> compare alder-runner
    #> compare larch-runner
# --8<-- [end:runs]

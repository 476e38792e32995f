"""What Prefect remembers of a run: each task, its state, how often it was tried."""

import time

from prefect import flow, get_client, task
from prefect.client.schemas.filters import FlowRunFilter
from prefect.client.schemas.objects import TERMINAL_STATES
from pricewatch import open_shop


@task(retries=2, retry_delay_seconds=0.1, task_run_name="{sku}")
def price_of(sku: str) -> float:
    with open_shop() as shop:
        answer = shop.get(f"/shoes/{sku}").raise_for_status()
        return answer.json()["price"]


@flow
def watch(skus: list[str]) -> dict[str, float]:
    return {sku: price_of(sku) for sku in skus}


# --8<-- [start:record]
state = watch(["alder-runner", "alder-trail", "elm-runner"], return_state=True)
print("The flow:", state.name)
#> The flow: Failed
this_run = FlowRunFilter(id={"any_": [state.state_details.flow_run_id]})
with get_client(sync_client=True) as client:
    tasks = []
    while sum(run.state_type in TERMINAL_STATES for run in tasks) < 3:
        time.sleep(0.1)  # tasks report a little later
        tasks = client.read_task_runs(flow_run_filter=this_run)
    for run in sorted(tasks, key=lambda run: run.name):
        print(f"{run.name}: {run.state_name}, tries: {run.run_count}")
        #> alder-runner: Completed, tries: 1
        #> alder-trail: Completed, tries: 3
        #> elm-runner: Failed, tries: 3
# --8<-- [end:record]

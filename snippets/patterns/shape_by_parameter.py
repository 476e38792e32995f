"""A parameter changes which steps there are: same flow, another graph."""

import time
from typing import Literal

from prefect import flow, get_client, task
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from pricewatch import open_shop


@task
def price_of(sku: str) -> float:
    with open_shop() as shop:
        return shop.get(f"/shoes/{sku}").raise_for_status().json()["price"]


@task
def save(price: float) -> None: ...


@task
def mail(price: float) -> None: ...


# --8<-- [start:flow]
@flow
def watch(sku: str, then: list[Literal["save", "mail"]], days: int = 1) -> None:
    steps = {"save": save, "mail": mail}
    prices = [price_of(sku) for _ in range(days)]
    for name in then:
        steps[name](min(prices))


# --8<-- [end:flow]
# --8<-- [start:runs]
def tasks_of(flow_run_id, expected: int) -> list[str]:
    this = FlowRunFilter(id=FlowRunFilterId(any_=[flow_run_id]))
    runs = []
    with get_client(sync_client=True) as client:
        while len(runs) < expected:
            time.sleep(0.1)  # tasks report a little later
            runs = client.read_task_runs(flow_run_filter=this)
    return sorted(run.name.rpartition("-")[0] for run in runs)


for then, days in ([], 1), (["save"], 1), (["save", "mail"], 2):
    state = watch("alder-court", then, days, return_state=True)
    steps = days + len(then)
    print(then, *tasks_of(state.state_details.flow_run_id, steps))
    #> [] price_of
    #> ['save'] price_of save
    #> ['save', 'mail'] mail price_of price_of save
# --8<-- [end:runs]

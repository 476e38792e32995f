"""A hook is a function that is called when a run has come to a state."""

from prefect import flow
from pricewatch import open_shop

alarms = []


# --8<-- [start:hooks]
def raise_alarm(flow, flow_run, state) -> None:
    sku = flow_run.parameters["sku"]
    alarms.append(f"{flow.name} {sku} {state.name}")


def all_clear(flow, flow_run, state) -> None:
    alarms.clear()


@flow(on_failure=[raise_alarm], on_completion=[all_clear])
def watch(sku: str) -> float:
    with open_shop() as shop:
        return shop.get(f"/shoes/{sku}").raise_for_status().json()["price"]


for sku in ("elm-runner", "elm-court"):
    watch(sku, return_state=True)
    print(alarms)
    #> ['watch elm-runner Failed']
    #> []
# --8<-- [end:hooks]

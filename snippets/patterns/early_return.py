"""A flow may return early, with a state whose name says why."""

from prefect import flow, task
from prefect.states import Completed
from pricewatch import open_shop

saved = {"alder-runner": 115.95, "alder-court": 99.0}  # yesterday's table


# --8<-- [start:flow]
@task
def price_of(sku: str) -> float:
    with open_shop() as shop:
        return shop.get(f"/shoes/{sku}").raise_for_status().json()["price"]


@task
def save(sku: str, price: float) -> None:
    saved[sku] = price


@flow
def watch(sku: str):
    price = price_of(sku)
    if price == saved[sku]:
        return Completed(name="Unchanged", message=f"still {price}")
    save(sku, price)


for sku in ("alder-runner", "alder-court"):
    state = watch(sku, return_state=True)
    print(sku, state.type.value, state.name, state.message)
    #> alder-runner COMPLETED Unchanged still 115.95
    #> alder-court COMPLETED Completed None
# --8<-- [end:flow]

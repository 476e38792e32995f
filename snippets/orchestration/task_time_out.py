"""A time-out counts as a failed try, and is tried again like any other."""

from prefect import flow, task
from pricewatch import open_shop

tries = []


# --8<-- [start:task]
@task(timeout_seconds=0.1, retries=1)
def price_of(sku: str) -> float:
    tries.append(sku)
    with open_shop() as shop:
        return shop.get(f"/shoes/{sku}").raise_for_status().json()["price"]


# --8<-- [end:task]
# --8<-- [start:run]
@flow
def watch(sku: str) -> None:
    state = price_of(sku, return_state=True)
    print(state.name, "after", len(tries), "tries:", state.message)
    #> TimedOut after 2 tries: Task run exceeded timeout of 0.1 second(s)


watch("birch-court")  # its page takes 0.3 seconds
# --8<-- [end:run]

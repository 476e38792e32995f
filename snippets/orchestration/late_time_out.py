"""A time-out cannot interrupt a thread that waits: it comes after the page."""

import time

from prefect import flow, task
from pricewatch import open_shop


@task(timeout_seconds=0.2)
def price_of(sku: str) -> float:
    return shop.get(f"/shoes/{sku}").raise_for_status().json()["price"]


# --8<-- [start:flow]
@flow
def watch(sku: str) -> None:
    start = time.monotonic()
    future = price_of.submit(sku)  # in a thread; its page takes 0.3 seconds
    future.wait()
    waited = time.monotonic() - start
    print(future.state.name, "after the whole page:", waited >= 0.3)
    #> TimedOut after the whole page: True


# --8<-- [end:flow]
with open_shop() as shop:
    watch("birch-court")

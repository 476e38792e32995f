"""Map submits a task for each item; four slow shoes wait at the same time."""

import time

from prefect import flow, task, unmapped
from pricewatch import open_shop

SLOW = ("birch-court", "larch-high-top", "larch-runner", "rowan-court")


# --8<-- [start:task]
@task
def price_of(sku: str, query: dict[str, str]) -> float:
    with open_shop() as shop:
        answer = shop.get(f"/shoes/{sku}", params=query)
        return answer.raise_for_status().json()["price"]


# --8<-- [end:task]
# --8<-- [start:flow]
@flow
def watch(query: dict[str, str]) -> None:
    start = time.monotonic()
    one_by_one = [price_of(sku, query) for sku in SLOW]
    between = time.monotonic()
    # --8<-- [start:map]
    prices = price_of.map(SLOW, unmapped(query)).result()
    # --8<-- [end:map]
    end = time.monotonic()
    assert prices == one_by_one
    print("At once is faster:", end - between < between - start)
    #> At once is faster: True


watch({"day": "2026-01-05"})
# --8<-- [end:flow]

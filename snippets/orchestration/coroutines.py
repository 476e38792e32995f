"""Coroutines wait together in one thread: the same flow, with await."""

import asyncio
import time

from prefect import flow, task
from pricewatch import open_async_shop

SLOW = 2 * ("birch-court", "larch-high-top", "larch-runner", "rowan-court")


# --8<-- [start:task]
@task
async def price_of(sku: str) -> float:
    async with open_async_shop() as shop:
        answer = await shop.get(f"/shoes/{sku}")
        return answer.raise_for_status().json()["price"]


# --8<-- [end:task]
# --8<-- [start:flow]
@flow
async def watch() -> None:
    start = time.monotonic()
    one_by_one = [await price_of(sku) for sku in SLOW]
    between = time.monotonic()
    # --8<-- [start:gather]
    prices = await asyncio.gather(*map(price_of, SLOW))
    # --8<-- [end:gather]
    end = time.monotonic()
    assert prices == one_by_one
    print("At once is faster:", end - between < between - start)
    #> At once is faster: True


asyncio.run(watch())
# --8<-- [end:flow]

"""Fan-out, fan-in: the same step for many shoes at once, then one step over all."""

import time
from concurrent.futures import ThreadPoolExecutor

from pricewatch import open_shop

SLOW = ("birch-court", "larch-high-top", "larch-runner", "rowan-court")


# --8<-- [start:job]
def price_of(sku: str) -> float:
    with open_shop() as shop:
        answer = shop.get(f"/shoes/{sku}").raise_for_status()
        return answer.json()["price"]


start = time.monotonic()
one_by_one = [price_of(sku) for sku in SLOW]
between = time.monotonic()
with ThreadPoolExecutor() as pool:
    at_once = list(pool.map(price_of, SLOW))  # fan-out
cheapest = min(at_once)  # fan-in
end = time.monotonic()
# --8<-- [end:job]

# --8<-- [start:compare]
assert at_once == one_by_one
print("At once is faster:", end - between < between - start)
#> At once is faster: True
print("Cheapest:", cheapest)
#> Cheapest: 56.65
# --8<-- [end:compare]

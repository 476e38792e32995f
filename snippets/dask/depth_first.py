"""Depth-first, a page is read and dropped before the next one is fetched."""

from weakref import WeakSet

import dask
from pricewatch import open_shop

SKUS = ("alder-runner", "alder-court", "alder-slip-on", "birch-runner")
trace, in_memory = [], WeakSet()  # a WeakSet counts, and keeps nothing alive


# --8<-- [start:steps]
class Page:
    def __init__(self, sku: str) -> None:
        with open_shop() as shop:
            self.sku, self.text = sku, shop.get(f"/shoes/{sku}").json()


def fetch(sku: str) -> Page:
    page = Page(sku)
    in_memory.add(page)
    trace.append(("fetch", sku, len(in_memory)))
    return page


def read(page: Page) -> float:
    trace.append(("read", page.sku, len(in_memory)))
    return page.text["price"]


# --8<-- [end:steps]
# --8<-- [start:breadth]
pages = [fetch(sku) for sku in SKUS]
prices = [read(pages.pop(0)) for sku in SKUS]  # read, then dropped
breadth = trace.copy()
print("Most pages in memory:", max(pages for *_, pages in breadth))
#> Most pages in memory: 4
# --8<-- [end:breadth]
trace.clear()
# --8<-- [start:depth]
graph = {"cheapest": (min, [f"price {n}" for n in range(len(SKUS))])}
for n, sku in enumerate(SKUS):
    graph[f"page {n}"] = (fetch, sku)
    graph[f"price {n}"] = (read, f"page {n}")
assert dask.get(graph, "cheapest") == min(prices)
depth = trace.copy()
print("Most pages in memory:", max(pages for *_, pages in depth))
#> Most pages in memory: 1
# --8<-- [end:depth]
# --8<-- [start:last]
print("First step:", *depth[0][:2])
#> First step: fetch birch-runner
# --8<-- [end:last]

"""`delayed` writes a graph; nothing runs until you ask for a result."""

from dask import delayed
from pricewatch import open_shop

asked = []


# --8<-- [start:graph]
@delayed
def price_of(sku: str) -> float:
    asked.append(sku)
    with open_shop() as shop:
        return shop.get(f"/shoes/{sku}").raise_for_status().json()["price"]


prices = [price_of(sku) for sku in ("alder-runner", "alder-court")]
cheapest = delayed(min)(prices)
print(len(cheapest.dask), "tasks in the graph,", len(asked), "shoes asked for")
#> 3 tasks in the graph, 0 shoes asked for
# --8<-- [end:graph]
# --8<-- [start:compute]
print("Cheapest:", cheapest.compute(scheduler="threads"))
#> Cheapest: 89.05
print(len(asked), "shoes asked for")
#> 2 shoes asked for
# --8<-- [end:compute]

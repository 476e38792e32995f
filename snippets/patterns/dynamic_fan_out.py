"""How many tasks there are is what the first one finds."""

from prefect import flow, task
from prefect.futures import wait
from pricewatch import open_shop


# --8<-- [start:flow]
@task
def list_shoes(model: str) -> list[str]:
    with open_shop() as shop:
        shoes = shop.get("/shoes").raise_for_status().json()["shoes"]
    return [shoe["sku"] for shoe in shoes if shoe["model"] == model]


@task
def price_of(sku: str) -> float:
    with open_shop() as shop:
        return shop.get(f"/shoes/{sku}").raise_for_status().json()["price"]


@flow
def watch(model: str) -> tuple[int, int]:
    prices = price_of.map(list_shoes(model))  # as many as the list is long
    completed = [price.state.is_completed() for price in wait(prices).done]
    return len(prices), sum(completed)


print(watch("Trail"), watch("Sandal"))
#> (8, 7) (0, 0)
# --8<-- [end:flow]

"""The flow of every morning: three shoes, and which of them is the cheapest."""

from prefect import flow, task
from pricewatch import open_shop


# --8<-- [start:flow]
@task
def price_of(sku: str) -> float:
    with open_shop() as shop:
        return shop.get(f"/shoes/{sku}").raise_for_status().json()["price"]


@flow
def morning(skus: list[str]) -> str:
    prices = dict(zip(skus, price_of.map(skus).result()))
    return min(prices, key=prices.get)


# --8<-- [end:flow]


if __name__ == "__main__":
    skus = ["alder-runner", "alder-court", "birch-trail"]
    print(f"The cheapest of {len(skus)} is {morning(skus)}")
    #> The cheapest of 3 is alder-court

"""Submit hands back a future at once; its result is what you wait for."""

from prefect import flow, task
from pricewatch import open_shop


@task
def price_of(sku: str) -> float:
    with open_shop() as shop:
        answer = shop.get(f"/shoes/{sku}").raise_for_status()
        return answer.json()["price"]


@task
def cheaper(one: float, other: float) -> float:
    return min(one, other)


# --8<-- [start:flow]
@flow
def compare(one: str, other: str) -> float:
    first = price_of.submit(one)  # both are on their way
    second = price_of.submit(other)
    lower = cheaper.submit(first, second)  # waits for the two it is given
    return lower.result()


print(compare("birch-court", "larch-runner"))
#> 78.35
# --8<-- [end:flow]

"""A flow may be made of plain functions alone: nothing is registered before it runs."""

from prefect import flow
from pricewatch import open_shop

table = {"alder-runner": 120.0, "alder-court": 89.05, "birch-trail": 40.0}


# --8<-- [start:functions]
def ask(sku: str) -> float | None:
    """Return today's price, or None if the shoe is gone."""
    with open_shop() as shop:
        answer = shop.get(f"/shoes/{sku}")
    return answer.json()["price"] if answer.is_success else None


# --8<-- [start:data]
# --8<-- [start:decide]
def decide(sku: str, price: float | None) -> str:
    before = table.get(sku, 0)
    if price is None:
        return "gone"
    if price < before:
        return "cheaper"
    return "dearer" if price > before else "unchanged"


# --8<-- [end:decide]
# --8<-- [start:flow]
@flow
def watch(skus: list[str]) -> list[str]:
    return [decide(sku, ask(sku)) for sku in skus]


# --8<-- [end:flow]
# --8<-- [end:data]
print(*watch(["alder-runner", "alder-court", "birch-trail", "elm-runner"]))
#> cheaper unchanged dearer gone
# --8<-- [end:functions]

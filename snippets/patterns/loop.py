"""A loop is a while: how often it turns is known when it has ended."""

from prefect import flow, task
from pricewatch import open_shop


# --8<-- [start:flow]
@task
def price_of(sku: str, day: str) -> float:
    with open_shop() as shop:
        answer = shop.get(f"/shoes/{sku}", params={"day": day})
        return answer.raise_for_status().json()["price"]


# --8<-- [start:wait]
@flow
def wait_for_sale(sku: str, below: float) -> str:
    day = 5
    while price_of(sku, f"2026-01-{day:02}") >= below and day < 31:
        day += 1
    return f"{sku} on January {day}"


# --8<-- [end:wait]
print(wait_for_sale("cedar-court", below=90))
#> cedar-court on January 12
# --8<-- [end:flow]

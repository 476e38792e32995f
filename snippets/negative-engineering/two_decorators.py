"""The same job under two decorators: Prefect retries, logs and records."""

from prefect import flow, task
from pricewatch import open_shop


# --8<-- [start:job]
# --8<-- [start:step]
@task(retries=2, retry_delay_seconds=0.1)
def price_of(sku: str) -> float:
    with open_shop() as shop:
        answer = shop.get(f"/shoes/{sku}").raise_for_status()
        return answer.json()["price"]


# --8<-- [end:step]
# --8<-- [start:run-of-it]
@flow
def watch(skus: list[str]) -> dict[str, float]:
    return {sku: price_of(sku) for sku in skus}


# --8<-- [end:run-of-it]
# --8<-- [end:job]
if __name__ == "__main__":
    # --8<-- [start:run]
    print(watch(["alder-runner", "alder-trail", "alder-court"]))
    #> {'alder-runner': 115.95, 'alder-trail': 139.95, 'alder-court': 89.05}
    # --8<-- [end:run]

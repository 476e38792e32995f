"""The watcher in a file of its own: what a deployment points at."""

from prefect import flow, task
from pricewatch import open_shop


# --8<-- [start:flow]
@task(retries=2, retry_delay_seconds=0.1)
def price_of(sku: str) -> float:
    with open_shop() as shop:
        answer = shop.get(f"/shoes/{sku}").raise_for_status()
        return answer.json()["price"]


@flow
def watch_prices(skus: list[str]) -> dict[str, float]:
    return {sku: price_of(sku) for sku in skus}


# --8<-- [end:flow]
if __name__ == "__main__":
    print(watch_prices(["alder-runner", "alder-trail"]))
    #> {'alder-runner': 115.95, 'alder-trail': 139.95}

"""A flow of three tasks: one succeeds, one is retried until it does, one fails for good."""

from prefect import flow, task
from pricewatch import open_shop


# --8<-- [start:watch]
@task(retries=2, retry_delay_seconds=0.5)
def price_of(sku: str) -> float:
    with open_shop() as shop:
        answer = shop.get(f"/shoes/{sku}").raise_for_status()
        return answer.json()["price"]


@flow
def watch() -> None:
    for sku in ("alder-runner", "alder-trail", "elm-runner"):
        print(sku, price_of(sku, return_state=True).name)
        #> alder-runner Completed
        #> alder-trail Completed
        #> elm-runner Failed


watch()
# --8<-- [end:watch]

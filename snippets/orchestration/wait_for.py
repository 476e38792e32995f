"""Wait_for is for a step that needs another to have ended, but not its result."""

from prefect import flow, task
from pricewatch import open_shop

table = []


@task
def clear() -> None:
    table.clear()


@task
def save(sku: str) -> None:
    with open_shop() as shop:
        answer = shop.get(f"/shoes/{sku}").raise_for_status()
    table.append(answer.json()["price"])


@task
def report() -> str:
    return f"{len(table)} prices, cheapest {min(table)}"


# --8<-- [start:flow]
@flow
def watch(skus: list[str]) -> str:
    cleared = clear.submit()
    saved = [save.submit(sku, wait_for=[cleared]) for sku in skus]
    return report.submit(wait_for=saved).result()


print(watch(["alder-court", "elm-court", "larch-runner"]))
#> 3 prices, cheapest 59.95
# --8<-- [end:flow]

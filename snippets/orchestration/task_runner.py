"""The task runner decides how many tasks run at once."""

from threading import Lock

from prefect import flow, task
from prefect.task_runners import ThreadPoolTaskRunner
from pricewatch import open_shop

asking, most, lock = set(), [0], Lock()


@task
def price_of(sku: str) -> float:
    with lock:
        asking.add(sku)
        most[0] = max(most[0], len(asking))
    with open_shop() as shop:
        answer = shop.get(f"/shoes/{sku}").raise_for_status()
    asking.remove(sku)
    return answer.json()["price"]


# --8<-- [start:flow]
@flow(task_runner=ThreadPoolTaskRunner(max_workers=2))
def watch(skus: list[str]) -> list[float]:
    return price_of.map(skus).result()


watch(["birch-court", "larch-high-top", "larch-runner", "rowan-court"])
print("At once, at most:", most[0])
#> At once, at most: 2
# --8<-- [end:flow]

"""Threads fetch all shoes before they rank one; Dask ranks while it fetches."""

import time

from prefect import flow, task
from prefect.task_runners import ThreadPoolTaskRunner
from prefect_dask import DaskTaskRunner
from pricewatch import open_shop

SKUS = ["alder-runner", "alder-court", "birch-runner", "birch-trail"] * 2


# --8<-- [start:flow]
@task
def fetch(sku: str) -> dict:
    with open_shop() as shop:
        shoe = shop.get(f"/shoes/{sku}").raise_for_status().json()
    return {**shoe, "fetched": time.monotonic()}


@task
def rank(shoe: dict) -> dict:
    return {**shoe, "ranked": time.monotonic()}


@flow
def watch(skus: list[str]) -> list[dict]:
    return rank.map(fetch.map(skus)).result()


# --8<-- [end:flow]
if __name__ == "__main__":
    # --8<-- [start:compare]
    one_thread = {"processes": False, "threads_per_worker": 1, "n_workers": 1}
    threads = ThreadPoolTaskRunner(max_workers=1)
    for runner in (threads, DaskTaskRunner(cluster_kwargs=one_thread)):
        shoes = watch.with_options(task_runner=runner)(SKUS)
        first_rank = min(shoe["ranked"] for shoe in shoes)
        last_fetch = max(shoe["fetched"] for shoe in shoes)
        print(type(runner).__name__, "ranks early:", first_rank < last_fetch)
        #> ThreadPoolTaskRunner ranks early: False
        #> DaskTaskRunner ranks early: True
    # --8<-- [end:compare]

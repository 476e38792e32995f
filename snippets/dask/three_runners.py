"""The same flow in sequence, on threads and on Dask: one argument decides."""

import time

from dask.distributed import LocalCluster
from prefect import flow, task
from prefect.task_runners import ThreadPoolTaskRunner
from prefect_dask import DaskTaskRunner
from pricewatch import open_shop

SLOW = ["birch-court", "larch-high-top", "larch-runner", "rowan-court"]


# --8<-- [start:flow]
@task
def price_of(sku: str) -> float:
    with open_shop() as shop:
        return shop.get(f"/shoes/{sku}").raise_for_status().json()["price"]


@flow
def watch(skus: list[str]) -> float:
    start = time.monotonic()
    price_of.map(skus).result()
    return time.monotonic() - start


# --8<-- [end:flow]
if __name__ == "__main__":
    # --8<-- [start:runners]
    with LocalCluster(processes=False, threads_per_worker=16) as cluster:
        runners = {
            # --8<-- [start:plain]
            "in sequence": ThreadPoolTaskRunner(max_workers=1),
            "threads": ThreadPoolTaskRunner(max_workers=16),
            # --8<-- [end:plain]
            # --8<-- [start:dask]
            "Dask": DaskTaskRunner(address=cluster.scheduler_address),
            # --8<-- [end:dask]
        }
        took = {}
        for name, runner in runners.items():
            took[name] = watch.with_options(task_runner=runner)(SLOW * 4)
    # --8<-- [end:runners]
    # --8<-- [start:compare]
    limit = took["in sequence"] * 2 / 3
    print("Threads save a third or more:", took["threads"] < limit)
    #> Threads save a third or more: True
    print("Dask saves a third or more:", took["Dask"] < limit)
    #> Dask saves a third or more: True
    # --8<-- [end:compare]

"""The same flow in sequence, on threads and on Dask: one argument decides."""

import time

from dask.distributed import LocalCluster
from prefect import flow, task
from prefect.task_runners import ThreadPoolTaskRunner
from prefect_dask import DaskTaskRunner
from pricewatch import open_shop

DAYS = [f"2026-01-0{day}" for day in range(1, 6)]
SLOW = ["birch-court", "larch-high-top", "larch-runner", "rowan-court"]


# --8<-- [start:flow]
@task
def ask_for(sku: str) -> tuple[float, float]:
    start = time.monotonic()
    with open_shop() as shop:
        for day in DAYS:
            shop.get(f"/shoes/{sku}", params={"day": day}).raise_for_status()
    return start, time.monotonic()


@flow
def watch(skus: list[str]) -> float:
    times = ask_for.map(skus).result()
    return max(end for _, end in times) - min(start for start, _ in times)


# --8<-- [end:flow]
if __name__ == "__main__":
    # --8<-- [start:runners]
    with LocalCluster(processes=False, threads_per_worker=4) as cluster:
        runners = {
            # --8<-- [start:plain]
            "in sequence": ThreadPoolTaskRunner(max_workers=1),
            "threads": ThreadPoolTaskRunner(max_workers=4),
            # --8<-- [end:plain]
            # --8<-- [start:dask]
            "Dask": DaskTaskRunner(address=cluster.scheduler_address),
            # --8<-- [end:dask]
        }
        took = {}
        for name, runner in runners.items():
            took[name] = watch.with_options(task_runner=runner)(SLOW)
    # --8<-- [end:runners]
    # --8<-- [start:compare]
    limit = took["in sequence"] * 2 / 3
    print("Threads save a third or more:", took["threads"] < limit)
    #> Threads save a third or more: True
    print("Dask saves a third or more:", took["Dask"] < limit)
    #> Dask saves a third or more: True
    # --8<-- [end:compare]

"""One flow for one machine and for many: its runner is told an address."""

import os
import platform
from datetime import timedelta

import dask
from prefect import flow, task
from prefect.task_runners import ThreadPoolTaskRunner
from prefect_dask import DaskTaskRunner
from pricewatch import OPENING_DAY, Shop
from pricewatch.catalogue import CATALOGUE


# --8<-- [start:flow]
@task
def lowest_of_year(sku: str) -> tuple[float, str]:
    days = [OPENING_DAY + timedelta(day) for day in range(365)]
    prices = [CATALOGUE[sku].price(day, Shop.seed) for day in days]
    return min(prices), f"{platform.node()} {os.getpid()}"


@flow
def report() -> None:
    found = lowest_of_year.map(list(CATALOGUE)).result()
    print("Lowest of all days:", min(price for price, _ in found))
    #> Lowest of all days: 47.95
    print("Processes at work:", len({process for _, process in found}))
    #> Processes at work: 1


# --8<-- [end:flow]
if __name__ == "__main__":
    # --8<-- [start:run]
    address = dask.config.get("scheduler-address", None)
    threads, cluster = ThreadPoolTaskRunner(), DaskTaskRunner(address=address)
    report.with_options(task_runner=cluster if address else threads)()
    # --8<-- [end:run]

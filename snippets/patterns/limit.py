"""A global concurrency limit holds for all flows that ask for it, wherever they run."""

import time
from threading import Lock

from prefect import flow, get_client, task
from prefect.client.schemas.actions import GlobalConcurrencyLimitCreate
from prefect.concurrency.asyncio import ConcurrencySlotAcquisitionError
from prefect.concurrency.sync import concurrency
from prefect.task_runners import ThreadPoolTaskRunner

inside, most, lock = set(), {}, Lock()


# --8<-- [start:task]
# --8<-- [start:place]
@task
def price_of(sku: str, limit: str) -> None:
    with concurrency(limit, occupy=1):
        with lock:
            inside.add(sku)
            most[limit] = max(most.get(limit, 0), len(inside))
        time.sleep(1)
        inside.remove(sku)


# --8<-- [end:place]
@flow(task_runner=ThreadPoolTaskRunner(max_workers=6))
def watch(limit: str) -> None:
    skus = ["runner", "trail", "court", "slip-on", "high-top"]
    price_of.map(skus, limit).wait()


# --8<-- [end:task]
# --8<-- [start:run]
limit = GlobalConcurrencyLimitCreate(name="questions-to-the-shop", limit=2)
with get_client(sync_client=True) as client:
    client.create_global_concurrency_limit(limit)
    watch(limit.name)
    client.delete_global_concurrency_limit_by_name(limit.name)
print("Inside at once, at most:", most[limit.name])
#> Inside at once, at most: 2
# --8<-- [end:run]

# --8<-- [start:missing]
watch("no-such-limit")
print("More than two at once:", most["no-such-limit"] > 2)
#> More than two at once: True


@concurrency("no-such-limit", strict=True)
def ask() -> None: ...


try:
    ask()
except ConcurrencySlotAcquisitionError as error:
    print(type(error).__name__)
    #> ConcurrencySlotAcquisitionError
# --8<-- [end:missing]

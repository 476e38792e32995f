"""What does not change the result stays out of the cache's key; what is old expires."""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from prefect import flow, task
from prefect.cache_policies import INPUTS, TASK_SOURCE

results = TemporaryDirectory()


# --8<-- [start:key]
@task(
    cache_policy=TASK_SOURCE + INPUTS - "ts",
    cache_expiration=timedelta(days=1),
    result_storage=Path(results.name),
)
def brand_of(sku: str, ts: int) -> str:
    return sku.partition("-")[0]


@flow
def watch() -> None:
    for ts in (1, 2):
        print(ts, brand_of("alder-runner", ts, return_state=True).name)
        #> 1 Completed
        #> 2 Cached


# --8<-- [end:key]
watch()
results.cleanup()

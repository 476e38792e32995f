"""INPUTS alone does not know whose inputs they are: another task gets the result."""

from pathlib import Path
from tempfile import TemporaryDirectory

from prefect import flow, task
from prefect.cache_policies import INPUTS, TASK_SOURCE

results = TemporaryDirectory()
KEPT = {"result_storage": Path(results.name)}


# --8<-- [start:tasks]
@task
def brand_of(sku: str, ts: int) -> str:
    return sku.partition("-")[0]


@task
def model_of(sku: str, ts: int) -> str:
    return sku.partition("-")[2]


# --8<-- [end:tasks]
# --8<-- [start:flow]
@flow
def name(policy) -> tuple[str, str]:
    brand = brand_of.with_options(cache_policy=policy, **KEPT)
    model = model_of.with_options(cache_policy=policy, **KEPT)
    return brand("alder-runner", ts=1), model("alder-runner", ts=1)


# --8<-- [end:flow]
# --8<-- [start:mistake]
print(name(INPUTS))
#> ('alder', 'alder')
print(name(TASK_SOURCE + INPUTS))
#> ('alder', 'runner')
# --8<-- [end:mistake]
results.cleanup()

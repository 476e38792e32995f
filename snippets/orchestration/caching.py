"""Nothing is remembered by default; a cache policy says what makes two calls equal."""

from pathlib import Path
from tempfile import TemporaryDirectory

from prefect import flow, task
from prefect.cache_policies import INPUTS
from pricewatch import open_shop

results = TemporaryDirectory()  # so that you can run this twice


# --8<-- [start:tasks]
@task
def price_of(sku: str) -> float:
    with open_shop() as shop:
        return shop.get(f"/shoes/{sku}").json()["price"]


cached_price_of = price_of.with_options(
    cache_policy=INPUTS, result_storage=Path(results.name)
)


# --8<-- [end:tasks]
# --8<-- [start:run]
@flow
def watch() -> None:
    for step in (price_of, cached_price_of):
        states = [step("alder-court", return_state=True) for _ in range(2)]
        print([state.name for state in states], states[1].result())
        #> ['Completed', 'Completed'] 89.05
        #> ['Completed', 'Cached'] 89.05


watch()
print("Results kept:", len(list(Path(results.name).iterdir())))
#> Results kept: 1
# --8<-- [end:run]
results.cleanup()

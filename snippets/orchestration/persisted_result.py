"""A result with a name of your own is a file that you can find."""

from pathlib import Path
from tempfile import TemporaryDirectory

from prefect import flow, task
from pricewatch import open_shop

results = TemporaryDirectory()


# --8<-- [start:task]
@task(
    persist_result=True,
    result_storage=Path(results.name),
    result_storage_key="price-of-{parameters[sku]}.json",
    result_serializer="json",
)
def price_of(sku: str) -> float:
    with open_shop() as shop:
        return shop.get(f"/shoes/{sku}").json()["price"]


@flow
def watch(skus: list[str]) -> None:
    for sku in skus:
        price_of(sku)


watch(["alder-court", "elm-court"])
print(*sorted(path.name for path in Path(results.name).iterdir()))
#> price-of-alder-court.json price-of-elm-court.json
# --8<-- [end:task]
results.cleanup()

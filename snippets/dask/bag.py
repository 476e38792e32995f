"""A bag is a long list in parts; a step runs on all parts at once."""

from dask import bag
from pricewatch import open_shop
from pricewatch.catalogue import CATALOGUE


# --8<-- [start:bag]
def ask(sku: str) -> int:
    with open_shop() as shop:
        return int(shop.get(f"/shoes/{sku}").status_code)


answers = bag.from_sequence(CATALOGUE, npartitions=4).map(ask)
print(sorted(answers.frequencies().compute(scheduler="threads")))
#> [(200, 32), (404, 2), (503, 6)]
# --8<-- [end:bag]

"""A Dask dataframe is many pandas dataframes, and is asked like one."""

import dask.dataframe as dd
import pandas as pd
from pricewatch import open_shop

DAYS = ("2026-01-03", "2026-01-04", "2026-01-05")
SKUS = ("alder-runner", "alder-court", "birch-runner")


# --8<-- [start:dataframe]
def prices_on(day: str) -> pd.DataFrame:
    with open_shop() as shop:
        answers = [shop.get(f"/shoes/{s}", params={"day": day}) for s in SKUS]
    return pd.DataFrame([answer.json() for answer in answers])


days = dd.from_map(prices_on, DAYS)  # a part for each day
mean = days.groupby("model")["price"].mean()
for model, price in mean.compute(scheduler="threads").sort_index().items():
    print(model, round(price, 2))
    #> Court 82.45
    #> Runner 135.58
# --8<-- [end:dataframe]

"""A week of prices, landed raw and by hand, is enough for dbt to work on."""

import os
from datetime import UTC, datetime, timedelta

import duckdb
from pricewatch import open_shop

WEEK = {"since": "2026-01-05", "until": "2026-01-11", "size": 1000}
COLUMNS = "sku text, model text, day text, price text"
TABLE = f"raw.prices ({COLUMNS}, _airbyte_extracted_at timestamp)"

with open_shop() as shop:
    for _ in range(3):  # the feed is busy for two tries
        answer = shop.get("/prices", params=WEEK)
prices = answer.raise_for_status().json()["prices"]

age = timedelta(days=int(os.environ.get("DAYS_AGO", "0")))
landed = datetime.now(UTC).replace(tzinfo=None) - age
rows = [[*map(str, price.values()), landed] for price in prices]

with duckdb.connect(os.environ.get("WAREHOUSE", ":memory:")) as warehouse:
    warehouse.execute("create schema if not exists raw")
    warehouse.execute(f"create or replace table {TABLE}")
    warehouse.executemany("insert into raw.prices values (?, ?, ?, ?, ?)", rows)
    print(warehouse.table("raw.prices").shape[0], "rows")
    #> 264 rows

"""A job that stopped on Tuesday leaves a table that answers on Friday."""

import sqlite3
from datetime import date

from pricewatch import open_shop

table = sqlite3.connect(":memory:")
table.execute("CREATE TABLE prices (day TEXT, sku TEXT, price REAL)")
with open_shop() as shop:
    for day in ("2026-01-05", "2026-01-06"):  # the job died after Tuesday
        shoe = shop.get("/shoes/alder-runner", params={"day": day}).json()
        table.execute("INSERT INTO prices VALUES (:day, :sku, :price)", shoe)

# --8<-- [start:question]
friday = date(2026, 1, 9)
newest = "SELECT day, price FROM prices ORDER BY day DESC LIMIT 1"
day, price = table.execute(newest).fetchone()
print("The dashboard on Friday:", price)
#> The dashboard on Friday: 144.95
# --8<-- [end:question]

# --8<-- [start:freshness]
age = friday - date.fromisoformat(day)
print("Days since the last row:", age.days)
#> Days since the last row: 3
# --8<-- [end:freshness]
table.close()

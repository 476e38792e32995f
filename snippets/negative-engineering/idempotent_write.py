"""A write with a key can run again: the second run changes nothing."""

import sqlite3

from pricewatch import open_shop

# --8<-- [start:table]
table = sqlite3.connect(":memory:")
table.execute(
    "CREATE TABLE prices (day TEXT, sku TEXT, price REAL, PRIMARY KEY (day, sku))"
)


# --8<-- [end:table]
# --8<-- [start:write]
def save(day: str) -> None:
    upsert = "INSERT OR REPLACE INTO prices VALUES (:day, :sku, :price)"
    with open_shop() as shop, table:  # all rows or none
        for sku in ("alder-runner", "alder-court", "alder-slip-on"):
            answer = shop.get(f"/shoes/{sku}", params={"day": day})
            table.execute(upsert, answer.json())


for run in (1, 2, 3):
    save("2026-01-05")
print(table.execute("SELECT count(*) FROM prices").fetchone()[0], "rows")
#> 3 rows
# --8<-- [end:write]

# --8<-- [start:backfill]
for day in ("2026-01-02", "2026-01-03", "2026-01-04"):
    save(day)
days = "SELECT day, count(*) FROM prices GROUP BY day"
for day, rows in table.execute(days):
    print(day, rows)
    #> 2026-01-02 3
    #> 2026-01-03 3
    #> 2026-01-04 3
    #> 2026-01-05 3
# --8<-- [end:backfill]
table.close()

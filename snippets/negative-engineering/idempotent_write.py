"""A write with a key can run again: the second run changes nothing."""

import sqlite3

from pricewatch import open_shop

# --8<-- [start:table]
table = sqlite3.connect(":memory:")
table.execute("CREATE TABLE prices (day, sku, price, PRIMARY KEY (day, sku))")
# --8<-- [end:table]
SKUS = ("alder-runner", "alder-court", "alder-slip-on")


# --8<-- [start:write]
def save(day: str) -> None:
    rows = []
    with open_shop() as shop:
        for sku in SKUS:
            answer = shop.get(f"/shoes/{sku}", params={"day": day})
            rows.append(answer.raise_for_status().json())
    upsert = "INSERT OR REPLACE INTO prices VALUES (:day, :sku, :price)"
    with table:  # one transaction: all rows or none
        table.executemany(upsert, rows)


# --8<-- [end:write]
# --8<-- [start:again]
for run in (1, 2, 3):
    save("2026-01-05")
print(table.execute("SELECT count(*) FROM prices").fetchone()[0], "rows")
#> 3 rows
# --8<-- [end:again]

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

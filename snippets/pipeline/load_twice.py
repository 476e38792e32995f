"""A batch that is loaded twice is there twice, unless rows have a key."""

import duckdb
from pricewatch import open_shop

warehouse = duckdb.connect()
warehouse.execute("create table batch (sku text, day date, price double)")
with open_shop() as shop:
    for _ in range(3):  # the feed is busy for two tries
        answer = shop.get("/prices")
for row in answer.json()["prices"]:
    price = [row["sku"], row["day"], row["price"]]
    warehouse.execute("insert into batch values (?, ?, ?)", price)


def rows(table: str) -> int:
    return len(warehouse.table(table))


# --8<-- [start:append]
warehouse.execute("create table appended as from batch limit 0")
for _ in range(2):
    warehouse.execute("insert into appended from batch")
    print("Appended:", rows("appended"))
    #> Appended: 36
    #> Appended: 72
# --8<-- [end:append]

# --8<-- [start:merge]
warehouse.execute("create table merged as from batch limit 0")
# --8<-- [start:statement]
merge = """
    merge into merged using batch using (sku, day)
    when matched then update
    when not matched then insert
"""
# --8<-- [end:statement]
for _ in range(2):
    warehouse.execute(merge)
    print("Merged:", rows("merged"))
    #> Merged: 36
    #> Merged: 36
# --8<-- [end:merge]

"""A cursor remembers how far you have come: the next run asks from there on."""

from datetime import date, timedelta

import duckdb
from pricewatch import open_shop

warehouse = duckdb.connect()
warehouse.execute("create table prices (sku text, day date, price double)")
warehouse.execute("create table state as select date '2026-01-04' as cursor")


# --8<-- [start:ask]
def ask(since: date, until: date) -> list[dict]:
    """Return the prices of some days; the feed is busy for two tries."""
    with open_shop() as shop:
        for _ in range(3):
            days = {"since": str(since), "until": str(until)}
            answer = shop.get("/prices", params=days)
    return answer.raise_for_status().json()["prices"]


# --8<-- [end:ask]
# --8<-- [start:sync]
def sync(until: date) -> None:
    """Load what is newer than the cursor, and move the cursor with it."""
    (cursor,) = warehouse.execute("select cursor from state").fetchone()
    since = cursor + timedelta(days=1)
    rows = ask(since, until)
    print(f"{len(rows)} rows from {since} to {until}")
    #> 112 rows from 2026-01-05 to 2026-01-07
    #> 36 rows from 2026-01-08 to 2026-01-08
    #> 0 rows from 2026-01-09 to 2026-01-08
    warehouse.begin()  # rows and cursor, or neither
    for row in rows:
        price = [row["sku"], row["day"], row["price"]]
        warehouse.execute("insert into prices values (?, ?, ?)", price)
    warehouse.execute("update state set cursor = ?", [until])
    warehouse.commit()


for day in (7, 8, 8):
    sync(until=date(2026, 1, day))
# --8<-- [end:sync]

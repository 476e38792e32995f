"""A day that passes each test may be wrong: compare it with other days."""

import duckdb
from pricewatch import open_shop

warehouse = duckdb.connect()
warehouse.execute("create table prices (sku text, day date, price double)")
with open_shop() as shop:
    for _ in range(3):  # the feed is busy for two tries
        days = {"since": "2026-01-05", "until": "2026-01-07"}
        answer = shop.get("/prices", params=days)
for row in answer.json()["prices"]:
    price = [row["sku"], row["day"], row["price"]]
    warehouse.execute("insert into prices values (?, ?, ?)", price)

# --8<-- [start:tests]
# The shop's own job hangs: its Thursday is Wednesday once more.
warehouse.execute("""
    insert into prices select sku, date '2026-01-08', price
    from prices where day = '2026-01-07'
""")
tests = """
    select count(*) - count(distinct sku) as twice,
        count(*) - count(price) as missing,
        count(*) filter (price not between 20 and 200) as odd
    from prices where day = '2026-01-08'
"""
print("Twice, missing, odd:", *warehouse.execute(tests).fetchone())
#> Twice, missing, odd: 0 0 0
# --8<-- [end:tests]
# --8<-- [start:moved]
moved = """
    with moves as (
        select day, price - lag(price) over shoe as move from prices
        window shoe as (partition by sku order by day)
    )
    select dayname(day), count(*) from moves
    where move = 0 group by day order by day
"""
for day, same in warehouse.execute(moved).fetchall():
    print(f"{day}: {same} prices did not move")
    #> Tuesday: 18 prices did not move
    #> Wednesday: 16 prices did not move
    #> Thursday: 36 prices did not move
# --8<-- [end:moved]

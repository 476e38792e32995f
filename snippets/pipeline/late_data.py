"""What comes late is lost to a run that never looks back."""

from datetime import date, timedelta

import duckdb
from pricewatch import open_shop

NIGHTS = [date(2026, 1, 5), date(2026, 1, 6), date(2026, 1, 7)]
TABLE = "create table prices (sku text, day date, primary key (sku, day))"


def ask(since: date, until: date) -> list[dict]:
    with open_shop() as shop:
        for _ in range(3):  # the feed is busy for two tries
            days = {"since": str(since), "until": str(until)}
            answer = shop.get("/prices", params=days)
    return answer.raise_for_status().json()["prices"]


# --8<-- [start:nights]
def load(lookback: timedelta) -> dict[str, int]:
    """Load three nights, and count the shoes of each day."""
    warehouse = duckdb.connect()
    warehouse.execute(TABLE)
    save = "insert or replace into prices values (?, ?)"
    for night in NIGHTS:
        since = max(night - lookback, NIGHTS[0])
        for row in ask(since, until=night):
            warehouse.execute(save, [row["sku"], row["day"]])
    shoes = "select day, count(*) from prices group by day order by day"
    days = warehouse.execute(shoes).fetchall()
    return {f"{day:%A}": count for day, count in days}


# --8<-- [end:nights]
# --8<-- [start:compare]
print("No lookback:", load(timedelta(days=0)))
#> No lookback: {'Monday': 36, 'Tuesday': 36, 'Wednesday': 36}
print("One day:    ", load(timedelta(days=1)))
#> One day:     {'Monday': 38, 'Tuesday': 38, 'Wednesday': 36}
# --8<-- [end:compare]

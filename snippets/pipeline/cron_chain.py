"""Jobs that start by the clock do not know whether the one before is done."""

from collections.abc import Iterator

import duckdb
from pricewatch import open_shop

warehouse = duckdb.connect()
warehouse.execute("create table prices (sku text, price double)")


# --8<-- [start:jobs]
def load(page: int = 1) -> Iterator[None]:
    """Load the feed page by page. Cron: at two."""
    with open_shop() as shop:
        while page:
            answer = shop.get("/prices", params={"page": page, "size": 10})
            if answer.is_success:  # a page is busy for two tries
                for row in answer.json()["prices"]:
                    price = [row["sku"], row["price"]]
                    warehouse.execute("insert into prices values (?, ?)", price)
                page = answer.json()["next_page"]
                yield


def report() -> str:
    """Say which shoe is the cheapest. Cron: at half past two."""
    cheapest = "select sku, price from prices order by price limit 1"
    sku, price = warehouse.execute(cheapest).fetchone()
    return f"{sku} for {price} euros"


# --8<-- [end:jobs]
# --8<-- [start:night]
loading = load()
next(loading)  # the shop is slow tonight: one page of four is in
print("Half past two:", report())
#> Half past two: birch-court for 78.35 euros
list(loading)  # now the other pages are in, too
print("Three o'clock:", report())
#> Three o'clock: hazel-slip-on for 47.95 euros
# --8<-- [end:night]

"""Watch the shop's prices in plain Python, without an orchestrator."""

import sqlite3
import time

import httpx
from pricewatch import open_shop


def price_of(shop: httpx.Client, sku: str) -> float:
    """Return a shoe's price. A busy shop (503) gets three tries, no more.

    Any other error, such as a 404, is raised at once.
    """
    # <solution>
    # --8<-- [start:retry]
    answer = shop.get(f"/shoes/{sku}")
    for wait in (0.01, 0.02):
        if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
            break
        time.sleep(wait)
        answer = shop.get(f"/shoes/{sku}")
    answer.raise_for_status()
    return answer.json()["price"]
    # --8<-- [end:retry]
    # </solution>
    # <starter> # 1. Try again on a 503. 2. Raise any other error at once.
    # <starter> return shop.get(f"/shoes/{sku}").json()["price"]


def watch(shop: httpx.Client, skus: list[str]) -> tuple[dict, dict]:
    """Return the prices and the dead letters, both by SKU.

    A dead letter is the error of a shoe that has no price.
    """
    prices, dead_letters = {}, {}
    for sku in skus:
        # <solution>
        try:
            prices[sku] = price_of(shop, sku)
        except httpx.HTTPError as error:
            dead_letters[sku] = error
        # </solution>
        # <starter> # 3. Put a shoe that fails aside, and go on with the next.
        # <starter> prices[sku] = price_of(shop, sku)
    return prices, dead_letters


def save(table: sqlite3.Connection, day: str, prices: dict) -> None:
    """Write a row per day and shoe; saving a day again replaces its rows.

    The table's key is (day, sku).
    """
    # <starter> # 4. Make this safe to run twice.
    for sku, price in prices.items():
        # <solution>
        insert = "INSERT OR REPLACE INTO prices VALUES (?, ?, ?)"
        # </solution>
        # <starter> insert = "INSERT INTO prices VALUES (?, ?, ?)"
        table.execute(insert, (day, sku, price))


if __name__ == "__main__":
    with open_shop() as shop:
        skus = [shoe["sku"] for shoe in shop.get("/shoes").json()["shoes"]]
        # <starter> skus = skus[:1]  # only one, until the rest works
        prices, dead_letters = watch(shop, skus)
    print(len(prices), "prices,", len(dead_letters), "dead letters")
    #> 38 prices, 2 dead letters
    table = sqlite3.connect(":memory:")
    key = "PRIMARY KEY (day, sku)"
    table.execute(f"CREATE TABLE prices (day, sku, price, {key})")
    save(table, "2026-01-05", prices)
    print(table.execute("SELECT count(*) FROM prices").fetchone()[0], "rows")
    #> 38 rows
    table.close()

# <check>

from pricewatch import OPENING_DAY, shop_here
from pricewatch.catalogue import CATALOGUE


def visits(sku: str) -> int:
    """Return how often the shop in this process was asked for a shoe."""
    asked = shop_here().visits.items()
    return sum(count for (path, _), count in asked if path.endswith(sku))


def check_busy(attempt):
    """A busy shoe (503, 503, 200) has a price after three tries"""
    shop_here.cache_clear()
    try:
        price = attempt.price_of(open_shop(), "alder-trail")
    except (KeyError, httpx.HTTPStatusError):
        hint = "A 503 has no price: look at status_code, wait, ask again."
        raise AssertionError(
            f"{hint} Your tries: {visits('alder-trail')}."
        ) from None
    truth = CATALOGUE["alder-trail"].price(OPENING_DAY, shop_here().seed)
    assert price == truth, f"The shop says {truth}, price_of returns {price}."


def tries_against(attempt, status: int) -> int:
    """Return how often price_of asks a shop that always answers a status."""
    tries = []

    def answer(request: httpx.Request) -> httpx.Response:
        tries.append(request)
        return httpx.Response(status if len(tries) < 10 else 204, json={})

    always = httpx.MockTransport(answer)
    shop = httpx.Client(base_url="http://shop", transport=always)
    try:
        attempt.price_of(shop, "alder-trail")
    except httpx.HTTPStatusError:
        return len(tries)
    except KeyError:
        pass
    assert len(tries) < 10, "price_of asks for ever: stop after three tries."
    raise AssertionError(f"No error for a {status}: raise_for_status().")


def check_limit(attempt):
    """A shop that stays busy is asked three times, then the 503 is raised"""
    tries = tries_against(attempt, 503)
    assert tries == 3, f"price_of asked {tries} times, not three."


def check_others(attempt):
    """Any other error (404, 400, 500) is raised after one try"""
    for status in (404, 400, 500):
        tries = tries_against(attempt, status)
        assert tries == 1, f"price_of asked {tries} times for a {status}."


def check_dead_letters(attempt):
    """All forty shoes: 38 prices, and 2 dead letters that stop nobody"""
    shop_here.cache_clear()
    try:
        prices, dead_letters = attempt.watch(open_shop(), list(CATALOGUE))
    except (KeyError, httpx.HTTPStatusError):
        raise AssertionError(
            "One shoe ended the run: catch its error."
        ) from None
    for result in (prices, dead_letters):
        kind = type(result).__name__
        assert isinstance(result, dict), f"Return two dicts, not a {kind}."
    found = f"{len(prices)} prices, {len(dead_letters)} dead letters"
    assert len(prices) == 38, f"watch returns {found}."
    assert len(dead_letters) == 2, f"watch returns {found}."


def check_save(attempt):
    """A day that is saved twice has its rows once, with the newer prices"""
    table = sqlite3.connect(":memory:")
    table.execute(
        "CREATE TABLE prices (day, sku, price, PRIMARY KEY (day, sku))"
    )
    try:
        attempt.save(table, "2026-01-04", {"alder-runner": 50.0})
        attempt.save(table, "2026-01-05", {"alder-runner": 70.0})
        attempt.save(table, "2026-01-05", {"alder-runner": 60.0})
    except sqlite3.IntegrityError:
        raise AssertionError(
            "The key exists: INSERT OR REPLACE INTO …"
        ) from None
    rows = table.execute("SELECT price FROM prices ORDER BY day").fetchall()
    table.close()
    assert rows[0] == (50.0,), "Another day's row has gone: leave it alone."
    assert rows[1:] == [(60.0,)], f"After 70.0 and 60.0 it holds {rows[1:]}."

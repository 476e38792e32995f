"""The shop's price feed, which lists the prices of all shoes day by day, in pages.

``GET /prices?since=2026-01-05&until=2026-01-06&page=1`` returns the first page of two days.
"""

from datetime import date, timedelta
from random import Random
from typing import Any

from pricewatch.catalogue import CATALOGUE

#: Rows in a page by default, and the most that a request may ask for with ``size``.
PAGE_SIZE, MAX_PAGE_SIZE = 200, 10_000

#: Errors that the option ``--mistake`` puts into the newest day of a request.
MISTAKES = ("cents", "text", "twice")


def page(query: dict[str, str], gone: frozenset[str], seed: int, mistake: str) -> dict[str, Any]:
    """Return a page of prices, oldest day first, and the number of the next page or None.

    Args:
        query: ``since`` and ``until``, the first and last day; ``page``, from 1; ``size`` in rows.
        gone: SKUs of the shoes that are no longer sold.
        seed: Determines the prices, and which shoes report a day late.
        mistake: One of ``MISTAKES``, or an empty string.

    Raises:
        ValueError: If a date or a number in the query is malformed.
    """
    since, until = date.fromisoformat(query["since"]), date.fromisoformat(query["until"])
    number, size = int(query.get("page", 1)), min(int(query.get("size", PAGE_SIZE)), MAX_PAGE_SIZE)
    if number < 1 or size < 1:
        raise ValueError("page and size start at 1")
    shoes = [shoe for shoe in CATALOGUE.values() if shoe.sku not in gone]
    total = len(shoes) * max((until - since).days + 1, 0)
    late = {shoe.sku for shoe in Random(f"{seed}/late/{until}").sample(shoes, 2)}
    rows = []
    for index in range(size * (number - 1), min(size * number, total)):
        shoe, day = shoes[index % len(shoes)], since + timedelta(index // len(shoes))
        if day == until and shoe.sku in late:
            continue  # the price appears once a later day is asked for, as late data does
        rows.append(
            {"sku": shoe.sku, "model": shoe.model, "day": str(day), "price": shoe.price(day, seed)}
        )
    newest = [row for row in rows if row["day"] == str(until)]
    return {
        "prices": rows + make_mistake(newest, mistake),
        "next_page": number + 1 if size * number < total else None,
    }


def make_mistake(newest: list[dict[str, Any]], mistake: str) -> list[dict[str, Any]]:
    """Change the rows of the newest day in place, and return the rows to repeat at the end."""
    if mistake == "cents":
        for row in newest:
            row["price"] = round(row["price"] * 100)
    if mistake == "text":
        for row in newest[:1]:
            row["price"] = f"{row['price']} EUR"
    return newest if mistake == "twice" else []

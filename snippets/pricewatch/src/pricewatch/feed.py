"""The shop's price feed: all shoes of some days, in pages: ``GET /prices?since=2026-01-05&until=2026-01-06&page=1``."""

from datetime import date, timedelta
from random import Random
from typing import Any

from pricewatch.catalogue import CATALOGUE

#: Rows of a page, unless ``size`` asks for more, up to the second number.
PAGE, LARGEST_PAGE = 200, 10_000

#: What a feed may get wrong on the newest day that is asked for; see ``--mistake``.
MISTAKES = ("cents", "text", "twice")


def page(query: dict[str, str], gone: frozenset[str], seed: int, mistake: str) -> dict[str, Any]:
    """Return a page of prices, the oldest day first, and the number of the next page or None.

    Args:
        query: ``since`` and ``until``, two days of which both are in; ``page``, from 1; ``size``.
        gone: Keys of the shoes that are not sold any more.
        seed: Decides the prices, and which shoes report a day late.
        mistake: One of ``MISTAKES``, or nothing.

    Raises:
        ValueError: If a part of the query cannot be read.
    """
    since, until = date.fromisoformat(query["since"]), date.fromisoformat(query["until"])
    number, size = int(query.get("page", 1)), min(int(query.get("size", PAGE)), LARGEST_PAGE)
    if number < 1 or size < 1:
        raise ValueError("page and size start at 1")
    shoes = [shoe for shoe in CATALOGUE.values() if shoe.sku not in gone]
    total = len(shoes) * max((until - since).days + 1, 0)
    late = {shoe.sku for shoe in Random(f"{seed}/late/{until}").sample(shoes, 2)}
    rows = []
    for index in range(size * (number - 1), min(size * number, total)):
        shoe, day = shoes[index % len(shoes)], since + timedelta(index // len(shoes))
        if day == until and shoe.sku in late:
            continue  # it is in the feed of the next day
        rows.append(
            {"sku": shoe.sku, "model": shoe.model, "day": str(day), "price": shoe.price(day, seed)}
        )
    newest = [row for row in rows if row["day"] == str(until)]
    return {
        "prices": rows + wrong(newest, mistake),
        "next_page": number + 1 if size * number < total else None,
    }


def wrong(newest: list[dict[str, Any]], mistake: str) -> list[dict[str, Any]]:
    """Make a mistake in the rows of the newest day, and return what comes once more."""
    if mistake == "cents":
        for row in newest:
            row["price"] = round(row["price"] * 100)
    if mistake == "text":
        for row in newest[:1]:
            row["price"] = f"{row['price']} EUR"
    return newest if mistake == "twice" else []

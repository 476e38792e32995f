"""A full load reads all of the past each night; an incremental one does not."""

from datetime import date, timedelta

from pricewatch import open_shop


def read(since: date, until: date) -> int:
    """Return how many rows the feed has for these days."""
    page, rows = 1, 0
    with open_shop() as shop:
        while page:
            days = {"since": str(since), "until": str(until)}
            answer = shop.get(
                "/prices", params={**days, "page": page, "size": 10_000}
            )
            if answer.is_success:  # a page is busy for two tries
                rows += len(answer.json()["prices"])
                page = answer.json()["next_page"]
    return rows


# --8<-- [start:compare]
first = date(2026, 1, 5)
for days in (7, 365):
    tonight = first + timedelta(days=days - 1)
    full = read(first, tonight)
    newest = read(tonight - timedelta(days=1), tonight)
    print(f"Night {days}: {full} rows in full, {newest} since yesterday")
    #> Night 7: 264 rows in full, 74 since yesterday
    #> Night 365: 13868 rows in full, 74 since yesterday
# --8<-- [end:compare]

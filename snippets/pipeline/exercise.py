"""The demo in one file: extract, load, publish. Three faults are to come."""

from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
from prefect import flow, task
from prefect.tasks import exponential_backoff
from pricewatch import OPENING_DAY, open_shop

DAY = str(OPENING_DAY)


# <solution>
# The waits double, from a tenth of a second: 204.7 seconds in all.
@task(retries=11, retry_delay_seconds=exponential_backoff(backoff_factor=0.1))
# </solution>
# <starter> # 1. Enough for a busy shop. One that is down needs longer waits.
# <starter> @task(retries=2, retry_delay_seconds=0.1)
def extract(since: str, until: str) -> list[dict]:
    """Ask the shop's feed for the prices of some days."""
    with open_shop() as shop:
        answer = shop.get("/prices", params={"since": since, "until": until})
    return answer.raise_for_status().json()["prices"]


@task
def load(batch: list[dict], warehouse: Path) -> None:
    """Put a batch into raw.prices as it comes: a price is text there."""
    with duckdb.connect(warehouse) as db:
        db.execute("CREATE SCHEMA IF NOT EXISTS raw")
        # <solution>
        db.execute("""
            CREATE TABLE IF NOT EXISTS raw.prices
            (sku TEXT, model TEXT, day DATE, price TEXT, PRIMARY KEY (sku, day))
        """)
        insert = "INSERT OR REPLACE INTO raw.prices"
        # </solution>
        # <starter> # 2. A row that is there already is added once more.
        # <starter> db.execute("""
        # <starter>     CREATE TABLE IF NOT EXISTS raw.prices
        # <starter>     (sku TEXT, model TEXT, day DATE, price TEXT)
        # <starter> """)
        # <starter> insert = "INSERT INTO raw.prices"
        db.begin()  # the whole batch or nothing
        db.executemany(f"{insert} VALUES ($sku, $model, $day, $price)", batch)
        db.commit()


@task
def publish(warehouse: Path) -> None:
    """Make the mart anew of all that is in raw.prices."""
    with duckdb.connect(warehouse) as db:
        # <solution>
        db.execute("""
            CREATE OR REPLACE VIEW stg_prices AS
            SELECT sku, model, day, try_cast(price AS DOUBLE) AS price
            FROM raw.prices WHERE try_cast(price AS DOUBLE) IS NOT NULL
        """)
        db.execute("""
            CREATE OR REPLACE TABLE rejected AS
            FROM raw.prices WHERE try_cast(price AS DOUBLE) IS NULL
        """)
        # </solution>
        # <starter> # 3. A price that is no number stops this: leave it out.
        # <starter> db.execute("""
        # <starter>     CREATE OR REPLACE VIEW stg_prices AS
        # <starter>     SELECT sku, model, day, cast(price AS DOUBLE) AS price
        # <starter>     FROM raw.prices
        # <starter> """)
        # <starter> # 4. Put the rows that are left out into a table, rejected.
        db.execute("""
            CREATE OR REPLACE TABLE cheapest_by_model AS
            SELECT day, model, count(*) AS shoes, min(price) AS price
            FROM stg_prices GROUP BY day, model
        """)


@flow
def pipeline(since: str, until: str, warehouse: Path) -> None:
    """Bring the prices of some days into the warehouse, and on to the mart."""
    load(extract(since, until), warehouse)
    publish(warehouse)


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        warehouse = Path(folder) / "shop.duckdb"
        for _ in range(2):  # somebody runs the same day again
            pipeline(DAY, DAY, warehouse)
        with duckdb.connect(warehouse) as db:
            shoes = db.execute("SELECT sum(shoes) FROM cheapest_by_model")
            print("Shoes in the mart:", shoes.fetchone()[0])
            #> Shoes in the mart: 36

# <check>

import os
from datetime import timedelta
from functools import cache
from textwrap import shorten
from unittest.mock import patch

from prefect import State, Task
from pricewatch import Shop, feed
from pricewatch.server import serving

BEFORE, NEXT = (str(OPENING_DAY + timedelta(days)) for days in (-1, 1))
DOWN = 120  # seconds
FASTER = 600  # the shop's two minutes are a fifth of a second here
RAW = "SELECT day::TEXT, sku, price FROM raw.prices"
MART = "SELECT shoes, price FROM cheapest_by_model"
REJECTED = "SELECT day::TEXT, sku, price FROM rejected"
TWICE = ("cents", BEFORE, DAY), ("twice", DAY, DAY)
TEXT = ("text", DAY, DAY), ("text", NEXT, NEXT)


def sent(day: str, mistake: str = "") -> dict[str, float | str]:
    """Return what the shop sends as the prices of a day."""
    asked, shop = {"since": day, "until": day}, Shop()
    answer = feed.page(asked, shop.gone_shoes, shop.seed, mistake)
    return {row["sku"]: row["price"] for row in answer["prices"]}


def run(attempt, shop: Shop, arguments: tuple, **options) -> State:
    """Run the learner's flow against a shop over HTTP, with these waits."""
    hint = "extract is no task: keep its @task."
    assert isinstance(attempt.extract, Task), hint
    extract = attempt.extract.with_options(retry_jitter_factor=0, **options)
    with (
        serving(shop) as url,
        patch.dict(os.environ, {"SHOP_URL": url}),
        patch.object(attempt, "extract", extract),
    ):
        return attempt.pipeline(*arguments, return_state=True)


def rows(warehouse: Path, query: str) -> list[tuple] | None:
    """Return what a query finds, or None if there is no such table."""
    with duckdb.connect(warehouse) as db:
        try:
            return db.execute(query).fetchall()
        except duckdb.Error:
            return None


def end(state: State) -> str:
    """Say how a run has ended, and by which error."""
    error = str(state.result(raise_on_failure=False)).partition("\n")[0]
    return f"{state.name}: {shorten(error, 70, placeholder=' …')}"


@cache
def after(attempt, *batches: tuple[str, str, str]) -> tuple:
    """Run the flow for each batch: a mistake of the shop's, and its days.

    Return the last run's state, and what raw.prices, mart and rejected hold.
    """
    waits = {"retries": 5, "retry_delay_seconds": 0.01}
    with TemporaryDirectory() as folder:
        warehouse = Path(folder) / "shop.duckdb"
        for mistake, *days in batches:
            arguments = (*days, warehouse)
            state = run(attempt, Shop(mistake=mistake), arguments, **waits)
        raw, mart = (rows(warehouse, query) or [] for query in (RAW, MART))
        return state, raw, mart, rows(warehouse, REJECTED)


def check_down(attempt):
    """The shop is down for two minutes: extract has more patience"""
    extract, hint = attempt.extract, "extract is no task: keep its @task."
    assert isinstance(extract, Task), hint
    retries, given = extract.retries, extract.retry_delay_seconds
    waits = given if isinstance(given, list) else [given or 0]
    total = sum((waits + waits[-1:] * retries)[:retries])
    hint = f"wait {total:g} seconds in all: it takes more than {DOWN}."
    assert total > DOWN, f"{retries} retries {hint}"
    shop = Shop(closed=DOWN / FASTER)
    with TemporaryDirectory() as folder:
        warehouse = Path(folder) / "shop.duckdb"
        faster = [wait / FASTER for wait in waits]
        arguments = (DAY, DAY, warehouse)
        state = run(attempt, shop, arguments, retry_delay_seconds=faster)
        loaded = rows(warehouse, RAW)
    tries, answers = shop.visits.total(), shop.visits["/prices", 200]
    hint = "Open again, the shop may still be busy: allow more."
    assert answers or not tries, f"No answer in {tries} tries. {hint}"
    assert state.is_completed(), f"The run {end(state)}"
    assert loaded, "It has an answer, and loads nothing."


def check_twice(attempt):
    """A batch that comes twice is loaded once, and the newest price counts"""
    state, raw, _, _ = after(attempt, *TWICE)
    assert state.is_completed(), f"The second run {end(state)}"
    right = sent(DAY)
    found = [(sku, float(price)) for day, sku, price in raw if day == DAY]
    count, hint = len(found), f"for {len(right)} shoes: its key is sku and day."
    assert count == len(right), f"raw.prices has {count} rows {hint}"
    left = len(raw) - count
    hint = f"The day before has {left} of its 38 rows left"
    assert left == 38, f"{hint}: a row's key is its sku and its day."
    hint = "A price came again, corrected: replace the one in raw.prices."
    assert dict(found) == right, hint


def check_text(attempt):
    """A price that is text stops no run, and its row is in no mart"""
    state, raw, mart, _ = after(attempt, *TEXT)
    assert state.is_completed(), f"The run {end(state)}"
    came = sum(len(sent(day)) for _, day, _ in TEXT)
    hint = f"raw.prices has {len(raw)} rows of {came}"
    assert len(raw) == came, f"{hint}: it holds all that came, as it came."
    shoes, good = sum(shoes for shoes, _ in mart), came - len(TEXT)
    hint = f"The mart counts {shoes} shoes"
    assert shoes == good, f"{hint}, of which {good} have a price: see gap 3."
    texts = [price for _, price in mart if isinstance(price, str)]
    assert not texts, f"In the mart a price is text, {texts[:1]}: cast it."


def check_rejected(attempt):
    """The row that was left out is in a table, as it came"""
    _, _, _, rejected = after(attempt, *TEXT)
    hint = "No table rejected, with sku, day and price"
    assert rejected is not None, f"{hint}: see gap 4."
    days = [(day, sent(day, "text").items()) for _, day, _ in TEXT]
    wanted = [(day, *row) for day, rows in days for row in rows]
    wanted = [row for row in wanted if isinstance(row[2], str)]
    hint = f"After {len(wanted)} bad rows, rejected has {len(rejected)}"
    assert len(rejected) == len(wanted), f"{hint}: make it anew with each run."
    hint = f"rejected holds {rejected[0]}: take the rows of raw.prices."
    assert sorted(rejected) == sorted(wanted), hint

"""Fetch, validate and save the shop's prices: a small pipeline in Prefect."""

import sqlite3
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from prefect import flow, task
from pricewatch import open_shop
from pydantic import BaseModel, PositiveFloat

SKUS = ["alder-runner", "alder-trail", "alder-court", "birch-trail"]
SKUS += ["elm-runner", "elm-court", "hazel-runner", "rowan-trail"]


class Price(BaseModel):
    """What a row of the table is made of."""

    sku: str
    day: str
    # <solution>
    price: PositiveFloat
    # </solution>
    # <starter> price: float  # 1. Refuse a price that is not above 0.


# <solution>
def may_pass(task, task_run, state) -> bool:
    """Return whether a failed fetch is worth another try."""
    status = state.data.response.status_code  # state.data is the exception
    return status == httpx.codes.SERVICE_UNAVAILABLE


@task(retries=2, retry_delay_seconds=0.01, retry_condition_fn=may_pass)
# </solution>
# <starter> def may_pass(task, task_run, state) -> bool:
# <starter>     """Return whether a failed fetch is worth another try."""
# <starter>     status = state.data.response.status_code  # the shop's answer
# <starter>     return status != httpx.codes.OK  # 2. Only for a 503.
# <starter>
# <starter>
# <starter> # 3. Give this task two retries, with a short delay.
# <starter> @task(retry_condition_fn=may_pass)
def fetch(sku: str) -> dict:
    """Ask the shop for a shoe."""
    with open_shop() as shop:
        return shop.get(f"/shoes/{sku}").raise_for_status().json()


@task
def validate(answer: dict) -> Price:
    """Make a price of the shop's answer, or raise an error."""
    return Price.model_validate(answer)


@task
def save(prices: list[Price], table: Path) -> None:
    """Write a row for each price."""
    with sqlite3.connect(table) as db:
        db.execute("CREATE TABLE IF NOT EXISTS prices (sku UNIQUE, day, price)")
        insert = "INSERT OR REPLACE INTO prices VALUES (:sku, :day, :price)"
        db.executemany(insert, [price.model_dump() for price in prices])
    db.close()


# <solution>
# --8<-- [start:flow]
# </solution>
@flow
def watch(skus: list[str], table: Path):
    """Save each good price. If any shoe is lost, end as Failed."""
    # <solution>
    states = validate.map(fetch.map(skus), return_state=True)
    good = [state.result() for state in states if state.is_completed()]
    save(good, table)
    return states
    # --8<-- [end:flow]
    # </solution>
    # <starter> # 4. One lost shoe ends it all. Map; save the good; return the states.
    # <starter> prices = [validate(fetch(sku)) for sku in skus]
    # <starter> save(prices, table)


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        table = Path(folder) / "prices.db"
        # <solution>
        state = watch(SKUS, table, return_state=True)
        # </solution>
        # <starter> # Only one shoe, until the rest works: then take [:1] out.
        # <starter> state = watch(SKUS[:1], table, return_state=True)
        db = sqlite3.connect(table)
        saved = db.execute("SELECT count(*) FROM prices").fetchone()[0]
        db.close()
    print(state.name, "with", saved, "rows")
    #> Failed with 7 rows

# <check>

from collections import Counter
from dataclasses import replace
from functools import cache

from prefect import Task
from pricewatch import shop_here
from pydantic import ValidationError

BUSY = ("alder-trail", "hazel-runner")
GONE, SPOILT = "elm-runner", "rowan-trail"


@cache
def outcome(attempt) -> tuple[str, Counter, list]:
    """Run the learner's flow once, against a shop with a price below 0.

    Return its final state, how often each shoe was asked for, and the table.
    """
    shop_here.cache_clear()
    shop = shop_here()
    honest = shop.answer

    def answer(path, query=""):
        said = honest(path, query)
        if path.endswith(SPOILT):
            said = replace(said, body=said.body | {"price": -1.0})
        return said

    shop.answer = answer
    with TemporaryDirectory() as folder:
        table = Path(folder) / "prices.db"
        state = attempt.watch(SKUS, table, return_state=True)
        db = sqlite3.connect(table)
        try:
            rows = db.execute("SELECT sku, price FROM prices").fetchall()
        except sqlite3.OperationalError:
            rows = []
        db.close()
    shop_here.cache_clear()
    asked = Counter()
    for (path, _), times in shop.visits.items():
        asked[path.rpartition("/")[2]] += times
    return state.name, asked, rows


def check_busy(attempt):
    """A busy shoe (503) is asked for up to three times, by Prefect"""
    assert isinstance(attempt.fetch, Task), "fetch is no task: keep its @task."
    retries = attempt.fetch.retries
    assert retries == 2, f"fetch has retries={retries}: two after the first."
    assert attempt.fetch.retry_delay_seconds, "A delay: retry_delay_seconds."
    _, asked, _ = outcome(attempt)
    for sku in BUSY:
        assert asked[sku], f"The flow stopped before {sku}: see gap 4."
        assert asked[sku] == 3, f"{sku} was asked for {asked[sku]} times."


def check_gone(attempt):
    """A shoe that is gone (404) is asked for once, and so is a good one"""
    assert attempt.fetch.retries, "Nothing is tried again yet: see gap 3."
    _, asked, _ = outcome(attempt)
    times = asked[GONE]
    hint = "say in may_pass that only a 503 may pass."
    assert times == 1, f"A 404 was asked for {times} times: {hint}"
    for sku in sorted(set(SKUS) - {GONE, *BUSY}):
        assert asked[sku], f"The flow stopped before {sku}: see gap 4."
        assert asked[sku] == 1, f"{sku} was asked for {asked[sku]} times."


def check_price(attempt):
    """A price that is not above 0 is refused, and never saved"""
    for price in (-1.0, 0.0):
        try:
            attempt.Price(sku=SPOILT, day="2026-01-05", price=price)
        except ValidationError:
            continue
        raise AssertionError(f"Price takes {price}: pydantic can refuse it.")
    _, _, rows = outcome(attempt)
    assert (SPOILT, -1.0) not in rows, "A price of -1.0 was saved: validate it."


def check_flow(attempt):
    """A lost shoe stops nobody: six rows are saved, and the run ends Failed"""
    state, _, rows = outcome(attempt)
    assert rows, f"Nothing was saved, the run is {state}: see gap 4."
    good = set(SKUS) - {GONE, SPOILT}
    lost = ", ".join(sorted(good - {sku for sku, _ in rows}))
    assert not lost, f"Not saved: {lost}."
    assert len(rows) == len(good), f"The table has {len(rows)} rows, not 6."
    hint = "return the states, for a run ends as what it returns."
    assert state == "Failed", f"Two shoes lost, the run {state}: {hint}"

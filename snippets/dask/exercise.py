"""Watch forty shoes on Dask: whose price has changed since yesterday?"""

from prefect import flow, task
from prefect.futures import wait
from prefect_dask import DaskTaskRunner
from pricewatch import open_shop
from pricewatch.catalogue import CATALOGUE


# <starter> # 1. Let both tasks try a busy shoe again, up to three times in all.
# <starter> @task
# <solution>
@task(retries=2)
# </solution>
def fetch(sku: str) -> dict:
    """Return a shoe as the shop has it today."""
    with open_shop() as shop:
        return shop.get(f"/shoes/{sku}").raise_for_status().json()


# <starter> @task
# <solution>
@task(retries=2)
# </solution>
def change(shoe: dict) -> tuple[str, float]:
    """Return a shoe's SKU, and by how much its price has changed."""
    sku, yesterday = shoe["sku"], {"day": "2026-01-04"}
    with open_shop() as shop:
        before = shop.get(f"/shoes/{sku}", params=yesterday).raise_for_status()
    return sku, round(shoe["price"] - before.json()["price"], 2)


# <starter> # 2. Give the flow a DaskTaskRunner.
# <starter> @flow
# <solution>
@flow(task_runner=DaskTaskRunner())
# </solution>
def watch(skus: list[str]) -> dict[str, float]:
    """Return the changes by SKU, without the shoes that have failed."""
    # <starter> # 3. Map both tasks; hand the first's futures to the second.
    # <starter> changes = [change(fetch(sku)) for sku in skus]
    # <starter> # 4. Wait for all, and keep the results that completed.
    # <starter> return dict(changes)
    # <solution>
    shoes = fetch.map(skus)
    changes = change.map(shoes)
    wait(changes)
    completed = [future for future in changes if future.state.is_completed()]
    return dict(future.result() for future in completed)
    # </solution>


if __name__ == "__main__":
    skus = list(CATALOGUE)
    # <starter> skus = skus[:1]  # only one, until the rest works
    changes = watch(skus)
    new = [sku for sku in changes if changes[sku]]
    print(len(changes), "shoes,", len(new), "with a new price")
    #> 38 shoes, 23 with a new price

# <check>

from datetime import timedelta
from functools import cache
from threading import current_thread
from unittest.mock import patch

from httpx import HTTPStatusError
from prefect.exceptions import UnfinishedRun
from pricewatch import OPENING_DAY, Shop, shop_here

SOME = [*list(CATALOGUE)[:5], "elm-runner"]
ONE_THREAD = {"processes": False, "n_workers": 1, "threads_per_worker": 1}
NO_FIXED_PORT = {"dashboard_address": ":0"}  # a cluster may be running already


@cache
def run(attempt):
    """Run the learner's flow on a cluster in this process, with six shoes.

    Returns:
        What it returned or raised, and the questions that the shop was asked:
        whether a worker asked, and whether it asked about yesterday.
    """
    asked, answer = [], Shop.answer

    def note(shop, path, query=""):
        on_dask = "Dask" in current_thread().name
        asked.append((on_dask, "day" in query))
        return answer(shop, path, query)

    shop_here.cache_clear()
    here = DaskTaskRunner(cluster_kwargs=ONE_THREAD | NO_FIXED_PORT)
    try:
        with patch.object(Shop, "answer", note):
            return attempt.watch.with_options(task_runner=here)(SOME), asked
    except Exception as error:
        return error, asked


def ended(attempt):
    """Return what the learner's flow returned, or say what ended it.

    Raises:
        AssertionError: If it raised an error that a gap is about.
    """
    result, _ = run(attempt)
    hint = "Keep the results of futures that completed."
    if "503" in str(result):
        hint = "retries=2 on both tasks."
    stopped = isinstance(result, HTTPStatusError | UnfinishedRun)
    assert not stopped, f"The run ended: {type(result).__name__}. {hint}"
    if isinstance(result, Exception):
        raise result
    return result


def check_runner(attempt):
    """The flow has a DaskTaskRunner"""
    runner = attempt.watch.task_runner
    hint = f"watch has a {type(runner).__name__}: @flow(task_runner=…)."
    assert isinstance(runner, DaskTaskRunner), hint


def check_workers(attempt):
    """Each question to the shop is asked by a worker, none by the flow itself"""
    _, asked = run(attempt)
    assert asked, "Nobody asked the shop: fetch.map(skus)."
    by_flow = sum(not on_dask for on_dask, _ in asked)
    hint = "On workers run fetch.map and change.map."
    assert not by_flow, f"The flow asked {by_flow} times. {hint}"


def check_changes(attempt):
    """Six shoes: five changes, and the one that is gone is left out"""
    changes = ended(attempt)
    kind = type(changes).__name__
    assert isinstance(changes, dict), f"Return a dict, not a {kind}."
    days, seed = (OPENING_DAY, OPENING_DAY - timedelta(1)), Shop.seed
    truth = {}
    for sku in SOME[:-1]:
        today, yesterday = (CATALOGUE[sku].price(day, seed) for day in days)
        truth[sku] = round(today - yesterday, 2)
    wrong = sorted(sku for sku in SOME if changes.get(sku) != truth.get(sku))
    assert not wrong, f"{len(changes)} changes; look at {wrong[0]}."


def check_order(attempt):
    """The first change is known before the last shoe is fetched"""
    ended(attempt)
    _, asked = run(attempt)
    kinds = [about_yesterday for _, about_yesterday in asked]
    hint = "change.map(shoes) takes the futures: no result(), no wait() before."
    assert True in kinds, "Nobody asked about yesterday: change.map(shoes)."
    last_fetch = len(kinds) - kinds[::-1].index(False)
    assert kinds.index(True) < last_fetch, f"All fetched first. {hint}"

"""Threads share one interpreter: one of them computes at a time."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

from pricewatch.catalogue import CATALOGUE

# --8<-- [start:work]
# --8<-- [start:job]
YEAR = [date(2026, 1, 1) + timedelta(days=day) for day in range(365)]


def mean_price(sku: str) -> float:
    prices = [CATALOGUE[sku].price(day, seed=272) for day in YEAR]
    return sum(prices) / len(prices)


# --8<-- [end:job]
# --8<-- [start:threads]
start, computed = time.monotonic(), time.process_time()
with ThreadPoolExecutor(max_workers=4) as pool:
    means = list(pool.map(mean_price, CATALOGUE))
cores = (time.process_time() - computed) / (time.monotonic() - start)
print("Four threads, and less than two cores busy:", cores < 2)
#> Four threads, and less than two cores busy: True
# --8<-- [end:threads]
# --8<-- [end:work]

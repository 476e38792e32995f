"""A worker is killed mid-run: what it held is computed again, elsewhere."""

import os
import signal
import time
from collections import Counter
from datetime import timedelta

from distributed import Client, LocalCluster, get_worker, wait
from pricewatch import OPENING_DAY, Shop
from pricewatch.catalogue import CATALOGUE


# --8<-- [start:task]
def year_of(sku: str) -> list[float]:
    get_worker().log_event("computed", sku)  # the scheduler keeps it
    time.sleep(0.02)
    days = [OPENING_DAY + timedelta(day) for day in range(365)]
    return [CATALOGUE[sku].price(day, Shop.seed) for day in days]


# --8<-- [end:task]
def cheapest(years: list[list[float]]) -> float:
    return min(map(min, years))


if __name__ == "__main__":
    with (
        LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            dashboard_address=":0",
            silence_logs="CRITICAL",
        ) as cluster,
        Client(cluster) as client,
    ):
        # --8<-- [start:job]
        # --8<-- [start:kill]
        years = client.map(year_of, CATALOGUE, key=list(CATALOGUE))
        wait(years[:20])
        victim, pid = client.run(os.getpid).popitem()
        held = client.has_what([victim])[victim]
        os.kill(pid, signal.SIGKILL)
        # --8<-- [end:kill]
        # --8<-- [start:again]
        print("Lowest of all days:", client.submit(cheapest, years).result())
        #> Lowest of all days: 47.95
        runs = Counter(sku for _, sku in client.get_events("computed"))
        print("It held results:", len(held) > 0)
        #> It held results: True
        print("Each computed again:", {runs[sku] for sku in held} == {2})
        #> Each computed again: True
        # --8<-- [end:again]
        # --8<-- [end:job]

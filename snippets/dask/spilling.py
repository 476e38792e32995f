"""Results that do not fit into memory go to disk, and come when asked for."""

from datetime import timedelta

import dask
from distributed import Client, LocalCluster, wait
from pricewatch import OPENING_DAY, Shop
from pricewatch.catalogue import CATALOGUE


def year_of(sku: str) -> list[float]:
    days = [OPENING_DAY + timedelta(day) for day in range(365)]
    return [CATALOGUE[sku].price(day, Shop.seed) for day in days]


# This worker shares its process with us: let it count its results only.
memory = "distributed.worker.memory"
with (
    dask.config.set({f"{memory}.spill": False, f"{memory}.pause": False}),
    # --8<-- [start:cluster]
    LocalCluster(
        n_workers=1,
        memory_limit="200 kB",  # of which results may fill 60 %
        processes=False,
        dashboard_address=":0",
    ) as cluster,
    # --8<-- [end:cluster]
    Client(cluster) as client,
):
    # --8<-- [start:job]
    years = client.map(year_of, CATALOGUE)
    wait(years)
    (worker,) = cluster.workers.values()
    print("In memory:", len(worker.data.memory))
    #> In memory: 9
    print("On disk:", len(worker.data.disk))
    #> On disk: 31
    print("Lowest of all days:", min(client.gather(client.map(min, years))))
    #> Lowest of all days: 47.95
    # --8<-- [end:job]

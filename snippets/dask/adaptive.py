"""An adaptive cluster starts workers while there is work, and ends them."""

import time

from distributed import Client, LocalCluster, get_worker
from pricewatch import OPENING_DAY, Shop
from pricewatch.catalogue import CATALOGUE


def price_of(sku: str) -> tuple[float, str]:
    time.sleep(0.1)
    return CATALOGUE[sku].price(OPENING_DAY, Shop.seed), get_worker().address


with (
    LocalCluster(
        n_workers=1,
        threads_per_worker=1,
        processes=False,
        dashboard_address=":0",
    ) as cluster,
    Client(cluster) as client,
):
    # --8<-- [start:job]
    cluster.adapt(minimum=1, maximum=3, interval="100ms", wait_count=1)
    found = client.gather(client.map(price_of, CATALOGUE))
    workers = len({address for _, address in found})
    print("At work:", workers)
    #> At work: 3
    while workers > 1:
        time.sleep(0.05)
        workers = len(cluster.workers)
    print("Afterwards:", workers)
    #> Afterwards: 1
    # --8<-- [end:job]

"""A worker with nothing to do takes tasks from one that has too many."""

import time

import dask
from distributed import Client, LocalCluster, get_worker
from pricewatch import OPENING_DAY, Shop
from pricewatch.catalogue import CATALOGUE, Shoe

STEALING = "distributed.scheduler.work-stealing"


def price_of(shoe: Shoe) -> tuple[float, str]:
    time.sleep(0.05)
    return shoe.price(OPENING_DAY, Shop.seed), get_worker().address


# --8<-- [start:job]
def workers_used(client: Client) -> int:
    home, _ = client.scheduler_info()["workers"]
    shoes = client.scatter(list(CATALOGUE.values()), workers=[home])
    found = client.gather(client.map(price_of, shoes))
    return len({address for _, address in found})


# --8<-- [end:job]
# --8<-- [start:compare]
for stealing in (False, True):
    with (
        dask.config.set({STEALING: stealing, f"{STEALING}-interval": "50ms"}),
        LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            processes=False,
            dashboard_address=":0",
        ) as cluster,
        Client(cluster) as client,
    ):
        print(f"Stealing {stealing}:", workers_used(client), "at work")
        #> Stealing False: 1 at work
        #> Stealing True: 2 at work
# --8<-- [end:compare]

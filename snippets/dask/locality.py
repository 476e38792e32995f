"""A task goes to the worker that holds its input; the data stays where it is."""

from datetime import timedelta

from distributed import Client, LocalCluster, get_worker, wait
from pricewatch import OPENING_DAY, Shop
from pricewatch.catalogue import CATALOGUE


def year_of(sku: str) -> list[float]:
    days = [OPENING_DAY + timedelta(day) for day in range(365)]
    return [CATALOGUE[sku].price(day, Shop.seed) for day in days]


# --8<-- [start:task]
def cheapest(year: list[float]) -> tuple[float, str]:
    return min(year), get_worker().address


# --8<-- [end:task]
with (
    LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=False,
        dashboard_address=":0",
    ) as cluster,
    Client(cluster) as client,
):
    # --8<-- [start:job]
    years = client.map(year_of, CATALOGUE)  # they stay on the workers
    wait(years)
    holders = client.who_has(years)
    found = client.gather(client.map(cheapest, years))
    ran_on = [[address] for _, address in found]
    print("Workers with years:", len(client.has_what()))
    #> Workers with years: 2
    print("Each year stayed:", ran_on == [holders[y.key] for y in years])
    #> Each year stayed: True
    print("Lowest of all days:", min(price for price, _ in found))
    #> Lowest of all days: 47.95
    # --8<-- [end:job]

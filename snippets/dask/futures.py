"""A future stands for a result on a worker; the next step finds it there."""

from dask.distributed import Client
from pricewatch import open_shop


# --8<-- [start:steps]
def fetch(sku: str) -> dict:
    with open_shop() as shop:
        return shop.get(f"/shoes/{sku}").raise_for_status().json()


def discount(shoe: dict) -> float:
    return round(shoe["price"] * 0.8, 2)


# --8<-- [end:steps]
if __name__ == "__main__":
    # --8<-- [start:chain]
    with Client(processes=False) as client:
        shoe = client.submit(fetch, "alder-runner")
        price = client.submit(discount, shoe)  # the future, not the shoe
        print("You hold a", type(shoe).__name__)
        #> You hold a Future
        print("You fetch", price.result())
        #> You fetch 92.76
    # --8<-- [end:chain]

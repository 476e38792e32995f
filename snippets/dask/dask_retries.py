"""Dask retries too: at once, whatever the error, and without a record."""

from dask.distributed import Client
from httpx import HTTPStatusError
from pricewatch import open_shop


def price_of(sku: str) -> float:
    with open_shop() as shop:
        return shop.get(f"/shoes/{sku}").raise_for_status().json()["price"]


if __name__ == "__main__":
    # --8<-- [start:retries]
    with Client(processes=False) as client:
        busy = client.submit(price_of, "alder-trail", retries=2)
        gone = client.submit(price_of, "elm-runner", retries=2)
        print("Busy:", busy.result())
        #> Busy: 139.95
        try:
            gone.result()
        except HTTPStatusError as error:
            print("Gone:", error.response.status_code)
            #> Gone: 404
    # --8<-- [end:retries]

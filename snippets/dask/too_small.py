"""Handing out a task costs more than a small task takes."""

import time

from dask.distributed import Client
from pricewatch.catalogue import CATALOGUE


def initial(sku: str) -> str:
    return sku[0].upper()


if __name__ == "__main__":
    # --8<-- [start:compare]
    with Client(processes=False) as client:
        start = time.monotonic()
        here = [initial(sku) for sku in CATALOGUE]
        between = time.monotonic()
        there = client.gather(client.map(initial, list(CATALOGUE)))
        end = time.monotonic()
    assert here == there
    loop, cluster = between - start, end - between
    print("The loop is at least ten times as fast:", loop * 10 < cluster)
    #> The loop is at least ten times as fast: True
    # --8<-- [end:compare]

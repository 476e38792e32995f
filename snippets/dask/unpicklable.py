"""What goes to a worker is pickled, and an open connection cannot be."""

import sqlite3

from dask.distributed import Client


def save(table: sqlite3.Connection, price: float) -> None: ...


if __name__ == "__main__":
    # --8<-- [start:send]
    table = sqlite3.connect(":memory:")
    with Client(processes=False) as client:
        try:
            client.submit(save, table, 115.95)
        except TypeError as error:
            print("Stopped:", error.__cause__)
            #> Stopped: cannot pickle 'sqlite3.Connection' object
    # --8<-- [end:send]
    table.close()

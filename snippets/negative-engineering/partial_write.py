"""A run that dies half-way has written half; the next run writes that half again."""

from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from pricewatch import open_shop


# --8<-- [start:job]
def watch(table: Path) -> None:
    with open_shop() as shop, table.open("a") as rows:
        for sku in ("alder-runner", "alder-trail", "alder-court"):
            answer = shop.get(f"/shoes/{sku}").raise_for_status()
            rows.write(f"{sku},{answer.json()['price']}\n")


# --8<-- [end:job]
with TemporaryDirectory() as folder:
    table = Path(folder) / "prices.csv"
    # --8<-- [start:runs]
    for run in (1, 2, 3):
        try:
            watch(table)
        except httpx.HTTPStatusError:
            print("Run", run, "crashed; somebody starts it again.")
            #> Run 1 crashed; somebody starts it again.
            #> Run 2 crashed; somebody starts it again.
    rows = table.read_text().splitlines()
    print(len(rows), "rows for", len(set(rows)), "shoes")
    #> 5 rows for 3 shoes
    # --8<-- [end:runs]

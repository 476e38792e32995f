"""Three prices, fetched and printed: the script that every pipeline starts as."""

from pricewatch import open_shop

# --8<-- [start:job]
with open_shop() as shop:
    for sku in ("alder-runner", "alder-court", "alder-slip-on"):
        shoe = shop.get(f"/shoes/{sku}").json()
        print(sku, shoe["price"])
        #> alder-runner 115.95
        #> alder-court 89.05
        #> alder-slip-on 114.95
# --8<-- [end:job]

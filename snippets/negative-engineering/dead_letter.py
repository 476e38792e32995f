"""What cannot be handled is put aside with its reason, and the run goes on."""

import httpx
from pricewatch import open_shop

# --8<-- [start:job]
prices, dead_letters = {}, {}
with open_shop() as shop:
    for sku in ("alder-runner", "cedar-high-top", "elm-runner", "alder-court"):
        try:
            answer = shop.get(f"/shoes/{sku}").raise_for_status()
            prices[sku] = answer.json()["price"]
        except httpx.HTTPStatusError as error:
            dead_letters[sku] = error.response.json()["error"]
print(len(prices), "prices;", len(dead_letters), "put aside:")
#> 2 prices; 2 put aside:
for sku, reason in dead_letters.items():
    print("-", reason)
    #> - nothing at /shoes/cedar-high-top
    #> - nothing at /shoes/elm-runner
# --8<-- [end:job]

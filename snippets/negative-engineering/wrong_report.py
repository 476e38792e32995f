"""A report made from what is left looks as right as one made from everything."""

import httpx
from pricewatch import open_shop


# --8<-- [start:report]
def cheapest(tries: int) -> str:
    prices = {}
    with open_shop() as shop:
        for shoe in shop.get("/shoes").json()["shoes"]:
            for _ in range(tries):
                answer = shop.get(f"/shoes/{shoe['sku']}")
                if answer.status_code == httpx.codes.OK:
                    prices[shoe["sku"]] = answer.json()["price"]
                    break
    sku = min(prices, key=prices.get)
    return f"{sku} for {prices[sku]} euros"


# --8<-- [end:report]
# --8<-- [start:compare]
print("Reported:", cheapest(tries=1))
#> Reported: larch-high-top for 56.65 euros
print("True:    ", cheapest(tries=3))
#> True:     hazel-slip-on for 47.95 euros
# --8<-- [end:compare]

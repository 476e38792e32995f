"""One busy page, and the run is over: what was still to come is lost."""

import httpx
from pricewatch import open_shop

# --8<-- [start:job]
prices = {}
try:
    with open_shop() as shop:
        for sku in ("alder-runner", "alder-trail", "alder-court"):
            answer = shop.get(f"/shoes/{sku}").raise_for_status()
            prices[sku] = answer.json()["price"]
except httpx.HTTPStatusError as error:
    path, status = error.request.url.path, error.response.status_code
    print("Stopped by", status, "at", path)
    #> Stopped by 503 at /shoes/alder-trail
print("Saved:", list(prices))
#> Saved: ['alder-runner']
# --8<-- [end:job]

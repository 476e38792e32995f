"""Retries by hand: which errors may pass, how long to wait, when to give up."""

import time

import httpx
from pricewatch import open_shop


# --8<-- [start:fetch]
def price_of(shop: httpx.Client, sku: str, tries: int = 3) -> float:
    for attempt in range(1, tries + 1):
        # --8<-- [start:try]
        try:
            answer = shop.get(f"/shoes/{sku}").raise_for_status()
            return answer.json()["price"]
        # --8<-- [end:try]
        # --8<-- [start:give-up]
        except httpx.HTTPStatusError as error:
            busy = error.response.status_code == httpx.codes.SERVICE_UNAVAILABLE
            if not busy or attempt == tries:
                raise
        # --8<-- [end:give-up]
        # --8<-- [start:wait]
        time.sleep(0.01 * 2**attempt)
        # --8<-- [end:wait]


# --8<-- [end:fetch]
# --8<-- [start:use]
with open_shop() as shop:
    print("alder-trail:", price_of(shop, "alder-trail"))
    #> alder-trail: 139.95
    for sku, tries in (("cedar-high-top", 3), ("hazel-slip-on", 2)):
        try:
            price_of(shop, sku, tries)
        except httpx.HTTPStatusError as error:
            print(f"{sku}: gave up on {error.response.status_code}")
            #> cedar-high-top: gave up on 404
            #> hazel-slip-on: gave up on 503
# --8<-- [end:use]

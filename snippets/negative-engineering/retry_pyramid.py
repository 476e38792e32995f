"""Retries by hand: which errors may pass, how long to wait, when to give up."""

import time

import httpx
from pricewatch import open_shop


# --8<-- [start:fetch]
def price_of(shop: httpx.Client, sku: str, tries: int = 3) -> float | None:
    for attempt in range(tries):
        # --8<-- [start:try]
        try:
            answer = shop.get(f"/shoes/{sku}").raise_for_status()
            return answer.json()["price"]
        # --8<-- [end:try]
        # --8<-- [start:give-up]
        except httpx.HTTPStatusError as error:
            if error.response.status_code == httpx.codes.NOT_FOUND:
                return None  # it will not come back
        # --8<-- [end:give-up]
        # --8<-- [start:wait]
        except httpx.TransportError:
            pass  # no answer at all: it may come back
        time.sleep(0.01 * 2**attempt)
        # --8<-- [end:wait]
    raise RuntimeError(f"{sku}: no answer after {tries} tries")


# --8<-- [end:fetch]
# --8<-- [start:use]
with open_shop() as shop:
    print("busy:", price_of(shop, "alder-trail"))
    #> busy: 139.95
    print("gone:", price_of(shop, "cedar-high-top"))
    #> gone: None
    try:
        price_of(shop, "hazel-slip-on", tries=2)
    except RuntimeError as error:
        print(error)
        #> hazel-slip-on: no answer after 2 tries
# --8<-- [end:use]

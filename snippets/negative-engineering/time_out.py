"""A time-out turns waiting for ever into an error that can be handled."""

import httpx
from pricewatch import open_shop

# --8<-- [start:job]
with open_shop(timeout=0.1) as shop:
    try:
        shop.get("/shoes/birch-court")  # a slow page: it takes 0.3 seconds
    except httpx.TimeoutException as error:
        print("No answer in time:", type(error).__name__)
        #> No answer in time: ReadTimeout
# --8<-- [end:job]

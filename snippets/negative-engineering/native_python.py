"""The same job, defended by hand: retries, waits, a log, a record of each run."""

import logging
import time
from datetime import datetime

import httpx
from pricewatch import open_shop

# --8<-- [start:job]
log = logging.getLogger("watch")
runs = []


def price_of(sku: str) -> float:
    for attempt in range(3):
        started = datetime.now()
        try:
            with open_shop() as shop:
                answer = shop.get(f"/shoes/{sku}").raise_for_status()
                price = answer.json()["price"]
        except httpx.HTTPError as error:
            log.warning("%s, try %s: %s", sku, attempt + 1, error)
            runs.append((sku, "Failed", started, datetime.now()))
            if attempt == 2:
                raise
            time.sleep(0.1)
        else:
            runs.append((sku, "Completed", started, datetime.now()))
            return price


def watch(skus: list[str]) -> dict[str, float]:
    started = datetime.now()
    try:
        prices = {sku: price_of(sku) for sku in skus}
    except Exception:
        log.exception("the run failed")
        runs.append(("watch", "Failed", started, datetime.now()))
        raise
    runs.append(("watch", "Completed", started, datetime.now()))
    return prices


# --8<-- [end:job]
if __name__ == "__main__":
    # --8<-- [start:run]
    print(watch(["alder-runner", "alder-trail", "alder-court"]))
    #> {'alder-runner': 115.95, 'alder-trail': 139.95, 'alder-court': 89.05}
    for name, state, *_ in runs:
        print(name, state)
        #> alder-runner Completed
        #> alder-trail Failed
        #> alder-trail Failed
        #> alder-trail Completed
        #> alder-court Completed
        #> watch Completed
    # --8<-- [end:run]
    try:
        watch(["elm-runner"])
    except httpx.HTTPStatusError:
        print("And a run that fails:", [state for _, state, *_ in runs[6:]])
        #> And a run that fails: ['Failed', 'Failed', 'Failed', 'Failed']

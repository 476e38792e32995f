"""A list of delays: one wait for each retry, and the last for all that follow."""

import time

from prefect import flow, task
from pricewatch import open_shop

answers, started = [], []


# --8<-- [start:task]
@task(retries=3, retry_delay_seconds=[0.01, 0.05])
def price_of(sku: str) -> float:
    started.append(time.monotonic())
    with open_shop() as shop:
        answer = shop.get(f"/shoes/{sku}")
    answers.append(answer.status_code)
    return answer.raise_for_status().json()["price"]


# --8<-- [end:task]
@flow
def watch(sku: str) -> float:
    return price_of(sku)


# --8<-- [start:count]
watch("alder-trail")
print("The shop's answers:", answers)
#> The shop's answers: [503, 503, 200]
first, second, third = started
waited = second - first >= 0.01 and third - second >= 0.05
print("Waited as told:", waited)
#> Waited as told: True
# --8<-- [end:count]

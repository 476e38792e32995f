"""A condition decides which errors are worth another try."""

from collections import defaultdict

import httpx
from prefect import flow, task
from pricewatch import open_shop

answers = defaultdict(list)


# --8<-- [start:retry]
# --8<-- [start:condition]
def may_pass(task, task_run, state) -> bool:
    error = state.data  # the exception that the task has raised
    return error.response.status_code != httpx.codes.NOT_FOUND


# --8<-- [end:condition]
# --8<-- [start:task]
@task(retries=2, retry_delay_seconds=0.01, retry_condition_fn=may_pass)
def price_of(sku: str) -> float:
    with open_shop() as shop:
        answer = shop.get(f"/shoes/{sku}")
    answers[sku].append(answer.status_code)
    return answer.raise_for_status().json()["price"]


# --8<-- [end:task]
# --8<-- [end:retry]
@flow
def watch(skus: list[str]) -> None:
    for sku in skus:
        price_of(sku, return_state=True)  # a state, and no exception


# --8<-- [start:count]
watch(["alder-trail", "elm-runner"], return_state=True)
for sku, statuses in answers.items():
    print(f"{sku}: {statuses}")
    #> alder-trail: [503, 503, 200]
    #> elm-runner: [404]
# --8<-- [end:count]

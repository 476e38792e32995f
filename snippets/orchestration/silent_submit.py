"""A submitted task that fails fails its flow only if somebody asks for its result."""

from prefect import flow, task
from pricewatch import open_shop


@task
def price_of(sku: str) -> float:
    with open_shop() as shop:
        return shop.get(f"/shoes/{sku}").raise_for_status().json()["price"]


# --8<-- [start:flows]
# --8<-- [start:waits]
@flow
def waits(sku: str):
    price_of.submit(sku).wait()


# --8<-- [end:waits]
@flow
def asks(sku: str):
    price_of.submit(sku).result()


@flow
def returns(sku: str):
    return price_of.submit(sku)


# --8<-- [end:flows]
# --8<-- [start:states]
for watch in (waits, asks, returns):
    state = watch("elm-runner", return_state=True)  # 404, for ever
    print(f"{watch.name}: {state.name}")
    #> waits: Completed
    #> asks: Failed
    #> returns: Failed
# --8<-- [end:states]

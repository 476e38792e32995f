"""A subflow that fails raises in its parent, which may catch it or ask for its state."""

from prefect import State, flow
from pricewatch import open_shop


@flow
def price_of(sku: str) -> float:
    with open_shop() as shop:
        return shop.get(f"/shoes/{sku}").raise_for_status().json()["price"]


# --8<-- [start:parents]
@flow
def calls(sku: str) -> float:
    return price_of(sku)


@flow
def looks(sku: str) -> str:
    return price_of(sku, return_state=True).name


@flow
def hands_on(sku: str) -> State:
    return price_of(sku, return_state=True)


# --8<-- [end:parents]
# --8<-- [start:states]
for watch in (calls, looks, hands_on):
    state = watch("elm-runner", return_state=True)  # it is gone
    print(f"{watch.name}: {state.name}")
    #> calls: Failed
    #> looks: Completed
    #> hands-on: Failed
# --8<-- [end:states]

"""A subflow that fails raises in its parent, which may catch it or ask for its state."""

from prefect import State, flow
from pricewatch import open_shop


# --8<-- [start:child]
@flow
def price_of(sku: str) -> float:
    with open_shop() as shop:
        answer = shop.get(f"/shoes/{sku}").raise_for_status()
        return answer.json()["price"]


# --8<-- [end:child]
# --8<-- [start:parents]
@flow
def calls(skus: list[str]):
    return [price_of(sku) for sku in skus]


@flow
def looks(skus: list[str]) -> list[str]:
    states = [price_of(sku, return_state=True) for sku in skus]
    return [state.name for state in states]


@flow
def hands_on(skus: list[str]) -> list[State]:
    return [price_of(sku, return_state=True) for sku in skus]


# --8<-- [end:parents]
# --8<-- [start:states]
for watch in (calls, looks, hands_on):
    state = watch(["alder-runner", "elm-runner"], return_state=True)
    print(f"{watch.name}: {state.name}")
    #> calls: Failed
    #> looks: Completed
    #> hands-on: Failed
# --8<-- [end:states]

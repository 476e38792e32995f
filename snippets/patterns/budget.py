"""A parent flow has a budget: so many subflows may fail before it gives up."""

from prefect import flow
from prefect.states import Completed, Failed
from pricewatch import open_shop


@flow(flow_run_name="{sku}")
def price_of(sku: str) -> float:
    with open_shop() as shop:
        answer = shop.get(f"/shoes/{sku}").raise_for_status()
        return answer.json()["price"]


# --8<-- [start:parent]
@flow
def watch(skus: list[str], budget: int):
    lost = []
    for sku in skus:
        state = price_of(sku, return_state=True)
        if state.is_failed():
            lost.append(sku)
        if len(lost) > budget:
            return Failed(message=f"Stopped at {sku}; lost: {len(lost)}")
    return Completed(message=f"Lost: {', '.join(lost) or 'none'}")


# --8<-- [end:parent]
# --8<-- [start:run]
shoes = ["elm-runner", "elm-court", "cedar-high-top"]  # two are gone
for budget in (2, 0):
    state = watch(shoes, budget, return_state=True)
    print(f"Budget {budget}: {state.name}. {state.message}")
    #> Budget 2: Completed. Lost: elm-runner, cedar-high-top
    #> Budget 0: Failed. Stopped at elm-runner; lost: 1
# --8<-- [end:run]

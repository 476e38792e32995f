"""Serving a flow makes its deployment, and stays to run what is due."""

from prefect import flow
from pricewatch import open_shop


# --8<-- [start:serve]
@flow
def watch(skus: list[str]) -> dict[str, float]:
    with open_shop() as shop:
        return {sku: shop.get(f"/shoes/{sku}").json()["price"] for sku in skus}


if __name__ == "__main__":
    watch.serve(
        name="every-minute",
        interval=60,
        parameters={"skus": ["alder-runner", "alder-court"]},
    )
# --8<-- [end:serve]

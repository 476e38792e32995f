"""What a run says goes to its log: through a logger, or by print."""

from prefect import flow, get_run_logger, task
from pricewatch import open_shop


# --8<-- [start:job]
@task(task_run_name="{sku}")
def price_of(sku: str) -> float:
    with open_shop() as shop:
        answer = shop.get(f"/shoes/{sku}").raise_for_status()
    price = answer.json()["price"]
    get_run_logger().warning("%s costs %s", sku, price)
    return price


@flow(flow_run_name="monday", log_prints=True)
def watch(skus: list[str]) -> dict[str, float]:
    print("shoes to ask for:", len(skus))  # no output: a line of the log
    return {sku: price_of(sku) for sku in skus}


# --8<-- [end:job]
if __name__ == "__main__":
    watch(["alder-runner"])

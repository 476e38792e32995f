"""The watcher as a flow of the package: a deployment names it, an image runs it; ``pip install pricewatch[flows]``."""

from httpx import codes
from prefect import flow, task

from pricewatch import open_shop
from pricewatch.catalogue import CATALOGUE


@task(retries=2, retry_delay_seconds=0.1)
def price_of(sku: str) -> float | None:
    """Return a shoe's price today in euros, or None for a shoe that is gone.

    Raises:
        httpx.HTTPStatusError: If the shop is still busy at the third try.
    """
    with open_shop() as shop:
        answer = shop.get(f"/shoes/{sku}")
    return (
        None if answer.status_code == codes.NOT_FOUND else answer.raise_for_status().json()["price"]
    )


@flow(log_prints=True)
def watch(skus: list[str] | None = None) -> dict[str, float]:
    """Return the prices of these shoes, or of all forty, by SKU; shoes that are gone are left out."""
    skus = skus or list(CATALOGUE)
    found = dict(zip(skus, price_of.map(skus).result(), strict=True))
    prices = {sku: price for sku, price in found.items() if price is not None}
    print(report(prices))
    return prices


def report(prices: dict[str, float]) -> str:
    """Say in a line how many prices there are, and which is the lowest."""
    if not prices:
        return "No shoe has a price."
    lowest = min(prices, key=prices.__getitem__)
    return f"{len(prices)} prices, the lowest is {lowest} at {prices[lowest]}"


def main() -> None:
    """Run the flow and print its report."""
    print(report(watch()))

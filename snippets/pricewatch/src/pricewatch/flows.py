"""The price watch as a Prefect flow; it needs the extra: ``pip install pricewatch[flows]``."""

from httpx import codes
from prefect import flow, task

from pricewatch import open_shop
from pricewatch.catalogue import CATALOGUE


@task(retries=2, retry_delay_seconds=0.1)
def price_of(sku: str) -> float | None:
    """Return a shoe's price today in euros, or None if the shop no longer sells the shoe.

    Raises:
        httpx.HTTPStatusError: If the shop is still busy at the third attempt.
    """
    with open_shop() as shop:
        answer = shop.get(f"/shoes/{sku}")
    return (
        None if answer.status_code == codes.NOT_FOUND else answer.raise_for_status().json()["price"]
    )


@flow(log_prints=True)
def watch(skus: list[str] | None = None) -> dict[str, float]:
    """Return today's prices in euros by SKU; shoes that are no longer sold are left out.

    Args:
        skus: The shoes to watch; by default all forty.
    """
    skus = skus or list(CATALOGUE)
    found = dict(zip(skus, price_of.map(skus).result(), strict=True))
    prices = {sku: price for sku, price in found.items() if price is not None}
    print(report(prices))
    return prices


def report(prices: dict[str, float]) -> str:
    """Return a line with the number of prices and the lowest of them."""
    if not prices:
        return "No shoe has a price."
    lowest = min(prices, key=prices.__getitem__)
    return f"{len(prices)} prices, the lowest is {lowest} at {prices[lowest]}"


def main() -> None:
    """Run the flow and print its report; the entry point of ``price-report``."""
    print(report(watch()))

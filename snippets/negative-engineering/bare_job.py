"""The job and nothing else: it works as long as nothing goes wrong."""

from pricewatch import open_shop


# --8<-- [start:job]
def price_of(sku: str) -> float:
    with open_shop() as shop:
        answer = shop.get(f"/shoes/{sku}").raise_for_status()
        return answer.json()["price"]


def watch(skus: list[str]) -> dict[str, float]:
    return {sku: price_of(sku) for sku in skus}


# --8<-- [end:job]
if __name__ == "__main__":
    print(watch(["alder-runner", "alder-court"]))
    #> {'alder-runner': 115.95, 'alder-court': 89.05}

"""A flow's parameters become what their annotations say."""

from datetime import date

from prefect import flow
from pricewatch import OPENING_DAY


# --8<-- [start:flow]
@flow
def watch(sku: str, day: date = OPENING_DAY, tries: int = 3) -> None:
    print(f"{sku} on a {day:%A}, {tries + 1} tries at most")
    #> alder-runner on a Tuesday, 6 tries at most


# --8<-- [end:flow]
if __name__ == "__main__":
    # --8<-- [start:call]
    watch("alder-runner", day="2026-01-06", tries="5")
    # --8<-- [end:call]

"""A flow's parameters become what their annotations say."""

from datetime import date

from prefect import flow


# --8<-- [start:flow]
@flow
def watch(skus: list[str], day: date, tries: int = 3) -> None:
    print(skus, "on a", f"{day:%A},", tries + 1, "tries at most")
    #> ['alder-runner'] on a Tuesday, 6 tries at most


# --8<-- [end:flow]
if __name__ == "__main__":
    # --8<-- [start:call]
    watch(skus=["alder-runner"], day="2026-01-06", tries="5")
    # --8<-- [end:call]

"""A bad parameter fails the run before its first line, and says why."""

from datetime import date

from prefect import flow
from prefect.exceptions import ParameterTypeError

begun = []


# --8<-- [start:flow]
@flow
def watch(skus: list[str], day: date) -> None:
    begun.append(day)  # the first line


watch(skus=["alder-runner"], day="2026-01-06")
try:
    watch(skus="alder-runner", day="tomorrow")
except ParameterTypeError as error:
    for line in str(error).splitlines():
        print(line)
        #> Flow run received invalid parameters:
        #>  - skus: Input should be a valid list
        #>  - day: Input should be a valid date or datetime, input is too short
print("Runs that came to the first line:", len(begun))
#> Runs that came to the first line: 1
# --8<-- [end:flow]

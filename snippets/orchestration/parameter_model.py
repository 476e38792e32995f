"""A pydantic model as a parameter: its limits hold wherever a run is started."""

from prefect import flow
from prefect.exceptions import ParameterTypeError
from pydantic import BaseModel, PositiveFloat


# --8<-- [start:model]
# --8<-- [start:limits]
class Order(BaseModel):
    skus: list[str]
    most: PositiveFloat = 100  # euros


# --8<-- [end:limits]
@flow
def watch(order: Order) -> None:
    print("Below", order.most, "euros:", *order.skus)
    #> Below 60.0 euros: alder-court elm-court


# --8<-- [end:model]
# --8<-- [start:call]
watch({"skus": ["alder-court", "elm-court"], "most": "60"})
try:
    watch({"skus": ["alder-court"], "most": -1})
except ParameterTypeError as error:
    for line in str(error).splitlines():
        print(line)
        #> Flow run received invalid parameters:
        #>  - order.most: Input should be greater than 0
# --8<-- [end:call]

"""Parameters that do not fit the flow are refused before there is a run."""

from prefect import flow, get_client
from prefect.deployments import run_deployment
from prefect.exceptions import PrefectHTTPStatusError


@flow
def watch(skus: list[str]) -> None: ...


deployment = watch.to_deployment("refusing").apply()
# --8<-- [start:refuse]
try:
    one_shoe = {"skus": "alder-runner"}  # a list of one was meant
    run_deployment("watch/refusing", parameters=one_shoe, timeout=0)
except PrefectHTTPStatusError as error:
    print(error.response.json()["detail"].partition("reason: ")[2])
    #> 'alder-runner' is not of type 'array'
# --8<-- [end:refuse]
with get_client(sync_client=True) as client:
    client.delete_deployment(deployment)

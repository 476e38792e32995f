"""An event of your own starts a run, with what it says as parameters."""

import time
from datetime import timedelta

from prefect import flow, get_client
from prefect.client.schemas.filters import DeploymentFilter
from prefect.events import DeploymentEventTrigger, emit_event


# --8<-- [start:deployment]
@flow
def order(sku: str) -> None: ...


when_cheap = DeploymentEventTrigger(
    expect={"shop.price-fell"},
    within=timedelta(hours=1),
    parameters={"sku": "{{ event.resource.id }}"},
)
deployment = order.to_deployment("when-cheap", triggers=[when_cheap]).apply()
# --8<-- [end:deployment]
this_one = DeploymentFilter(id={"any_": [deployment]})
with get_client(sync_client=True) as client:
    # --8<-- [start:emit]
    event = {"prefect.resource.id": "alder-court"}
    deadline = time.monotonic() + 240
    runs = []
    while not runs:
        assert time.monotonic() < deadline, "nothing has fired"
        emit_event("shop.price-fell", resource=event)
        emit_event("shop.price-fell", resource=event)
        time.sleep(2)
        runs = client.read_flow_runs(deployment_filter=this_one)
    print(len(runs), runs[0].state_name, runs[0].parameters)
    #> 1 Scheduled {'sku': 'alder-court'}
    # --8<-- [end:emit]
    owner = f"prefect.deployment.{deployment}"  # else its automation stays
    client.delete_resource_owned_automations(owner)
    for run in client.read_flow_runs(deployment_filter=this_one):
        client.delete_flow_run(run.id)
    client.delete_deployment(deployment)

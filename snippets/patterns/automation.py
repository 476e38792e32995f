"""An automation acts when nothing runs: here, on a run that is late."""

import time
from datetime import UTC, datetime, timedelta

from prefect import flow, get_client
from prefect.automations import Automation, EventTrigger, RunDeployment
from prefect.client.schemas.filters import DeploymentFilter
from prefect.deployments import run_deployment


@flow
def watch() -> None: ...


@flow
def alarm(late: str) -> None: ...


nightly = watch.to_deployment("forgotten").apply()
bell = alarm.to_deployment("bell").apply()

# --8<-- [start:automation]
late = EventTrigger(
    expect={"prefect.flow-run.Late"},
    match_related={"prefect.resource.id": f"prefect.deployment.{nightly}"},
)
ring = RunDeployment(
    deployment_id=bell, parameters={"late": "{{ flow_run.name }}"}
)
automation = Automation(name="late", trigger=late, actions=[ring]).create()
# --8<-- [end:automation]
this_one = DeploymentFilter(id={"any_": [bell]})
with get_client(sync_client=True) as client:
    # --8<-- [start:fire]
    # The server calls it late when it should have begun 15 seconds ago.
    due = datetime.now(UTC) - timedelta(seconds=10)
    run = run_deployment(
        "watch/forgotten",
        flow_run_name="at-six",
        scheduled_time=due,
        timeout=0,
    )
    deadline = time.monotonic() + 240
    rung = []
    while not rung:
        assert time.monotonic() < deadline, "nothing has fired"
        time.sleep(0.2)
        rung = client.read_flow_runs(deployment_filter=this_one)
    print(rung[0].parameters)
    #> {'late': 'at-six'}
    # --8<-- [end:fire]
    automation.delete()
    for flow_run in (run, *rung):
        client.delete_flow_run(flow_run.id)
    for deployment in (nightly, bell):
        client.delete_deployment(deployment)

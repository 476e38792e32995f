"""A paused deployment plans nothing, and still runs when it is asked to."""

import time

from prefect import flow, get_client
from prefect.client.schemas.filters import DeploymentFilter
from prefect.deployments import run_deployment
from prefect.schedules import Cron


@flow
def watch() -> None: ...


at_six = Cron("0 6 * * *", timezone="Europe/Berlin")
deployment = watch.to_deployment("at-six", schedule=at_six).apply()
this_one = DeploymentFilter(id={"any_": [deployment]})
with get_client(sync_client=True) as client:
    # --8<-- [start:pause]
    runs = []
    while not runs:  # the server plans every few seconds
        time.sleep(0.2)
        runs = client.read_flow_runs(deployment_filter=this_one)
    print("Planned:", len(runs))
    #> Planned: 3

    client.pause_deployment(deployment)
    runs = client.read_flow_runs(deployment_filter=this_one)
    print("Planned:", len(runs))
    #> Planned: 0
    # --8<-- [end:pause]
    # --8<-- [start:ask]
    run = run_deployment("watch/at-six", timeout=0)
    print("On demand:", run.state_name)
    #> On demand: Scheduled
    client.resume_deployment(deployment)
    # --8<-- [end:ask]
    client.delete_flow_run(run.id)
    client.delete_deployment(deployment)

"""A run that nobody takes is late: it stays scheduled, and is not an error."""

import time
from datetime import UTC, datetime, timedelta

from prefect import flow, get_client
from prefect.deployments import run_deployment


@flow
def watch() -> None: ...


deployment = watch.to_deployment("unattended").apply()
# --8<-- [start:late]
due = datetime.now(UTC) - timedelta(minutes=1)
run = run_deployment("watch/unattended", scheduled_time=due, timeout=0)
with get_client(sync_client=True) as client:
    while run.state_name != "Late":
        time.sleep(0.2)  # the server looks every five seconds
        run = client.read_flow_run(run.id)
    print(run.state_name, run.state_type.value, "tries:", run.run_count)
    #> Late SCHEDULED tries: 0
    # --8<-- [end:late]
    client.delete_flow_run(run.id)
    client.delete_deployment(deployment)

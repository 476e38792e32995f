"""Asked twice with one idempotency key, the server makes one run."""

from prefect import flow, get_client
from prefect.client.schemas.filters import DeploymentFilter
from prefect.deployments import run_deployment


@flow
def report(day: str) -> None: ...


deployment = report.to_deployment("once-a-day").apply()
this_one = DeploymentFilter(id={"any_": [deployment]})
with get_client(sync_client=True) as client:
    # --8<-- [start:ask]
    for day in ("2026-01-05", "2026-01-05", "2026-01-06"):
        run_deployment(
            "report/once-a-day",
            parameters={"day": day},
            idempotency_key=day,
            timeout=0,
        )
    runs = client.read_flow_runs(deployment_filter=this_one)
    print(sorted(run.parameters["day"] for run in runs))
    #> ['2026-01-05', '2026-01-06']
    # --8<-- [end:ask]
    for run in runs:
        client.delete_flow_run(run.id)
    client.delete_deployment(deployment)

"""Run the pipeline every night, and record each time marts are taken back."""

from flow import pipeline
from prefect import flow, serve
from prefect.artifacts import create_markdown_artifact
from prefect.events import DeploymentEventTrigger
from prefect.schedules import Cron

AT_SIX = Cron("0 6 * * *", timezone="Europe/Berlin")


# --8<-- [start:incident]
@flow(name="incident")
def incident(run: str) -> None:
    """Record that the marts have been taken back."""
    text = f"The marts were taken back in the run {run}."
    create_markdown_artifact(text, key="incidents")


taken_back = DeploymentEventTrigger(
    name="marts-taken-back",
    expect={"shop.marts-taken-back"},
    parameters={"run": "{{ flow_run.name }}"},
)


# --8<-- [end:incident]
# --8<-- [start:serve]
def serve_nightly() -> None:
    """Wait for six o'clock, and for the event, until Ctrl+C."""
    serve(
        pipeline.to_deployment("nightly", schedule=AT_SIX),
        incident.to_deployment("record", triggers=[taken_back]),
    )


# --8<-- [end:serve]

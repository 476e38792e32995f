"""Extract and load where Airbyte's platform runs: start a sync, and wait."""

import os
import time

import httpx
from prefect import task
from warehouse import PipelineError

API = os.environ.get("AIRBYTE_API", "https://api.airbyte.com/v1")
ENDED = ("succeeded", "failed", "cancelled")


# --8<-- [start:sync]
@task
def sync_on_platform(
    connection: str, timeout: float = 3600, every: float = 10
) -> int:
    """Sync a connection, and return how many rows came."""
    deadline = time.monotonic() + timeout
    with platform() as airbyte:
        job = start(airbyte, connection)
        name = f"Airbyte's job {job['jobId']}"
        while job["status"] not in ENDED:  # incomplete: it is tried again
            if time.monotonic() > deadline:
                slow = f"{name} is {job['status']} after {timeout:g} s"
                raise PipelineError(f"{slow}; nobody waits for it any more")
            time.sleep(every)
            job = look(airbyte, job)
    if job["status"] != "succeeded":
        raise PipelineError(f"{name} has {job['status']}; its log is there")
    return job.get("rowsSynced", 0)


# --8<-- [end:sync]
# --8<-- [start:calls]
def start(airbyte: httpx.Client, connection: str) -> dict:
    """Ask for a sync, once: asked twice, it might run twice."""
    wanted = {"connectionId": connection, "jobType": "sync"}
    try:
        answer = airbyte.post("jobs", json=wanted)
        return answer.raise_for_status().json()
    except httpx.HTTPError as error:
        why = str(error).splitlines()[0]
        raise PipelineError(f"Airbyte at {API}: {why}") from None


def look(airbyte: httpx.Client, job: dict) -> dict:
    """Return a job as it is now, or as it was if there is no answer."""
    try:
        answer = airbyte.get(f"jobs/{job['jobId']}")
        return answer.raise_for_status().json()
    except httpx.HTTPError:
        return job


# --8<-- [end:calls]
def platform() -> httpx.Client:
    """Return a client that shows its token."""
    headers = {"Authorization": f"Bearer {os.environ.get('AIRBYTE_TOKEN')}"}
    return httpx.Client(base_url=API, headers=headers)

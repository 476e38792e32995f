"""A sync that Airbyte's platform runs is started once, waited for, and fails when it fails."""

import time
from functools import partial

import pytest

from tests.support.airbyte_api import airbyte
from tests.support.pipelines import Pipeline, demo
from tests.support.servers import free_port

__all__ = ["demo"]
CONNECTION = "9924bcd0-99be-453d-ba47-c2c9766f7da5"


@pytest.fixture
def sync(demo, monkeypatch):
    """The task in a flow, told where its platform is; it returns a state."""
    from prefect import flow

    monkeypatch.setenv("AIRBYTE_TOKEN", "t0ken")

    @flow
    def sync_at(address: str, **settings):
        monkeypatch.setenv("AIRBYTE_API", address)
        return demo("airbyte_platform").sync_on_platform(CONNECTION, every=0.05, **settings)

    return partial(sync_at, return_state=True)


def test_sync_is_waited_for(sync):
    """It is asked for once and looked at until it has succeeded: also while it is tried again, or nothing answers."""
    with airbyte("pending", "running", 503, "incomplete", "running", "succeeded") as (
        address,
        asked,
    ):
        assert sync(address).result() == 148
    wanted = {"connectionId": CONNECTION, "jobType": "sync"}
    assert asked[0] == ("POST", "/v1/jobs", wanted, "Bearer t0ken")
    assert asked[1:] == [("GET", "/v1/jobs/42", None, "Bearer t0ken")] * 5


@pytest.mark.parametrize("end", ["failed", "cancelled"])
def test_sync_that_failed_fails(sync, end):
    """A sync that has failed, or was cancelled, is not asked about any more: the task fails, and says so."""
    with airbyte("running", end) as (address, asked):
        state = sync(address)
    assert state.is_failed() and state.message.endswith(
        f"PipelineError: Airbyte's job 42 has {end}; its log is there"
    )
    assert len(asked) == 2


def test_sync_that_hangs_is_left(sync):
    """A sync that never ends fails its task after the time-out."""
    began = time.monotonic()
    with airbyte("running") as (address, asked):
        state = sync(address, timeout=3)
    assert state.is_failed() and "Airbyte's job 42 is running after 3 s" in state.message
    assert time.monotonic() - began < 60
    assert len(asked) > 1


def test_refusal_is_one_line(sync):
    """A platform that does not take the token is not asked again."""
    with airbyte(401) as (address, asked):
        message = sync(address).message
    assert message.endswith(
        f"Airbyte at {address}: Client error '401 Unauthorized' for url '{address}/jobs'"
    )
    assert len(asked) == 1


def test_silent_platform_is_one_line(sync):
    """Where no platform answers, the message says which."""
    address = f"http://127.0.0.1:{free_port()}/v1"
    assert f"PipelineError: Airbyte at {address}: " in sync(address).message


def test_flow_stops_where_its_sync_failed(prefect_server, tmp_path):
    """The flow has the platform load if it is given a connection; what has failed there ends it, in one line."""
    with airbyte("failed") as (address, asked):
        pipeline = Pipeline(
            tmp_path, prefect_server, AIRBYTE_API=address, AIRBYTE_CONNECTION=CONNECTION
        )
        done = pipeline.run(AIRBYTE_PYTHON="/not/needed")
    assert (done.returncode, done.stderr) == (
        1,
        "pipeline: Airbyte's job 42 has failed; its log is there\n",
    )
    assert len(asked) == 1
    assert "2/4" not in done.stdout

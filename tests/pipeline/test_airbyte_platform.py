"""A sync that Airbyte's platform runs is started once, waited for, and fails when it fails."""

import re
import time
from contextlib import contextmanager
from datetime import date
from functools import partial

import pytest
from pytest_httpserver import HTTPServer

from tests.support.servers import free_port

CONNECTION = "9924bcd0-99be-453d-ba47-c2c9766f7da5"
JOB = {"jobId": 42, "jobType": "sync", "rowsSynced": 148}
ANY = re.compile(".*")


@contextmanager
def airbyte(*answers: str | int):
    """Serve the platform: answer in turn with a job's status or an HTTP error's, the last for ever.

    Its API is below ``url_for("/v1")``.
    """
    with HTTPServer("127.0.0.1") as platform:
        handlers = [platform.expect_oneshot_request(ANY) for _ in answers[1:]]
        for handler, answer in zip([*handlers, platform.expect_request(ANY)], answers, strict=True):
            if isinstance(answer, int):
                handler.respond_with_data(status=answer)
            else:
                handler.respond_with_json({**JOB, "status": answer})
        yield platform


@pytest.fixture
def sync(demo, monkeypatch):
    """The task in a flow that is given the platform's address; it returns a state."""
    from prefect import flow

    monkeypatch.setenv("AIRBYTE_TOKEN", "t0ken")

    @flow
    def sync_at(address: str, **settings):
        monkeypatch.setenv("AIRBYTE_API", address)
        return demo("airbyte_platform").sync_on_platform(CONNECTION, every=0.05, **settings)

    return partial(sync_at, return_state=True)


def test_sync_is_waited_for(sync):
    """One request starts it; it is looked at until it has succeeded, whatever happens meanwhile."""
    with airbyte("pending", "running", 503, "incomplete", "running", "succeeded") as platform:
        assert sync(platform.url_for("/v1")).result() == 148
    (started, _), *looks = platform.log
    assert (started.method, started.path) == ("POST", "/v1/jobs")
    assert started.json == {"connectionId": CONNECTION, "jobType": "sync"}
    assert [(look.method, look.path) for look, _ in looks] == [("GET", "/v1/jobs/42")] * 5
    assert {each.headers["Authorization"] for each, _ in platform.log} == {"Bearer t0ken"}


@pytest.mark.parametrize(
    ("answers", "settings", "message", "requests"),
    [
        (("running", "failed"), {}, "Airbyte's job 42 has failed; its log is there$", 2),
        (("running", "cancelled"), {}, "Airbyte's job 42 has cancelled; its log is there$", 2),
        ((401,), {}, "Airbyte at URL: Client error '401 .* for url 'URL/jobs'$", 1),
        (("running",), {"timeout": 1}, "Airbyte's job 42 is running after 1 s", None),
    ],
)
def test_sync_that_fails_is_one_line(sync, answers, settings, message, requests):
    """A sync that has failed, or is refused, is not asked for again; one that hangs is left."""
    began = time.monotonic()
    with airbyte(*answers) as platform:
        address = platform.url_for("/v1")
        state = sync(address, **settings)
    assert state.is_failed()
    assert re.search("PipelineError: " + message.replace("URL", address), state.message)
    assert len(platform.log) == requests if requests else len(platform.log) > 1
    assert time.monotonic() - began < 60


def test_silent_platform_is_one_line(sync):
    """Where no platform answers, the message says which."""
    address = f"http://127.0.0.1:{free_port()}/v1"
    assert f"PipelineError: Airbyte at {address}: " in sync(address).message


def test_flow_has_the_platform_load(demo, monkeypatch):
    """The flow's first step is the platform's if there is a connection; no connector is needed."""
    from prefect import flow

    monkeypatch.setenv("AIRBYTE_CONNECTION", CONNECTION)
    monkeypatch.setenv("AIRBYTE_PYTHON", "/not/needed")
    with airbyte("succeeded") as platform:
        monkeypatch.setenv("AIRBYTE_API", platform.url_for("/v1"))
        extract = demo("extract")
        assert extract.next_day("duckdb") == extract.FIRST
        assert flow(extract.extract)("duckdb", date(2026, 1, 18)) == 148
    assert platform.log[0][0].json["connectionId"] == CONNECTION

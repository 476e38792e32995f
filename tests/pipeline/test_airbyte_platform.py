"""A sync that Airbyte's platform runs is started once, waited for, and fails when it fails."""

import re
from datetime import date
from functools import partial

import pytest

from tests.support.servers import free_port

CONNECTION = "9924bcd0-99be-453d-ba47-c2c9766f7da5"
JOB = {"jobId": 42, "jobType": "sync", "rowsSynced": 148}
ANY = re.compile(".*")


def answer(platform, *answers):
    """Answer in turn with a job's status or an HTTP error's, the last for ever."""
    requests = [platform.expect_oneshot_request(ANY) for _ in answers[1:]]
    for request, status in zip([*requests, platform.expect_request(ANY)], answers, strict=True):
        if isinstance(status, int):
            request.respond_with_data(status=status)
        else:
            request.respond_with_json({**JOB, "status": status})


@pytest.fixture
def sync(demo, httpserver, monkeypatch):
    """The task in a flow that is given the platform's address; it returns a state."""
    from prefect import flow

    monkeypatch.setenv("AIRBYTE_TOKEN", "t0ken")

    @flow
    def sync_at(address: str, **settings):
        monkeypatch.setenv("AIRBYTE_API", address)
        return demo("airbyte_platform").sync_on_platform(CONNECTION, every=0.05, **settings)

    return partial(sync_at, return_state=True)


def test_sync_is_waited_for(sync, httpserver):
    """One request starts it; it is looked at until it has succeeded, whatever happens meanwhile."""
    answer(httpserver, "pending", "running", 503, "incomplete", "running", "succeeded")
    assert sync(httpserver.url_for("/v1")).result() == 148
    (started, _), *looks = httpserver.log
    assert (started.method, started.path) == ("POST", "/v1/jobs")
    assert started.json == {"connectionId": CONNECTION, "jobType": "sync"}
    assert [(look.method, look.path) for look, _ in looks] == [("GET", "/v1/jobs/42")] * 5
    assert {each.headers["Authorization"] for each, _ in httpserver.log} == {"Bearer t0ken"}


@pytest.mark.parametrize(
    ("answers", "settings", "message", "requests"),
    [
        (("running", "failed"), {}, "Airbyte's job 42 has failed; its log is there$", 2),
        (("running", "cancelled"), {}, "Airbyte's job 42 has cancelled; its log is there$", 2),
        ((401,), {}, "Airbyte at URL: Client error '401 .* for url 'URL/jobs'$", 1),
        (("running",), {"timeout": 0}, "Airbyte's job 42 is running after 0 s", 1),
        ((), {}, "Airbyte at URL: ", 0),  # nothing answers
    ],
)
def test_sync_that_fails_is_one_line(sync, httpserver, answers, settings, message, requests):
    """A sync that has failed, or is refused, is not asked for again; one that hangs is left."""
    address = httpserver.url_for("/v1") if answers else f"http://127.0.0.1:{free_port()}/v1"
    if answers:
        answer(httpserver, *answers)
    state = sync(address, **settings)
    assert state.is_failed()
    assert re.search("PipelineError: " + message.replace("URL", address), state.message)
    assert len(httpserver.log) == requests


def test_flow_has_the_platform_load(demo, httpserver, monkeypatch):
    """The flow's first step is the platform's if there is a connection; no connector is needed."""
    from prefect import flow

    monkeypatch.setenv("AIRBYTE_CONNECTION", CONNECTION)
    monkeypatch.setenv("AIRBYTE_PYTHON", "/not/needed")
    monkeypatch.setenv("AIRBYTE_API", httpserver.url_for("/v1"))
    answer(httpserver, "succeeded")
    extract = demo("extract")
    assert extract.next_day("duckdb") == extract.FIRST
    assert flow(extract.extract)("duckdb", date(2026, 1, 18)) == 148
    assert httpserver.log[0][0].json["connectionId"] == CONNECTION

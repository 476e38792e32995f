"""Stand in for Airbyte's platform: the endpoints that start a sync and show how it goes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from pytest_httpserver import HTTPServer

JOB = {"jobId": 42, "jobType": "sync", "rowsSynced": 148}
ANY = re.compile(".*")


@contextmanager
def airbyte(*answers: str | int) -> Iterator[HTTPServer]:
    """Serve the platform while the block lasts; its API is below ``url_for("/v1")``.

    Args:
        *answers: What is answered in turn, the last of them for ever: the status of the job, or
            the HTTP status of an error.
    """
    with HTTPServer("127.0.0.1") as platform:
        handlers = [platform.expect_oneshot_request(ANY) for _ in answers[1:]]
        for handler, answer in zip([*handlers, platform.expect_request(ANY)], answers, strict=True):
            if isinstance(answer, int):
                handler.respond_with_data(status=answer)
            else:
                handler.respond_with_json({**JOB, "status": answer})
        yield platform

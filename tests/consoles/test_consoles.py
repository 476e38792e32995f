"""Each transcript that needs neither Docker nor the whole pipeline is replayed in a checkout."""

from urllib.parse import urlsplit

import pytest

from tests.support.servers import free_port
from tests.support.transcripts import CERTIFICATE, NEED_DOCKER, TRANSCRIPTS, Shell

PIPELINE = ["pipeline/pipeline", "pipeline/snowflake"]


@pytest.mark.parametrize("name", [n for n in TRANSCRIPTS if n not in NEED_DOCKER + PIPELINE])
def test_transcript(name, prefect_server, tmp_path):
    """What a reader types prints what the transcript shows."""
    ports = {"4200": str(urlsplit(prefect_server).port), "8787": free_port()}
    with Shell(tmp_path, ports, **CERTIFICATE) as shell:
        shell.replay(name)

"""Each transcript that needs neither Docker nor the whole pipeline is replayed in a checkout."""

from urllib.parse import urlsplit

import pytest

from tests.support.servers import free_port
from tests.support.transcripts import CERTIFICATE, TRANSCRIPTS, Shell

ON_THIS_MACHINE = [t for t in TRANSCRIPTS if not t.needs_docker and "$ make pip" not in t.text]


@pytest.mark.parametrize("transcript", ON_THIS_MACHINE, ids=str)
def test_transcript(transcript, prefect_server, tmp_path):
    """What a reader types prints what the transcript shows."""
    ports = {"4200": str(urlsplit(prefect_server).port), "8787": free_port()}
    with Shell(tmp_path, ports, **CERTIFICATE) as shell:
        shell.replay(transcript)

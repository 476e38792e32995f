"""The class starts beside other programs, or names the one that holds a port that it needs."""

import os
import socket

from tests.support.engines import PROJECT, classroom, docker
from tests.support.transcripts import moved


def test_a_port_that_the_class_needs_is_named(engine, class_ports):
    """A port that is taken is named with its program, before anything is started."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        (line,) = classroom("up", moved({**class_ports, "5000": port}), 1).splitlines()
    assert line.startswith(f"✕ Port {port}: in use by ")
    assert ", but the class needs this port (or use another port: export REGISTRY_PORT=" in line
    assert line.endswith(f"; fix it with: kill {os.getpid()}")
    assert not docker("ps", "--all", "--quiet", "--filter", PROJECT)

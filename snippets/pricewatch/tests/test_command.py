"""`python -m pricewatch` opens the shop, and says in one line what it cannot do."""

import signal
import subprocess
import sys

import httpx
import pytest
from pricewatch import Shop
from pricewatch.__main__ import main
from pricewatch.server import serving

COMMAND = [sys.executable, "-m", "pricewatch"]


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["--port", "99999"], "argument --port: '99999' is not a port from 0 to 65535"),
        (["--port", "http"], "argument --port: 'http' is not a port from 0 to 65535"),
        (["--seed", "x"], "argument --seed: invalid int value: 'x'"),
        (["--slow", "nan"], "argument --slow: 'nan' is not a number of seconds, 0 or more"),
        (["--day-seconds", "-1"], "argument --day-seconds: '-1' is not a number of seconds, 0 or more"),
        (["--slow", "soon"], "argument --slow: 'soon' is not a number of seconds, 0 or more"),
        (["clog"], "unrecognized arguments: clog"),
    ],
)
def test_bad_arguments(arguments, message, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert capsys.readouterr().err == f"flaky-shop: {message} (see --help)\n"


def test_taken_port(capsys):
    with serving(Shop()) as url:
        port = url.rpartition(":")[2]
        assert main(["--port", port]) == 1
    assert capsys.readouterr().err == f"flaky-shop: port {port}: Address already in use; try --port 0\n"


def test_opens_and_closes():
    with subprocess.Popen(
        [*COMMAND, "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as shop:
        url = shop.stdout.readline().split()[6]
        assert len(httpx.get(f"{url}/shoes").json()["shoes"]) == 40
        shop.send_signal(signal.SIGINT)
        assert shop.wait(10) == 0
        assert shop.stdout.read() == "The flaky shop is closed.\n"


def test_serves_in_this_process(monkeypatch, capsys):
    def interrupted(server, poll_interval=0.5):
        raise KeyboardInterrupt

    monkeypatch.setattr("pricewatch.server.ThreadingServer.serve_forever", interrupted)
    assert main(["--port", "0"]) == 0
    assert capsys.readouterr().out.splitlines()[1] == "The flaky shop is closed."

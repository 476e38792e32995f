"""`python -m pricewatch` opens the shop, and reports wrong arguments in one line."""

import re
import runpy
import signal
import subprocess
import sys
import tomllib
from pathlib import Path
from pkgutil import resolve_name

import httpx
import pytest
from pricewatch import Shop
from pricewatch.__main__ import main, make_parser
from pricewatch.server import serving

PROJECT = Path(__file__).parent.parent
COMMAND = [sys.executable, "-m", "pricewatch"]


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["--port", "99999"], "argument --port: '99999' is not a port from 0 to 65535"),
        (["--port", "http"], "argument --port: 'http' is not a port from 0 to 65535"),
        (["--seed", "x"], "argument --seed: invalid int value: 'x'"),
        (["--slow", "nan"], "argument --slow: 'nan' is not a number of seconds, 0 or more"),
        (
            ["--day-seconds", "-1"],
            "argument --day-seconds: '-1' is not a number of seconds, 0 or more",
        ),
        (["--slow", "soon"], "argument --slow: 'soon' is not a number of seconds, 0 or more"),
        (
            ["--mistake", "rain"],
            "argument --mistake: invalid choice: 'rain' (choose from 'cents', 'text', 'twice')",
        ),
        (["clog"], "unrecognized arguments: clog"),
    ],
)
def test_bad_arguments(arguments, message, capsys):
    """Each wrong argument is named in one line, with exit code 2."""
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert capsys.readouterr().err == f"flaky-shop: {message} (see --help)\n"


def test_taken_port(capsys):
    """A port that another program holds is named, with a way out."""
    with serving(Shop()) as url:
        port = url.rpartition(":")[2]
        assert main(["--port", port]) == 1
    assert (
        capsys.readouterr().err
        == f"flaky-shop: port {port}: Address already in use; try --port 0\n"
    )


def test_help_lists_the_defaults():
    """`--help` shows the defaults that the parser has."""
    text = " ".join(make_parser().format_help().split())
    options = vars(make_parser().parse_args([]))
    for name in ("port", "seed", "slow"):
        assert f"(default: {options[name]})" in text
    assert vars(make_parser().parse_args(["--slow", "1.5"]))["slow"] == 1.5


def test_readme_is_true():
    """Each address in the README's table answers, and its command is one that works."""
    readme = (PROJECT / "README.md").read_text("utf-8")
    (arguments,) = re.findall(r"python -m pricewatch (.+)", readme)
    assert make_parser().parse_args(arguments.split()).seed == Shop.seed
    with serving(Shop()) as url:
        for path in re.findall(r"^\| `(/[^`]*)` \|", readme, re.M):
            path = path.replace("SKU", "alder-runner")
            answer = [httpx.get(url + path) for _ in range(3)][-1]
            assert answer.status_code == 200
            assert path.partition("=")[2] in answer.text


def test_entry_points_lead_to_the_commands():
    """The commands that the package installs exist, and the README lists all of them."""
    scripts = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]["scripts"]
    commands = {name: resolve_name(target) for name, target in scripts.items()}
    assert commands == {"flaky-shop": main, "price-report": resolve_name("pricewatch.flows:main")}
    readme = (PROJECT / "README.md").read_text("utf-8")
    assert set(re.findall(r"^\| `(\w[^`]*)` \|", readme, re.M)) == set(scripts)


def test_runs_as_a_module(monkeypatch):
    """`python -m pricewatch` passes the exit code on."""
    monkeypatch.setattr(sys, "argv", ["pricewatch", "--port", "x"])
    monkeypatch.delitem(sys.modules, "pricewatch.__main__")
    with pytest.raises(SystemExit) as stopped:
        runpy.run_module("pricewatch", run_name="__main__")
    assert stopped.value.code == 2


def test_opens_and_closes():
    """The shop opens on a free port, and closes on Ctrl+C with exit code 0."""
    with subprocess.Popen(
        [*COMMAND, "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as shop:
        url = shop.stdout.readline().split()[6]
        assert len(httpx.get(f"{url}/shoes").json()["shoes"]) == 40
        shop.send_signal(signal.SIGINT)
        assert shop.wait(10) == 0
        assert shop.stdout.read() == "The flaky shop is closed.\n"


def test_serves_in_this_process(monkeypatch, capsys):
    """Ctrl+C is no error: the shop says that it is closed."""

    def interrupted(server, poll_interval=0.5):
        raise KeyboardInterrupt

    monkeypatch.setattr("pricewatch.server.ThreadingServer.serve_forever", interrupted)
    assert main(["--port", "0"]) == 0
    assert capsys.readouterr().out.splitlines()[1] == "The flaky shop is closed."

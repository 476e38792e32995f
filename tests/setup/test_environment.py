"""What learners have set up for other work reaches no process of the course."""

import json
import os
import subprocess
from pathlib import Path

from course.paths import SNIPPETS, VENV, python_of
from course.setup import environment

CLOUD = "https://api.prefect.cloud/api/accounts/1/workspaces/2"
SETTINGS = "import json, os; print(json.dumps({**os.environ}))"
LOOKED_AT = ("PREFECT", "NO_PROXY", "no_proxy")


def run(*command: str | Path, **env: str) -> subprocess.CompletedProcess:
    """Run a command of `.venv` with a learner's variables, and none of the suite's for Prefect."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT")}
    own = {name: value for name, value in own.items() if "proxy" not in name.lower()}
    return subprocess.run(list(map(str, command)), env=own | env, capture_output=True, text=True)


def seen(**env: str) -> dict[str, str]:
    """Return what a process of `.venv` sees of Prefect's settings and of proxies."""
    settings = json.loads(run(python_of(), "-c", SETTINGS, **env).stdout)
    return {name: value for name, value in settings.items() if name.startswith(LOOKED_AT)}


def test_a_process_has_the_courses_home():
    """Profiles and log-ins of other work do not count; nothing is asked; Cloud gets no run."""
    own = {"PREFECT_HOME": str(VENV.parent / ".prefect"), "PREFECT_CLI_PROMPT": "false"}
    env = {"PREFECT_API_URL": CLOUD, "PREFECT_API_KEY": "secret", "PREFECT_PROFILE": "company"}
    assert seen(**env) == seen(PREFECT_API_URL="") == own
    line = f"course: PREFECT_API_URL names Prefect Cloud ({CLOUD}); the course ignores it "
    assert run(python_of(), "-c", "", **env).stderr.startswith(line)
    chosen = {"PREFECT_HOME": "/mine", "PREFECT_PROFILE": "p", "PREFECT_API_URL": "http://x/api"}
    assert seen(**chosen) == {**own, **chosen}


def test_a_flow_does_not_ask_the_proxy(httpserver, prefect_server, own_home):
    """A flow reaches its server on this machine, whatever proxy the terminal names."""
    httpserver.no_handler_status_code = 502  # a company's proxy does not know this machine
    proxies = dict.fromkeys(("http_proxy", "HTTPS_PROXY", "ALL_PROXY"), httpserver.url_for(""))
    env = {**proxies, "no_proxy": "mirror", "PREFECT_API_URL": prefect_server}
    flow = SNIPPETS / "orchestration/watch_prices.py"
    done = run(python_of(), flow, **env, PREFECT_HOME=str(own_home))
    assert done.returncode == 0, done.stderr
    assert httpserver.log == []
    settings = seen(**env)
    assert settings["NO_PROXY"] == settings["no_proxy"] == f"mirror,{environment.THIS_MACHINE}"


def test_the_systems_proxies_stay_in_use():
    """On macOS and Windows they are copied, since exceptions in the environment replace them."""
    found = {"http": "http://proxy:1", "https": "http://proxy:2", "no": "x"}
    environ = {"PATH": "/bin"}
    environment.use_system_proxies(environ, found, ["*.corp", "mirror", "<local>"])
    environment.spare_this_machine(environ)
    assert environ == {
        "PATH": "/bin",
        "http_proxy": "http://proxy:1",
        "https_proxy": "http://proxy:2",
        "no_proxy": f".corp,mirror,{environment.THIS_MACHINE}",
        "NO_PROXY": f".corp,mirror,{environment.THIS_MACHINE}",
    }
    own = {"HTTP_PROXY": "http://mine", "no_proxy": "*"}
    environment.use_system_proxies(own, found, [])
    environment.spare_this_machine(own)
    assert own == {"HTTP_PROXY": "http://mine", "no_proxy": "*", "NO_PROXY": "*"}
    without: dict[str, str] = {}
    environment.spare_this_machine(without)
    assert without == {}


def test_a_socks_proxy_is_forgotten():
    """It would stop Prefect's client, even for requests that no proxy is asked for."""
    assert "ALL_PROXY" not in json.loads(
        run(python_of(), "-c", SETTINGS, ALL_PROXY="socks5h://127.0.0.1:1080").stdout
    )


def test_a_checkout_that_cannot_be_written_has_a_home(tmp_path):
    """Prefect's home is then below the folder for temporary files; otherwise in the checkout."""
    assert environment.home(str(tmp_path)) == str(tmp_path / ".prefect")
    assert Path(environment.home(str(tmp_path / "nowhere"))).name.startswith("prefect-course-")

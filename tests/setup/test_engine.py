"""The container engine: what is missing is named, with what fixes it; tests/docker has real ones.

A shell script stands for the docker command, because no machine has Podman, SELinux and Docker.
"""

import platform
import shutil
import subprocess

import pytest

from course.paths import SNIPPETS
from course.setup import engine, shell
from tests.support.findings import line
from tests.support.programs import program

WITHOUT = ", so you cannot run the containers of modules 4, 5 and 7"
SILENT = "! Docker: its engine does not answer"
BREW = "fix it with: brew install --cask docker-desktop"
WINGET = "fix it with: winget install --exact --id Docker.DockerDesktop"


@pytest.fixture
def client(tmp_path, monkeypatch):
    """Return what writes a program; nothing else is on PATH, and Docker has no settings."""
    for name in ("DOCKER_HOST", "DOCKER_CONTEXT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "config"))

    def write(code: str, name: str = "docker") -> None:
        program(tmp_path / name, code)

    return write


@pytest.mark.parametrize(
    ("system", "tool", "expected"),
    [
        ("Linux", "", f"{WITHOUT}; see https://docs.docker.com/get-started/get-docker"),
        ("Linux", "apt", f"{WITHOUT}; fix it with: sudo apt install docker.io && mkdir -p "),
        ("Darwin", "brew", f"{WITHOUT}; {BREW}"),
        ("Darwin", "", f"{WITHOUT}; see https://docs.docker.com/get-started/get-docker"),
        ("Windows", "", f"{WITHOUT}; {WINGET}"),
    ],
)
def test_there_is_no_docker(system, tool, expected, client, monkeypatch):
    """Without the command, the class goes on; each system has a way to install it."""
    monkeypatch.setattr(shell, "SYSTEM", system)
    if tool:
        client("", tool)
    assert line(engine.containers(), f"! Docker: there is no docker command{expected}")


@pytest.mark.parametrize(
    ("code", "variable", "system", "expected"),
    [
        (
            "echo permission denied; exit 1",
            "",
            "Linux",
            f"! Docker: your user may not use it{WITHOUT}",
        ),
        (
            "echo no; exit 1",
            "",
            "Linux",
            f"{SILENT}{WITHOUT}; fix it with: sudo service docker sta",
        ),
        ("echo no; exit 1", "", "Darwin", f"{SILENT}{WITHOUT}; fix it with: open -a Docker"),
        ("echo no; exit 1", "", "Windows", f'{SILENT}{WITHOUT}; fix it with: & "$Env:ProgramFiles'),
        ("echo no; exit 1", "HOST", "Linux", f"{SILENT}{WITHOUT}; fix it with: unset DOCKER_HOST"),
        (
            "echo no; exit 1",
            "CONTEXT",
            "Windows",
            f"{SILENT}{WITHOUT}; fix it with: Remove-Item Env",
        ),
    ],
)
def test_an_engine_that_does_not_answer(code, variable, system, expected, client, monkeypatch):
    """No permission and a silent engine are warnings with what the reader misses."""
    monkeypatch.setattr(shell, "SYSTEM", system)
    monkeypatch.setattr(platform, "release", lambda: "6.8.0")
    if variable:
        monkeypatch.setenv(f"DOCKER_{variable}", "nobody")
    client(code)
    found = line(engine.containers(), expected)
    assert "permission" not in code or found.endswith(
        'fix it with: sudo usermod -aG docker "$USER"'
    )


WSL = "; start Docker Desktop on Windows, and switch on Settings > Resources > WSL integration"


@pytest.mark.parametrize(
    ("context", "release", "fix"),
    [
        ("default", "6.8.0", "; fix it with: sudo service docker start"),
        ("rootless", "6.8.0", "; fix it with: systemctl --user start docker"),
        ("desktop-linux", "6.8.0", "; fix it with: systemctl --user start docker-desktop"),
        ("default", "5.15.167.4-microsoft-standard-WSL2", WSL),
    ],
)
def test_each_engine_of_linux_is_started_in_its_way(context, release, fix, client, monkeypatch):
    """Docker's context tells an engine without root and Docker Desktop, the kernel tells WSL."""
    monkeypatch.setattr(shell, "SYSTEM", "Linux")
    monkeypatch.setattr(platform, "release", lambda: release)
    client(f'test "$*" = "context show" && echo {context} && exit; exit 1')
    assert line(engine.containers(), SILENT) == f"{SILENT}{WITHOUT}{fix}"


ANSWERS = """case "$*" in
    "version --format"*) test "{version}" = "Podman Engine" && exit 125; echo 28.2.2 ;;
    version) echo "{version}" ;;
    "compose version"*) echo 2.40.3 ;;
    info*) echo '{info}' ;;
    "image ls"*) printf '{images}' ;;
esac"""
IMAGES = "prefecthq/prefect:3.8.8-python3.11\nregistry:2\n"
PODMANS = "docker.io/prefecthq/prefect:3.8.8-python3.11\ndocker.io/library/registry:2\n"
SECURE = '{"SecurityOptions": ["name=seccomp,profile=default", "name=%s"]}'


@pytest.mark.parametrize(
    ("version", "info", "images", "expected"),
    [
        ("Docker Engine - Community", "{}", IMAGES, ""),
        ("Podman Engine", "{}", PODMANS, "! Podman: it answers instead of Docker's engine; "),
        ("Docker", SECURE % "rootless", IMAGES, "✓ Rootless: the engine runs without root, "),
        ("Docker", SECURE % "selinux", IMAGES, "! SELinux: it keeps containers from reading the "),
        ("Docker", "{}", "registry:2\n", "! Images: still to be pulled: prefecthq/prefect:3.8.8-"),
    ],
)
def test_what_is_special_about_an_engine(version, info, images, expected, client):
    """Podman, an engine without root, SELinux and images that are to be pulled get a line."""
    client(ANSWERS.format(version=version, info=info, images=images.replace("\n", "\\n")))
    first, *more = map(str, engine.containers())
    assert first == f"✓ Docker: engine {'Podman' if 'Pod' in version else '28.2.2'} answers"
    assert [found[: len(expected)] for found in more] == ([expected] if expected else [])


def test_the_fixes_of_an_engine(client, monkeypatch, tmp_path):
    """Who has logged in need not pull beforehand; a folder with its label need not get one."""
    client(ANSWERS.format(version="Docker", info=SECURE % "selinux", images=""))
    pull = line(
        engine.containers(), "! Images: still to be pulled: prefecthq/prefect:3.8.8-python3.11, reg"
    )
    both = "docker pull prefecthq/prefect:3.8.8-python3.11 && docker pull registry:2"
    assert pull.endswith(f"; fix it with: {both}")
    label = f"; fix it with: chcon -R -t container_file_t {SNIPPETS}"
    assert line(engine.containers(), "! SELinux").endswith(label)
    assert "container_file_t" not in engine.label(SNIPPETS)
    monkeypatch.setattr(engine, "label", lambda folder: "u:object_r:container_file_t:s0")
    (tmp_path / "config").mkdir()
    (tmp_path / "config/config.json").write_text('{"auths": {"https://hub/v1/": {}}}')
    assert [found.ok for found in engine.containers()] == [True]


def test_compose_is_added(client, monkeypatch, tmp_path):
    """Where docker has no Compose, the fix adds the one that .venv has, without a network."""
    missing = 'test -x "$DOCKER_CONFIG/cli-plugins/docker-compose" && echo 5 && exit; exit 1'
    client(f'case "$*" in compose*) {missing} ;; *) echo 28 ;; esac')
    found = line(engine.compose(), "! Docker Compose: docker compose does not work, and the pages")
    with monkeypatch.context() as patch:
        patch.setenv("PATH", "/usr/bin:/bin")
        subprocess.run(found.partition("fix it with: ")[2], shell=True, check=True)
    assert not list(engine.compose())
    with monkeypatch.context() as patch:  # before anything is installed
        patch.setattr(engine, "VENV", tmp_path / ".venv")
        assert engine.add_compose().startswith("make install && mkdir -p ")
    compose = engine.compose_plugin()
    assert shutil.which(compose) and "v5" in shell.run_command(compose, "version")[0]
    monkeypatch.setattr(shell, "SYSTEM", "Windows")
    copy = "; Copy-Item " + shell.quoted(engine.VENV / "Scripts/docker-compose.exe")
    assert copy in engine.add_compose()

"""Look at the container engine: whether it answers, what it is, and what the pages need of it.

Asks no other machine, so it cannot tell whether images can be pulled from here.
"""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from course.findings import Finding, Level
from course.paths import PACKAGE, SNIPPETS, VENV
from course.setup import shell
from course.setup.shell import run_command

COMPOSE_FILE = SNIPPETS / "packaging/compose.yaml"
LOGIN = "docker login"
START = {
    "Darwin": "open -a Docker",
    "Windows": r'& "$Env:ProgramFiles\Docker\Docker\Docker Desktop.exe"',
}
#: On Linux, by the name of Docker's context.
START_BY_CONTEXT = {
    "rootless": "systemctl --user start docker",
    "desktop-linux": "systemctl --user start docker-desktop",
}


def compose_plugin() -> Path:
    """Return where the docker command of this user looks for Compose."""
    folder = shell.user_config("DOCKER_CONFIG", ".docker") / "cli-plugins"
    return folder / shell.posix_or_windows("docker-compose", "docker-compose.exe")


def add_compose() -> str:
    """Return the command that gives the docker command the Compose that the lock brings."""
    ours = VENV / shell.posix_or_windows("bin/docker-compose", "Scripts/docker-compose.exe")
    plugin = compose_plugin()
    install = "" if ours.exists() else shell.course("install")
    folder, ours, plugin = map(shell.quoted, (plugin.parent, ours, plugin))
    posix = f"mkdir -p {folder} && ln -sf {ours} {plugin}"
    windows = f"New-Item -Force -ItemType Directory {folder}; Copy-Item {ours} {plugin}"
    return shell.then(install, shell.posix_or_windows(posix, windows))


def get_docker() -> tuple[str, str]:
    """Return a remark, or the command that installs Docker here."""
    if shell.SYSTEM == "Windows":
        return "", "winget install --exact --id Docker.DockerDesktop"
    if shell.SYSTEM == "Darwin" and shutil.which("brew"):
        return "", "brew install --cask docker-desktop"
    if shutil.which("apt"):  # whose docker.io comes without Compose
        return "", shell.then("sudo apt install docker.io", add_compose())
    return "; see https://docs.docker.com/get-started/get-docker", ""


def docker() -> Finding:
    """Look for a container engine that answers; without it the level is a warning."""
    if not shutil.which("docker"):
        more, fix = get_docker()
        return Finding(Level.WARNING, "Docker", f"there is no docker command{more}", fix)
    version = ("docker", "version", "--format", "{{.Server.Version}}")
    found, error = run_command(*version, timeout_s=20)
    if error and is_podman():  # which has no server on this machine
        found, error = "Podman", ""
    if not error:
        return Finding(Level.OK, "Docker", f"engine {found} answers")
    text, fix = "its engine does not answer", ""
    if "permission denied" in error:
        text = "your user may not use it; add yourself to the docker group and log in again"
        fix = 'sudo usermod -aG docker "$USER"'
    elif named := [name for name in ("DOCKER_HOST", "DOCKER_CONTEXT") if os.environ.get(name)]:
        fix = shell.unset(*named)
    elif "microsoft" in platform.release().lower():  # Linux in Windows
        text += "; start Docker Desktop on Windows, and switch on Settings > Resources > "
        text += "WSL integration"
    else:
        context, _ = run_command("docker", "context", "show", timeout_s=20)
        fix = START.get(shell.SYSTEM) or START_BY_CONTEXT.get(context, "sudo service docker start")
    return Finding(Level.WARNING, "Docker", text, fix)


def is_podman() -> bool:
    """Return whether Podman answers, as the docker command or behind Docker's own."""
    return "Podman Engine" in run_command("docker", "version", timeout_s=20)[0]


def containers() -> Iterator[Finding]:
    """Look at the container engine and what is special about it; the class goes on without it."""
    found = docker()
    cause, semicolon, more = found.text.partition("; ")
    cause += "" if found.ok else ", so you cannot run the containers of modules 4, 5 and 7"
    yield Finding(found.level, found.subject, cause + semicolon + more, found.fix)
    if found.ok:
        yield from compose()
        yield from kind()
        yield from images()


def compose() -> Iterator[Finding]:
    """Look for the Compose plugin, which `docker compose` on the pages needs."""
    if run_command("docker", "compose", "version", timeout_s=20)[1]:
        text = "docker compose does not work, and the pages of modules 5 and 7 use it"
        yield Finding(Level.WARNING, "Docker Compose", text, add_compose())


def kind() -> Iterator[Finding]:
    """Look for Podman, an engine without root, and SELinux."""
    info, _ = run_command("docker", "info", "--format", "{{json .}}", timeout_s=20)
    if is_podman():
        text = "it answers instead of Docker's engine; the course is tested only with Docker, "
        yield Finding(Level.WARNING, "Podman", f"{text}and some outputs differ", get_docker()[1])
    if "name=rootless" in info or '"rootless":true' in info:
        text = "the engine runs without root, which is enough for the course"
        yield Finding(Level.OK, "Rootless", text)
    has_selinux = "name=selinux" in info or '"selinuxEnabled":true' in info
    if has_selinux and "container_file_t" not in label(SNIPPETS):
        text = "it keeps containers from reading the folders that the pages mount"
        fix = f"chcon -R -t container_file_t {shell.quoted(SNIPPETS)}"
        yield Finding(Level.WARNING, "SELinux", text, fix)


def label(folder: Path) -> str:
    """Return the label that SELinux keeps for a folder; empty without SELinux."""
    try:
        return os.getxattr(folder, "security.selinux").decode()  # only Linux has it
    except (OSError, AttributeError):
        return ""


def images() -> Iterator[Finding]:
    """Look for the images that the class pulls; Docker Hub limits pulls without an account."""
    text = COMPOSE_FILE.read_text("utf-8") + (PACKAGE / "Dockerfile").read_text("utf-8")
    named = set(re.findall(r"^(?: +image:|FROM) ([\w./:-]+)$", text, re.M))
    listed, _ = run_command("docker", "image", "ls", "--format", "{{.Repository}}:{{.Tag}}")
    here = {name.split("docker.io/library/")[-1].split("docker.io/")[-1] for name in listed.split()}
    missing = sorted(name for name in named - here if not name.startswith("pricewatch:"))
    if not missing or logged_in():
        return
    text = f"still to be pulled: {', '.join(missing)}; without an account, Docker Hub limits the "
    text += "pulls from each IP address, which your class may share; "
    text += f"pull them before the class, or log in with a free account: {LOGIN}"
    fix = shell.then(*(f"docker pull {name}" for name in missing))
    yield Finding(Level.WARNING, "Images", text, fix)


def logged_in() -> bool:
    """Return whether this user has logged in to Docker Hub."""
    try:
        config = (compose_plugin().parent.parent / "config.json").read_text("utf-8")
        registries = json.loads(config).get("auths", {})
        return any(name.endswith("/v1/") for name in registries)  # only Docker Hub's ends so
    except (OSError, ValueError):
        return False

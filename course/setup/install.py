"""Install the locks: ``.venv``, and the heavy environments such as ``.venv-dbt``.

Runs on the machine's own Python with the standard library only.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from course.paths import CACHE, DEMO, PACKAGE, REQUIREMENTS, ROOT, environment, python_of
from course.setup import SetupError, shell
from course.setup.clean import remove
from course.setup.pip_settings import pip_certificate, pip_settings, uv_settings

#: The Pythons that the course is tested on.
OLDEST, TOO_NEW, WANTED = (3, 11, 5), (3, 12), "Python 3.11.5 or a later 3.11"
#: What each environment holds; the empty name is ``.venv``.
CONTENTS = {
    "": "the course",
    "airbyte": "PyAirbyte",
    "dbt": "dbt and Prefect",
    "snowflake": "dbt, Prefect and Snowflake's connector",
    "node": "Node",
}
ENVIRONMENT = ROOT / "course/setup/environment.py"
#: A line of course.pth, which each start of Python runs; the checkout may be gone.
START = "import os; f = {file!a}; "
START += "os.path.exists(f) and exec(open(f).read(), dict(__name__='__main__'))"
#: Dask's settings: the comings and goings of its workers would fill a screen.
DASK_SETTINGS = "logging: {distributed: warning}\n"


def lock(name: str = "") -> Path:
    """Return the lock that an environment is installed from."""
    folder = ROOT / "course/run/page" if name == "node" else DEMO
    return folder / f"{name}.txt" if name else REQUIREMENTS


def main(arguments: list[str]) -> int:
    """Install the environments that are named."""
    for name in arguments:
        install(name)
    return 0


def install(name: str = "") -> None:
    """Install an environment, which can import the story's package: ``dbt`` for ``.venv-dbt``.

    Raises:
        SetupError: If this Python will not do, or a step fails.
    """
    folder, python = environment(name), python_of(name)
    if folder.is_symlink():  # it belongs to another checkout, whose programs it holds
        raise SetupError(
            f"{folder.name} is a link to another checkout's environment, which is out of date; "
            f"run {shell.course('install')} in that checkout"
        )
    unfinished = folder / "unfinished"  # if it is there, nobody knows which packages are whole
    print(f"Installing {CONTENTS[name]} (a minute; ten on slow Wi-Fi) ...", flush=True)
    if unfinished.exists() or has_moved(name) or not works(name):
        create(name, unfinished)
    unfinished.touch()
    if not name:
        install_uv()
    into = ["--quiet", "--python", python]
    # Compiled now: otherwise the first run waits for it; in a read-only folder, every run does.
    sync = ["pip", "sync", *into, "--require-hashes", "--compile-bytecode", lock(name)]
    if not uv_from_cache(*sync):
        uv(*sync)
    if not name:
        editable = ["--no-deps", "--no-build-isolation", "--editable"]
        uv("pip", "install", *into, *editable, PACKAGE)
    # In the system's encoding, which is how Python 3.11 reads it.
    path_file(name).write_text(f"{imported_from(name)}\n{START.format(file=str(ENVIRONMENT))}\n")
    (folder / "etc/dask").mkdir(parents=True, exist_ok=True)
    (folder / "etc/dask/quiet.yaml").write_text(DASK_SETTINGS, "utf-8")
    unfinished.unlink()


def path_file(name: str) -> Path:
    """Return the file by which an environment finds what is imported from this checkout."""
    folder = environment(name)
    (packages,) = [*folder.glob("lib/python3.*/site-packages"), *folder.glob("Lib/site-packages")]
    return packages / "course.pth"


def imported_from(name: str) -> Path:
    """Return the folder that an environment imports from: the story's package, or the checkout."""
    return PACKAGE / "src" if name else ROOT


def has_moved(name: str) -> bool:
    """Return whether an environment was made in another place: its programs name that place."""
    try:
        return path_file(name).read_text().partition("\n")[0] != str(imported_from(name))
    except (OSError, ValueError):
        return False  # there is none, or it is not whole


def base_python() -> str:
    """Return a Python that the course is tested on: this one, or one that uv finds or downloads.

    Raises:
        SetupError: If there is none, or it cannot make environments.
    """
    if OLDEST <= tuple(sys.version_info) < TOO_NEW:
        if find_spec("ensurepip") is None:  # Debian ships it apart from Python
            raise SetupError(
                "this Python cannot create virtual environments; "
                "run: sudo apt install python3.11-venv"
            )
        # Not sys.executable, which may be the link in .venv that is about to be removed.
        return getattr(sys, "_base_executable", sys.executable)
    found = ".".join(map(str, sys.version_info[:3]))
    needed = f"the course needs {WANTED}, this is {found}"
    uv = shutil.which("uv")
    if uv is None:
        how = f"see the command that installs one with: {shell.course('check')}"
        raise SetupError(f"{needed}; {how}")
    print(f"This is Python {found}: uv finds or downloads Python 3.11 ...", flush=True)
    version = f">={'.'.join(map(str, OLDEST))},<{'.'.join(map(str, TOO_NEW))}"
    find = [uv, "python", "find", "--system", version]
    for command in (find, [uv, "python", "install", "--quiet", "3.11"], find):
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode == 0 and done.stdout.strip():
            return done.stdout.strip()
    why = done.stderr.strip().splitlines() or ["no reason given"]
    raise SetupError(f"{needed}, and uv cannot get one ({why[-1].strip()})")


def works(name: str) -> bool:
    """Return whether an environment has a Python that the course is tested on, and a way in."""
    test = f"import sys; sys.exit(not {OLDEST} <= sys.version_info < {TOO_NEW})"
    command = [str(python_of(name)), "-c", test if name else f"import pip; {test}"]
    try:
        return subprocess.run(command, capture_output=True).returncode == 0
    except OSError:
        return False


def create(name: str, unfinished: Path) -> None:
    """Make an environment with nothing in it but a file that lasts until all is installed."""
    base = python_of() if name else base_python()
    folder = environment(name)
    folder.mkdir(exist_ok=True)
    unfinished.touch()
    for path in folder.iterdir():
        if path != unfinished:
            remove(path)
    if name:
        uv("venv", "--quiet", "--allow-existing", "--python", base, folder)
    else:
        command = [base, "-m", "venv", str(folder)]
        # Captured: on Ctrl+C it prints a traceback of its own.
        done = subprocess.run(command, capture_output=True, text=True, errors="replace")
        if done.returncode:
            why = (done.stdout + done.stderr).strip().splitlines() or ["no reason given"]
            raise SetupError(f"{folder.name} could not be made: {why[-1]}")


def install_uv() -> None:
    """Install uv into ``.venv`` with pip, which checks it against the lock's hashes.

    What pip downloads is kept: in a checkout that was moved, this works without a network.
    """
    requirement, kept = environment() / "uv.txt", CACHE / "uv"
    requirement.write_text(uv_requirement(), "utf-8")
    pip = [str(python_of()), "-m", "pip", "--quiet", "--disable-pip-version-check"]
    these = ["--require-hashes", "--requirement", str(requirement)]
    # pip's settings may ask for the user's own folder, which an environment does not have.
    from_kept = [*pip, "install", "--no-user", "--no-index", "--find-links", str(kept), *these]
    if subprocess.run(from_kept, capture_output=True).returncode:
        shutil.rmtree(kept, ignore_errors=True)  # of another version or system, or not whole
        download = [*pip, "download", "--dest", kept, *these]
        run("uv could not be downloaded", *download, env={**pip_certificate(), **os.environ})
        run("uv could not be installed", *from_kept)


def uv_requirement() -> str:
    """Return the lock's lines for uv, hashes included: not every pip can read the whole lock."""
    found = re.search(r"^uv==.*\n(?: +--hash.*\n)+", REQUIREMENTS.read_text("utf-8"), re.M)
    assert found, "requirements.txt has no hashes for uv"
    return found[0]


def uv(*arguments: str | Path) -> None:
    """Run the uv of ``.venv``; where pip is told to find packages, uv finds them as well."""
    env = {**uv_settings(pip_settings()), **os.environ}
    run(f"uv {arguments[0]} failed", python_of(), "-m", "uv", *arguments, env=env)


def uv_from_cache(*arguments: str | Path) -> bool:
    """Return whether uv can do it without a network, which is quicker; print nothing if not."""
    env = {**uv_settings(pip_settings()), **os.environ, "UV_OFFLINE": "1"}
    command = [str(python_of()), "-m", "uv", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True).returncode == 0


def run(
    failure: str,
    *command: str | Path,
    cwd: Path = ROOT,
    env: Mapping[str, str] | None = None,
) -> None:
    """Run a command whose output people see; raise a `SetupError` that names the failure."""
    if subprocess.run([str(part) for part in command], cwd=cwd, env=env).returncode:
        raise SetupError(f"{failure}; fix the problem shown above, then run the command again")

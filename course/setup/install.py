"""Install the locks: ``.venv``, and the heavy environments such as ``.venv-dbt``.

Runs on the machine's own Python with the standard library only.
"""

from __future__ import annotations

import re
import subprocess
import sys
import sysconfig
from importlib.util import find_spec
from pathlib import Path

from course.paths import DEMO, PACKAGE, REQUIREMENTS, ROOT, environment, python_of
from course.setup import SetupError
from course.setup.clean import remove

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
    check_python()
    folder, python = environment(name), python_of(name)
    unfinished = folder / "unfinished"  # if it is there, nobody knows which packages are whole
    if unfinished.exists() or not works(name):
        create(name, unfinished)
    unfinished.touch()
    print(f"Installing {CONTENTS[name]} (a minute; ten on slow Wi-Fi) ...", flush=True)
    if not name:
        install_uv()
    into = ["--quiet", "--python", python]
    # Compiled now: otherwise the first run waits for it; in a read-only folder, every run does.
    uv("pip", "sync", *into, "--require-hashes", "--compile-bytecode", lock(name))
    if not name:
        editable = ["--no-deps", "--no-build-isolation", "--editable"]
        uv("pip", "install", *into, *editable, PACKAGE)
    packages = Path(sysconfig.get_path("purelib", "venv", {"base": str(folder)}))
    # In the system's encoding, which is how Python 3.11 reads it.
    (packages / "course.pth").write_text(f"{PACKAGE / 'src' if name else ROOT}\n")
    (folder / "etc/dask").mkdir(parents=True, exist_ok=True)
    (folder / "etc/dask/quiet.yaml").write_text(DASK_SETTINGS, "utf-8")
    unfinished.unlink()


def check_python() -> None:
    """Accept only a Python that the course is tested on, and that can make environments."""
    if not OLDEST <= tuple(sys.version_info) < TOO_NEW:
        found = ".".join(map(str, sys.version_info[:3]))
        raise SetupError(
            f"the course needs {WANTED}, this is {found}; "
            "install one, then: make PYTHON=/path/to/python3.11 serve"
        )
    if find_spec("ensurepip") is None:  # Debian ships it apart from Python
        raise SetupError(
            "this Python cannot create virtual environments; run: sudo apt install python3.11-venv"
        )


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
    folder = environment(name)
    folder.mkdir(exist_ok=True)
    unfinished.touch()
    for path in folder.iterdir():
        if path != unfinished:
            remove(path)
    if name:
        uv("venv", "--quiet", "--allow-existing", "--python", python_of(), folder)
    else:
        # Not sys.executable, which may be the link in .venv that was just removed.
        base = getattr(sys, "_base_executable", sys.executable)
        run(f"{folder.name} could not be made", base, "-m", "venv", folder)


def install_uv() -> None:
    """Install uv into ``.venv`` with pip, which checks it against the lock's hashes."""
    requirement = environment() / "uv.txt"
    requirement.write_text(uv_requirement(), "utf-8")
    pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    run("uv could not be installed", python_of(), *pip, "-r", requirement)


def uv_requirement() -> str:
    """Return the lock's lines for uv, hashes included: not every pip can read the whole lock."""
    found = re.search(r"^uv==.*\n(?: +--hash.*\n)+", REQUIREMENTS.read_text("utf-8"), re.M)
    assert found, "requirements.txt has no hashes for uv"
    return found[0]


def uv(*arguments: str | Path) -> None:
    """Run the uv of ``.venv``."""
    run(f"uv {arguments[0]} failed", python_of(), "-m", "uv", *arguments)


def run(failure: str, *command: str | Path, cwd: Path = ROOT) -> None:
    """Run a command whose output people see; raise a `SetupError` that names the failure."""
    if subprocess.run([str(part) for part in command], cwd=cwd).returncode:
        raise SetupError(f"{failure}; fix the problem shown above, then run the command again")

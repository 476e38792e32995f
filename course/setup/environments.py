"""Make the environments that heavy parts have beside .venv: python course/environments.py airbyte dbt

Each comes from its own lock: module 7's in snippets/pipeline/demo/, that of the Run buttons in course/run/. The stamp,
such as .venv-dbt/ready, is written last, so a broken download is taken up again by the next call.
"""

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from course.paths import PYTHON_IN_VENV as IN_VENV
from course.paths import ROOT

NAMES = {
    "airbyte": "PyAirbyte",
    "dbt": "dbt and Prefect",
    "snowflake": "dbt, Prefect and Snowflake's connector",
    "node": "Node",
}


def lock(name: str) -> Path:
    return (
        ROOT / ("course/run/page" if name == "node" else "snippets/pipeline/demo") / f"{name}.txt"
    )


def make(name: str) -> None:
    """Install a lock into an environment of its own, and the story's package with it."""
    folder = ROOT / f".venv-{name}"
    print(
        f"Installing {NAMES[name]} into {folder.name} (a minute or two on slow Wi-Fi) ...",
        flush=True,
    )
    uv = [sys.executable, "-m", "uv"]
    if not (folder / IN_VENV).exists():
        run(*uv, "venv", "--quiet", "--clear", "--python", sys.executable, folder)
    into = ["--quiet", "--python", folder / IN_VENV, "--require-hashes"]
    # Compiled now: else the first run waits for it, or, where nothing may be written, each one does.
    run(*uv, "pip", "sync", *into, "--compile-bytecode", lock(name))
    packages = sysconfig.get_path("purelib", "venv", {"base": str(folder)})
    Path(packages, "pricewatch.pth").write_text(f"{ROOT / 'snippets/pricewatch/src'}\n", "utf-8")
    quiet = ROOT / ".venv/etc/dask/quiet.yaml"
    (folder / "etc/dask").mkdir(parents=True, exist_ok=True)
    shutil.copy(quiet, folder / "etc/dask")


def run(*command: str | Path) -> None:
    """Run a command; when it fails, say in one line what could not be done."""
    if subprocess.run(command, cwd=ROOT).returncode:
        sys.exit(
            "environments: that was not installed; see the lines above, mend that, and run the same command again"
        )


def main(names: list[str]) -> int:
    if unknown := set(names) - set(NAMES):
        print(f"environments: {unknown.pop()!r} is none of {', '.join(NAMES)}", file=sys.stderr)
        return 2
    for name in names:
        make(name)
    return 0

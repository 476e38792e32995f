"""Notebooks: snippets/MODULE/notebook.py tells a module once more, in cells that include its snippets.

It is text in the percent format; a code cell is one include and nothing else::

    # %%
    # --8<-- "dask/futures.py:submit"

While the site is built it becomes MODULE/notebook.ipynb, which is really run: a cell that fails stops the build. What
has been run is kept in .cache/ by its code, the code that it imports and all installed versions.
"""

import hashlib
import logging
import os
import re
import shutil
import subprocess
import textwrap
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.metadata import distributions
from pathlib import Path
from tempfile import TemporaryDirectory

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File

from course.paths import ROOT
from course.site.blocks import MARKER, section

STORE = ROOT / ".cache/notebooks"
CELL = re.compile(r"^# %%(?P<kind> \[markdown\])?\n(?P<text>.*?)(?=^# %%|\Z)", re.M | re.S)
INCLUDE = re.compile(r'# --8<-- "(?P<path>[^":]+)(?::(?P<section>[a-z][\w-]*))?"')
log = logging.getLogger("mkdocs.hooks.notebooks")


def on_files(files, config):
    """Add each module's notebook, run now or before; those that must be run, at the same time."""
    with ThreadPoolExecutor() as pool:
        kept = list(pool.map(executed, sources()))
    for made in kept:
        name = f"{made.parent.name}/notebook.ipynb"
        files.append(File(name, str(made.parents[1]), config.site_dir, config.use_directory_urls))
    for old in set(STORE.glob("*")) - {made.parents[1] for made in kept}:
        shutil.rmtree(old, ignore_errors=True)
    return files


def sources() -> list[Path]:
    return sorted((ROOT / "snippets").glob("*/notebook.py"))


def cells(source: Path) -> list[dict]:
    """Return a notebook's cells: kind, text, and for code the snippet that it is.

    Raises:
        PluginError: If a code cell is not one include; the message names file and cell.
    """
    found = []
    for number, cell in enumerate(CELL.finditer(source.read_text("utf-8")), 1):
        text, where = cell["text"].strip(), f"{source.relative_to(ROOT)}, cell {number}"
        if cell["kind"]:
            found.append(
                {"kind": "markdown", "text": re.sub(r"^# ?", "", text, flags=re.M), "snippet": ""}
            )
            continue
        include = INCLUDE.fullmatch(text)
        if not include:
            raise PluginError(
                f"{where}: a code cell holds one include of a snippet and nothing else"
            )
        found.append(
            {
                "kind": "code",
                "text": code(include, where),
                "snippet": include["path"],
                "where": where,
            }
        )
    return found


def code(include: re.Match, where: str) -> str:
    """Return an included section as a cell has it: what it prints stands below the cell, not in it."""
    lines = section(include["path"], include["section"], where)
    kept = [
        line for line in lines if not MARKER.search(line) and not line.lstrip().startswith("#>")
    ]
    return textwrap.dedent("\n".join(kept)).strip("\n")


@cache
def installed() -> str:
    """Return the version of each distribution that a cell may import."""
    return "\n".join(sorted(f"{found.name}=={found.version}" for found in distributions()))


def ours() -> str:
    """Return our own code that a cell depends on, to the letter: the story's package, and what runs the cell."""
    paths = [*sorted((ROOT / "snippets/pricewatch/src").rglob("*.py")), Path(__file__)]
    return "\n".join(path.read_text("utf-8") for path in paths)


def place(source: Path) -> Path:
    """Return where a notebook of just this code, run with just these libraries, is kept."""
    key = hashlib.sha256((repr(cells(source)) + ours() + installed()).encode()).hexdigest()[:12]
    return STORE / key / source.parent.name / "notebook.ipynb"


def executed(source: Path) -> Path:
    """Return the notebook of a source, with what its cells have printed."""
    made = place(source)
    if not made.exists():
        log.info(
            f"Running the notebook {source.relative_to(ROOT)} (once, until its code or a library changes)"
        )
        text = run(source)
        made.parent.mkdir(parents=True, exist_ok=True)
        part = made.with_suffix(f".{os.getpid()}.part")
        part.write_text(text, "utf-8")
        part.replace(made)
    return made


def run(source: Path) -> str:
    """Run a notebook in a kernel of its own, in a folder that goes away, and return it.

    Raises:
        PluginError: If a cell fails; the message names the cell and its snippet.
    """
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    told, notebook = cells(source), nbformat.v4.new_notebook()
    for number, cell in enumerate(told):
        make = (
            nbformat.v4.new_code_cell if cell["kind"] == "code" else nbformat.v4.new_markdown_cell
        )
        notebook.cells.append(
            make(cell["text"], id=f"cell-{number}", metadata={"snippet": cell["snippet"]})
        )
    notebook.metadata = {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
    }
    with TemporaryDirectory() as folder:
        env = {name: value for name, value in os.environ.items() if name != "SHOP_URL"}
        env |= {
            "PREFECT_LOGGING_LEVEL": "CRITICAL",
            "DASK_LOGGING__DISTRIBUTED": "critical",
        }  # only what cells print
        env["PYTHONWARNINGS"] = (
            "ignore:Port"  # somebody else may have a cluster here, whose dashboard is on port 8787
        )
        env |= {"PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "true", "DO_NOT_TRACK": "1"}
        env |= {
            name: folder
            for name in ("PREFECT_HOME", "IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR")
        }
        env |= {
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
        }
        client = NotebookClient(
            notebook, timeout=180, record_timing=False, resources={"metadata": {"path": folder}}
        )
        try:
            client.execute(
                env=env, stderr=subprocess.DEVNULL
            )  # it warns of its own port on loopback
        except CellExecutionError as error:
            failed = next(n for n, cell in enumerate(notebook.cells) if is_failed(cell))
            lost = f"{error.ename}: {error.evalue}".splitlines()[0]
            raise PluginError(
                f"{told[failed]['where']} ({told[failed]['snippet']}): {lost}"
            ) from None
    return nbformat.writes(notebook) + "\n"


def is_failed(cell) -> bool:
    return any(output.output_type == "error" for output in cell.get("outputs", []))

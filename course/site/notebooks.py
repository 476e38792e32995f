"""Notebooks: snippets/MODULE/notebook.py tells a module once more, in cells that are its snippets.

It is text in jupytext's percent format; a code cell is one include and nothing else::

    # %%
    # --8<-- "dask/futures.py:submit"

While the site is built it becomes MODULE/notebook.ipynb, which is really run: a cell that fails
stops the build. What has been run is kept in .cache/ by its code, the code that it imports and all
installed versions.
"""

import hashlib
import logging
import os
import shutil
import subprocess
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache, partial
from importlib.metadata import distributions
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import jupytext
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from course import snippets
from course.paths import CACHE, PACKAGE, ROOT
from course.services import prefect_server
from course.site.errors import SiteError

STORE = CACHE / "notebooks"
CELL_TIMEOUT_S = 180
#: What a cell prints is the snippet's own output: no log, no warning of a dashboard's port.
QUIET = {
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "DASK_LOGGING__DISTRIBUTED": "critical",
    "PYTHONWARNINGS": "ignore:Port",
    "DO_NOT_TRACK": "1",
}
log = logging.getLogger("mkdocs.hooks.notebooks")


class Cell(NamedTuple):
    """One cell: what it holds, and for code the snippet that it is, and where that is included."""

    kind: str
    text: str
    snippet: str = ""
    where: str = ""


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add each module's notebook; run those, at the same time, that have not been run as they are."""
    sources = snippets.notebooks().values()
    if new := [source for source in sources if not cached(source).exists()]:
        for source in new:
            name = source.relative_to(ROOT)
            log.info(f"Running the notebook {name} (once, until its code or a library changes)")
        with server() as api_url, ThreadPoolExecutor() as pool:
            list(pool.map(partial(keep, api_url=api_url), new))
    kept = list(map(cached, sources))
    for path in kept:
        name = f"{path.parent.name}/notebook.ipynb"
        files.append(File(name, str(path.parents[1]), config.site_dir, config.use_directory_urls))
    for old in set(STORE.glob("*")) - {path.parents[1] for path in kept}:
        shutil.rmtree(old, ignore_errors=True)
    return files


def cells(source: Path) -> list[Cell]:
    """Return a notebook's cells.

    Raises:
        SiteError: If a code cell is not one include; the message names file and cell.
    """
    found = []
    notebook = jupytext.reads(source.read_text("utf-8"), "py:percent")
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type == "markdown":
            found.append(Cell("markdown", cell.source))
            continue
        where = f"{source.relative_to(ROOT)}, cell {number}"
        include = snippets.INCLUDE.fullmatch(cell.source.removeprefix("# "))
        if not include:
            raise SiteError(f"{where}: a code cell holds one include of a snippet and nothing else")
        try:
            shown = snippets.section(include["name"], include["section"])
        except snippets.SectionError as error:
            raise SiteError(f"{where}: {error}") from None
        code = snippets.without_claims("\n".join(snippets.as_read(shown.lines)) + "\n").strip("\n")
        found.append(Cell("code", code, include["name"], where))
    return found


@cache
def installed() -> str:
    """Return the version of each distribution that a cell may import."""
    return "\n".join(sorted(f"{found.name}=={found.version}" for found in distributions()))


def cached(source: Path) -> Path:
    """Return where a notebook of just this code, run with just these libraries, is kept."""
    imported = [*sorted(PACKAGE.rglob("src/**/*.py")), Path(__file__)]
    made_from = [repr(cells(source)), installed(), *(path.read_text("utf-8") for path in imported)]
    key = hashlib.sha256("".join(made_from).encode()).hexdigest()[:12]
    return STORE / key / source.parent.name / "notebook.ipynb"


@contextmanager
def server() -> Generator[str]:
    """Yield the API of the Prefect server that cells use: a running one that is meant, or a new one."""
    if url := os.environ.get("PREFECT_API_URL"):
        yield url
        return
    with TemporaryDirectory() as home, prefect_server.temporary(Path(home)) as url:
        yield url


def keep(source: Path, api_url: str) -> None:
    """Run a notebook and keep it, complete or not at all."""
    text, path = run(source, api_url), cached(source)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    part.write_text(text, "utf-8")
    part.replace(path)


def run(source: Path, api_url: str) -> str:
    """Run a notebook in a kernel of its own, in a folder that goes away, and return it as JSON.

    Raises:
        SiteError: If a cell fails; the message names the cell and its snippet.
    """
    import nbformat.v4
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    planned, notebook = cells(source), nbformat.v4.new_notebook()
    make = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell}
    notebook.cells = [
        make[cell.kind](cell.text, id=f"cell-{number}", metadata={"snippet": cell.snippet})
        for number, cell in enumerate(planned)
    ]
    notebook.metadata = {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}
    }
    with TemporaryDirectory() as folder:
        homes = ("PREFECT_HOME", "IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR")
        env = {**os.environ, **QUIET, **dict.fromkeys(homes, folder), "PREFECT_API_URL": api_url}
        env.pop("SHOP_URL", None)
        client = NotebookClient(
            notebook,
            timeout=CELL_TIMEOUT_S,
            record_timing=False,
            coalesce_streams=True,
            resources={"metadata": {"path": folder}},
        )
        try:
            client.execute(env=env, stderr=subprocess.DEVNULL)  # warns of its port on loopback
        except CellExecutionError as error:
            failed = next(cell for cell, ran in zip(planned, notebook.cells) if has_failed(ran))
            reason = f"{error.ename}: {error.evalue}".splitlines()[0]
            raise SiteError(f"{failed.where} ({failed.snippet}): {reason}") from None
    return nbformat.writes(notebook) + "\n"


def has_failed(cell: dict) -> bool:
    """Return whether a cell's outputs hold an error."""
    return any(output["output_type"] == "error" for output in cell.get("outputs", []))

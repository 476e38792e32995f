"""Notebooks: snippets/MODULE/notebook.py repeats a module as cells, each including one snippet.

It is text in jupytext's percent format; a code cell is one include and nothing else::

    # %%
    # --8<-- "dask/futures.py:submit"

While the site is built it becomes MODULE/notebook.ipynb, which is really run: a cell that fails
stops the build; under `make serve`, the pages say so. What has been run is kept in .cache/ by its
code, the code that it imports and all installed versions.
"""

import hashlib
import logging
import os
import shutil
import subprocess
from collections.abc import Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache, partial
from importlib.metadata import distributions
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import jupytext
import nbformat
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from course import snippets
from course.paths import CACHE, PACKAGE, ROOT, write_whole
from course.services import prefect_server
from course.setup import ports
from course.site import stages
from course.site.errors import SiteError

STORE = CACHE / "notebooks"
CELL_TIMEOUT_S = 180
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
#: What a cell prints is the snippet's own output: no log, no warning of a dashboard's port.
QUIET = {
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "DASK_LOGGING__DISTRIBUTED": "critical",
    "PYTHONWARNINGS": "ignore:Port",
    "DO_NOT_TRACK": "1",
}
log = logging.getLogger("mkdocs.hooks.notebooks")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add each module's notebook; those that are new or have changed are run, all at the same time.

    `make serve` runs them later, and until then shows them as they are before they are run.
    """
    kept = {source: cached(source) for source in snippets.notebooks().values()}
    new = [source for source, path in kept.items() if not path.exists()]
    key = tuple(kept[source] for source in new)
    if new and not stages.put_off("notebooks", key, partial(run_all, new)):
        run_all(new)
    for source, path in kept.items():
        if not path.exists():
            kept[source] = path = STORE / "coming" / source.parent.name / path.name
            notebook = read(source)
            notebook.metadata.is_coming = True
            write_whole(path, nbformat.writes(notebook))
        name = f"{source.parent.name}/{path.name}"
        files.append(File(name, str(path.parents[1]), config.site_dir, config.use_directory_urls))
    for old in set(STORE.glob("*")) - {path.parents[1] for path in kept.values()}:
        shutil.rmtree(old, ignore_errors=True)
    return files


def run_all(sources: Iterable[Path]) -> None:
    """Run some notebooks at the same time, and keep what comes out."""
    for source in sources:
        name = source.relative_to(ROOT)
        log.info(f"Running the notebook {name} (once, until its code or a library changes)")
    with server() as api_url, ThreadPoolExecutor() as pool:
        list(pool.map(partial(keep, api_url=api_url), sources))


def read(source: Path) -> Any:
    """Return a notebook that has not run, with the snippets themselves in place of includes.

    Raises:
        SiteError: If a code cell is not one include; the message names file and cell.
    """
    notebook: Any = jupytext.reads(source.read_text("utf-8"), "py:percent")
    notebook.metadata = KERNEL
    for number, cell in enumerate(notebook.cells):
        cell.id, cell.metadata.snippet = f"cell-{number}", ""
        if cell.cell_type == "markdown":
            continue
        try:
            include = snippets.INCLUDE.fullmatch(cell.source.removeprefix("# "))
            if not include:
                raise SiteError("a code cell holds one include of a snippet and nothing else")
            shown = snippets.section(include["name"], include["section"])
        except (SiteError, snippets.SectionError) as error:
            raise SiteError(f"{place(source, number)}: {error}") from None
        code = "\n".join(snippets.as_read(shown.lines)) + "\n"
        cell.source = snippets.without_claims(code).strip("\n")
        cell.metadata.snippet = include["name"]
    return notebook


def place(source: Path, number: int) -> str:
    """Return where a cell stands, in words that count from 1."""
    return f"{source.relative_to(ROOT)}, cell {number + 1}"


@cache
def installed() -> str:
    """Return the version of each distribution that a cell may import."""
    return "\n".join(sorted(f"{found.name}=={found.version}" for found in distributions()))


def cached(source: Path) -> Path:
    """Return where a notebook of just this code, run with just these libraries, is kept."""
    imported = [*sorted(PACKAGE.rglob("src/**/*.py")), Path(__file__)]
    made_from = [str(read(source)), installed(), *(path.read_text("utf-8") for path in imported)]
    key = hashlib.sha256("".join(made_from).encode()).hexdigest()[:12]
    return STORE / key / source.parent.name / "notebook.ipynb"


@contextmanager
def server() -> Generator[str]:
    """Yield the API of the server that cells use: this machine's, if one is named, or a new one."""
    url = os.environ.get("PREFECT_API_URL", "")
    if ports.is_local(url) and prefect_server.answers(url):
        yield url
        return
    with TemporaryDirectory() as home, prefect_server.temporary(Path(home)) as url:
        yield url


def keep(source: Path, api_url: str) -> None:
    """Run a notebook in a kernel of its own, in a folder that goes away, and keep it as JSON.

    Raises:
        SiteError: If a cell fails; the message names the cell and its snippet.
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    notebook, path = read(source), cached(source)
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
            outputs = [cell.get("outputs", []) for cell in notebook.cells]
            has_failed = [any(each.output_type == "error" for each in of) for of in outputs]
            failed = has_failed.index(True)
            snippet = notebook.cells[failed].metadata.snippet
            reason = f"{error.ename}: {error.evalue}".splitlines()[0]
            raise SiteError(f"{place(source, failed)} ({snippet}): {reason}") from None
    write_whole(path, nbformat.writes(notebook) + "\n")

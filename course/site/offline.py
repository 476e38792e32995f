"""The site's service worker, whose cache is named after a hash of everything below ``run/``.

On the reader's own machine the worker ends itself, whichever command serves the site.
"""

import hashlib
from collections.abc import Iterable

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

WORKER = "service-worker.js"


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Put the build's name into the worker."""
    template = files.get_file_from_path(WORKER)
    assert template is not None, f"the theme has no {WORKER}"
    files.remove(template)
    named = template.content_string.replace("{{ build }}", build_name(files))
    files.append(File.generated(config, WORKER, content=named))
    return files


def build_name(files: Iterable[File]) -> str:
    """Return a name for all that runs Python in a page, by its content."""
    whole = hashlib.sha256()
    in_run = (file for file in files if file.src_uri.startswith("run/"))
    for file in sorted(in_run, key=lambda file: file.src_uri):
        whole.update(file.src_uri.encode() + b"\0" + hashlib.sha256(file.content_bytes).digest())
    return whole.hexdigest()[:12]

"""The site's service worker: it is told a name of what it keeps, which changes whenever anything below run/ does.

`make serve` has one that keeps nothing. A page that is being written is shown as it is; and a worker that another
server has left on this port, such as that of `make live`, is replaced, and ends.
"""

import hashlib

from mkdocs.structure.files import File

WORKER = "service-worker.js"
ENDS = """\
addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim().then(() => registration.unregister())));
"""
served = False


def on_startup(command, **_):
    global served
    served = command == "serve"


def on_files(files, config):
    theme = files.get_file_from_path(WORKER)
    files.remove(theme)
    text = ENDS if served else theme.content_string.replace("{{ build }}", build(files))
    files.append(File.generated(config, WORKER, content=text))
    return files


def build(files) -> str:
    """Return a name for all that runs Python in a page, by its content."""
    whole = hashlib.sha256()
    for file in sorted(
        (file for file in files if file.src_uri.startswith("run/")), key=lambda file: file.src_uri
    ):
        whole.update(file.src_uri.encode() + b"\0" + hashlib.sha256(file.content_bytes).digest())
    return whole.hexdigest()[:12]

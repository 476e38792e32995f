"""The Content-Security-Policy: what a page loads is on this site, and of inline scripts it runs the theme's.

It is written after the build, since it names by their hashes the theme's inline scripts, and the one of the speaker's
view, a window that has its deck's policy and shows slides in frames. All pages have the same policy: instant navigation
would add that of the next page to that of the first.

Styles may be inline. Diagrams and tables have attributes, the editor and the speaker's view elements of their own; none
of them can tell anything to another site. Python is WebAssembly, but in a worker, which has no policy but that of its
own answer: no page needs 'wasm-unsafe-eval'. `make serve` has no policy: for live reload, mkdocs puts a script into its
pages that is another one each time.
"""

import base64
import hashlib
import re
from pathlib import Path

CHARSET = '<meta charset="utf-8">'
INLINE = re.compile(r"<script(?![^>]*(?:\ssrc=|application/json))[^>]*>(.*?)</script>", re.S)
WRITTEN = re.compile(
    r'<article\b.*?</article>|<main class="slides.*?</main>', re.S
)  #: what is ours needs no script
SPEAKERS = re.compile(r"<script>(.*?)<\\/script>", re.S)  #: in a template literal
RULES = (
    "default-src 'none'; base-uri 'none'; connect-src 'self'; font-src 'self'; form-action 'none'; frame-src 'self'; "
    "img-src 'self' data:; style-src 'self' 'unsafe-inline'; worker-src 'self'; script-src 'self'"
)
served = False


def on_startup(command, **_):
    global served
    served = command == "serve"


def on_post_build(config):
    if served:
        return
    site = Path(config.site_dir)
    pages = {path: path.read_text("utf-8") for path in site.rglob("*.html")}
    scripts = {text for html in pages.values() for text in INLINE.findall(WRITTEN.sub("", html))}
    speakers = SPEAKERS.findall((site / "assets/reveal/notes.js").read_text("utf-8"))
    scripts |= {re.sub(r"\\(.)", r"\1", text) for text in speakers}
    policy = " ".join([RULES, *sorted(map(allowed, scripts))])
    for path, html in pages.items():
        told = f'{CHARSET}\n<meta http-equiv="Content-Security-Policy" content="{policy}">'
        path.write_text(html.replace(CHARSET, told, 1), "utf-8")


def allowed(script: str) -> str:
    """Return what a policy calls an inline script that may run."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"

"""Write the Content-Security-Policy: all that pages load and run is this site's and the theme's.

It is written after the build, since it names by their hashes the theme's inline scripts, and the
one of the speaker view, a window that has its deck's policy and shows slides in frames. All pages
have the same policy: instant navigation would add that of the next page to that of the first.

Styles may be inline: diagrams and tables have attributes, the editor and the speaker view elements.
They cannot send anything to another site. Python is WebAssembly, but in a worker, which has the
policy of its own response: no page needs 'wasm-unsafe-eval'.
"""

import base64
import hashlib
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig

CHARSET = '<meta charset="utf-8">'
# Regular expressions: the standard library's parser takes 7 ms a page, BeautifulSoup 10, and a page
# is built in 40. What they miss, a browser refuses to run, and the tests in Chromium report.
INLINE = re.compile(r"<script(?![^>]*(?:\ssrc=|application/json))[^>]*>(.*?)</script>", re.S)
#: The page's text, which is ours and needs no script.
TEXT = re.compile(r'<article\b.*?</article>|<main class="slides.*?</main>', re.S)
SPEAKER_VIEW = re.compile(r"<script>(.*?)<\\/script>", re.S)  #: in a template literal
RULES = (
    "default-src 'none'; base-uri 'none'; connect-src 'self'; font-src 'self'; form-action 'none'; "
    "frame-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; worker-src 'self'; "
    "script-src 'self'"
)


def on_post_build(config: MkDocsConfig) -> None:
    """Write the policy into each page that was built."""
    site = Path(config.site_dir)
    pages = {path: path.read_text("utf-8") for path in site.rglob("*.html")}
    scripts = {text for html in pages.values() for text in INLINE.findall(TEXT.sub("", html))}
    speaker_view = SPEAKER_VIEW.findall((site / "assets/reveal/notes.js").read_text("utf-8"))
    scripts |= {re.sub(r"\\(.)", r"\1", text) for text in speaker_view}
    digests = (hashlib.sha256(script.encode()).digest() for script in scripts)
    sources = sorted(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    policy = " ".join([RULES, *sources])
    meta = f'{CHARSET}\n<meta http-equiv="Content-Security-Policy" content="{policy}">'
    for path, html in pages.items():
        path.write_text(html.replace(CHARSET, meta, 1), "utf-8")

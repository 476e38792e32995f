"""Serve the site with live reload."""

from mkdocs.__main__ import cli

from course.setup import ports


def main(arguments: list[str]) -> int:
    """Serve on a port, 8000 unless another one is named, until Ctrl+C."""
    port = ports.checked("serve", arguments[0] if arguments else "8000")
    address = f"http://127.0.0.1:{port}"
    print(f"Building; then read the course on {address} (Ctrl+C stops it)", flush=True)
    cli(["serve", "--dev-addr", f"127.0.0.1:{port}", "--livereload"], prog_name="serve")
    return 0

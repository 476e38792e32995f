"""Serve the site with live reload: python course/serve.py PORT. One line says where, or what is wrong."""

import socket
import sys

from mkdocs.__main__ import cli


def main(port: str) -> int:
    if not (port.isdecimal() and 0 < int(port) < 65536):
        print(f"serve: {port!r} is not a port; try: make serve PORT=8000", file=sys.stderr)
        return 2
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(port)))
        except OSError:
            print(f"serve: port {port} is taken; try: make serve PORT={int(port) % 65535 + 1}", file=sys.stderr)
            return 1
    print(f"Building; then read the course on http://127.0.0.1:{port} (Ctrl+C ends it)", flush=True)
    cli(["serve", "--dev-addr", f"127.0.0.1:{port}", "--livereload"], prog_name="serve")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

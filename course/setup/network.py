"""Look at proxies, package mirrors and certificates: what is set, and whether it will do.

Asks no other machine. Run as a program in the Python of ``.venv``, it asks this one, as flows do.
"""

from __future__ import annotations

import os
import re
import sys
import threading
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.util import find_spec
from pathlib import Path

from course.findings import Finding, Level
from course.paths import python_of
from course.setup import shell
from course.setup.environment import THIS_MACHINE
from course.setup.install import pip_settings
from course.setup.shell import run_command

UV_INDEX = ("UV_DEFAULT_INDEX", "UV_INDEX_URL")
PUBLIC = "https://pypi.org/simple"
CERTIFICATES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_CERT")


class Hello(BaseHTTPRequestHandler):
    """Answer each request with 200."""

    def do_GET(self) -> None:
        """Answer."""
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing."""


def ask_this_machine() -> str:
    """Ask a server of this process by the clients that flows use; return what went wrong."""
    with HTTPServer(("127.0.0.1", 0), Hello) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        try:
            urllib.request.urlopen(url, timeout=10).close()
            if find_spec("httpx"):
                import httpx

                httpx.get(url, timeout=10).raise_for_status()
        except Exception as error:
            return f"{type(error).__name__}: {error}".splitlines()[0]
        finally:
            server.shutdown()
    return ""


def without_password(url: str) -> str:
    """Return an address without the name and password that may stand in it."""
    return re.sub(r"(?<=//)[^/@]*@", "", url)


def proxies() -> Iterator[Finding]:
    """Ask this machine as flows do, if there is a proxy, be it the system's own."""
    found = {kind: url for kind, url in urllib.request.getproxies().items() if kind != "no"}
    if not found:
        yield Finding(Level.OK, "Proxy", "none")
        return
    names = " and ".join(sorted({without_password(url) for url in found.values()}))
    if not python_of().exists():
        yield Finding(Level.OK, "Proxy", names)
        return
    _, error = run_command(python_of(), "-m", "course.setup.network")
    if not error:
        yield Finding(Level.OK, "Proxy", f"{names}, and not asked for this machine")
        return
    exceptions = f"{os.environ.get('no_proxy', '')},{THIS_MACHINE}".lstrip(",")
    variables: dict[str, str] = {"no_proxy": exceptions, "NO_PROXY": exceptions}
    if not any(name.lower().endswith("_proxy") for name in os.environ):
        # As soon as one such variable is set, the system's own settings count no longer.
        variables.update({f"{kind}_proxy": url for kind, url in found.items()})
    text = f"requests to this machine go through {names} ({error}), so flows cannot reach their "
    text += "server"
    yield Finding(Level.PROBLEM, "Proxy", text, shell.export(**variables))


def uv_index() -> str:
    """Return the package index that uv is told to use, by a variable or in a file."""
    for name in UV_INDEX:
        if value := os.environ.get(name):
            return value
    home = ("XDG_CONFIG_HOME", ".config") if os.name != "nt" else ("APPDATA", "AppData/Roaming")
    config = shell.user_config(*home) / "uv/uv.toml"
    for path in (os.environ.get("UV_CONFIG_FILE"), config, "/etc/uv/uv.toml"):
        if path and Path(path).is_file():
            text = Path(path).read_text("utf-8", "replace")
            if found := re.search(r"""^(?:index-)?url *= *["'](.+?)["']""", text, re.M):
                return found[1]
    return ""


def mirrors(settings: dict[str, str]) -> Iterator[Finding]:
    """Compare where pip, by its settings, and uv find packages."""
    pips, uvs = settings.get("index-url", ""), uv_index()
    pip, uv = (without_password(url or PUBLIC).rstrip("/") for url in (pips, uvs))
    if pip == uv or not uvs:  # uv is given pip's
        text = "the public one" if pip == PUBLIC else f"{pip}, for pip and uv"
        yield Finding(Level.OK, "Package index", text)
        return
    variables = [name for name in UV_INDEX if os.environ.get(name)]
    fix = shell.unset(*variables)  # uv is then given pip's
    if not pips:
        fix = shell.export(PIP_INDEX_URL=uv)
        if variables:  # it may hold a password
            (name, *_) = variables
            windows = f"$Env:PIP_INDEX_URL = $Env:{name}"
            fix = shell.posix_or_windows(f'export PIP_INDEX_URL="${name}"', windows)
    if pips and not variables:  # a file of uv's is overruled by pip's settings
        yield Finding(Level.OK, "Package index", f"{pip}, for pip and uv")
        return
    text = f"pip installs from {pip}, but uv installs from {uv}"
    yield Finding(Level.WARNING, "Package index", text, fix)


def certificates(settings: dict[str, str]) -> Iterator[Finding]:
    """Look for the files of root certificates that variables and pip's settings name."""
    named = {name: os.environ[name] for name in CERTIFICATES if os.environ.get(name)}
    if cert := settings.get("cert"):
        named.setdefault("PIP_CERT", cert)
    for name, path in named.items():
        if not Path(path).exists():
            text = f"{name} names {path}, which does not exist"
            in_file = name == "PIP_CERT" and name not in os.environ
            unset_in_file = f"{shell.in_venv('python')} -m pip config unset global.cert"
            fix = unset_in_file if in_file else shell.unset(name)
            yield Finding(Level.PROBLEM, "Certificates", text, fix)
            return


def network() -> Iterator[Finding]:
    """Look at proxies, mirrors and certificates."""
    yield from proxies()
    settings = pip_settings()
    yield from mirrors(settings)
    yield from certificates(settings)


if __name__ == "__main__":
    sys.exit(ask_this_machine() or 0)

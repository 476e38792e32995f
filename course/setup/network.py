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
from course.setup.environment import THIS_MACHINE, socks
from course.setup.pip_settings import pip_python, pip_settings
from course.setup.shell import run_command

UV_INDEX = ("UV_DEFAULT_INDEX", "UV_INDEX_URL")
PUBLIC = "the public index"
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
    is_there = python_of().exists()
    _, error = run_command(python_of(), "-m", "course.setup.network") if is_there else ("", "")
    if (variables := socks(os.environ)) and (error or not is_there):
        text = f"Prefect and pip cannot use the SOCKS proxy in {' and '.join(variables)}"
        yield Finding(Level.PROBLEM, "Proxy", text, shell.unset(*variables))
        return
    if not is_there:
        yield Finding(Level.OK, "Proxy", names)
        return
    if not error:
        yield Finding(Level.OK, "Proxy", f"{names}, and not asked for this machine")
        return
    exceptions = f"{os.environ.get('no_proxy', '')},{THIS_MACHINE}".lstrip(",")
    settings: dict[str, str] = {"no_proxy": exceptions, "NO_PROXY": exceptions}
    if not any(name.lower().endswith("_proxy") for name in os.environ):
        # As soon as one such variable is set, the system's own settings count no longer.
        settings.update({f"{kind}_proxy": url for kind, url in found.items()})
    text = f"requests to this machine go through {names} ({error}), so flows cannot reach their "
    text += "server"
    yield Finding(Level.PROBLEM, "Proxy", text, shell.export(**settings))


def uv_index() -> str:
    """Return the package index that uv is told to use, by a variable or in a file."""
    for name in UV_INDEX:
        if value := os.environ.get(name):
            return value
    for path in uv_files():
        if path.is_file():
            for section in re.split(r"^(?=\[)", path.read_text("utf-8", "replace"), flags=re.M):
                is_index = section.startswith("[[index]]")
                if is_index and not re.search(r"^default *= *true", section, re.M):
                    continue  # it is asked beside the default one
                key = "url" if is_index else "index-url"
                if found := re.search(rf"""^{key} *= *["'](.+?)["']""", section, re.M):
                    return found[1]
    return ""


def uv_files() -> list[Path]:
    """Return the files that uv reads: the user's, then the system's; or only the one it is told."""
    if path := os.environ.get("UV_CONFIG_FILE"):
        return [Path(path)]
    if shell.SYSTEM == "Windows":
        folders = [shell.user_config("APPDATA", "AppData/Roaming")]
        folders += [Path(os.environ.get("PROGRAMDATA") or r"C:\ProgramData")]
    else:
        system = os.environ.get("XDG_CONFIG_DIRS") or "/etc/xdg"
        folders = [shell.user_config("XDG_CONFIG_HOME", ".config")]
        folders += map(Path, [*system.split(":"), "/etc"])
    return [folder / "uv/uv.toml" for folder in folders]


def mirrors(settings: dict[str, str]) -> Iterator[Finding]:
    """Compare where pip, by its settings, and uv find packages."""
    pips, uvs = settings.get("index-url", ""), uv_index()
    pip, uv = (without_password(url or PUBLIC).rstrip("/") for url in (pips, uvs))
    if pip == uv or not uvs:  # uv is given pip's
        yield Finding(Level.OK, "Package index", f"{pip}, for pip and uv")
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
            fix = shell.unset(name) if name in os.environ else unset_cert(path)
            yield Finding(Level.PROBLEM, "Certificates", text, fix)
            return


def unset_cert(path: str) -> str:
    """Return the command that removes a certificate from the file of pip's that names it."""
    python = pip_python()
    for level in ("--user", "--site", "--global"):
        listed, _ = run_command(python, "-m", "pip", "config", "list", level)
        if found := re.search(rf"^(\w+\.cert)='{re.escape(path)}'$", listed, re.M):
            called = shell.posix_or_windows(shell.quoted(python), f"& {shell.quoted(python)}")
            sudo = shell.posix_or_windows("sudo ", "") if level == "--global" else ""
            return f"{sudo}{called} -m pip config {level} unset {found[1]}"
    return ""  # PIP_CONFIG_FILE names the file, which an earlier pip does not change


def network() -> Iterator[Finding]:
    """Look at proxies, mirrors and certificates."""
    yield from proxies()
    settings = pip_settings()
    yield from mirrors(settings)
    yield from certificates(settings)


if __name__ == "__main__":
    sys.exit(ask_this_machine() or 0)

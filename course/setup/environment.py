"""Prepare each Python process of the course's environments: Prefect's home, Prefect Cloud, proxies.

The `course.pth` of each environment runs this file by its path at the start of Python, so it is
in force in snippets, in exercises and in programs such as ``.venv/bin/prefect``. A learner's
own profiles and Prefect Cloud do not count here. An explicit ``PREFECT_HOME`` does, and so does the
address of any other server.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, MutableMapping

#: Its names. A server that is open to all addresses names itself 0.0.0.0.
THIS_MACHINE = "127.0.0.1,localhost,::1,0.0.0.0"
PROXIES = ("http_proxy", "https_proxy", "all_proxy")
CLOUD = "prefect.cloud"


def prepare(environ: MutableMapping[str, str], root: str) -> None:
    """Change the environment of this process, and so that of its children."""
    if "PREFECT_HOME" not in environ:
        environ["PREFECT_HOME"] = home(root)
        environ.pop("PREFECT_PROFILE", None)  # it names one of another home
    # Otherwise `prefect server start` asks for a profile, which would outlive the server.
    environ.setdefault("PREFECT_CLI_PROMPT", "false")
    url = environ.get("PREFECT_API_URL", "")
    if CLOUD in url.partition("://")[2].partition("/")[0]:
        del environ["PREFECT_API_URL"]
        environ.pop("PREFECT_API_KEY", None)
        ignored = "the course ignores it and uses a server on this machine"
        print(f"course: PREFECT_API_URL names Prefect Cloud ({url}); {ignored}", file=sys.stderr)
    if not environ.get("PREFECT_API_URL", "-"):
        del environ["PREFECT_API_URL"]  # empty, which would stop each flow
    for name in socks(environ):  # Prefect's client would refuse to start, whatever it asks
        del environ[name]
    if sys.platform in ("darwin", "win32"):
        import urllib.request

        use_system_proxies(environ, urllib.request.getproxies(), system_exceptions())
    spare_this_machine(environ)


def home(root: str) -> str:
    """Return Prefect's home: in the checkout, else in the folder for temporary files."""
    folder = os.path.join(root, ".prefect")
    if os.access(folder if os.path.exists(folder) else root, os.W_OK):
        return folder
    return temporary_home()


def temporary_home() -> str:
    """Return Prefect's home in the folder for temporary files."""
    import tempfile  # only here: it takes longer than all the rest

    user = getattr(os, "getuid", lambda: os.environ.get("USERNAME", "user"))()
    return os.path.join(tempfile.gettempdir(), f"prefect-course-{user}")


def system_exceptions() -> Iterable[str]:
    """Return the hosts for which the system's settings use no proxy."""
    try:
        if sys.platform == "darwin":
            from _scproxy import _get_proxy_settings  # as urllib.request does

            return _get_proxy_settings().get("exceptions") or ()
        if sys.platform == "win32":
            import winreg

            key = r"Software\Microsoft\Windows\CurrentVersion\Internet Settings"
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key) as settings:
                return str(winreg.QueryValueEx(settings, "ProxyOverride")[0]).split(";")
    except (ImportError, OSError):
        pass
    return ()


def use_system_proxies(
    environ: MutableMapping[str, str], proxies: dict[str, str], exceptions: Iterable[str]
) -> None:
    """Name the system's proxies in the environment, where exceptions can be added to them."""
    if not has_proxy(environ):
        environ.update(
            {f"{scheme}_proxy": url for scheme, url in proxies.items() if scheme != "no"}
        )
        hosts = (host.strip().lstrip("*") for host in exceptions if host and host != "<local>")
        environ["no_proxy"] = ",".join(hosts)


def has_proxy(environ: MutableMapping[str, str]) -> bool:
    """Return whether the environment names a proxy."""
    return any(name.lower() in PROXIES for name in environ)


def socks(environ: Mapping[str, str]) -> list[str]:
    """Return the variables that name a SOCKS proxy, which neither Prefect nor pip can use."""
    proxies = (name for name in environ if name.lower() in PROXIES)
    return [name for name in proxies if environ[name].lower().startswith("socks")]


def spare_this_machine(environ: MutableMapping[str, str]) -> None:
    """Ask no proxy for this machine, which a proxy cannot reach."""
    if not has_proxy(environ):
        return
    given = environ.get("no_proxy") or environ.get("NO_PROXY") or ""
    if given.strip() != "*":
        hosts = (host.strip() for host in f"{given},{THIS_MACHINE}".split(","))
        given = ",".join(dict.fromkeys(filter(None, hosts)))
    environ["no_proxy"] = environ["NO_PROXY"] = given


if __name__ == "__main__":
    prepare(os.environ, os.path.dirname(sys.prefix))

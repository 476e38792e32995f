"""Look at Prefect's home, where it keeps profiles, database and server.pid: ``doctor`` runs this.

Runs in the Python of ``.venv``, because its Prefect knows which profile counts and which databases
it can read. Prints its findings as one line of JSON, and starts no server.
"""

from __future__ import annotations

import json
import os
import sqlite3
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import closing, suppress
from importlib import import_module
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import psutil

from course.findings import Finding, Level
from course.paths import ROOT
from course.setup import SetupError, environment, ports, shell

OWN = Path(environment.home(str(ROOT)))  #: the course's own home
SUBJECT = "Prefect's home"
SETTINGS = "Prefect's settings"
MIGRATIONS = "server/database/_migrations/versions/sqlite/*.py"  #: below Prefect's package
DATABASE_SETTINGS = (
    "PREFECT_SERVER_DATABASE_CONNECTION_URL",
    "PREFECT_API_DATABASE_CONNECTION_URL",
)


def home() -> Path:
    """Return the home that counts in this process."""
    return Path(os.environ.get("PREFECT_HOME") or "~/.prefect").expanduser().absolute()


def unless_chosen(fix: str) -> str:
    """Return a fix of the course's own home; a reader who has chosen another takes this one."""
    chosen = os.environ.get("PREFECT_HOME") and home() != OWN
    return shell.unset("PREFECT_HOME") if chosen else fix


def problem(text: str, fix: str) -> Finding:
    """Return a problem of the home."""
    return Finding(Level.PROBLEM, SUBJECT, text, unless_chosen(fix))


def aside(path: Path) -> str:
    """Return the command that renames a file or folder; no other loses its name."""
    names = (f"{path}.old{number or ''}" for number in count())
    return shell.move(path, next(name for name in names if not os.path.lexists(name)))


def unwritable() -> Iterator[Finding]:
    """Try to write a file into the home, and to open the database for writing."""
    database = home() / "prefect.db"
    try:
        home().mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=home()).close()
        if database.exists():
            database.open("r+b").close()
    except OSError as error:
        path = error.filename if error.filename == str(database) else home()
        text = f"{path} cannot be written ({error.strerror})"
        yield problem(text, writable(error))


def writable(error: OSError) -> str:
    """Return the command that gives this user a home that can be written."""
    if isinstance(error, PermissionError):
        posix = f'sudo chown -R "$USER" {shell.quoted(home())}'
        grant = f"icacls {shell.quoted(home())} /grant ${{Env:USERNAME}}:F /T"
        return shell.posix_or_windows(posix, grant)
    if isinstance(error, FileExistsError):
        return aside(home())
    with suppress(OSError):  # that folder may be full, too
        return shell.export(PREFECT_HOME=environment.temporary_home())
    return ""


def unreadable_profiles() -> Iterator[Finding]:
    """Look for a file of profiles that stops Prefect when it is imported."""
    path = home() / "profiles.toml"
    try:
        tomllib.loads(path.read_text("utf-8"))
    except ValueError as error:
        text = f"{path} cannot be read ({error})"
        yield problem(text, aside(path))
    except OSError:
        return  # there is none


def stale_pid_file() -> Path | None:
    """Return the file that lets Prefect believe in a server in the background that has ended."""
    path = home() / "server.pid"
    try:
        server = psutil.Process(int(path.read_text()))
        return None if "prefect.server" in " ".join(server.cmdline()) else path
    except (ValueError, psutil.Error):  # a process of another user is not this user's server
        return path
    except OSError:
        return None  # there is none


def leftovers() -> Iterator[Finding]:
    """Look for a leftover ``server.pid``."""
    if path := stale_pid_file():
        text = f"{path} was left behind by a server that has ended; "
        text += "because of it, prefect server start --background refuses to start"
        yield Finding(Level.WARNING, SUBJECT, text, shell.remove(path))


def database(url: str) -> Iterator[Finding]:
    """Look for a database that the installed Prefect cannot read, without starting a server."""
    scheme, _, name = url.partition(":///")
    path = Path(name.partition("?")[0])
    if not scheme.startswith("sqlite") or not path.is_file():
        return
    text = ""
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
            found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        prefect = find_spec("prefect")
        assert prefect and prefect.origin
        known = Path(prefect.origin).parent.glob(MIGRATIONS)
        if found and not any(f'"{found[0]}"' in each.read_text("utf-8") for each in known):
            text = f"{path} was made by another version of Prefect (revision {found[0]})"
    except sqlite3.OperationalError:
        return  # it is new and still empty, or a server is at work on it
    except sqlite3.DatabaseError as error:
        text = f"{path} cannot be read ({error})"
    if not text:
        return
    if named := next((name for name in DATABASE_SETTINGS if os.environ.get(name)), None):
        yield Finding(Level.PROBLEM, SUBJECT, text, shell.unset(named))
    else:
        yield problem(text, aside(home()))


def api(url: str | None) -> Iterator[Finding]:
    """Look whether runs go to a server that answers, and on this machine."""
    by_profile = unless_chosen(f"{shell.in_venv('prefect')} config unset PREFECT_API_URL --yes")
    in_environment = "PREFECT_API_URL" in os.environ
    fix = shell.unset("PREFECT_API_URL") if in_environment else by_profile
    where = "PREFECT_API_URL" if in_environment else f"a profile in {home()}"
    if url is None:
        return
    if not url:
        inside = "" if in_environment else f" in a profile in {home()}"
        text = f"PREFECT_API_URL is empty{inside}, which stops every flow"
        yield Finding(Level.PROBLEM, SETTINGS, text, fix)
    elif not ports.is_local(url):
        text = f"{where} sends your runs to {url}, not to a server on this machine"
        yield Finding(Level.PROBLEM, SETTINGS, text, fix)
    elif not (answer := ports.ask(f"{url}/admin/version")):
        text = f"{where} sends your runs to {url}, where no server answers"
        yield Finding(Level.PROBLEM, SETTINGS, text, fix)
    elif answer.status in (401, 403):
        text = (
            f"the server at {url} asks for a password, and PREFECT_API_AUTH_STRING does not hold it"
        )
        yield Finding(Level.PROBLEM, SETTINGS, text, fix)


def address_of_profile() -> str | None:
    """Return the address that the profile names, without importing Prefect, which takes longer."""
    try:
        kept = tomllib.loads((home() / "profiles.toml").read_text("utf-8"))
    except (OSError, ValueError):
        return None
    name = os.environ.get("PREFECT_PROFILE") or kept.get("active")
    return kept.get("profiles", {}).get(name, {}).get("PREFECT_API_URL")


def require(*, database_too: bool, profile_too: bool = False) -> None:
    """Refuse at once a home that would end each flow after minutes, or send it elsewhere.

    Its database counts only where no server runs that has another one.

    Raises:
        SetupError: The message is what `make check` says.
    """
    server = address_of_profile() if profile_too else None
    is_named = server or any(os.environ.get(name) for name in DATABASE_SETTINGS)
    url = f"sqlite:///{home() / 'prefect.db'}" if database_too and not is_named else ""
    for found in (*unwritable(), *unreadable_profiles(), *api(server), *database(url)):
        raise SetupError(f"{found.subject}: {found.advice}")


def profile() -> Iterator[Finding]:
    """Look for the name of a profile that this home does not have."""
    from prefect.settings import load_profiles

    name = os.environ.get("PREFECT_PROFILE")
    if name and name not in load_profiles():
        text = f"PREFECT_PROFILE names the profile {name}, which {home()} does not have"
        yield Finding(Level.WARNING, SETTINGS, text, shell.unset("PREFECT_PROFILE"))


def findings() -> Iterator[Finding]:
    """Look at the home, then import Prefect's server, and look at what it makes of the home."""
    yield from unwritable()
    yield from leftovers()
    if unreadable := list(unreadable_profiles()):
        yield from unreadable
        return
    import_module("prefect.server.api.server")
    from prefect.settings import get_current_settings

    yield Finding(Level.OK, "Prefect's server", "can be imported")
    settings = get_current_settings()
    yield from profile()
    yield from api(settings.api.url)
    if url := settings.server.database.connection_url:
        yield from database(url.get_secret_value())


if __name__ == "__main__":
    found = [(each.level.value, each.subject, each.text, each.fix) for each in findings()]
    print(json.dumps(found))

"""Prefect's home: whatever stops flows there is named, and each fix really fixes it."""

import errno
import os
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from unittest.mock import Mock

import pytest

from course.setup import environment, ports, prefect_home
from tests.support.findings import line
from tests.support.servers import free_port


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home that the reader has not chosen."""
    home = tmp_path / "home"
    monkeypatch.setenv("PREFECT_HOME", str(home))
    monkeypatch.setattr(prefect_home, "OWN", home)
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    home.mkdir()
    return home


def fix(found: str) -> None:
    """Run the command at the end of a line."""
    subprocess.run(found.partition("fix it with: ")[2], shell=True, check=True)


def test_a_home_that_cannot_be_written(home, monkeypatch):
    """The course's own is given back to its user; from another, the reader goes back to it."""
    assert not list(prefect_home.unwritable())
    elsewhere = f"export PREFECT_HOME={environment.temporary_home()}"
    (home / "prefect.db").mkdir()
    own = line(prefect_home.unwritable(), f"✕ Prefect's home: {home}/prefect.db cannot be written")
    assert own.endswith(f"; fix it with: {elsewhere}")
    chown = f'sudo chown -R "$USER" {home}'
    for number, mend in [
        (errno.EACCES, chown),
        (errno.ENOSPC, elsewhere),
        (errno.EROFS, elsewhere),
    ]:
        refused = OSError(number, os.strerror(number), f"{home}/x")
        with monkeypatch.context() as patch:
            patch.setattr(tempfile, "TemporaryFile", Mock(side_effect=refused))
            why = f"✕ Prefect's home: {home} cannot be written ({refused.strerror}); fix it with: "
            assert line(prefect_home.unwritable(), why) == why + mend
    with monkeypatch.context() as patch:  # where nothing can be written, no command helps
        patch.setattr(environment, "temporary_home", Mock(side_effect=FileNotFoundError))
        assert "fix it with" not in line(prefect_home.unwritable(), own.partition(";")[0])
    (home / "file").touch()
    monkeypatch.setenv("PREFECT_HOME", f"{home}/file")
    chosen = f"✕ Prefect's home: {home}/file cannot be written (File exists)"
    assert line(prefect_home.unwritable(), chosen).endswith("; fix it with: unset PREFECT_HOME")
    monkeypatch.setattr(prefect_home, "OWN", home / "file")
    fix(line(prefect_home.unwritable(), chosen))
    assert (home / "file.old").is_file() and not list(prefect_home.unwritable())


def test_profiles_that_cannot_be_read(home):
    """Prefect is not imported, as it would stop; the fix keeps the file under another name."""
    (home / "profiles.toml").write_text("active = x[")
    (found,) = map(str, prefect_home.findings())
    assert found.startswith(f"✕ Prefect's home: {home}/profiles.toml cannot be read (Invalid value")
    fix(found)
    assert not list(prefect_home.unreadable_profiles())
    assert (home / "profiles.toml.old").exists()


def test_a_server_pid_that_is_left(home):
    """One that is empty, of no process or of another program is; that of a server is not."""
    path = home / "server.pid"
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        pass
    for left in ("", str(ended.pid), str(os.getpid())):
        path.write_text(left)
        fix(line(prefect_home.leftovers(), f"! Prefect's home: {path} was left behind by a server"))
        assert not path.exists() and not list(prefect_home.leftovers())
    command = [sys.executable, "-c", "input()", "prefect.server.api.server:create_app"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as server:
        path.write_text(str(server.pid))
        assert prefect_home.stale_pid_file() is None
        server.kill()


def test_databases(home, monkeypatch):
    """Another Prefect's database and a broken file are named; empty and earlier ones are not."""
    path = home / "prefect.db"
    url = f"sqlite+aiosqlite:///{path}"
    assert not list(prefect_home.database(url))
    for revision in ("", "ffffffffffff", "f416ea180ae1"):
        path.unlink(missing_ok=True)
        with closing(sqlite3.connect(path)) as database, database:
            database.execute(f"CREATE TABLE {'alembic_version' if revision else 'x'} (version_num)")
            if revision:
                database.execute("INSERT INTO alembic_version VALUES (?)", [revision])
        assert bool(list(prefect_home.database(url))) == (revision == "ffffffffffff")
    path.write_text("no database, but long enough to be read as the head of one" * 20)
    found = line(prefect_home.database(url), f"✕ Prefect's home: {path} cannot be read (file is ")
    with monkeypatch.context() as patch:
        patch.setenv("PREFECT_API_DATABASE_CONNECTION_URL", url)
        named = line(prefect_home.database(url), "✕")
        assert named.endswith("fix it with: unset PREFECT_API_DATABASE_CONNECTION_URL")
    (home.parent / "home.old").mkdir()  # of an earlier time
    fix(line(prefect_home.database(url), found))
    assert not home.exists() and (home.parent / "home.old1/prefect.db").exists()


def test_where_runs_go(home, monkeypatch):
    """Another machine, no server, and one that asks for a password are named."""
    assert not list(prefect_home.api(None))
    by_profile = "fix it with: .venv/bin/prefect config unset PREFECT_API_URL --yes"
    elsewhere = f"https://prefect.{home.name}/api"
    away = (
        f"✕ Prefect's settings: a profile in {home} sends your runs to {elsewhere}, not to a serv"
    )
    assert line(prefect_home.api(elsewhere), away).endswith(by_profile)
    with monkeypatch.context() as patch:  # the reader's own profiles stay as they are
        patch.setattr(prefect_home, "OWN", home / "other")
        found = line(prefect_home.api(elsewhere), away)
        assert found.endswith("; fix it with: unset PREFECT_HOME")
    monkeypatch.setenv("PREFECT_API_URL", "")
    empty = "✕ Prefect's settings: PREFECT_API_URL is empty, which stops every flow; fix it with: "
    assert line(prefect_home.api(""), empty).endswith("unset PREFECT_API_URL")
    silent = "where no server answers; fix it with: unset PREFECT_API_URL"
    for this_machine in ("127.0.0.1", "localhost", "[::1]", "0.0.0.0"):
        dead = f"http://{this_machine}:{free_port()}/api"
        assert line(prefect_home.api(dead), "✕").endswith(silent)


def test_a_server_with_a_password(home, httpserver, monkeypatch):
    """It is no other version, and nobody is told to end it; the password lets us in."""
    url = httpserver.url_for("/api")
    httpserver.expect_request("/api/health").respond_with_data("true")
    version, allowed = "/api/admin/version", {"Authorization": "Basic YTpi"}
    httpserver.expect_request(version, headers=allowed).respond_with_data('"0.1"')
    httpserver.expect_request(version).respond_with_data("", status=401)
    refused = f"✕ Prefect's settings: the server at {url} asks for a password"
    assert line(prefect_home.api(url), refused)
    monkeypatch.setenv("PREFECT_SERVER_API_PORT", str(httpserver.port))
    found = str(ports.prefect())
    refused = f"✕ Port {httpserver.port}: a Prefect server answers, but asks for a password; "
    assert found.startswith(f"{refused}the course can use another port; fix it with: export ")
    monkeypatch.setenv("PREFECT_API_AUTH_STRING", "a:b")
    assert not list(prefect_home.api(url))
    assert ", a Prefect server 0.1, not 3." in str(ports.prefect())


def test_a_profile_that_is_not_there(home, monkeypatch):
    """PREFECT_PROFILE may name a profile of another home."""
    monkeypatch.setenv("PREFECT_PROFILE", "local")
    assert not list(prefect_home.profile())
    monkeypatch.setenv("PREFECT_PROFILE", "mine")
    missing = f"! Prefect's settings: PREFECT_PROFILE names the profile mine, which {home} does not"
    assert line(prefect_home.profile(), missing).endswith("fix it with: unset PREFECT_PROFILE")


def test_an_exercise_stops_at_once(home, tmp_path, monkeypatch):
    """A home in which no flow can run is named before a flow waits for it, with exit code 1."""
    with closing(sqlite3.connect(home / "prefect.db")) as database:
        database.execute("CREATE TABLE alembic_version (version_num)")
        database.execute("INSERT INTO alembic_version VALUES ('of another Prefect')")
        database.commit()
    command = [sys.executable, "-m", "course", "exercise-3"]
    port = str(free_port())
    env = {**os.environ, "PREFECT_API_URL": "", "PREFECT_SERVER_API_PORT": port}
    for _ in range(2):  # the first call writes the starter
        done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)
    assert done.returncode == 1 and done.stderr.count("\n") == 1
    made = f"exercise: Prefect's home: {home}/prefect.db was made by another version of Prefect"
    assert done.stderr.startswith(made) and "fix it with: " in done.stderr
    cloud = "https://api.prefect.cloud/api"
    profiles = f'active = "cloud"\n[profiles.cloud]\nPREFECT_API_URL = "{cloud}"\n'
    (home / "profiles.toml").write_text(profiles)
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)
    sent = (
        f"exercise: Prefect's settings: a profile in {home} sends your runs to {cloud}, not to a "
    )
    assert done.returncode == 1 and done.stderr.count("\n") == 1
    assert done.stderr.startswith(sent) and done.stderr.endswith("with: unset PREFECT_HOME\n")
    found = subprocess.run(
        [sys.executable, "-m", "course", "serve", str(free_port())],
        env=env,
        capture_output=True,
        text=True,
    )
    assert (found.returncode, found.stdout) == (1, "") and found.stderr.startswith("serve: Pref")

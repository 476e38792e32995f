"""The installer refuses what would fail later, and the next call fixes whatever it leaves."""

import os
import re
import signal
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from course.paths import PACKAGE, ROOT
from course.setup import SetupError, chromium, install, pip_settings
from tests.support.programs import program


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The folder of a ``.venv`` that the installer works on."""
    monkeypatch.setattr("course.paths.VENV", tmp_path / ".venv")
    monkeypatch.setattr("course.paths.ROOT", tmp_path)
    monkeypatch.setattr("course.setup.install.CACHE", tmp_path / ".cache")
    return tmp_path / ".venv"


@pytest.fixture
def steps(monkeypatch):
    """The installer's commands; of these only the one that makes an environment is run.

    Those that are to use no network fail while a test sets the variable ``FAIL``.
    """
    steps, run = [], subprocess.run

    def only_venv(command, *, env=None, **options):
        if "-c" in command or command[1:3] == ["-m", "venv"]:
            done = run(command, env=env, **options)
        else:
            offline = "--no-index" in command or "UV_OFFLINE" in (env or {})
            done = subprocess.CompletedProcess(command, int(offline and "FAIL" in os.environ), "")
        if "venv" in command and "uv" in command:
            packages = sysconfig.get_path("purelib", "venv", {"base": str(command[-1])})
            Path(packages).mkdir(parents=True)
        if not {"-c", "config"} & set(command):
            steps.append(" ".join(map(str, command)))
        return done

    monkeypatch.setattr(subprocess, "run", only_venv)
    return steps


REFUSED = r"^the course needs Python 3\.11\.5 .*, this is 3\.[^\n]+"


def test_another_python_is_refused(folder, monkeypatch):
    """Only a tested Python will do, and on Debian one with venv; nothing is made with another."""
    with monkeypatch.context() as patch:
        patch.setattr(install.shutil, "which", lambda name: None)
        for version in ((3, 9, 18), (3, 11, 4), (3, 12, 1)):
            patch.setattr(sys, "version_info", version)
            with pytest.raises(SetupError, match=REFUSED):
                install.install()
    monkeypatch.setattr(install, "find_spec", lambda name: None)
    with pytest.raises(SetupError, match=r"apt install python3\.11-venv"):
        install.install()
    assert not folder.exists()


def test_a_broken_venv_is_made_anew(folder, steps):
    """A .venv without pip, as Ctrl+C may leave it, is emptied and made again, by the same call."""
    venv.create(folder, symlinks=True, with_pip=False)
    (folder / "stray").touch()
    install.install()
    assert install.works("")
    assert not (folder / "stray").exists() and not (folder / "unfinished").exists()
    assert ["-m venv" in step for step in steps] == [True, False, False, False]
    path_file = next(folder.glob("lib/*/site-packages/course.pth"))
    assert path_file.read_text().splitlines()[0] == str(ROOT)
    path_file.write_text("/where/it/was/made\n")
    steps.clear()
    install.install()  # a checkout that was moved: the programs name the old place
    assert "-m venv" in steps[0] and not install.has_moved("")


def test_an_interrupted_install_begins_anew(folder, steps, monkeypatch):
    """Ctrl+C leaves a mark, since some packages may not be whole; the next call clears up."""
    install.install("dbt")
    (dbt,) = folder.parent.iterdir()
    assert dbt.name == ".venv-dbt" and "logging:" in (dbt / "etc/dask/quiet.yaml").read_text()
    path_file = next(dbt.glob("lib/*/*/course.pth"))
    assert path_file.read_text().splitlines()[0] == str(PACKAGE / "src")
    monkeypatch.setattr(install, "works", lambda name: True)
    steps.clear()
    install.install("dbt")
    assert not any(" uv venv " in step for step in steps)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(install, "uv_from_cache", lambda *command: signal.raise_signal(signal.SIGINT))
        install.install("dbt")
    assert (dbt / "unfinished").exists()
    install.install("dbt")
    assert " uv venv " in steps[-2] and not (dbt / "unfinished").exists()


def test_what_another_checkout_has_is_left_alone(folder, tmp_path):
    """An environment that is only linked here is never emptied."""
    kept = tmp_path / "elsewhere/kept"
    kept.parent.mkdir()
    kept.touch()
    folder.symlink_to(kept.parent)
    with pytest.raises(SetupError, match=r"^\.venv is a link to another checkout's environment"):
        install.install()
    assert kept.exists()


def test_uv_gets_the_right_python(tmp_path, monkeypatch):
    """Beside another Python, uv finds one that will do or downloads it; or a line says why."""
    monkeypatch.setattr(sys, "version_info", (3, 13, 1))
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    uv = tmp_path / "uv"
    uv.write_text(f'#!/bin/sh\nexec {sys.executable} -m uv "$@"\n')
    uv.chmod(0o755)
    version = "import sys; print(sys.version_info[:2])"
    found = subprocess.run([install.base_python(), "-c", version], capture_output=True, text=True)
    assert found.stdout == "(3, 11)\n"
    program(uv, "echo 'error: no network' >&2; exit 2")
    with pytest.raises(SetupError, match=r"3\.13\.1, and uv cannot get one \(error: no network\)$"):
        install.base_python()


def test_uv_asks_where_pip_asks(tmp_path, monkeypatch):
    """A mirror and a certificate that pip has, in a file or a variable, are uv's, too."""
    config = tmp_path / "pip.conf"
    config.write_text(
        "[global]\nindex-url = http://mirror/simple\nextra-index-url =\n http://a/\n http://b/\n"
        "trusted-host = mirror\ncert = /from/the/file.pem\n"
    )
    monkeypatch.setenv("PIP_CONFIG_FILE", str(config))
    for name in [
        name for name in os.environ if name.startswith("PIP_") and name != "PIP_CONFIG_FILE"
    ]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CERT", "/company.pem")
    assert pip_settings.uv_settings(pip_settings.pip_settings()) == {
        "UV_DEFAULT_INDEX": "http://mirror/simple",
        "UV_INDEX": "http://a/ http://b/",
        "UV_INSECURE_HOST": "mirror",
        "SSL_CERT_FILE": "/company.pem",
    }
    monkeypatch.delenv("PIP_CERT")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/other.pem")  # pip reads this, uv does not
    assert pip_settings.uv_settings(pip_settings.pip_settings())["SSL_CERT_FILE"] == "/other.pem"
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    monkeypatch.delenv("CURL_CA_BUNDLE", raising=False)
    assert (
        pip_settings.uv_settings(pip_settings.pip_settings())["SSL_CERT_FILE"]
        == "/from/the/file.pem"
    )
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("SSL_CERT_FILE", "/uvs.pem")  # uv reads this, pip does not
    assert pip_settings.pip_certificate() == {"PIP_CERT": "/uvs.pem"}
    assert "SSL_CERT_FILE" not in pip_settings.uv_settings(pip_settings.pip_settings())


def test_what_is_kept_comes_first(folder, steps, monkeypatch):
    """Without a network, uv and packages come from what was kept; what is missing is downloaded."""
    monkeypatch.setenv("FAIL", "1")
    folder.mkdir()
    with pytest.raises(SetupError, match=r"^uv could not be installed"):
        install.install_uv()  # not even from what was downloaded now
    kept, download, again = steps
    assert kept == again and " --no-index " in kept and " download " in download
    install.install("dbt")
    from_cache, from_network = steps[-2:]
    assert from_cache == from_network and " uv pip sync " in from_cache
    monkeypatch.delenv("FAIL")
    steps.clear()
    install.install("dbt")
    assert steps.count(from_cache) == 1


def test_uv_goes_into_the_environment(monkeypatch):
    """Even where pip's settings ask for the user's own folder."""
    monkeypatch.setenv("PIP_USER", "1")
    install.install_uv()


def test_uv_is_installed_with_its_hashes():
    """The installer itself is checked like all else: the lock's own lines, and no others."""
    assert re.fullmatch(r"uv==.*(?:\n +--hash=sha256:.*)+\n", install.uv_requirement())


def test_a_failed_step_is_named():
    """A step that fails ends the installation with its name."""
    with pytest.raises(SetupError, match=r"^the sky fell; fix the problem shown above"):
        install.run("the sky fell", sys.executable, "-c", "raise SystemExit(3)")


def test_chromium_is_looked_for_where_it_may_be(monkeypatch, tmp_path):
    """CHROMIUM comes before PATH, and PATH before Playwright's."""
    monkeypatch.setenv("CHROMIUM", "/mine")
    assert chromium.found() == "/mine"
    monkeypatch.delenv("CHROMIUM")
    (tmp_path / "chromium").write_text("#!/bin/sh\n")
    (tmp_path / "chromium").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert chromium.found() == str(tmp_path / "chromium")
    monkeypatch.setenv("PATH", str(tmp_path / "none"))
    monkeypatch.setattr(chromium, "PATHS", ())
    monkeypatch.setattr(chromium, "playwrights", lambda: "/playwright's")
    assert chromium.found() == "/playwright's"


def test_chromium_that_cannot_be_installed(monkeypatch, tmp_path):
    """Where none is found and none can be installed, one line says so, and how to name one."""
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    assert chromium.playwrights() is None  # a path counts only if something is there
    monkeypatch.setattr(chromium, "found", lambda: None)
    monkeypatch.setattr(chromium, "install_with", lambda *command: False)
    with pytest.raises(SetupError, match=r"^Chromium was not found .* CHROMIUM=/path/to/chromium$"):
        chromium.path()

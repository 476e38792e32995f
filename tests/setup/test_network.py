"""Proxies are found by asking this machine; mirrors and certificates by what is set."""

import re
import subprocess
import urllib.request

import pytest

from course.paths import ROOT
from course.setup import doctor, install, network, shell
from tests.support.findings import line

VARIABLES = ["UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_CONFIG_FILE", "PIP_INDEX_URL"]
VARIABLES += [*network.CERTIFICATES, "no_proxy", "NO_PROXY"]
VARIABLES += [f"{kind}_proxy" for kind in ("http", "https", "all", "HTTP", "HTTPS", "ALL")]


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch, tmp_path):
    """No proxy, mirror or certificate is set."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))


def test_a_proxy_that_cannot_reach_this_machine(own_venv, httpserver, monkeypatch):
    """A proxy that answers 502 is found in a .venv without a mend of its own; the fix does it."""
    (own_venv / "course.pth").unlink(missing_ok=True)
    python = next(own_venv.parents[2].glob("bin/python"))
    monkeypatch.setattr(network, "python_of", lambda: python)
    assert str(*network.proxies()) == "✓ Proxy: none"
    url = httpserver.url_for("")
    httpserver.expect_request(re.compile("")).respond_with_data("", status=502)
    monkeypatch.setenv("http_proxy", url.replace("//", "//me:secret@"))
    asked = f"✕ Proxy: requests to this machine go through {url} (HTTPError: HTTP Error 502: "
    found = line(network.proxies(), asked)
    assert "secret" not in found
    fix = found.partition("fix it with: ")[2]
    ask = f"{fix} && {python} -m course.setup.network"
    subprocess.run(ask, shell=True, check=True, cwd=ROOT)
    with monkeypatch.context() as patch:
        patch.setenv("http_proxy", url)
        patch.setenv("no_proxy", network.THIS_MACHINE)
        assert str(*network.proxies()) == f"✓ Proxy: {url}, and not asked for this machine"
    monkeypatch.setenv("all_proxy", "socks5://127.0.0.1:1080")
    socks = "✕ Proxy: Prefect and pip cannot use the SOCKS proxy in all_proxy; fix it with: unset a"
    with monkeypatch.context() as patch:
        patch.setenv("no_proxy", network.THIS_MACHINE)
        assert line(network.proxies(), socks)
        (own_venv / "course.pth").write_text(install.START.format(file=str(install.ENVIRONMENT)))
        assert line(network.proxies(), f"✓ Proxy: {url} and socks5://127.0.0.1:1080, and not asked")
    monkeypatch.setattr(network, "python_of", lambda: python.with_name("missing"))
    assert line(network.proxies(), socks)
    monkeypatch.delenv("all_proxy")
    assert str(*network.proxies()) == f"✓ Proxy: {url}"


@pytest.mark.parametrize(("system", "set_one"), [("Darwin", "export "), ("Windows", "$Env:")])
def test_a_proxy_of_the_system(system, set_one, monkeypatch):
    """The variables that except this machine hide the system's settings, so these go along."""
    monkeypatch.setattr(shell, "SYSTEM", system)
    monkeypatch.setattr(urllib.request, "getproxies", lambda: {"https": "http://proxy:3128"})
    monkeypatch.setattr(network, "run_command", lambda *command: ("", "it answers 502"))
    asked = "✕ Proxy: requests to this machine go through http://proxy:3128 (it answers 502), so "
    fix = line(network.proxies(), asked).partition("fix it with: ")[2]
    assert fix.startswith(f"{set_one}no_proxy=".replace(":no_proxy=", ":no_proxy = "))
    assert "https_proxy" in fix and fix.count(network.THIS_MACHINE) == 2


def test_mirrors(monkeypatch, tmp_path):
    """What pip's own files say counts; uv, which has none of its own, is given that."""
    config = tmp_path / "pip.conf"
    config.write_text("[global]\nindex-url = https://me:secret@mirror/simple/\ncert = /lost.pem\n")
    settings = network.pip_settings()
    both = "✓ Package index: https://mirror/simple, for pip and uv"
    assert str(*network.mirrors(settings)) == both
    (tmp_path / "uv").mkdir()
    (tmp_path / "uv/uv.toml").write_text(
        '[[index]]\nurl = "https://other/simple"\ndefault = true\n'
    )
    assert str(*network.mirrors(settings)) == both  # what pip is told overrules uv's file
    with monkeypatch.context() as patch:
        patch.setenv("UV_INDEX_URL", "https://other/simple")
        other = "! Package index: pip installs from https://mirror/simple, but uv installs from "
        assert line(network.mirrors(settings), other).endswith("fix it with: unset UV_INDEX_URL")
        assert line(network.mirrors({}), "!").endswith('export PIP_INDEX_URL="$UV_INDEX_URL"')
    assert line(network.mirrors({}), "!").endswith("export PIP_INDEX_URL=https://other/simple")
    (tmp_path / "uv/uv.toml").write_text(
        '[[index]]\nname = "pytorch"\nurl = "https://more/whl"\nexplicit = true\n'
    )
    assert network.uv_index() == ""  # it is asked for some packages only
    system = tmp_path / "system/uv/uv.toml"
    system.parent.mkdir(parents=True)
    system.write_text('[pip]\nindex-url = "https://system/simple"\n')
    monkeypatch.setenv("XDG_CONFIG_DIRS", f"/none:{tmp_path}/system")
    assert network.uv_index() == "https://system/simple"
    with monkeypatch.context() as patch:
        patch.setattr(shell, "SYSTEM", "Windows")
        patch.setenv("PROGRAMDATA", str(system.parents[1]))
        assert network.uv_index() == "https://system/simple"
        patch.setenv("UV_CONFIG_FILE", "/none")  # the only one that uv reads
        assert network.uv_index() == ""
    monkeypatch.setenv("UV_INDEX_URL", "https://mirror/simple")
    assert str(*network.mirrors(settings)) == both
    monkeypatch.delenv("UV_INDEX_URL")
    monkeypatch.setattr(network, "uv_index", lambda: "")
    assert str(*network.mirrors({})) == "✓ Package index: the public index, for pip and uv"


def test_certificates(monkeypatch, tmp_path):
    """A file that is not there stops pip, uv and each client of Prefect."""
    assert not list(network.certificates({}))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path))
    assert not list(network.certificates({}))
    monkeypatch.setenv("SSL_CERT_FILE", "/lost.pem")
    lost = (
        "✕ Certificates: SSL_CERT_FILE names /lost.pem, which does not exist; fix it with: unset S"
    )
    assert line(network.certificates({}), lost)
    assert doctor.misled() == "unset SSL_CERT_FILE"  # Prefect's server cannot be imported


def test_a_certificate_in_a_file_of_pips(monkeypatch, tmp_path):
    """The fix changes the file that names it, and leaves the rest of that file alone."""
    lost = "✕ Certificates: PIP_CERT names /lost.pem, which does not exist"
    monkeypatch.delenv("PIP_CONFIG_FILE")
    pips = tmp_path / "pip/pip.conf"
    pips.parent.mkdir()
    pips.write_text("[install]\ncert = /lost.pem\nno-color = true\n")
    fix = line(network.certificates(network.pip_settings()), lost).partition("fix it with: ")[2]
    subprocess.run(fix, shell=True, check=True, cwd=ROOT)
    assert not list(network.certificates(network.pip_settings()))
    assert pips.read_text().startswith("[install]\nno-color = true")
    assert line(network.certificates({"cert": "/lost.pem"}), lost) == lost  # no file is to blame

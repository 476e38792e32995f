"""Read what pip is told about mirrors and certificates, and tell it to uv, and the other way round.

Runs on the machine's own Python with the standard library only.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from course.paths import python_of

#: The variables in which pip looks for a file of certificates, in its order; uv knows none of them.
PIP_CERTIFICATES = ("PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


def pip_python() -> Path:
    """Return a Python whose pip can be asked: that of ``.venv`` if it is there, else this one."""
    return python_of() if python_of().exists() else Path(sys.executable)


def pip_settings() -> dict[str, str]:
    """Return pip's settings, from its files and from variables, by their name."""
    command = [str(pip_python()), "-m", "pip", "config", "list"]
    listed = subprocess.run(command, capture_output=True, text=True, errors="replace").stdout
    found = re.findall(r"^(global|install|:env:)\.([\w-]+)='(.*)'$", listed, re.M)
    order = ("global", "install", ":env:")  # the later ones count more
    return {name: value for _, name, value in sorted(found, key=lambda row: order.index(row[0]))}


def pip_certificate() -> dict[str, str]:
    """Return the variable that makes pip trust the certificates that uv and Python trust."""
    named = any(os.environ.get(name) for name in PIP_CERTIFICATES)
    file = os.environ.get("SSL_CERT_FILE", "")
    return {"PIP_CERT": file} if file and not named and "cert" not in pip_settings() else {}


def uv_settings(pip: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that make uv use the mirror and the certificates that pip uses."""
    named = filter(None, map(os.environ.get, PIP_CERTIFICATES))
    pip = {**pip, "cert": next(named, pip.get("cert", ""))}
    if not pip["cert"]:
        del pip["cert"]
    names = {"cert": "SSL_CERT_FILE", "trusted-host": "UV_INSECURE_HOST"}
    if "index-url" in pip:
        names.update({"index-url": "UV_DEFAULT_INDEX", "extra-index-url": "UV_INDEX"})
    values = {name: pip[setting] for setting, name in names.items() if setting in pip}
    return {name: " ".join(value.replace("\\n", " ").split()) for name, value in values.items()}

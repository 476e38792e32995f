"""What the whole run shares: one PREFECT_HOME, which goes away with it, and its environment."""

import os
import signal
import tempfile
from pathlib import Path

import certifi

from course.paths import ROOT

# A background job of a script ignores Ctrl+C, and one of nohup the end of its terminal. So would
# all that the tests start, if it did not begin with a handler here.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if signal.getsignal(signal.SIGHUP) == signal.SIG_IGN:
    signal.signal(signal.SIGHUP, lambda *_: None)
# The first process makes the folder; xdist's workers and the runs in copies of the course inherit
# it, and its server. Prefect reads these settings when it is imported, so modules that are loaded
# with this one import Prefect only inside functions.
OWNER = "COURSE_TEST_HOME" not in os.environ
HOME = Path(os.environ["COURSE_TEST_HOME"] if not OWNER else tempfile.mkdtemp(prefix="course-"))
TMP = HOME / "tmp"  #: what Prefect, Dask and Chromium leave goes away with it
TMP.mkdir(exist_ok=True)
tempfile.tempdir = str(TMP)
#: A client of Prefect reads all authorities that it trusts, even without TLS: one is quickest.
AUTHORITY = HOME / "authority.pem"
os.environ |= {
    "COURSE_TEST_HOME": str(HOME),
    "COURSE_ROOT": str(ROOT),  # where coverage looks, in processes of other folders too
    "DO_NOT_TRACK": "1",
    "NO_MKDOCS_2_WARNING": "1",
    "PREFECT_API_SSL_CERT_FILE": str(AUTHORITY),
    "PREFECT_HOME": str(HOME),
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "TMPDIR": str(TMP),
}
READERS_TERMINAL = {"COLUMNS": "80", "NO_COLOR": "1", "PYTHONUNBUFFERED": "1"}
if OWNER:
    for name in ("PREFECT_API_URL", "PREFECT_SERVER_API_PORT"):
        os.environ.pop(name, None)
    bundle = Path(certifi.where()).read_text("utf-8")
    first, end, _ = bundle.partition("-----END CERTIFICATE-----\n")
    AUTHORITY.write_text(first + end, "utf-8")

SERVER = HOME / "server.json"
SERVER_LOG = HOME / "server.log"

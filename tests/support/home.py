"""Where the suite keeps what it shares: a home for Prefect, which goes away with it."""

import os
import signal
import tempfile
from pathlib import Path

import certifi

from course.paths import ROOT

# What a script starts in the background ignores Ctrl+C, and so would all that the tests start and press it for.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
# Whoever comes first makes a home for Prefect; xdist's workers and the teeth's inner runs inherit it, and its server.
# Prefect reads these when it is imported, which is why every import of it below stands in a function.
OWNER = "COURSE_TEST_HOME" not in os.environ
HOME = Path(os.environ["COURSE_TEST_HOME"] if not OWNER else tempfile.mkdtemp(prefix="course-"))
os.environ["COURSE_TEST_HOME"] = str(HOME)
os.environ["TMPDIR"] = tempfile.tempdir = str(
    HOME / "tmp"
)  # what Prefect, Dask and Chromium leave there goes with it
(HOME / "tmp").mkdir(exist_ok=True)
os.environ |= {
    "PREFECT_HOME": str(HOME),
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
}
os.environ |= {"PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false", "NO_MKDOCS_2_WARNING": "1"}
READERS_TERMINAL = {"COLUMNS": "80", "NO_COLOR": "1", "PYTHONUNBUFFERED": "1"}
# Each client of Prefect reads all authorities that it trusts, even if its server is asked without TLS: leave it one.
AUTHORITY = HOME / "authority.pem"
os.environ["PREFECT_API_SSL_CERT_FILE"] = str(AUTHORITY)
if OWNER:
    os.environ.pop("PREFECT_API_URL", None)
    first, end, _ = (
        Path(certifi.where()).read_text("utf-8").partition("-----END CERTIFICATE-----\n")
    )
    AUTHORITY.write_text(first + end, "utf-8")

os.environ["COURSE_ROOT"] = str(ROOT)  # where coverage looks, in processes of other folders too
SERVER = HOME / "server.json"
SERVER_LOG = HOME / "server.log"
#: What somebody has in the checkout who types what module 5 shows.
TYPED = {
    "dist",
    "index",
    "index.log",
    "friday",
    "clean",
    "other",
    "changed",
    "layers",
    "leaky",
    "run.log",
    "prices",
}

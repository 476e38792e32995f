"""Extract and load the shop's prices: sync.py WAREHOUSE URL SINCE UNTIL

Runs where PyAirbyte is installed, which has an environment of its own.
"""

import os
import sys
import tempfile
import warnings
from pathlib import Path

os.environ |= {"AIRBYTE_OFFLINE_MODE": "1", "DO_NOT_TRACK": "1"}
os.environ.setdefault("AIRBYTE_LOGGING_ROOT", tempfile.gettempdir())
warnings.simplefilter("ignore")

import airbyte
import yaml
from airbyte.caches import DuckDBCache
from airbyte.exceptions import AirbyteConnectorFailedError

HERE = Path(__file__).parent
SHOP_IS_DOWN = 3
# --8<-- [start:connector]
CONNECTOR = Path(sys.executable).with_name("source-declarative-manifest")


def sync(warehouse: str, url: str, since: str, until: str) -> int:
    """Run the connector on its manifest, and load what it emits."""
    manifest = yaml.safe_load((HERE / "shop.yaml").read_text("utf-8"))
    config = {"url": url, "since": since, "until": until}
    config["__injected_declarative_manifest"] = manifest
    source = airbyte.get_source(
        "source-shop", config=config, local_executable=CONNECTOR
    )
    source.select_streams(["prices"])
    cache = DuckDBCache(db_path=warehouse, schema_name="raw")
    # Its config is ours: to validate it first would start the connector again.
    return source.read(cache, skip_validation=True).processed_records


# --8<-- [end:connector]
if __name__ == "__main__":
    try:
        print(sync(*sys.argv[1:]))
    except AirbyteConnectorFailedError:
        print(f"\n{sys.argv[2]} does not answer", file=sys.stderr)
        sys.exit(SHOP_IS_DOWN)
    except Exception as error:
        while error.__context__:  # what came first says the most
            error = error.__context__
        what = str(error).strip().splitlines()[0]
        what = what.rpartition(" because of error: ")[2]
        sys.exit(f"\n{type(error).__name__}: {what}")  # below a progress bar

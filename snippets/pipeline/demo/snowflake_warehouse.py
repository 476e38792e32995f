"""Snowflake as the warehouse: who asks, and how to get in."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from prefect_snowflake import SnowflakeConnector, SnowflakeCredentials
from snowflake.connector.errors import Error, OperationalError
from warehouse import PipelineError, Run

BEFORE = "SNOWFLAKE_"
NEEDED = ("ACCOUNT", "USER", "PRIVATE_KEY_PATH")
STAND_IN = ("HOST", "PORT", "PROTOCOL")


def settings() -> dict[str, str]:
    """Return what the environment says of Snowflake."""
    have = os.environ.items()
    return {k.removeprefix(BEFORE): v for k, v in have if k.startswith(BEFORE)}


# --8<-- [start:account]
def account(have: dict[str, str]) -> SnowflakeConnector:
    """Say who asks, with which key, and what shall compute the answer."""
    credentials = SnowflakeCredentials(
        account=have["ACCOUNT"],
        user=have["USER"],
        private_key_path=have["PRIVATE_KEY_PATH"],
        authenticator="snowflake_jwt",
    )
    return SnowflakeConnector(
        credentials=credentials,
        warehouse=have.get("WAREHOUSE", "COMPUTE_WH"),
        database=have.get("DATABASE", "SNEAKERS"),
        schema="SHOP",
    )


# --8<-- [end:account]
# --8<-- [start:connect]
@contextmanager
def connect() -> Iterator[Run]:
    """Log in, and log out again."""
    have = settings()
    if missing := [BEFORE + name for name in NEEDED if name not in have]:
        raise PipelineError(f"Snowflake needs {', '.join(missing)}: set that")
    place = {name.lower(): have[name] for name in STAND_IN if name in have}
    connector, key = account(have), have["PRIVATE_KEY_PATH"]
    try:
        connector.credentials.resolve_private_key()
    except Exception as error:
        what = f"no private key without a passphrase: {error!r}"
        raise PipelineError(f"{key} is {what}") from None

    def run(sql: str) -> list[tuple]:
        connector.reset_cursors()  # else the same words do not run again
        return connector.fetch_all(sql)

    try:
        with connector:
            connector.get_connection(**place, login_timeout=5)
            yield run
    except OperationalError:
        address = ":".join(list(place.values())[:2]) or have["ACCOUNT"]
        advice = "start it, or correct SNOWFLAKE_ACCOUNT or SNOWFLAKE_HOST"
        raise PipelineError(f"nothing answers at {address}; {advice}") from None
    except Error as error:
        what = " ".join(str(error).split())
        raise PipelineError(f"Snowflake: {what}") from None


# --8<-- [end:connect]

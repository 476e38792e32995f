"""The warehouse: a DuckDB file, or Snowflake. The SQL is the same."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import psutil

FILE = Path(os.environ.setdefault("WAREHOUSE", "prices/warehouse.duckdb"))

Run = Callable[[str], list[tuple]]  # runs a statement, returns its rows


class PipelineError(Exception):
    """What went wrong and what to do, in one line."""


# --8<-- [start:connect]
@contextmanager
def warehouse(target: str) -> Iterator[Run]:
    """Open the warehouse for some statements."""
    if target == "snowflake":
        from snowflake_warehouse import connect
    else:
        connect = connect_duckdb
    with connect() as run:
        yield run


# --8<-- [end:connect]
@contextmanager
def connect_duckdb() -> Iterator[Run]:
    FILE.parent.mkdir(parents=True, exist_ok=True)
    try:
        connection = duckdb.connect(FILE)
    except duckdb.IOException as error:
        raise PipelineError(who_has_it(str(error))) from None
    with connection:
        yield lambda sql: connection.execute(sql).fetchall()


def who_has_it(error: str) -> str:
    """Name the program that holds the file: DuckDB lets one in."""
    if held := re.search(r"PID (\d+)", error):
        name = psutil.Process(int(held[1])).name()
        return f"{FILE} is open in {name}; close it there, or: kill {held[1]}"
    return f"{FILE} cannot be opened: {error.splitlines()[0]}"


def tables(run: Run, schema: str) -> set[str]:
    """Name the tables of a schema; Snowflake writes names in capitals."""
    name, place = "lower(table_name)", "information_schema.tables"
    where = f"lower(table_schema) = '{schema}'"
    rows = run(f"select {name} from {place} where {where}")
    return {name for (name,) in rows}

"""The pipeline, end to end: python flow.py --help"""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Literal

from extract import extract, next_day
from gate import publish_behind_gate
from prefect import flow
from prefect.runtime import flow_run
from pricewatch import Shop
from pricewatch.feed import MISTAKES
from pricewatch.server import serving
from report import prices, report
from sales import runner, sales
from transform import transform
from warehouse import FILE, PipelineError

Target = Literal["duckdb", "snowflake"]
END = """\
The run:    {run}
The tables: {warehouse}, schema shop
The report: {folder}/report.md
The docs:   {folder}/dbt/static_index.html"""


# --8<-- [start:flow]
# --8<-- [start:steps]
@flow(name="sneaker-pipeline")
def pipeline(until: date | None = None, target: Target = "duckdb") -> None:
    until = until or next_day(target)
    # --8<-- [start:load]
    step(f"1/4 Airbyte loads the prices up to {until}")
    step(f"    {extract(target, until)} rows came")
    # --8<-- [end:load]
    # --8<-- [start:transform]
    step("2/4 dbt builds the marts and tests them")
    transform(target)
    # --8<-- [end:transform]
    # --8<-- [start:publish]
    step("3/4 The marts are published, and looked at once more")
    publish_behind_gate(target)
    # --8<-- [end:publish]
    # --8<-- [start:report]
    step("4/4 Dask looks at each shoe, and the report is written")
    on_dask = sales.with_options(task_runner=runner())
    report(target, on_dask(prices(target)))
    # --8<-- [end:report]
    # --8<-- [end:steps]
    there = {"duckdb": FILE, "snowflake": "Snowflake"}[target]
    run, folder = flow_run.ui_url, FILE.parent
    step(END.format(run=run, warehouse=there, folder=folder))


# --8<-- [end:flow]
def step(text: str) -> None:
    """Say at once what begins."""
    print(text, flush=True)


@contextmanager
def open_shop(mistake: str) -> Iterator[None]:
    """Have the connector ask the shop that is set, or one of its own."""
    if "SHOP_URL" in os.environ:
        yield
    else:
        with serving(Shop(mistake=mistake)) as os.environ["SHOP_URL"]:
            yield


def main() -> int:
    parser = argparse.ArgumentParser(description="From the shop to a report.")
    day, names = date.fromisoformat, ["duckdb", "snowflake"]
    parser.add_argument("--until", type=day, help="default: one more day")
    parser.add_argument("--target", choices=names, default=names[0])
    parser.add_argument("--mistake", choices=MISTAKES, default="")
    parser.add_argument("--serve", action="store_true", help="every night")
    options = parser.parse_args()
    try:
        with open_shop(options.mistake):
            if options.serve:
                from schedule import serve_nightly

                serve_nightly()
            else:
                pipeline(options.until, options.target)
    except PipelineError as error:
        print(f"pipeline: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Ask the warehouse: python ask.py snowflake "select …" """

import argparse
import os
import sys

os.environ.setdefault("PREFECT_LOGGING_LEVEL", "WARNING")
from warehouse import PipelineError, warehouse

parser = argparse.ArgumentParser(description="Print what statements return.")
parser.add_argument("target", choices=["duckdb", "snowflake"])
parser.add_argument("statement", nargs="+")
options = parser.parse_args()
try:
    with warehouse(options.target) as run:
        for statement in options.statement:
            for row in run(statement):
                print(*row)
except PipelineError as error:
    sys.exit(f"ask: {error}")

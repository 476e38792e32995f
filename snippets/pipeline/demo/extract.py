"""Extract and load: Airbyte's connector in a process of its own."""

import os
import subprocess
from datetime import date, timedelta
from pathlib import Path

from prefect import State, Task, task
from prefect.client.schemas.objects import TaskRun
from prefect.tasks import exponential_backoff
from pricewatch import OPENING_DAY
from warehouse import FILE, PipelineError, tables, warehouse

HERE = Path(__file__).parent
BESIDE = HERE / "../../../.venv-airbyte/bin/python"
AIRBYTE = Path(os.environ.get("AIRBYTE_PYTHON", BESIDE))
FIRST = OPENING_DAY + timedelta(days=13)  # a fortnight to begin with
SHOP_IS_DOWN = 3  # what sync.py exits with
CONNECTION = os.environ.get("AIRBYTE_CONNECTION")  # on Airbyte's platform


class ShopIsDown(PipelineError):
    """All else is no better ten seconds later."""


# --8<-- [start:next-day]
def next_day(target: str) -> date:
    """Return the day after the last one that was published."""
    if not CONNECTION and not AIRBYTE.exists():
        raise PipelineError(f"{AIRBYTE} is not there; run: make pipeline")
    with warehouse(target) as run:
        if not tables(run, "last_good"):
            return FIRST
        last = run("select max(day) from last_good.daily_median")[0][0]
    return last + timedelta(days=1)


# --8<-- [end:next-day]
# --8<-- [start:sync]
def is_down(task: Task, run: TaskRun, state: State) -> bool:
    return isinstance(state.data, ShopIsDown)


@task(
    retries=4,
    retry_delay_seconds=exponential_backoff(10),
    retry_condition_fn=is_down,
)
def sync(url: str, until: date) -> int:
    """Load what is new up to a day, and return how many rows came."""
    words = [AIRBYTE, HERE / "sync.py", FILE, url, OPENING_DAY, until]
    command = [str(word) for word in words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        down = done.returncode == SHOP_IS_DOWN
        last_words = done.stderr.strip().splitlines()[-1]
        raise (ShopIsDown if down else PipelineError)(last_words)
    return int(done.stdout.split()[-1])


# --8<-- [end:sync]
# --8<-- [start:extract]
def extract(target: str, until: date) -> int:
    """Have Airbyte load what is new: its platform, or a process here."""
    if CONNECTION:
        from airbyte_platform import sync_on_platform

        return sync_on_platform(CONNECTION)
    rows = sync(os.environ["SHOP_URL"], until)
    if target == "snowflake":
        from snowflake_load import load

        load()
    return rows


# --8<-- [end:extract]

"""Six in the morning stays six in the morning only if the schedule says where."""

import asyncio
from datetime import datetime
from zoneinfo import ZoneInfo

from prefect.server.schemas.schedules import CronSchedule

# --8<-- [start:dates]
BERLIN = ZoneInfo("Europe/Berlin")
saturday = datetime(2026, 3, 28, tzinfo=BERLIN)  # clocks change on Sunday


def starts(cron: str, timezone: str) -> list[str]:
    schedule = CronSchedule(cron=cron, timezone=timezone)  # as the server does
    dates = asyncio.run(schedule.get_dates(n=3, start=saturday))
    return [f"{date.astimezone(BERLIN):%a %H:%M}" for date in dates]


# --8<-- [end:dates]
# --8<-- [start:compare]
print("Berlin:", *starts("0 6 * * *", "Europe/Berlin"), sep="  ")
#> Berlin:  Sat 06:00  Sun 06:00  Mon 06:00
print("UTC:   ", *starts("0 5 * * *", "UTC"), sep="  ")
#> UTC:     Sat 06:00  Sun 07:00  Mon 07:00
# --8<-- [end:compare]

# --8<-- [start:missing-hour]
print(*starts("30 2 * * *", "Europe/Berlin"), sep="  ")
#> Sat 02:30  Sun 01:30  Mon 02:30
# --8<-- [end:missing-hour]

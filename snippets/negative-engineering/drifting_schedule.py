"""A loop that sleeps between its runs starts each one later than the last."""

import time

EVERY, JOB, RUNS = 0.1, 0.05, 5


def job() -> None:
    time.sleep(JOB)


# --8<-- [start:sleep]
started = time.monotonic()
for run in range(RUNS):
    job()
    time.sleep(EVERY)  # "every tenth of a second"
drift = time.monotonic() - started - RUNS * EVERY
# --8<-- [end:sleep]

# --8<-- [start:timetable]
started = time.monotonic()
for run in range(RUNS):
    job()
    next_start = started + (run + 1) * EVERY
    time.sleep(max(0, next_start - time.monotonic()))
late = time.monotonic() - started - RUNS * EVERY
# --8<-- [end:timetable]

# --8<-- [start:compare]
assert drift > late
print("Late by a whole job per run:", drift >= RUNS * JOB)
#> Late by a whole job per run: True
# --8<-- [end:compare]

"""A transaction with a key is done once: a second run finds it committed."""

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from prefect import flow, task
from prefect.transactions import transaction

mails = []
results = TemporaryDirectory()  # so that you can run this twice


# --8<-- [start:flow]
@task
def mail(day: date) -> str:
    mails.append(f"report of {day}")
    return "sent"


@flow(persist_result=True, result_storage=Path(results.name))
def report(day: date) -> None:
    with transaction(key=f"report-{day}") as txn:
        if not txn.is_committed():
            txn.stage(mail(day))


for day in ("2026-01-05", "2026-01-05", "2026-01-06"):
    report(day)
print(*mails, sep=", ")
#> report of 2026-01-05, report of 2026-01-06
# --8<-- [end:flow]
results.cleanup()

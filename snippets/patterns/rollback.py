"""In a transaction, what has been done is undone if a later step fails."""

from prefect import flow, task
from prefect.transactions import transaction

table, calls = [], []


# --8<-- [start:tasks]
@task
def save(row: str) -> None:
    table.append(row)


# --8<-- [start:undo]
@save.on_rollback
def unsave(txn) -> None:
    table.remove(txn.get("row"))


# --8<-- [end:undo]
@task
def report(rows: list[str]) -> None:
    calls.append(list(rows))
    if len(calls) == 1:
        raise ConnectionError("the mail server is down")


# --8<-- [end:tasks]
# --8<-- [start:flow]
# --8<-- [start:both]
@flow
def watch(row: str) -> None:
    with transaction() as txn:
        txn.set("row", row)
        save(row)
        report(table)


# --8<-- [end:both]
for _ in range(2):
    print(watch("alder-court 89.05", return_state=True).name, table)
    #> Failed []
    #> Completed ['alder-court 89.05']
print("When the report was called:", calls[0])
#> When the report was called: ['alder-court 89.05']
# --8<-- [end:flow]

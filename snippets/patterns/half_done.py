"""A run that fails half-way leaves the first half."""

from prefect import flow, task

table, mails = [], []


# --8<-- [start:flow]
@task
def save(row: str) -> None:
    table.append(row)


@task
def report(rows: list[str]) -> None:
    raise ConnectionError("the mail server is down")


@flow
def watch(row: str) -> None:
    save(row)
    report(table)


for _ in range(2):  # the run, and the same again
    print(watch("alder-court 89.05", return_state=True).name, table)
    #> Failed ['alder-court 89.05']
    #> Failed ['alder-court 89.05', 'alder-court 89.05']
# --8<-- [end:flow]

"""Without further words, a DaskTaskRunner starts workers that are processes."""

import os

from prefect import flow, task
from prefect_dask import DaskTaskRunner


# --8<-- [start:flow]
@task
def where() -> int:
    return os.getpid()


@flow(task_runner=DaskTaskRunner(cluster_kwargs={"n_workers": 2}))
def ask_around() -> set[int]:
    return {future.result() for future in [where.submit() for _ in range(4)]}


# --8<-- [end:flow]
# --8<-- [start:guard]
if __name__ == "__main__":  # each worker imports this file, and stops here
    print("A task ran in this process:", os.getpid() in ask_around())
    #> A task ran in this process: False
# --8<-- [end:guard]

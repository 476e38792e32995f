"""A task travels as a copy: it appends to a copy of your list."""

from prefect import flow, task
from prefect.task_runners import ThreadPoolTaskRunner
from prefect_dask import DaskTaskRunner

# --8<-- [start:flow]
seen = []


@task
def note(sku: str) -> str:
    seen.append(sku)
    return sku


@flow
def watch(skus: list[str]) -> list[str]:
    return note.map(skus).result()


# --8<-- [end:flow]
if __name__ == "__main__":
    # --8<-- [start:compare]
    same_process = DaskTaskRunner(cluster_kwargs={"processes": False})
    for runner in (ThreadPoolTaskRunner(), same_process):
        seen.clear()
        told = watch.with_options(task_runner=runner)(["elm-court"])
        print(type(runner).__name__, "returned", told, "and saw", seen)
        #> ThreadPoolTaskRunner returned ['elm-court'] and saw ['elm-court']
        #> DaskTaskRunner returned ['elm-court'] and saw []
    # --8<-- [end:compare]

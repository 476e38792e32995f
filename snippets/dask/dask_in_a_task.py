"""A task on Dask may use Dask: `get_dask_client` leads to its cluster."""

from dask import bag
from prefect import flow, task
from prefect_dask import DaskTaskRunner, get_dask_client
from pricewatch import open_shop
from pricewatch.catalogue import CATALOGUE


# --8<-- [start:flow]
def ask(sku: str) -> int:
    with open_shop() as shop:
        return int(shop.get(f"/shoes/{sku}").status_code)


@task
def count_answers() -> dict[int, int]:
    answers = bag.from_sequence(CATALOGUE, npartitions=4).map(ask)
    with get_dask_client() as client:  # the cluster that this task is on
        return dict(client.compute(answers.frequencies()).result())


# One thread waits inside the task; the steps need another.
two_threads = {"processes": False, "threads_per_worker": 2}


@flow(task_runner=DaskTaskRunner(cluster_kwargs=two_threads))
def survey() -> dict[int, int]:
    return count_answers.submit().result()


# --8<-- [end:flow]
if __name__ == "__main__":
    # --8<-- [start:run]
    print(sorted(survey().items()))
    #> [(200, 32), (404, 2), (503, 6)]
    # --8<-- [end:run]

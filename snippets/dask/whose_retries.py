"""A task that failed in Prefect is finished to Dask: nothing to retry."""

from prefect import flow, task
from prefect_dask import DaskTaskRunner
from pricewatch import open_shop


# --8<-- [start:flow]
@task(retries=2)
def price_of(sku: str) -> float:
    with open_shop() as shop:
        return shop.get(f"/shoes/{sku}").raise_for_status().json()["price"]


@flow(task_runner=DaskTaskRunner(cluster_kwargs={"processes": False}))
def compare(sku: str) -> tuple[str, str]:
    future = price_of.submit(sku)
    future.wait()
    return future.state.name, future.wrapped_future.status


# --8<-- [end:flow]
if __name__ == "__main__":
    # --8<-- [start:run]
    for sku in ("alder-trail", "elm-runner"):  # busy; gone
        prefect_says, dask_says = compare(sku)
        print(f"{sku}: {prefect_says} to Prefect, {dask_says} to Dask")
        #> alder-trail: Completed to Prefect, finished to Dask
        #> elm-runner: Failed to Prefect, finished to Dask
    # --8<-- [end:run]

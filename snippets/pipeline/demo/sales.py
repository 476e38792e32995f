"""A fan-out: all shoes at once, on Dask."""

import sys
from decimal import Decimal

import cloudpickle
import dask.config
from prefect import flow, task
from prefect_dask import DaskTaskRunner

# Workers have no such file: what stands here goes to them with each task.
cloudpickle.register_pickle_by_value(sys.modules[__name__])


# --8<-- [start:fan-out]
@task
def sale_days(prices: list[Decimal]) -> str:
    """Return the share of days on which a shoe cost less than its most."""
    return f"{sum(price < max(prices) for price in prices) / len(prices):.0%}"


@flow(name="sales")
def sales(prices: dict[str, list[Decimal]]) -> dict[str, str]:
    """Ask that of all shoes at once."""
    shares = sale_days.map(list(prices.values())).result()
    return dict(zip(prices, shares, strict=True))


# --8<-- [end:fan-out]
# --8<-- [start:runner]
def runner() -> DaskTaskRunner:
    """Return the runner of a cluster that Dask is told of, or of one here."""
    if address := dask.config.get("scheduler-address", None):
        return DaskTaskRunner(address=address)
    here = {"processes": False, "n_workers": 1, "dashboard_address": ":0"}
    return DaskTaskRunner(cluster_kwargs=here)


# --8<-- [end:runner]

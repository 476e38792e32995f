"""Over SSH, a runner starts a cluster of its own on machines that you name."""

import dask
from prefect_dask import DaskTaskRunner

# --8<-- [start:runner]
# SSHCluster reads in the scheduler's log where it is: keep that line coming.
dask.config.set({"logging.distributed": "info"})
machines = DaskTaskRunner(
    cluster_class="distributed.SSHCluster",
    cluster_kwargs={
        "hosts": ["shop-1", "shop-2", "shop-3"],  # the first one schedules
        "worker_options": {"nthreads": 1},
        "scheduler_options": {"port": 0, "dashboard_address": ":0"},
    },
)
# --8<-- [end:runner]

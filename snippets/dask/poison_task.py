"""A task that kills its workers is given up, and the cluster lives on."""

import os
import signal

import dask
from distributed import Client, KilledWorker, LocalCluster

FAILURES = "distributed.scheduler.allowed-failures"
# --8<-- [start:task]
ENDS = {"larch-court": signal.SIGKILL}  # a page so large that memory is full


def read_page(sku: str) -> str:
    os.kill(os.getpid(), ENDS.get(sku, 0))  # 0 does nothing
    return f"{sku}: read"


# --8<-- [end:task]
if __name__ == "__main__":
    # --8<-- [start:settings]
    print("Deaths forgiven by default:", dask.config.get(FAILURES))
    #> Deaths forgiven by default: 3
    forgiven = {FAILURES: 1}
    # --8<-- [end:settings]
    with (
        dask.config.set(forgiven),
        LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            dashboard_address=":0",
            silence_logs="CRITICAL",
        ) as cluster,
        Client(cluster) as client,
    ):
        # --8<-- [start:job]
        poison = client.submit(read_page, "larch-court", key="larch-court")
        try:
            poison.result()
        except KilledWorker as error:
            print(str(error).partition(", but")[0])
            #> Attempted to run task 'larch-court' on 2 different workers
        print(client.submit(read_page, "larch-runner").result())
        #> larch-runner: read
        # --8<-- [end:job]

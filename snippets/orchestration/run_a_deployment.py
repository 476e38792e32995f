"""A deployment is run on demand, with parameters for this run alone."""

import asyncio
from threading import Thread

from prefect import flow, get_client
from prefect.deployments import run_deployment
from prefect.runner import Runner
from pricewatch import open_shop


@flow
def watch(skus: list[str]) -> dict[str, float]:
    with open_shop() as shop:
        return {sku: shop.get(f"/shoes/{sku}").json()["price"] for sku in skus}


if __name__ == "__main__":
    runner = Runner()  # what `serve` starts
    usual = {"skus": ["alder-runner"]}
    deployment = runner.add_flow(watch, name="on-demand", parameters=usual)

    # --8<-- [start:ask]
    today = {"skus": ["alder-court"]}
    run = run_deployment("watch/on-demand", parameters=today, timeout=0)
    print(run.state_name)
    #> Scheduled
    # --8<-- [end:ask]

    # --8<-- [start:poll]
    look_once = runner.start(run_once=True)  # and run what is due
    poll = Thread(target=asyncio.run, args=[look_once])
    poll.start()
    poll.join()
    with get_client(sync_client=True) as client:
        run = client.read_flow_run(run.id)
        print(run.state_name, run.parameters)
        #> Completed {'skus': ['alder-court']}
        # --8<-- [end:poll]
        client.delete_deployment(deployment)

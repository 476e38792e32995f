"""A flow fans out to deployments: each run is a process, somewhere, and its child."""

import asyncio
from threading import Thread

from prefect import flow, get_client
from prefect.deployments import run_deployment
from prefect.runner import Runner
from pricewatch import open_shop


@flow
def price_of(sku: str) -> float:
    with open_shop() as shop:
        return shop.get(f"/shoes/{sku}").raise_for_status().json()["price"]


# --8<-- [start:flow]
@flow
def watch(skus: list[str]) -> list:
    shoes = [{"sku": sku} for sku in skus]
    return [
        run_deployment("price-of/anywhere", parameters=shoe, timeout=0)
        for shoe in shoes
    ]


# --8<-- [end:flow]
if __name__ == "__main__":
    runner = Runner()  # a worker would do the same, on its machine
    deployment = runner.add_flow(price_of, name="anywhere")
    # --8<-- [start:run]
    # --8<-- [start:ask]
    state = watch(["alder-court", "elm-runner"], return_state=True)
    runs = state.result()
    print(state.name, [run.state_name for run in runs])
    #> Completed ['Scheduled', 'Scheduled']
    # --8<-- [end:ask]
    print("Children:", all(run.parent_task_run_id for run in runs))
    #> Children: True

    take_what_is_due = runner.start(run_once=True)
    taker = Thread(target=asyncio.run, args=[take_what_is_due])
    taker.start()
    taker.join()
    # --8<-- [start:became]
    with get_client(sync_client=True) as client:
        for run in runs:
            run = client.read_flow_run(run.id)
            print(run.parameters, run.state_name)
            #> {'sku': 'alder-court'} Completed
            #> {'sku': 'elm-runner'} Failed
            # --8<-- [end:became]
            # --8<-- [end:run]
        client.delete_deployment(deployment)

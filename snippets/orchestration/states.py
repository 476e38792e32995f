"""A run is a row of states, and the server keeps all of them."""

import time

from prefect import State, flow, get_client, task
from pricewatch import open_shop


@task(retries=2, retry_delay_seconds=0.01)
def price_of(sku: str) -> float:
    with open_shop() as shop:
        answer = shop.get(f"/shoes/{sku}").raise_for_status()
        return answer.json()["price"]


@flow
def watch(sku: str) -> State:
    return price_of(sku, return_state=True)


# --8<-- [start:read]
ids = watch("alder-trail").state_details
states = []
with get_client(sync_client=True) as client:
    for state in client.read_flow_run_states(ids.flow_run_id):
        print("Flow run:", state.name)
        #> Flow run: Pending
        #> Flow run: Running
        #> Flow run: Completed
    while not (states and states[-1].is_final()):
        time.sleep(0.1)  # tasks report a little later
        states = client.read_task_run_states(ids.task_run_id)
for state in states:
    print("Task run:", state.name)
    #> Task run: Pending
    #> Task run: Running
    #> Task run: AwaitingRetry
    #> Task run: Retrying
    #> Task run: AwaitingRetry
    #> Task run: Retrying
    #> Task run: Completed
# --8<-- [end:read]

"""A flow run pauses until somebody has answered, and the answer is checked."""

import asyncio

from prefect import flow, get_client
from prefect.client.schemas.filters import FlowRunFilter
from prefect.flow_runs import apause_flow_run, aresume_flow_run
from prefect.input import RunInput


# --8<-- [start:flow]
class Approval(RunInput):
    buy: bool
    pairs: int = 1


@flow(flow_run_name="half-price")
async def order(sku: str) -> str:
    answer = await apause_flow_run(wait_for_input=Approval, poll_interval=1)
    return f"{answer.pairs} pairs of {sku}" if answer.buy else "nothing"


# --8<-- [end:flow]
async def find_question():
    """Return the paused run, once its form is there as well."""
    paused = {"name": {"any_": ["Paused"]}}
    these = FlowRunFilter(name={"any_": ["half-price"]}, state=paused)
    async with asyncio.timeout(60), get_client() as client:
        form = []
        while not form:
            await asyncio.sleep(0.1)
            for run in await client.read_flow_runs(flow_run_filter=these):
                key = run.state.state_details.run_input_keyset["schema"]
                form = await client.filter_flow_run_input(run.id, key, 1, set())
    return run.id


# --8<-- [start:answer]
async def answer_in_the_office() -> None:
    run_id = await find_question()
    for pairs in ("two", 2):
        try:
            await aresume_flow_run(run_id, {"buy": True, "pairs": pairs})
        except RuntimeError as error:
            print(str(error).partition("reason: ")[2])
            #> 'two' is not of type 'integer'


async def both() -> None:
    ordered, _ = await asyncio.gather(
        order("alder-court"), answer_in_the_office()
    )
    print(ordered)
    #> 2 pairs of alder-court


asyncio.run(both())
# --8<-- [end:answer]

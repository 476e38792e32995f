"""Buy shoes while a budget lasts, in plain functions; then ask the history."""

from prefect import flow, get_client, tags
from prefect.client.schemas.filters import FlowRunFilter
from pricewatch import open_shop

SKUS = ["alder-court", "elm-runner", "elm-court"]
BUDGETS = [200, 150, 100]
TAG = "shopping"


class OverBudget(Exception):
    """The next shoe costs more than is left."""


def ask(sku: str) -> float | None:
    """Return a shoe's price, or None if the shop has no such page."""
    with open_shop() as shop:
        answer = shop.get(f"/shoes/{sku}")
    return answer.json()["price"] if answer.is_success else None


def decide(price: float | None, left: float) -> str:
    """Say "skip" if there is no price, "stop" if it is too high, or "buy"."""
    # <solution>
    if price is None:
        return "skip"
    return "stop" if price > left else "buy"
    # </solution>
    # <starter> return "buy"  # 1. Three answers: look at price and left.


# <solution>
@flow
# </solution>
# <starter> # 2. Make this a flow.
def watch(skus: list[str], budget: float) -> dict[str, float]:
    """Return what was bought; raise OverBudget once a shoe is too dear."""
    left, bought = budget, {}
    for sku in skus:
        price = ask(sku)
        # <solution>
        what = decide(price, left)
        if what == "stop":
            raise OverBudget(f"{sku} costs {price}, left are {left:.2f}")
        if what == "buy":
            bought[sku] = price
            left -= price
        # </solution>
        # <starter> # 3. Do what decide says: skip, stop with OverBudget, or buy.
        # <starter> bought[sku] = price
    return bought


def count(tag: str, *types: str) -> int:
    """Return how many runs with a tag are in a state of one of these types."""
    # <solution>
    these = FlowRunFilter(tags={"all_": [tag]}, state={"type": {"any_": types}})
    with get_client(sync_client=True) as client:
        return client.count_flow_runs(flow_run_filter=these)
    # </solution>
    # <starter> # 4. Count with the client, by a FlowRunFilter of tags and state.
    # <starter> return 0


def failure_rate(tag: str) -> float:
    """Return the share of failed runs among those that have ended."""
    failed, completed = count(tag, "FAILED", "CRASHED"), count(tag, "COMPLETED")
    return failed / (failed + completed or 1)


if __name__ == "__main__":
    with tags(TAG):
        for budget in BUDGETS:
            try:
                print(budget, watch(SKUS, budget))
                #> 200 {'alder-court': 89.05, 'elm-court': 59.95}
                #> 150 {'alder-court': 89.05, 'elm-court': 59.95}
            except OverBudget as error:
                print(budget, error)
                #> 100 elm-court costs 59.95, left are 10.95
    print(f"Failed: {failure_rate(TAG):.0%}")
    #> Failed: 33%

# <check>

from functools import cache
from uuid import uuid4

from prefect import Flow, State, Task
from prefect.states import Completed, Crashed, Failed, Pending

CHEAP, DEAR, GONE = ("elm-court", 59.95), ("alder-court", 89.05), "elm-runner"
CASES = {"skip": (None, 50), "buy": (50.0, 50), "stop": (50.01, 50)}


@cache
def run(attempt, budget: float) -> tuple[State | None, dict]:
    """Return the state in which the learner's flow ends, and what it bought."""
    if not isinstance(attempt.watch, Flow):
        return None, attempt.watch([DEAR[0], GONE, CHEAP[0]], budget)
    skus = [DEAR[0], GONE, CHEAP[0]]
    state = attempt.watch(skus, budget, return_state=True)
    return state, state.result(raise_on_failure=False)


def check_decide(attempt):
    """decide looks at the data, and has three answers"""
    for wanted, (price, left) in CASES.items():
        said = attempt.decide(price, left)
        hint = f'decide({price}, {left}) says {said!r}, not "{wanted}".'
        assert said == wanted, hint


def check_native(attempt):
    """watch is a flow; all it calls is plain Python"""
    hint = "watch is no flow: put @flow above it."
    assert isinstance(attempt.watch, Flow), hint
    for name in ("ask", "decide"):
        plain = not isinstance(getattr(attempt, name), Flow | Task)
        assert plain, f"{name} needs no decorator: a flow calls any function."


def check_bought(attempt):
    """With 150 it buys two shoes, and skips the one that is gone"""
    _, bought = run(attempt, 150)
    hint = f"It should return a dict, and ended with {bought!r}."
    assert isinstance(bought, dict), hint
    assert GONE not in bought, f"It bought {GONE}, which is gone: see gap 3."
    assert bought == dict([DEAR, CHEAP]), f"It bought {bought}."


def check_stops(attempt):
    """With 100 the second shoe is over the budget, and the run fails"""
    assert isinstance(attempt.watch, Flow), "No run, no state: see gap 2."
    state, end = run(attempt, 100)
    hint = "raise OverBudget where decide says stop, and pay what you buy."
    assert state.is_failed(), f"The run {state.name}: {hint}"
    kind = type(end).__name__
    assert kind == "OverBudget", f"It failed by {kind}, not OverBudget."


def check_rate(attempt):
    """failure_rate tells from the history: of these four, two have failed"""
    tag, states = f"check-{uuid4()}", [Completed, Failed, Crashed, Completed]
    nobody, runs = Flow(lambda: None, name="of-a-check"), []
    with get_client(sync_client=True) as client:
        for state in (*states, Pending):
            runs += [client.create_flow_run(nobody, state=state(), tags=[tag])]
        runs += [client.create_flow_run(nobody, state=Failed(), tags=["other"])]
        try:
            failed = attempt.count(tag, "FAILED")
            both = attempt.count(tag, "FAILED", "CRASHED")
            rate = attempt.failure_rate(tag)
        finally:
            for made in runs:
                client.delete_flow_run(made.id)
    assert both, "It counts nothing yet: see gap 4."
    assert failed == 1, f"One run with this tag has failed; it counts {failed}."
    assert (
        both == 2
    ), f"One has failed, one crashed; it counts {both}: any_ of types."
    assert rate == 0.5, f"The rate is {rate}: failed ones by those that ended."

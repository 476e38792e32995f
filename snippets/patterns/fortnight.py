"""A fortnight of runs that nobody has run: seeded, with times of their own."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from uuid import UUID

import sqlalchemy as sa
from prefect.server.database import provide_database_interface

FLOWS = {"hourly-prices": 1, "stock-check": 3, "nightly-report": 24}  # hours
TYPES = {"Late": "SCHEDULED", "AwaitingRetry": "SCHEDULED"}
TYPES |= {"Retrying": "RUNNING"}
midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
seeded = Random(2)


def new_id() -> UUID:
    return UUID(int=seeded.getrandbits(128), version=4)


# --8<-- [start:story]
def story(flow: str, day: int, hour: int) -> list[tuple[float, str]]:
    """Return a run's states, each with the minute in which it begins."""
    if day == 14 and hour >= 21:
        return [(0, "Late")]  # and nobody has taken it since
    away = 60 * (7 - hour) if day == 12 and hour < 7 else 0  # back at seven
    takes = seeded.lognormvariate(0.5, 0.2 + day / 25)  # less and less even
    new_page = flow == "hourly-prices" and day in (9, 10)
    fails = seeded.random() < (0.5 if new_page else 0.04)
    end = "Failed" if fails else "Completed"
    end = "Crashed" if seeded.random() < 0.01 else end
    states = [(away, "Running"), (away + takes, end)]
    if end == "Failed" or seeded.random() < 0.08:
        again = away + takes + 1
        states[1:] = [(again - 1, "AwaitingRetry"), (again, "Retrying")]
        states += [(again + takes, end)]
    return states


# --8<-- [end:story]


# --8<-- [start:row]
def row(flow_id: UUID, name: str, due: datetime, states: list) -> dict:
    """Return a run as the server would have written it down."""
    tried = [at for at, state in states if state in ("Running", "Retrying")]
    ran = sum(
        until - at
        for (at, state), (until, _) in pairwise(states)
        if state in ("Running", "Retrying")
    )
    last, end = states[-1]
    return {
        "id": new_id(),
        "flow_id": flow_id,
        "name": name,
        "tags": ["fortnight"],
        "expected_start_time": due,
        "start_time": due + timedelta(minutes=tried[0]) if tried else None,
        "end_time": due + timedelta(minutes=last) if tried else None,
        "total_run_time": timedelta(minutes=ran),
        "run_count": len(tried),
        "state_name": end,
        "state_type": TYPES.get(end, end.upper()),
    }


# --8<-- [end:row]
# --8<-- [start:write]
def rows() -> tuple[list[dict], list[dict], list[dict]]:
    flows, runs, states = [], [], []
    for flow, hours in FLOWS.items():
        flows += [{"id": new_id(), "name": flow}]
        for hour in range(0, 14 * 24, hours):
            due = midnight + timedelta(days=-14, hours=hour)
            seen = story(flow, hour // 24 + 1, hour % 24)
            runs += [row(flows[-1]["id"], f"{flow}-{hour:03}", due, seen)]
            states += [
                {
                    "id": new_id(),
                    "flow_run_id": runs[-1]["id"],
                    "name": name,
                    "type": TYPES.get(name, name.upper()),
                    "timestamp": due + timedelta(minutes=at),
                }
                for at, name in seen
            ]
            runs[-1]["state_timestamp"] = states[-1]["timestamp"]
    return flows, runs, states


async def write(flows, runs, states) -> None:
    db = provide_database_interface()  # of the server on this machine
    run, state = db.FlowRun, db.FlowRunState
    last = sa.select(state.id).where(state.flow_run_id == run.id)
    last = last.where(state.timestamp == run.state_timestamp).scalar_subquery()
    async with db.session_context(begin_transaction=True) as session:
        old = sa.delete(db.Flow).where(db.Flow.name.in_(FLOWS))
        await session.execute(old)  # and with the flows their runs
        await session.execute(sa.insert(db.Flow), flows)
        await session.execute(sa.insert(run), runs)
        await session.execute(sa.insert(state), states)
        mine = run.flow_id.in_([flow["id"] for flow in flows])
        await session.execute(sa.update(run).where(mine).values(state_id=last))


flows, runs, states = rows()
asyncio.run(write(flows, runs, states))
print(len(runs), "runs", Counter(run["state_name"] for run in runs))
#> 462 runs Counter({'Completed': 411, 'Failed': 43, 'Crashed': 4, 'Late': 4})
# --8<-- [end:write]

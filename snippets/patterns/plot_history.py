"""Failure rate and durations by day, from the history, as a plot on the server."""

from base64 import b64encode
from io import StringIO

import matplotlib as mpl
import pandas as pd
from matplotlib.figure import Figure
from prefect import flow, get_client
from prefect.artifacts import create_image_artifact
from prefect.client.schemas.filters import FlowRunFilter
from prefect.client.schemas.sorting import FlowRunSort

# --8<-- [start:read]
ended = FlowRunFilter(
    tags={"all_": ["fortnight"]},
    state={"name": {"any_": ["Completed", "Failed", "Crashed"]}},
)
runs = []
with get_client(sync_client=True) as client:
    while page := client.read_flow_runs(
        flow_run_filter=ended, sort=FlowRunSort.ID_DESC, offset=len(runs)
    ):
        runs += page
# --8<-- [end:read]
# --8<-- [start:group]
first = min(run.expected_start_time for run in runs)
table = pd.DataFrame(
    {
        "day": [(run.expected_start_time - first).days + 1 for run in runs],
        "failed": [run.state_name != "Completed" for run in runs],
        "minutes": [run.total_run_time.total_seconds() / 60 for run in runs],
    }
)
days = table.groupby("day").agg(
    failed=("failed", "mean"),
    p50=("minutes", "median"),
    p95=("minutes", lambda minutes: minutes.quantile(0.95)),
)
for day, (failed, p50, p95) in days.loc[7:11].iterrows():
    print(f"day {day}: {failed:.0%} failed; {p50:.1f} and {p95:.1f} minutes")
    #> day 7: 3% failed; 2.1 and 4.4 minutes
    #> day 8: 3% failed; 1.6 and 3.1 minutes
    #> day 9: 39% failed; 2.4 and 6.4 minutes
    #> day 10: 48% failed; 2.1 and 6.2 minutes
    #> day 11: 6% failed; 2.0 and 6.7 minutes
# --8<-- [end:group]
# --8<-- [start:plot]
mpl.rcParams |= {"svg.fonttype": "none", "svg.hashsalt": "fortnight"}
mpl.rcParams["font.size"] = 12
figure = Figure(figsize=(5, 3.7), layout="constrained")
above, below = figure.subplots(2, sharex=True)
above.bar(days.index, 100 * days.failed, color="#b3261e")
above.set_title("Failed runs, percent", loc="left")
below.plot(days.index, days.p95, "o--", color="#4d545e", label="95 %")
below.plot(days.index, days.p50, "s-", color="#0b5563", label="50 %")
below.set_title("Duration, minutes", loc="left")
below.set(xlabel="Day", xticks=days.index, ylim=0)
below.legend(frameon=False, ncols=2, loc="upper left")
for panel in (above, below):
    panel.spines[["top", "right"]].set_visible(False)
# --8<-- [end:plot]


# --8<-- [start:keep]
@flow
def report() -> str:
    drawn = StringIO()
    figure.savefig(drawn, format="svg", metadata={"Date": None})
    data = b64encode(drawn.getvalue().encode()).decode()
    create_image_artifact(f"data:image/svg+xml;base64,{data}", key="fortnight")
    return drawn.getvalue()


svg = report()
# --8<-- [end:keep]

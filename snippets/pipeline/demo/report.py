"""Report: a table artifact, a plot and a page."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

import matplotlib as mpl
from matplotlib.figure import Figure
from prefect import task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from warehouse import FILE, warehouse

STAGING, SHOP = "from dbt_staging.stg_prices where price is", "from shop."
PAGE = """\
# Prices of {newest}

{table}

Prices fell {falls} times in {days} days. Rows without a price: {rejected}.

![The median price, by day](median.svg)
"""


# --8<-- [start:prices]
def prices(target: str) -> dict[str, list[Decimal]]:
    """Return all prices of each shoe."""
    found = defaultdict(list)
    with warehouse(target) as run:
        for sku, price in run(f"select sku, price {STAGING} not null"):
            found[sku].append(price)
    return found


# --8<-- [end:prices]
# --8<-- [start:plot]
def plot(days: list[tuple[date, Decimal]]) -> None:
    """Draw the median by day into a file beside the warehouse."""
    mpl.rcParams |= {"svg.fonttype": "none", "svg.hashsalt": "median"}
    figure = Figure(figsize=(5, 2.4), layout="constrained")
    axes = figure.add_subplot()
    medians = [float(median) for _, median in days]
    axes.plot([day for day, _ in days], medians, "o-", color="#0b5563")
    axes.set_title("Median price, EUR", loc="left")
    axes.spines[["top", "right"]].set_visible(False)
    figure.autofmt_xdate()
    figure.savefig(FILE.with_name("median.svg"), metadata={"Date": None})


# --8<-- [end:plot]
# --8<-- [start:report]
@task
def report(target: str, on_sale: dict[str, str]) -> None:
    """Write the report into a file, and into the UI."""
    with warehouse(target) as run:
        best = run(f"select * {SHOP}cheapest_by_model order by 1")
        days = run(f"select day, median {SHOP}daily_median order by 1")
        falls = run(f"select count(*) {SHOP}price_changes where change < 0")
        rejected = run(f"select count(*) {STAGING} null")
    table = [
        {"model": m, "shoe": s, "EUR": f"{price:.2f}", "on sale": on_sale[s]}
        for m, s, price in best
    ]
    text = PAGE.format(
        newest=days[-1][0],
        table=markdown(table),
        falls=falls[0][0],
        days=len(days),
        rejected=rejected[0][0],
    )
    plot(days)
    FILE.with_name("report.md").write_text(text, "utf-8")
    create_table_artifact(table, key="cheapest-by-model")
    create_markdown_artifact(text, key="price-report")


# --8<-- [end:report]
def markdown(table: list[dict[str, str]]) -> str:
    """Return a table of Markdown."""
    head, line = list(table[0]), ["---"] * len(table[0])
    rows = [head, line, *(row.values() for row in table)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)

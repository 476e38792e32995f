"""Publish the marts, and take them back if they cannot be true."""

from prefect import task
from prefect.events import emit_event
from prefect.transactions import Transaction, transaction
from warehouse import PipelineError, tables, warehouse

MARTS = ("cheapest_by_model", "price_changes", "daily_median")
LAST_TWO = """
    select shoes, median from shop.daily_median order by day desc limit 2
"""


class BadData(PipelineError):
    """The new marts cannot be true."""


# --8<-- [start:copy]
def copy(target: str, source: str, to: str) -> None:
    """Make the marts of one schema like those of another."""
    with warehouse(target) as run:
        run(f"create schema if not exists {to}")
        found = tables(run, source)
        for mart in MARTS:
            if mart in found:
                table, rows = f"{to}.{mart}", f"select * from {source}.{mart}"
                run(f"create or replace table {table} as {rows}")
            else:
                run(f"drop table if exists {to}.{mart}")


# --8<-- [end:copy]
# --8<-- [start:publish]
@task
def publish(target: str) -> None:
    """Give the new marts to those who read them."""
    copy(target, "dbt_marts", "shop")


@publish.on_commit
def keep(txn: Transaction) -> None:
    copy(txn.get("target"), "shop", "last_good")


# --8<-- [start:take-back]
@publish.on_rollback
def take_back(txn: Transaction) -> None:
    copy(txn.get("target"), "last_good", "shop")
    shop = {"prefect.resource.id": "shop.marts"}
    emit_event("shop.marts-taken-back", resource=shop)


# --8<-- [end:take-back]
# --8<-- [end:publish]
# --8<-- [start:gate]
@task
def gate(target: str) -> None:
    """Compare the newest day with the one before."""
    with warehouse(target) as run:
        (shoes, median), (shoes_before, before) = run(LAST_TWO)
    if not before / 2 < median < before * 2:
        raise BadData(f"the median price went from {before} to {median}")
    if shoes < shoes_before * 0.8:
        raise BadData(f"the shoes went from {shoes_before} to {shoes}")


# --8<-- [end:gate]
# --8<-- [start:transaction]
def publish_behind_gate(target: str) -> None:
    """Publish and look; if it cannot be true, take it back."""
    # --8<-- [start:both]
    with transaction() as txn:
        txn.set("target", target)
        publish(target)
        gate(target)
    # --8<-- [end:both]


# --8<-- [end:transaction]

"""Load what Airbyte has landed into Snowflake, as often as you like."""

from tempfile import TemporaryDirectory

from prefect import task
from snowflake_warehouse import connect
from warehouse import connect_duckdb

# --8<-- [start:prices]
PRICES = """
create table if not exists raw.prices (
    sku text, model text, day text, price text,
    _airbyte_extracted_at timestamp_ntz
)
"""
NEWEST = """
select coalesce(max(_airbyte_extracted_at), '1970-01-01') from raw.prices
"""
# --8<-- [end:prices]
EXPORT = """
copy (
    select sku, model, day, price,
        cast(_airbyte_extracted_at as text) as _airbyte_extracted_at
    from raw.prices where _airbyte_extracted_at >= '{newest}'
) to '{file}'
"""
# --8<-- [start:sql]
COPY = """
copy into raw.incoming from @raw.landed
file_format = (type = parquet) match_by_column_name = case_insensitive
"""
MERGE = """
merge into raw.prices as old using raw.incoming as new
on old.sku = new.sku and old.day = new.day
when matched then update set
    price = new.price, _airbyte_extracted_at = new._airbyte_extracted_at
when not matched then insert
    (sku, model, day, price, _airbyte_extracted_at) values
    (new.sku, new.model, new.day, new.price, new._airbyte_extracted_at)
"""


# --8<-- [end:sql]
# --8<-- [start:load]
@task
def load() -> None:
    """Bring the rows that are newer than those in Snowflake, by a file."""
    with connect() as run, TemporaryDirectory() as folder:
        run("create schema if not exists raw")
        run(PRICES)
        ((newest,),) = run(NEWEST)
        file = f"{folder}/prices.parquet"
        with connect_duckdb() as landed:
            landed(EXPORT.format(newest=newest, file=file))
        run("create or replace temporary stage raw.landed")
        run(f"put 'file://{file}' @raw.landed")
        run("create or replace transient table raw.incoming like raw.prices")
        run(COPY)
        run(MERGE)


# --8<-- [end:load]

"""What was loaded raw can be transformed anew; what was lost before cannot."""

import duckdb
from pricewatch import open_shop

warehouse = duckdb.connect()
warehouse.execute("create table etl (sku text, euros integer)")
warehouse.execute("create table raw (sku text, price double)")

# --8<-- [start:load]
with open_shop() as shop:
    for sku in ("alder-runner", "alder-court", "alder-slip-on"):
        price = shop.get(f"/shoes/{sku}").json()["price"]
        etl, elt = [sku, int(price)], [sku, price]  # int is a bug
        warehouse.execute("insert into etl values (?, ?)", etl)
        warehouse.execute("insert into raw values (?, ?)", elt)

warehouse.execute("""
    create view elt as
    select sku, floor(price)::integer as euros from raw  -- the same bug
""")
# --8<-- [end:load]
# --8<-- [start:fix]
warehouse.execute("""
    create or replace view elt as
    select sku, round(price)::integer as euros from raw
""")
both = "select sku, etl.euros, elt.euros from etl join elt using (sku)"
for sku, etl, elt in warehouse.execute(both).fetchall():
    print(f"{sku}: ETL {etl}, ELT {elt}")
    #> alder-runner: ETL 115, ELT 116
    #> alder-court: ETL 89, ELT 89
    #> alder-slip-on: ETL 114, ELT 115
# --8<-- [end:fix]

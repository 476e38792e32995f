"""A source changes types and fields: load what comes, judge it later."""

import json

import duckdb
from pricewatch import Shop

warehouse = duckdb.connect()
shop = Shop(mistake="text")  # today one price is a text
for _ in range(3):  # the feed is busy for two tries
    answer = shop.answer("/prices")
rows = [{**row, "currency": "EUR"} for row in answer.body["prices"]]

# --8<-- [start:typed]
warehouse.execute("create table typed (sku text, price double)")
try:
    for row in rows:
        price = [row["sku"], row["price"]]
        warehouse.execute("insert into typed values (?, ?)", price)
except duckdb.ConversionException as error:
    print(str(error).splitlines()[0])
    #> Conversion Error: Could not convert string '139.95 EUR' to DOUBLE
print("Loaded:", len(warehouse.table("typed")), "of", len(rows))
#> Loaded: 0 of 36
# --8<-- [end:typed]

# --8<-- [start:raw]
warehouse.execute("create table raw (record json)")
for row in rows:
    warehouse.execute("insert into raw values (?)", [json.dumps(row)])
warehouse.execute("""
    create view stg_prices as select
        record->>'sku' as sku,
        record->>'price' as as_text,
        try_cast(as_text as decimal(8, 2)) as price
    from raw
""")
print("Loaded:", len(warehouse.table("stg_prices")), "of", len(rows))
#> Loaded: 36 of 36
bad = warehouse.sql("from stg_prices where price is null")
print("No number:", bad.fetchall())
#> No number: [('alder-trail', '139.95 EUR', None)]
# --8<-- [end:raw]

# --8<-- [start:fields]
known = {"sku", "model", "day", "price"}
fields = warehouse.sql("select distinct unnest(json_keys(record)) from raw")
print("New fields:", {field for (field,) in fields.fetchall()} - known)
#> New fields: {'currency'}
# --8<-- [end:fields]

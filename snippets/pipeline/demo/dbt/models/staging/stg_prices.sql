-- One row for each shoe and day, typed. What is no price, is null here.
select
    sku,
    model,
    cast(day as date) as day,
    try_cast(price as decimal(10, 2)) as price,
    price as price_as_sent
from {{ source('raw', 'prices') }}
qualify 1 = row_number() over (
    partition by sku, day order by _airbyte_extracted_at desc
)

-- Each day on which a shoe's price was not that of the day before.
with days as (
    select
        sku, day, price,
        lag(price) over (partition by sku order by day) as was
    from {{ ref('stg_prices') }}
    where price is not null
)
select sku, day, was, price, price - was as change
from days
where price <> was

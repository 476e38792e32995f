-- What the middle shoe costs, each day.
select day, count(*) as shoes, cast(median(price) as decimal(10, 2)) as median
from {{ ref('stg_prices') }}
where price is not null
group by day

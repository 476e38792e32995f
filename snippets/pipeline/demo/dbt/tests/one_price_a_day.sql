-- A row here is a shoe with two prices on a day.
select sku, day from {{ ref('stg_prices') }}
group by sku, day having count(*) > 1

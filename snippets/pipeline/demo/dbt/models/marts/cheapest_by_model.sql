-- Today's best offer for each model.
select model, sku, price
from {{ ref('stg_prices') }}
where day = (select max(day) from {{ ref('stg_prices') }}) and price is not null
qualify row_number() over (partition by model order by price, sku) = 1

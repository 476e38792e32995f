"""An error that surfaces two lines after its cause, and names something else."""

from pricewatch import open_shop

# --8<-- [start:job]
with open_shop() as shop:
    answer = shop.get("/shoes/alder-trail")
    shoe = answer.json()  # no error here: the shop's apology is valid JSON
    try:
        print(shoe["price"])
    except KeyError as error:
        print("The log says:", repr(error))
        #> The log says: KeyError('price')
# --8<-- [end:job]

# --8<-- [start:cause]
print("The shop said:", answer.status_code, shoe)
#> The shop said: 503 {'error': 'busy, come back later'}
# --8<-- [end:cause]

"""An except that says nothing turns a loud failure into a quiet one."""

from pricewatch import open_shop

# --8<-- [start:loss]
# --8<-- [start:job]
prices = {}
with open_shop() as shop:
    shoes = shop.get("/shoes").json()["shoes"]
    for shoe in shoes:
        try:
            answer = shop.get(f"/shoes/{shoe['sku']}").raise_for_status()
            prices[shoe["sku"]] = answer.json()["price"]
        except Exception:
            pass  # "so that the nightly run stops crashing"
print("Done.")
#> Done.
# --8<-- [end:job]

# --8<-- [start:truth]
print(len(prices), "prices of", len(shoes), "shoes")
#> 32 prices of 40 shoes
# --8<-- [end:truth]
# --8<-- [end:loss]

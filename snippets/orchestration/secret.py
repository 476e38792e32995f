"""A secret and a setting live on the server, not in code and not in a parameter."""

from prefect.blocks.system import Secret
from prefect.variables import Variable

# --8<-- [start:secret]
Secret(value="open sesame").save("shop-password", overwrite=True)
password = Secret.load("shop-password")
print(password.value)
#> **********
print("Usable:", password.get() == "open sesame")
#> Usable: True

Variable.set("currency", "EUR", overwrite=True)
print(Variable.get("currency"))
#> EUR
# --8<-- [end:secret]
Secret.delete("shop-password")
Variable.unset("currency")

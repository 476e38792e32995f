"""Your pin of Prefect leaves the choice of fastapi to the day of the install."""

from importlib.metadata import requires, version

from packaging.requirements import Requirement

# --8<-- [start:allowed]
wanted = [Requirement(line) for line in requires("prefect")]
always = {p.name: p for p in wanted if "extra" not in str(p.marker)}
fastapi = always["fastapi"]
print("Prefect wants", len(always), "packages, one of them", fastapi)
#> Prefect wants 57 packages, one of them fastapi<1.0.0,>=0.139.0
for candidate in (version("fastapi"), "0.155.0"):
    print(candidate, "will do:", fastapi.specifier.contains(candidate))
    #> 0.150.0 will do: True
    #> 0.155.0 will do: True
# --8<-- [end:allowed]

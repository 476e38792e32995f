"""What pyproject.toml says of a package is installed with it, and can be read back."""

from importlib.metadata import distribution, version

import pricewatch

# --8<-- [start:version]
print("Installed:", version("pricewatch"))
#> Installed: 1.0.0
print("In the code:", pricewatch.__version__)
#> In the code: 1.0.0
# --8<-- [end:version]
# --8<-- [start:read]
installed = distribution("pricewatch")
for requirement in installed.requires:
    print("Needs:", requirement)
    #> Needs: httpx>=0.28
    #> Needs: hatchling; extra == 'build'
    #> Needs: bokeh; extra == 'flows'
    #> Needs: prefect-dask>=0.3; extra == 'flows'
    #> Needs: prefect<4,>=3.8; extra == 'flows'
for script in installed.entry_points:
    print("Command:", script.name, "runs", script.load().__module__)
    #> Command: flaky-shop runs pricewatch.__main__
    #> Command: price-report runs pricewatch.flows
# --8<-- [end:read]

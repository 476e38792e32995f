"""What nobody runs breaks, and nobody notices."""

from importlib import import_module

# --8<-- [start:copied]
# What a Prefect tutorial of 2022 imports.
for name in ("prefect", "prefect.orion", "prefect.flow_runners"):
    try:
        import_module(name)
    except ModuleNotFoundError as error:
        print(error)
        #> No module named 'prefect.orion'
        #> No module named 'prefect.flow_runners'
# --8<-- [end:copied]

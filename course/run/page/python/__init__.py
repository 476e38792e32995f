"""Run blocks and checks, Prefect and Dask inside Pyodide, the Python of a page.

`main` is what the page's worker calls. Each ``…_internals`` module lists what it replaces; of
Pyodide and orjson only what is documented is used or imitated.
"""

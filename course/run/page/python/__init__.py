"""What runs inside Pyodide, the Python of a page: blocks, checks, and Prefect's and Dask's edges.

`main` is what the page's worker calls. Each ``…_internals`` module lists what it replaces of one
library; of Pyodide, httpx and orjson only what is documented is used or imitated.
"""

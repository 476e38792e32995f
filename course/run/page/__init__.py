"""Build the Python that a page runs: Pyodide, the packages and the editor.

Input: Pyodide's release, the locked packages, ``topics.toml`` and the modules of ``python/``, which
stand in for threads, processes and Prefect's server. Output: the files in ``.cache/run`` that the
Run buttons fetch, and the licence texts that belong to them.
"""

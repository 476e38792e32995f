"""Run a block in the page: build what its browser loads, and the Python that runs there.

Input: Pyodide and CodeMirror from npm, packages from `.venv`, `snippets/pricewatch`. Output:
``.cache/run/built``, which the site serves below ``run/``.
"""

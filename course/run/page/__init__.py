"""A block runs in the page: the build of what its browser loads, and the Python in there.

Comes in: Pyodide and CodeMirror from npm, packages from `.venv`, `snippets/pricewatch`. Goes out:
``.cache/run/built``, which the site serves below ``run/``.
"""

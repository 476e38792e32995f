"""Run in Pyodide by archive.mjs: compile what the warm-up imports, and leave of each package what a page can use.

Of the packages in WHOLE, which blocks import, all modules stay; of the others only those that the warm-up imports.
"""

import py_compile
import sys
from pathlib import Path

PACKAGES = Path("/stage/packages")
WHOLE = Path("/stage/whole.txt").read_text("utf-8").split()
#: These read their own source.
WITH_SOURCE = ["anyio"]

sys.path[:0] = [str(PACKAGES), "/stage/needs", "/stage/course"]
warm_up = Path("/stage/warm.py").read_text("utf-8")
exec(compile(warm_up, "warm.py", "exec"), {"__name__": "warm"})
imported = {str(getattr(module, "__file__", None)) for module in list(sys.modules.values())}
for file in sorted(PACKAGES.rglob("*.py")):
    name = file.relative_to(PACKAGES)
    package = name.parts[0].removesuffix(".py")
    if str(file) in imported and package not in WITH_SOURCE:
        kept = py_compile.PycInvalidationMode.UNCHECKED_HASH
        py_compile.compile(
            str(file), f"{file}c", str(name), True, optimize=2, invalidation_mode=kept
        )  # no docstrings
        file.unlink()
    elif package not in WHOLE + WITH_SOURCE:
        file.unlink()

"""Compile a stage of the build; run in Pyodide by archive.mjs, as only its Python can do it.

The modules that the stage's ``warm.py`` imports are compiled. Packages in ``whole.txt``, from which
blocks import, keep all their modules; all other packages keep only those that were imported.
The last stage holds the standard library and the course's own modules.
"""

import importlib._bootstrap_external
import importlib.util
import py_compile
import sys
import zipfile
from pathlib import Path

STAGE = Path("/stage")
ZIP = next(path for path in sys.path if path.endswith(".zip"))
UNCHECKED = py_compile.PycInvalidationMode.UNCHECKED_HASH
OPTIMIZE = 2  #: without docstrings
#: These read their own source.
WITH_SOURCE = ["anyio"]


def compile_topic() -> None:
    """Import what the warm-up imports; compile that, and drop what no page can use."""
    packages = STAGE / "packages"
    whole = (STAGE / "whole.txt").read_text("utf-8").split()
    sys.path[:0] = [str(packages), str(STAGE / "needs"), str(STAGE / "own")]
    warm_up = (STAGE / "warm.py").read_text("utf-8")
    exec(compile(warm_up, "warm.py", "exec"), {"__name__": "warm"})
    imported = {str(getattr(module, "__file__", None)) for module in list(sys.modules.values())}
    for file in sorted(packages.rglob("*.py")):
        name = file.relative_to(packages)
        package = name.parts[0].removesuffix(".py")
        if str(file) in imported and package not in WITH_SOURCE:
            py_compile.compile(str(file), f"{file}c", str(name), True, OPTIMIZE, UNCHECKED)
            file.unlink()
        elif package not in whole + WITH_SOURCE:
            file.unlink()
    names = [file.removeprefix(f"{ZIP}/") for file in imported if file.startswith(f"{ZIP}/")]
    (STAGE / "stdlib.txt").write_text(" ".join(names), "utf-8")


def compile_stdlib() -> None:
    """Compile the modules of the standard library that a warm-up imported, and our own.

    Else each start of Python in a page would compile two hundred modules, for two seconds.
    """
    imported = (STAGE / "imported.txt").read_text("utf-8").split()
    with (
        zipfile.ZipFile(STAGE / "python_stdlib.zip") as source,
        zipfile.ZipFile(STAGE / "compiled.zip", "w", compresslevel=9) as target,
    ):
        for name in sorted(source.namelist()):
            data = source.read(name)
            if name in imported:
                code = compile(data, f"{ZIP}/{name}", "exec", dont_inherit=True, optimize=OPTIMIZE)
                hashed = importlib.util.source_hash(data)
                data = importlib._bootstrap_external._code_to_hash_pyc(code, hashed, False)
                name += "c"
            target.writestr(zipfile.ZipInfo(name), bytes(data), zipfile.ZIP_DEFLATED)
    for file in (STAGE / "own").rglob("*.py"):
        py_compile.compile(str(file), dfile=file.name, doraise=True, invalidation_mode=UNCHECKED)


if (STAGE / "warm.py").exists():
    compile_topic()
else:
    compile_stdlib()

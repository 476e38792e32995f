"""What the course reaches into in other libraries is listed, and still what it was written for."""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module

import pytest

from course import internals
from course.internals import Internal
from course.paths import ROOT
from tests.support.material_internals import TEXTS, InstalledText

FILES = sorted([*(ROOT / "course").rglob("*.py"), *(ROOT / "tests").rglob("*.py")])
LISTS = [path for path in FILES if re.search(r"^INTERNALS\b", path.read_text("utf-8"), re.M)]
OURS = {"course", "tests", "pricewatch", *sys.stdlib_module_names}
#: How our scripts, tests and templates name what only Material and JupyterLab's template promise.
THEIR_NAME = re.compile(r"(?<![-\w])(?:(?:data-)?md-[a-z][\w-]*|jp-\w+|__md_\w+|document\$)")


def listed() -> list[Internal]:
    """Return the symbols of all lists."""
    modules = (".".join(path.relative_to(ROOT).with_suffix("").parts) for path in LISTS)
    return [internal for module in modules for internal in import_module(module).INTERNALS]


@pytest.mark.parametrize("internal", listed(), ids=lambda internal: internal.symbol)
def test_symbol_has_not_moved(internal):
    """Each symbol that the course replaces or reads is where it was, with the same parameters."""
    if found := internals.moved(internal):
        pytest.fail(found, pytrace=False)


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.name)
def test_text_has_not_moved(text):
    """Each name or piece of markup that our scripts rely on is in the installed files."""
    if found := text.moved():
        pytest.fail(found, pytrace=False)


def test_what_has_moved_is_said_in_one_line():
    """A symbol that is gone or has other parameters, and a text that is gone, are each named."""
    assert internals.moved(Internal("json.lost", "try", "")) == (
        "json.lost is gone (module 'json' has no attribute 'lost'); it was used to: try"
    )
    assert internals.moved(Internal("shlex.quote", "try", "(text)")) == (
        "shlex.quote is now (s), was (text); used to: try"
    )
    lost = InstalledText("lost", "<lost>", "mkdocs-material", "templates/base.html", "try")
    found = "mkdocs-material's templates/base.html no longer contains <lost>; it was used to: try"
    assert lost.moved() == found
    assert "x.html is gone" in replace(lost, files="x.html").moved()


def test_every_name_of_the_theme_is_listed():
    """A name of Material's or JupyterLab's that a script or a test uses is listed, and used."""
    theme = ROOT / "course/site/theme"
    files = [path for path in theme.rglob("*") if path.suffix in (".js", ".html")]
    files += [*theme.parent.glob("*.py"), *(ROOT / "tests/browser").glob("*.py")]
    files += (ROOT / "tests/site").glob("*.py")
    used = {name for path in files for name in THEIR_NAME.findall(path.read_text("utf-8"))}
    assert used == {text.name for text in TEXTS if THEIR_NAME.fullmatch(text.name)}


def test_nothing_else_reaches_into_a_library():
    """Only a module with a list replaces, or uses without a promise, what belongs to a library."""
    symbols = [*(internal.symbol for internal in listed()), *(text.name for text in TEXTS)]
    found = [
        f"{path.relative_to(ROOT)}: list {name} in INTERNALS, or use what its library promises"
        for path in FILES
        if path not in LISTS
        for name in sorted(set(reached_into(path.read_text("utf-8"))))
        if not any(f"{symbol}.".startswith(f"{name}.") for symbol in symbols)
    ]
    if found:
        pytest.fail("\n".join(found), pytrace=False)


def test_the_scan_finds_each_way():
    """The scan sees assignments, `setattr`, monkeypatching and private names, in any spelling."""
    source = """
import dask.dot, httpx as http, os
from prefect import _internal as inner, flow
from dask.diagnostics import ProgressBar
dask.dot.draw = ProgressBar._start = os.environ["A"] = 1
dask.base.named["x"] += 1
setattr(http.Client, "get", 1)
monkeypatch.setattr("dask.config.get", 1)
monkeypatch.setattr(http, "post", 1)
for client in (http.Client, http.AsyncClient):
    client.__init__ = flow.fn = 1
    self.__code__ = 1
"""
    assert sorted(reached_into(source)) == [
        "*.__init__",
        "dask.base.named",
        "dask.config.get",
        "dask.diagnostics.ProgressBar._start",
        "dask.diagnostics.ProgressBar._start",
        "dask.dot.draw",
        "httpx.Client.get",
        "httpx.post",
        "prefect._internal",
        "prefect.flow.fn",
    ]


def reached_into(source: str) -> Iterator[str]:
    """Yield the full name of each symbol of a library that a module changes or has no promise for.

    Changing means assigning, deleting, ``setattr`` or ``monkeypatch``. A private name has no
    promise. A method such as ``__init__`` of an object whose origin is unknown is ``*.__init__``.
    """
    tree = ast.parse(source)
    origins = dict(imported_names(tree))
    for node in ast.walk(tree):
        if isinstance(node, (ast.Assign, ast.Delete)):
            targets = node.targets
        else:
            targets = [node.target] if isinstance(node, (ast.AugAssign, ast.AnnAssign)) else []
        yield from filter(None, (changed(target, origins) for target in targets))
        if isinstance(node, ast.Call):
            yield from patched(node, origins)
        if isinstance(node, ast.Attribute) and re.match(r"_(?!_)", node.attr):
            yield from filter(None, [full_name(node, origins)])
    yield from (name for name in origins.values() if re.search(r"\._(?!_)", name))


def imported_names(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield what each import of a library binds, and the full name of that."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.partition(".")[0] not in OURS:
                    root = alias.asname or alias.name.partition(".")[0]
                    yield root, alias.name if alias.asname else root
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] not in OURS:
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def full_name(node: ast.expr, origins: dict[str, str]) -> str | None:
    """Return the full name of a dotted expression that begins with an imported name."""
    if isinstance(node, ast.Attribute):
        holder = full_name(node.value, origins)
        return f"{holder}.{node.attr}" if holder else None
    return origins.get(node.id) if isinstance(node, ast.Name) else None


def changed(target: ast.expr, origins: dict[str, str]) -> str | None:
    """Return the symbol of a library that an assignment to this target changes."""
    while isinstance(target, ast.Subscript):
        target = target.value
        if not isinstance(target, ast.Attribute):
            return None  # an entry of an object of our own
    if not isinstance(target, ast.Attribute):
        return None
    name = full_name(target, origins)
    if name or not re.fullmatch(r"__(init|code|new|call)__", target.attr):
        return name
    holder = target.value
    return None if isinstance(holder, ast.Name) and holder.id == "self" else f"*.{target.attr}"


def patched(call: ast.Call, origins: dict[str, str]) -> Iterator[str]:
    """Yield the symbol of a library that ``setattr`` or a monkeypatch replaces."""
    function = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    function = call.func.id if isinstance(call.func, ast.Name) else function
    if function not in ("setattr", "delattr", "patch") or not call.args:
        return
    first, *rest = call.args
    if isinstance(first, ast.Constant) and isinstance(first.value, str):
        if "." in first.value and first.value.partition(".")[0] not in OURS:
            yield first.value
    elif holder := full_name(first, origins):
        name = rest[0].value if rest and isinstance(rest[0], ast.Constant) else "*"
        yield f"{holder}.{name}"

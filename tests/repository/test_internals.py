"""What the course reaches into in other libraries is listed, and still what it was written for."""

import ast
import re
import sys
from collections.abc import Iterator
from functools import partial
from importlib import import_module
from itertools import chain

import pytest

from course import internals
from course.internals import Internal
from course.paths import ROOT
from tests.support.material_internals import TEXTS, lost

FILES = sorted([*(ROOT / "course").rglob("*.py"), *(ROOT / "tests").rglob("*.py")])
LISTS = [path for path in FILES if re.search(r"^INTERNALS\b", path.read_text("utf-8"), re.M)]
OURS = {"course", "tests", "pricewatch", *sys.stdlib_module_names}
CODE_OF_ANY = {"__init__", "__code__", "__new__", "__call__"}  #: replaced on objects of any origin
#: How our scripts, tests and templates name what only Material and JupyterLab's template promise.
THEIR_NAME = re.compile(r"(?<![-\w])(?:(?:data-)?md-[a-z][\w-]*|jp-\w+|__md_\w+|document\$)")


def listed() -> list[Internal]:
    """Return the symbols of all lists."""
    modules = (".".join(path.relative_to(ROOT).with_suffix("").parts) for path in LISTS)
    return [internal for module in modules for internal in import_module(module).INTERNALS]


CONTRACTS = {each.symbol: partial(internals.moved, each) for each in listed()}
CONTRACTS |= {
    text: partial(lost, text, *where, reason)
    for where, texts in TEXTS.items()
    for text, reason in texts.items()
}
#: A variable's type changes with its first use, its declaration does not.
CONTRACTS["dask.threaded.default_pool"] = partial(
    lost, "default_pool: Executor | None", "dask", "dask/threaded.py", "give snippets new threads"
)


@pytest.mark.parametrize("moved", CONTRACTS.values(), ids=CONTRACTS)
def test_contract_holds(moved):
    """Each symbol is where it was, with the same parameters; each text is in installed files."""
    if found := moved():
        pytest.fail(found, pytrace=False)


def test_what_has_moved_is_said_in_one_line():
    """A symbol that is gone or has other parameters, and a text that is gone, are each named."""
    assert internals.moved(Internal("json.lost", "try", "")) == (
        "json.lost is gone (module 'json' has no attribute 'lost'); it was used to: try"
    )
    assert internals.moved(Internal("shlex.quote", "try", "(text)")) == (
        "shlex.quote is now (s), was (text); used to: try"
    )
    found = "mkdocs-material's templates/base.html no longer contains <lost>; it was used to: try"
    assert lost("<lost>", "mkdocs-material", "templates/base.html", "try") == found
    assert "x.html is gone" in lost("<lost>", "mkdocs-material", "x.html", "try")


def test_every_name_of_the_theme_is_listed():
    """A name of Material's or JupyterLab's that a script or a test uses is listed, and used."""
    theme = ROOT / "course/site/theme"
    files = [path for path in theme.rglob("*") if path.suffix in (".js", ".html")]
    files += [*theme.parent.glob("*.py"), *(ROOT / "tests/browser").glob("*.py")]
    files += (ROOT / "tests/site").glob("*.py")
    used = {name for path in files for name in THEIR_NAME.findall(path.read_text("utf-8"))}
    assert used == set(THEIR_NAME.findall(" ".join(chain(*TEXTS.values()))))


def test_nothing_else_reaches_into_a_library():
    """Only a module with a list replaces, or uses without a promise, what belongs to a library."""
    found = [
        f"{path.relative_to(ROOT)}: list {name} in INTERNALS, or use what its library promises"
        for path in FILES
        if path not in LISTS
        for name in sorted(reached_into(path.read_text("utf-8")))
        if not any(f"{symbol}.".startswith(f"{name}.") for symbol in CONTRACTS)
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
    assert reached_into(source) == {
        "*.__init__",
        "dask.base.named",
        "dask.config.get",
        "dask.diagnostics.ProgressBar._start",
        "dask.dot.draw",
        "httpx.Client.get",
        "httpx.post",
        "prefect._internal",
        "prefect.flow.fn",
    }


def reached_into(source: str) -> set[str]:
    """Return the full name of each symbol of a library that a module changes or has no promise for.

    Changing means assigning, deleting, ``setattr`` or ``monkeypatch``. A private name has no
    promise. A method such as ``__init__`` of an object whose origin is unknown is ``*.__init__``.
    """
    tree = ast.parse(source)
    origins = dict(imported_names(tree))
    found = {name for name in origins.values() if re.search(r"\._(?!_)", name)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            found |= patched(node, origins)
        changes, target = isinstance(getattr(node, "ctx", None), (ast.Store, ast.Del)), node
        while isinstance(target, ast.Subscript):
            target = target.value
        if not isinstance(target, ast.Attribute):
            continue
        name = full_name(target, origins)
        if name and (changes or (node is target and re.match(r"_(?!_)", node.attr))):
            found.add(name)
        of_self = isinstance(target.value, ast.Name) and target.value.id == "self"
        if changes and not (name or of_self) and target.attr in CODE_OF_ANY:
            found.add(f"*.{target.attr}")
    return found


def imported_names(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield what each import of a library binds, and the full name of that."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            module = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
            for alias in node.names:
                name = f"{module}{alias.name}"
                root = name.partition(".")[0]
                if root not in OURS:
                    short = alias.name if module else root
                    yield alias.asname or short, name if module or alias.asname else root


def full_name(node: ast.expr, origins: dict[str, str]) -> str | None:
    """Return the full name of a dotted expression that begins with an imported name."""
    if isinstance(node, ast.Attribute):
        holder = full_name(node.value, origins)
        return f"{holder}.{node.attr}" if holder else None
    return origins.get(node.id) if isinstance(node, ast.Name) else None


def patched(call: ast.Call, origins: dict[str, str]) -> set[str]:
    """Return the symbol of a library that ``setattr`` or a monkeypatch replaces."""
    function = getattr(call.func, "attr", getattr(call.func, "id", ""))
    if function not in ("setattr", "delattr", "patch") or not call.args:
        return set()
    first, *rest = call.args
    if isinstance(first, ast.Constant) and isinstance(first.value, str):
        ours = "." not in first.value or first.value.partition(".")[0] in OURS
        return set() if ours else {first.value}
    holder = full_name(first, origins)
    name = rest[0].value if rest and isinstance(rest[0], ast.Constant) else "*"
    return {f"{holder}.{name}"} if holder else set()

"""Choose the archives that a block needs by the modules that it names."""

import ast
import tomllib
from pathlib import Path

TOPICS = tomllib.loads(Path(__file__).with_name("topics.toml").read_text("utf-8"))


def topics(code: str) -> list[str]:
    """Return the archives that a block needs, in the order of topics.toml.

    A block names a module in an import statement, or in a string that it hands to ``importlib``.
    """
    try:
        nodes = list(ast.walk(ast.parse(code)))
    except SyntaxError:
        return []
    names = set()
    for node in nodes:
        match node:
            case ast.Import():
                names |= {alias.name for alias in node.names}
            case ast.ImportFrom(module=str(name)):
                names.add(name)
            case ast.Constant(value=str(text)):
                names.add(text.strip("."))
    needed = set()
    for topic, settings in TOPICS.items():
        modules = tuple(f"{module}." for module in settings["imports"])
        if any(f"{name}.".startswith(modules) for name in names):
            needed |= {*settings.get("needs", []), topic}
    return [topic for topic in TOPICS if topic in needed]

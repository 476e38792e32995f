"""Keep templates compiled between builds: compiling them takes as long as twenty pages."""

from jinja2 import Environment, FileSystemBytecodeCache

from course.paths import CACHE

STORE = CACHE / "templates"


def on_env(env: Environment, **_: object) -> Environment:
    """Keep what Jinja compiles in .cache/templates."""
    STORE.mkdir(parents=True, exist_ok=True)
    env.bytecode_cache = FileSystemBytecodeCache(str(STORE))
    return env

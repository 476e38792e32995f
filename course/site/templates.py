"""Templates stay compiled between builds: compiling them takes as long as twenty pages."""

from jinja2 import FileSystemBytecodeCache

from course.paths import ROOT

STORE = ROOT / ".cache/templates"


def on_env(env, config, **_):
    STORE.mkdir(parents=True, exist_ok=True)
    env.bytecode_cache = FileSystemBytecodeCache(str(STORE))
    return env

"""Start an exercise, or check what the learner made of it: python course/exercise.py 2

The first call writes the starter into exercises/. Each later call checks that file and says, in words, what is
still missing; the exit code is 0 once nothing is. A check is a function ``check_…`` of snippets/MODULE/exercise.py: its
docstring is the promise, its assertion's message the hint.
"""

import importlib.util
import os
import subprocess
import sys
import traceback
import urllib.error
import urllib.request
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

sys.path.insert(0, str(Path(__file__).parent / "hooks"))

from exercises import split
from outline import ROOT, Session, modules

PATIENCE = 20
PATIENCE_WITH_PREFECT = 180  # where no server runs, the first flow starts one of its own


def load(path: Path, name: str) -> ModuleType:
    """Import a file, wherever it is."""
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def uses_prefect(source: Path) -> bool:
    """Whether an exercise's flows are Prefect's, which takes its time to start."""
    return "from prefect" in source.read_text("utf-8")


def where(error: BaseException, path: Path) -> str:
    """Say what went wrong and in which of the learner's lines."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return f"line {error.lineno}: {error.msg}"
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    place = f"line {lines[-1]}: " if lines else ""
    return f"{place}{type(error).__name__}: {str(error).splitlines()[0] if str(error) else 'no message'}"


def check(source: Path, attempt: Path) -> int:
    """Hold an attempt against each of an exercise's checks; print a line for each and return the exit code."""
    checks = [item for name, item in vars(load(source, "exercise")).items() if name.startswith("check_")]
    try:
        learner = load(attempt, "attempt")
    except (Exception, SystemExit) as error:
        print(f"✕ Your file does not run yet. {where(error, attempt)}")
        return 1
    missing = 0
    for promise in checks:
        try:
            promise(learner)
        except AssertionError as hint:
            problem = str(hint)
        except AttributeError as error:
            lost = f"Your file has no {error.name}: keep its name."
            problem = lost if error.obj is learner else f"It stopped with {where(error, attempt)}"
        except (Exception, SystemExit) as error:
            problem = f"It stopped with {where(error, attempt)}"
        else:
            print(f"✓ {promise.__doc__}", flush=True)
            continue
        missing += 1
        print(f"✕ {promise.__doc__}\n  {problem}", flush=True)
    print(f"{missing} of {len(checks)} still missing." if missing else "All done. Now the challenge?")
    return bool(missing)


def main(arguments: list[str]) -> int:
    with_exercise = {str(m.number): m for m in modules() if (ROOT / f"snippets/{m.slug}/exercise.py").exists()}
    if len(arguments) != 1 or arguments[0] not in with_exercise:
        print(f"exercise: name a module that has one: {', '.join(with_exercise)}", file=sys.stderr)
        return 2
    return begin_or_check(with_exercise[arguments[0]])


def place(slug: str) -> Path:
    """Where a learner's file lies; named dask.py, it would be imported in place of Dask."""
    hides_a_library = importlib.util.find_spec(slug.replace("-", "_")) is not None
    return Path("exercises") / (f"{slug}_exercise.py" if hides_a_library else f"{slug}.py")


def answers(prefect_api: str) -> bool:
    """Whether there is a server where this terminal's Prefect looks for one."""
    try:
        urllib.request.urlopen(f"{prefect_api}/health", timeout=5)
    except urllib.error.HTTPError:
        pass  # somebody is there, who may not know us
    except (OSError, ValueError):
        return False
    return True


def begin_or_check(module: Session) -> int:
    source, attempt = ROOT / f"snippets/{module.slug}/exercise.py", place(module.slug)
    if not attempt.exists():
        attempt.parent.mkdir(exist_ok=True)
        attempt.write_text(split(source)["starter"], "utf-8")
        print(f"Your starter is {attempt}.\nEdit it, then run this command again: it checks.")
        return 0
    again = [sys.executable, __file__, "--check", str(source), str(attempt.resolve())]
    here = {name: value for name, value in os.environ.items() if name != "SHOP_URL"}  # the check counts its own shop
    patience = PATIENCE
    if uses_prefect(source):
        patience = PATIENCE_WITH_PREFECT
        quiet = ("PREFECT_LOGGING_LEVEL", "PREFECT_LOGGING_ROOT_LEVEL", "PREFECT_SERVER_LOGGING_LEVEL")
        here |= dict.fromkeys(quiet, "CRITICAL")  # a hint must not drown in the log of the run that it is about
        url = here.get("PREFECT_API_URL")
        if url and not answers(url):
            print(
                f"exercise: no Prefect server answers at {url}; start it, or go on without: unset PREFECT_API_URL",
                file=sys.stderr,
            )
            return 1
    with TemporaryDirectory() as results:  # nothing is there that an earlier run has cached
        try:
            return subprocess.run(
                again, timeout=patience, env=here | {"PREFECT_LOCAL_STORAGE_PATH": results}
            ).returncode
        except subprocess.TimeoutExpired:
            print(
                f"✕ No end after {patience} seconds: look for a loop that never stops, "
                "or an except that catches too much."
            )
            return 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--check"]:
        sys.exit(check(Path(sys.argv[2]), Path(sys.argv[3])))
    sys.exit(main(sys.argv[1:]))

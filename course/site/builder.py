"""Build the served site: first what is quick, then the rest, and again after each edit.

`make serve` starts this process. It prints what people read on standard error; on standard output
it prints the news of the site, as a line of JSON each: the folder to show, the number of its build,
what is still coming, and what has failed.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import sys
import threading
import time
from functools import partial
from pathlib import Path

from mkdocs.commands.build import build
from mkdocs.config import load_config

from course.paths import CACHE, ROOT, write_whole
from course.setup import clean, products
from course.site import stages

STORE = CACHE / "served"
SHOWN = STORE / "shown.json"  #: the news of the last build, and its key
SOURCES = ("docs", "snippets", "slides", "course", "mkdocs.yml", "requirements.txt")
#: Below these no page shows anything; runs and tools write there.
NOT_SOURCES = {"__pycache__", "node_modules", "target", "logs", *clean.TYPED}
POLL_S = 0.2


class Complaints(logging.Handler):
    """What MkDocs complains of in one build: printed, and kept for the page."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Print a complaint and keep it."""
        self.texts.append(record.getMessage())
        say(f"✕ {record.getMessage()}")


def say(text: str) -> None:
    """Print a line for people."""
    print(text, file=sys.stderr, flush=True)


def files(folder: Path) -> list[os.DirEntry]:
    """Return all files below a folder that a page may be made from."""
    found: list[os.DirEntry] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name in NOT_SOURCES or entry.name.startswith(".ruff"):
                continue
            found += files(Path(entry.path)) if entry.is_dir() else [entry]
    return found


def sources_key() -> str:
    """Return a key of the sources as they are now, by names, times and sizes."""
    whole = hashlib.sha256(os.environ["SITE_URL"].encode())
    for name in SOURCES:
        path = ROOT / name
        for each in sorted(files(path), key=lambda each: each.path) if path.is_dir() else [path]:
            stat = each.stat()
            whole.update(f"{os.fspath(each)} {stat.st_mtime_ns} {stat.st_size}\n".encode())
    return whole.hexdigest()


class Builder:
    """The served site: its news, and the key of the sources that it was built from."""

    def __init__(self, news_to: int) -> None:
        self.news_to = os.fdopen(news_to, "w", encoding="utf-8")
        self.news: dict = {"folder": "", "build": 0, "coming": [], "failed": []}
        self.key = ""
        self.is_put_off, self.is_made = threading.Event(), threading.Event()
        self.complaints = Complaints()
        logging.getLogger("mkdocs").addHandler(self.complaints)

    def run(self) -> None:
        """Show the last build, and build after each change, for ever."""
        self.resume()
        threading.Thread(target=self.make_later, daemon=True).start()
        while True:
            key = sources_key()
            if key != self.key:
                time.sleep(POLL_S / 2)
                if key == sources_key():  # otherwise somebody is still writing
                    self.build(key, time.time_ns() // 1_000_000)
            elif self.is_made.is_set():
                self.build(key, self.news["build"])
            time.sleep(POLL_S)

    def resume(self) -> None:
        """Show the last build; unless it was whole, and nothing has changed, the next one follows.

        What was made, and deleted since, is a change, too.
        """
        try:
            shown = json.loads(SHOWN.read_text("utf-8"))
            if not Path(shown["news"]["folder"], "index.html").exists():
                return
        except (OSError, ValueError, KeyError, TypeError):
            return
        self.tell(**{**shown["news"], "coming": [], "failed": []})
        is_whole = shown["news"]["coming"] == shown["news"]["failed"] == []
        if is_whole and products.PRODUCTS["page"].is_fresh():
            self.key = shown["key"]

    def build(self, key: str, number: int) -> None:
        """Build into the folder that is not shown, then show it; if that fails, say why."""
        folder = STORE / ("b" if Path(self.news["folder"]).name == "a" else "a")
        is_first, began = not self.key, time.monotonic()
        self.key = key
        self.is_made.clear()
        self.complaints.texts.clear()
        stages.begin(number)
        if is_first and not products.PRODUCTS["page"].is_fresh():
            bundle = partial(products.make, "page")
            stages.put_off("the page's Python and editor", "page", bundle)
        try:
            build(load_config(str(ROOT / "mkdocs.yml"), site_dir=str(folder)))
        except (Exception, SystemExit) as error:  # MkDocs' Abort is a SystemExit
            why = self.complaints.texts or [str(error) or type(error).__name__]
            if not self.complaints.texts:
                say(f"✕ {why[0]}")
            before = "The pages stay as they were built before."
            none = "There are no pages yet; they are built again once that is fixed."
            say(before if self.news["folder"] else none)
            self.tell(failed=why)
            return
        say(f"Built the pages in {time.monotonic() - began:.1f} s")
        coming, failed = stages.coming(), stages.failed()
        if self.news["coming"] and not (coming or failed):
            say("All pages are complete.")
        self.tell(folder=str(folder), build=number, coming=coming, failed=failed)
        write_whole(SHOWN, json.dumps({"key": key, "news": self.news}))
        self.is_put_off.set()

    def make_later(self) -> None:
        """Make what was put off, kind by kind; the pages are built again after each kind."""
        while self.is_put_off.wait():
            self.is_put_off.clear()
            for kind in stages.coming():
                began = time.monotonic()
                say(f"{stages.KINDS[kind]} ...")
                for why in stages.make(kind):
                    say(f"✕ {why}")
                say(f"{stages.KINDS[kind]}: {time.monotonic() - began:.0f} s")
                self.is_made.set()

    def tell(self, **news: object) -> None:
        """Tell the server what is new."""
        self.news |= news
        self.news_to.write(json.dumps(self.news) + "\n")
        self.news_to.flush()


def end_with_the_server() -> None:
    """End this process when the server, which holds the other end of its input, has ended."""
    sys.stdin.read()
    os._exit(0)


def main(arguments: list[str]) -> int:
    """Build for the port that is given, until this process is ended."""
    os.environ["SITE_URL"] = f"http://127.0.0.1:{arguments[0]}/"
    threading.Thread(target=end_with_the_server, daemon=True).start()
    news_to = os.dup(1)
    os.dup2(2, 1)  # what else is printed, also by other programs, is for people
    Builder(news_to).run()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Run jobs in the page's Python as the Run buttons do, each without what another has left."""

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser

from course import snippets
from course.paths import ROOT
from course.run.page.python.topics import topics

REASONS = tomllib.loads((ROOT / "course/run/page/reasons.toml").read_text("utf-8"))["reason"]
#: Each copy of the module, by its query, has a worker of its own.
JOB = """async ([url, copy, job, seconds, keep]) => {
  const { inPage } = await import(`${url}/assets/run/runner.js?${copy}`);
  const messages = [];
  let stop;
  const inTime = await new Promise((resolve) => {
    stop = inPage(job, (message) => {
      messages.push(message);
      if (message.type === "end") resolve(true);
    });
    setTimeout(() => resolve(false), seconds * 1000);
  });
  if (!keep || !inTime) stop();
  return [messages, inTime];
}"""
#: Run before a block's text, in a new worker: the text names the bundles, and nothing of it runs.
PREPARE = """\
import os, sys
sys.before = {*sys.modules}, {**os.environ}
sys.exit()
"""
#: Leaves a worker as it was prepared.
CLEAN = """\
import os, sys
modules, environment = sys.before
for name in sys.modules.keys() - modules:
    package, _, child = name.rpartition(".")
    if package in sys.modules:
        vars(sys.modules[package]).pop(child, None)
    del sys.modules[name]
os.environ.clear()
os.environ.update(environment)
"""


@dataclass
class PageRun:
    """How a job ended in the page, and what it printed."""

    messages: list[dict]
    in_time: bool

    def text(self, stream: str) -> str:
        """Return what was printed to ``stdout`` or ``stderr``."""
        return "".join(message["text"] for message in self.messages if message["type"] == stream)

    @property
    def ok(self) -> bool:
        """Whether it ended in time and without an error."""
        return any(message["type"] == "end" and message["ok"] for message in self.messages)

    @property
    def loaded(self) -> list[str]:
        """The bundles that the worker loaded for it."""
        states = (message["text"] for message in self.messages if message["type"] == "status")
        return [text.split()[1] for text in states if text.startswith("loading ")]

    def reason_against(self, source: str) -> str:
        """Return the sentence that says why a source cannot run in a page; empty if it can.

        Raises:
            AssertionError: If reasons.toml has no sentence for how it failed.
        """
        claims = Counter(snippets.claims(source))
        if not self.in_time:
            return sentence("it does not end")
        if not self.ok:
            return sentence(self.text("stderr") + self.text("stdout"))
        printed = Counter(self.text("stdout").splitlines())
        return sentence("it prints something else") if claims and claims != printed else ""


def sentence(error: str) -> str:
    """Return the sentence for an error, whose last line is looked at first."""
    for text in (error.strip().rpartition("\n")[2], error):
        for reason in REASONS:
            if found := re.search(reason["error"], text):
                return reason["sentence"].format(**found.groupdict())
    raise AssertionError(f"course/run/page/reasons.toml has no sentence for: {error}")


@pytest.fixture(scope="module")
def page_python(browser: Browser, site_url: str) -> Iterator[Callable[..., PageRun]]:
    """Run a job in a Python that has loaded what the job itself names, and nothing else.

    The first job of each set of bundles that claims to run in a page does so in a new worker, as a
    reader's first Run. The others share a worker that is prepared for this set, and cleaned before
    each job. All workers are in one tab: they share what the browser has fetched and compiled.
    """
    tab = browser.new_page()
    tab.goto(f"{site_url}/404.html")
    seen, prepared = set(), set()

    def run(
        file: str, code: str, seconds: float = 200, *, claims: bool = True, **job: str
    ) -> PageRun:
        job = {"type": "run", "file": file, "code": code, **job}
        source = job.get("exercise", code)
        bundles = topics(source)
        copy = "-".join(bundles)

        def send(job: dict, copy: str = copy, *, keep: bool = True) -> PageRun:
            done = PageRun(*tab.evaluate(JOB, [site_url, copy, job, seconds, keep]))
            if not done.in_time:
                prepared.discard(copy)
            return done

        if claims and copy not in seen:
            seen.add(copy)
            done = send(job, f"{copy}-new", keep=False)
            assert done.loaded == bundles
            return done
        first = copy not in prepared
        prepared.add(copy)
        before = send({**job, "type": "run", "code": PREPARE + source if first else CLEAN})
        assert before.ok and before.loaded == (bundles if first else []), before.messages
        done = send(job)
        assert done.loaded == []
        return done

    yield run
    tab.close()

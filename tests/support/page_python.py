"""Run a job in the page's Python as the Run buttons do, in a new worker or in a warm one."""

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser

from course import snippets
from course.paths import ROOT

REASONS = tomllib.loads((ROOT / "course/run/page/reasons.toml").read_text("utf-8"))["reason"]
#: Each copy of the module, by its query, has a worker of its own; `new` ones end with their job.
JOB = """async ([url, copy, job, seconds]) => {
  const { inPage } = await import(`${url}/assets/run/runner.js?${copy}`);
  const messages = [];
  let stop, timer;
  const inTime = await new Promise((resolve) => {
    stop = inPage(job, (message) => {
      messages.push(message);
      if (message.type === "end") resolve(true);
    });
    timer = setTimeout(() => resolve(false), seconds * 1000);
  });
  clearTimeout(timer);
  if (copy !== "warm" || !inTime) stop();
  return [messages, inTime];
}"""


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
    """Run a job in the page: in a new Python as a reader's first Run, or with ``warm=True`` not.

    All workers are in one tab: they share what the browser has fetched and compiled.
    """
    tab = browser.new_page()
    tab.goto(f"{site_url}/404.html")
    count = 0

    def run(
        file: str, code: str, seconds: float = 200, *, warm: bool = False, **job: str
    ) -> PageRun:
        nonlocal count
        count += 1
        copy = "warm" if warm else f"new{count}"
        job = {"type": "run", "file": file, "code": code, **job}
        return PageRun(*tab.evaluate(JOB, [site_url, copy, job, seconds]))

    yield run
    tab.close()

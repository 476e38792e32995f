"""Python in the page, as the Run buttons start it: one tab of Chromium, one worker, one job after another."""

import re
import tomllib
from collections import Counter
from dataclasses import dataclass

import pytest

from course import snippets
from tests.support.home import ROOT

REASONS = tomllib.loads((ROOT / "course/run/page/reasons.toml").read_text("utf-8"))["reason"]
CLAIM = re.compile(r"^ *#> ?(.*)$", re.M)
JOB = """async ([url, job, patience]) => {
  const { inPage } = await import(`${url}/assets/run/runner.js`);
  const messages = [];
  let ended = true;
  await new Promise((resolve) => {
    const stop = inPage(job, (message) => (messages.push(message), message.type === "end" && resolve()));
    setTimeout(() => ((ended = false), stop()), patience * 1000);
  });
  return [messages, ended || messages.some(({ type, ok }) => type === "end" && ok)];
}"""


@dataclass
class Ran:
    """How a job ended in the page, and what it printed."""

    messages: list[dict]
    in_time: bool

    def text(self, stream: str) -> str:
        return "".join(message["text"] for message in self.messages if message["type"] == stream)

    @property
    def ok(self) -> bool:
        return self.messages[-1]["ok"]

    def why_not(self, source: str) -> str:
        """Return why this source cannot run in a page, in the words of reasons.toml; nothing if it can.

        Raises:
            AssertionError: If reasons.toml knows no sentence for how it failed.
        """
        claims = Counter(CLAIM.findall(source))
        if self.ok and (not claims or claims == Counter(self.text("stdout").splitlines())):
            return ""
        error = "it prints something else" if self.ok else self.text("stderr") + self.text("stdout")
        return sentence(error if self.in_time else "it does not end")


def sentence(error: str) -> str:
    """Return the sentence for what was said, its last line first."""
    for text in (error.strip().rpartition("\n")[2], error):
        for reason in REASONS:
            if found := re.search(reason["error"], text):
                return reason["sentence"].format(**found.groupdict())
    raise AssertionError(f"course/run/page/reasons.toml has no sentence for: {error}")


@pytest.fixture(scope="module")
def page_python(browser, site_url):
    """Run a job in the page; Python has started with the first one, as it has for a reader."""
    tab = browser.new_page()
    tab.goto(f"{site_url}/404.html")

    def run(file: str, code: str, patience: float = 120, **job: str) -> Ran:
        arguments = [site_url, {"type": "run", "file": file, "code": code, **job}, patience]
        return Ran(*tab.evaluate(JOB, arguments))

    yield run
    tab.close()


def plain(source: str) -> str:
    """A snippet as it runs: without the marks of its sections."""
    return snippets.runnable_text(source)

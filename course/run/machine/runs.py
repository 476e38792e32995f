"""A Run of `make live`: one process, what it prints, and how it ends; by itself, by Stop, or after too long a time."""

import asyncio
import io
import os
import re
import time
from codecs import getincrementaldecoder
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from course.run.machine.files import Plan, Refused, prepare
from course.services import processes

MOST = 1_000_000  #: characters of output that are told
GRACE = 3  #: seconds that a program has to tidy up in, as after Ctrl+C
Say = Callable[[dict], Awaitable[None]]


@dataclass
class Output:
    """What a run prints, told as it comes, up to a limit."""

    say: Say
    left: int = MOST
    tail: str = field(default="", init=False)  #: the end of its standard error

    async def pump(self, stream: asyncio.StreamReader, name: str) -> None:
        decoder = io.IncrementalNewlineDecoder(
            getincrementaldecoder("utf-8")("replace"), translate=os.name == "nt"
        )
        while chunk := await stream.read(65536):
            text = decoder.decode(chunk)
            if name == "stderr":
                self.tail = (self.tail + text)[-MOST // 10 :]
            if self.left < 0 or not text:
                continue  # read all the same: else the program would wait
            shown, self.left = text[: self.left], self.left - len(text)
            await self.say({"type": name, "text": shown})
            if self.left < 0:
                more = f"\n… more than {MOST:,} characters: the rest is not shown\n"
                await self.say({"type": "stderr", "text": more})

    def line(self, name: str) -> int:
        """Return the last line of a file that an error was told to be in; 0 if none was."""
        found = re.findall(rf'File "{re.escape(name)}", line (\d+)', self.tail)
        return int(found[-1]) if found else 0


async def follow(plan: Plan, mark: str, say: Say, stop: asyncio.Event) -> dict:
    """Run what is planned until it ends, or has to; return what its end is told as."""
    pipes = {
        "stdin": asyncio.subprocess.DEVNULL,
        "stdout": asyncio.subprocess.PIPE,
        "stderr": asyncio.subprocess.PIPE,
    }
    env = {**plan.env, processes.MARK_VARIABLE: mark}
    process = await asyncio.create_subprocess_exec(
        *plan.command, cwd=plan.path.parent, env=env, **pipes, **processes.NEW_GROUP
    )

    async def over(seconds: float, given_up: Callable[[], bool] = lambda: False) -> bool:
        """Whether it ends in time. Not by its wait(), which waits for children too: they may hold its output."""
        deadline = time.monotonic() + seconds
        while process.returncode is None and not given_up() and time.monotonic() < deadline:
            await asyncio.sleep(0.05)
        return process.returncode is not None

    output = Output(say)
    pumps = [
        asyncio.create_task(output.pump(getattr(process, name), name))
        for name in ("stdout", "stderr")
    ]
    family: set[psutil.Process] = set()
    try:
        done = await over(plan.seconds, stop.is_set)
        if not done:
            family = await asyncio.to_thread(processes.tree, mark, process.pid)
            processes.interrupt(process.pid)
            await over(GRACE)
    finally:
        await asyncio.to_thread(processes.kill_tree, mark, process.pid, family)
        await asyncio.wait(pumps, timeout=GRACE)
        for pump in pumps:
            pump.cancel()
    if not done and not stop.is_set():
        await say({"type": "stderr", "text": f"{plan.late}\n"})
    ok = done and process.returncode == 0
    return {"type": "end", "ok": ok, "line": output.line(plan.path.name) if done and not ok else 0}


@dataclass
class Runs:
    """All runs of one server: with its Prefect server, its limit, and its mark, by which they end with it."""

    prefect: str
    seconds: float
    mark: str
    count: int = 0

    async def run(self, job: dict, say: Say, stop: asyncio.Event) -> dict:
        """Run a job, or say in one line why it cannot be run; return what its end is told as."""
        self.count += 1
        mark = f"{self.mark}{self.count}."
        env = {
            **os.environ,
            "PREFECT_API_URL": self.prefect,
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        }
        with TemporaryDirectory(prefix="course-run-", ignore_cleanup_errors=True) as folder:
            try:  # resolved, for so it is called in tracebacks
                plan = await asyncio.to_thread(
                    prepare, job, Path(folder).resolve(), env, self.seconds
                )
            except Refused as refused:
                await say({"type": "stderr", "text": f"live: {refused}\n"})
                return {"type": "end", "ok": False, "line": 0}
            await say({"type": "status", "text": "runs on this machine"})
            return await follow(plan, mark, say, stop)

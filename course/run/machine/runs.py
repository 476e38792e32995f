"""Run a job as one process until it ends, is stopped, or reaches its time limit."""

from __future__ import annotations

import asyncio
import io
import os
import re
import time
from codecs import getincrementaldecoder
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from course.errors import CourseError
from course.run.machine.files import Job, prepare
from course.services import processes

MAX_OUTPUT_CHARS = 1_000_000
CLEANUP_TIMEOUT_S = 3  #: what a program has after an interrupt, as after Ctrl+C
Send = Callable[[dict], Awaitable[None]]


class Output:
    """What a process prints, sent as it comes, up to a limit."""

    def __init__(self, send: Send) -> None:
        self.send = send
        self.remaining = MAX_OUTPUT_CHARS  # the characters that are still sent; below 0 none are
        self.errors = ""  # the end of its standard error

    async def forward(self, stream: asyncio.StreamReader, name: str) -> None:
        """Send what comes on ``stdout`` or ``stderr``, to its end.

        It is read even if nothing is sent any more: otherwise the program would wait.
        """
        utf_8 = getincrementaldecoder("utf-8")("replace")
        decoder = io.IncrementalNewlineDecoder(utf_8, translate=os.name == "nt")
        while chunk := await stream.read(65536):
            text = decoder.decode(chunk)
            if name == "stderr":
                self.errors = (self.errors + text)[-MAX_OUTPUT_CHARS // 10 :]
            if self.remaining < 0 or not text:
                continue
            shown, self.remaining = text[: self.remaining], self.remaining - len(text)
            await self.send({"type": name, "text": shown})
            if self.remaining < 0:
                more = f"… more than {MAX_OUTPUT_CHARS:,} characters: the rest is not shown"
                await self.send({"type": "notice", "text": more})

    def failed_line(self, name: str) -> int:
        """Return the last line of a file that a traceback names; 0 if there is no traceback."""
        found = re.findall(rf'File "{re.escape(name)}", line (\d+)', self.errors)
        return int(found[-1]) if found else 0


async def run(message: dict, mark: str, timeout_s: float, send: Send, stop: asyncio.Event) -> dict:
    """Run what a page asks for, until `stop` is set; return the message that says how it ended.

    Its processes are found by the mark.
    """
    with TemporaryDirectory(prefix="course-run-", ignore_cleanup_errors=True) as folder:
        scratch = Path(folder).resolve()  # as tracebacks name it
        try:
            job = await asyncio.to_thread(prepare, message, scratch, timeout_s)
        except CourseError as error:
            await send({"type": "notice", "text": str(error)})
            return {"type": "end", "ok": False, "line": 0}
        await send({"type": "status", "text": "runs on this machine"})
        return await follow(job, mark, send, stop)


async def follow(job: Job, mark: str, send: Send, stop: asyncio.Event) -> dict:
    """Run a job until it ends, or is ended; return the message that tells the page how."""
    process = await asyncio.create_subprocess_exec(
        *job.command,
        cwd=job.path.parent,
        env={**job.env, processes.MARK_VARIABLE: mark},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        **processes.NEW_GROUP,
    )
    assert process.stdout and process.stderr

    async def has_ended(timeout_s: float, unless: asyncio.Event | None = None) -> bool:
        # Not process.wait(): that also waits for the output, which children may hold open.
        deadline = time.monotonic() + timeout_s
        while process.returncode is None and time.monotonic() < deadline:
            if unless and unless.is_set():
                break
            await asyncio.sleep(0.05)
        return process.returncode is not None

    output = Output(send)
    streams = {"stdout": process.stdout, "stderr": process.stderr}
    forwarded = (output.forward(stream, name) for name, stream in streams.items())
    readers = [asyncio.create_task(each) for each in forwarded]
    known: set[psutil.Process] = set()
    try:
        ended_by_itself = await has_ended(job.timeout_s, unless=stop)
        if not ended_by_itself:
            known = await asyncio.to_thread(processes.tree, mark, process.pid)
            processes.interrupt(process.pid)
            await has_ended(CLEANUP_TIMEOUT_S)
    finally:
        await asyncio.to_thread(processes.kill_tree, mark, process.pid, known)
        await asyncio.wait(readers, timeout=CLEANUP_TIMEOUT_S)
        for reader in readers:
            reader.cancel()
    code = process.returncode if ended_by_itself else None
    ok = code == job.ok_code
    words = job.explain(code, output.errors) if code is not None else job.timed_out
    if words and not stop.is_set():
        await send({"type": "notice", "text": str(words)})
    has_failed = code is not None and not ok
    line = output.failed_line(job.path.name) if has_failed else 0
    return {"type": "end", "ok": ok, "line": line}

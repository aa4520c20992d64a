"""Run a notebook's cells where they can do no harm: bubblewrap, with limits on all that a program can use up.

No network, no other processes, a read-only system, a small private /tmp, no file of the course. Started as root,
the cells run under a user id of their own. The grader reads what comes out and believes none of it.
"""

import json
import os
import selectors
import signal
import subprocess
import tempfile
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from coursework.grading.bubblewrap import SandboxError, command

STARTUP = 300.0  # seconds on the clock until the interpreter is there, on the slowest of machines
POLL = 0.5


@dataclass(frozen=True)
class Limits:
    """What one notebook may use."""

    cell: float = 10.0  # seconds of computing for one cell, which is then interrupted
    notebook: float = 60.0  # seconds of computing for all cells
    wall: float = 60.0  # seconds on the clock for one cell, and twice as many for all
    memory: int = 1 << 30  # bytes, for one process and for all together
    processes: int = 32  # threads included
    disk: int = 64 << 20  # bytes in /tmp, and in one file
    output: int = 2 << 20  # bytes printed and displayed


LIMITS = Limits()


@dataclass
class Outcome:
    """What came out of one cell."""

    stdout: str = ""
    stderr: str = ""
    # Each an object whose "output" is a string; no more is known.
    outputs: list[dict] = field(default_factory=list)
    ended: str | None = None  # why the cell did not come to its end, in words for the student
    ran: bool = True  # False if an earlier cell had ended the program


class Ended(Exception):
    """The program in the sandbox is over; the message says why."""


def run(
    cells: list[dict],
    limits: Limits = LIMITS,
    data: Path | None = None,
    hints: Path | None = None,
    safe: bool = True,
) -> list[Outcome]:
    """Run cells, one after the other, in a sandbox of their own.

    Parameters
    ----------
    cells : list of dict
        Each with `source`, and `cases` for the emitter. A cell enters the sandbox when the one before is done.
    limits : Limits
        What they may use.
    data : Path, optional
        A folder whose files, notebooks apart, lie in the working folder.
    hints : Path, optional
        The `hints.py` of the problem set, if it has one.
    safe : bool, default True
        False runs the cells as an ordinary program, with limits but with no sandbox around it.

    Returns
    -------
    list of Outcome
        One for each cell; those that did not run because the program had ended say so.

    Raises
    ------
    SandboxError
        If the sandbox cannot be started: this says nothing about the cells.
    """
    outcomes = [Outcome() for _ in cells]
    with _Program(limits, data, hints, safe) as program:
        deadline = time.monotonic() + 2 * limits.wall
        for index, (cell, outcome) in enumerate(zip(cells, outcomes, strict=True)):
            try:
                program.execute(cell, outcome, min(deadline, time.monotonic() + limits.wall))
            except Ended as end:
                outcome.ended = str(end)
                for late in outcomes[index + 1 :]:
                    late.ended, late.ran = f"not run: in an earlier cell, {end}", False
                break
    return outcomes


class _Program:
    """The interpreter in the sandbox and the pipes that lead to it."""

    process: Any  # a subprocess.Popen whose three streams are pipes

    def __init__(self, limits: Limits, data: Path | None, hints: Path | None, safe: bool):
        self.limits, self.data, self.hints, self.safe = limits, data, hints, safe
        self.left = limits.output
        self.lines = b""  # what came through the channel and was not read yet
        self.watched = time.monotonic()

    def __enter__(self) -> "_Program":
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="grading-")))
            self.channel, write = os.pipe()
            stack.callback(os.close, self.channel)
            given = [write]
            try:
                words, inherited = command(self.limits, write, folder, self.data, self.hints, self.safe)
                given += inherited
                self.process = subprocess.Popen(
                    words,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    pass_fds=given,
                    cwd=folder,
                    start_new_session=True,
                    env={},
                )
            except OSError as error:
                raise SandboxError(f"the sandbox does not start: {error}") from error
            finally:
                for descriptor in given:
                    os.close(descriptor)
            stack.callback(self._end)
            self.selector = stack.enter_context(selectors.DefaultSelector())
            for stream in (self.process.stdout.fileno(), self.process.stderr.fileno(), self.channel):
                os.set_blocking(stream, False)
                self.selector.register(stream, selectors.EVENT_READ)
            os.set_blocking(self.process.stdin.fileno(), False)
            self._await_start()
            self.stack = stack.pop_all()
        return self

    def __exit__(self, *_) -> None:
        self.stack.close()

    def _await_start(self) -> None:
        outcome = Outcome()
        try:
            self._exchange(b"", outcome, time.monotonic() + STARTUP)
        except Ended as end:
            raise SandboxError(f"the sandbox does not start: {outcome.stderr.strip() or end}") from None

    def execute(self, cell: dict, outcome: Outcome, deadline: float) -> None:
        """Run one cell; what comes out until it is done belongs to it."""
        self._exchange((json.dumps(cell) + "\n").encode(), outcome, deadline)

    def _exchange(self, data: bytes, outcome: Outcome, deadline: float) -> None:
        """Send `data` and collect what comes back until the program says that it is done."""
        streams = {self.process.stdout.fileno(): bytearray(), self.process.stderr.fileno(): bytearray()}
        try:
            while not self._done(outcome):
                data = self._send(data)
                for key, _ in self.selector.select(0.01 if data else POLL):
                    self._receive(key.fd, streams)
                self._watch(deadline)
            for descriptor in streams:  # what was printed before the word "done" is in the pipe by now
                while self._receive(descriptor, streams):
                    pass
        finally:
            outcome.stdout, outcome.stderr = map(_text, streams.values())

    def _send(self, data: bytes) -> bytes:
        """Send what the pipe takes and return the rest."""
        try:
            return data[os.write(self.process.stdin.fileno(), data) :] if data else data
        except BlockingIOError:
            return data
        except BrokenPipeError:
            return b""  # the end of the channel will say why

    def _receive(self, descriptor: int, streams: dict[int, bytearray]) -> bool:
        """Read what is there on one descriptor; return whether there may be more."""
        try:
            data = os.read(descriptor, 1 << 16)
        except BlockingIOError:
            return False
        if not data:
            with suppress(KeyError):
                self.selector.unregister(descriptor)
            if descriptor == self.channel:
                raise Ended(self._last_words())
            return False
        self.left -= len(data)
        if self.left < 0:
            raise Ended(f"it put out more than {self.limits.output >> 20} MB")
        if descriptor == self.channel:
            self.lines += data
        else:
            streams[descriptor] += data
        return True

    def _done(self, outcome: Outcome) -> bool:
        """Read the messages that have come; return whether one says that the cell is done."""
        while b"\n" in self.lines:
            line, _, self.lines = self.lines.partition(b"\n")
            try:
                message = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if not isinstance(message, dict):
                continue
            if message.get("done") is True:
                return True
            if isinstance(message.get("output"), str):
                outcome.outputs.append(message)
        return False

    def _watch(self, deadline: float) -> None:
        """End a program that takes too long or too much memory."""
        now = time.monotonic()
        if now > deadline:
            raise Ended("it took too long")
        if now - self.watched > POLL:
            self.watched = now
            if _memory(self.process.pid) > self.limits.memory:
                raise Ended(f"it used more than {self.limits.memory >> 20} MB of memory")

    def _last_words(self) -> str:
        """Return why the program ended without being asked to."""
        try:
            status = self.process.wait(timeout=POLL)
        except subprocess.TimeoutExpired:
            return "the program closed its line to the grader"
        if status in {128 + signal.SIGXCPU, -signal.SIGXCPU, 128 + signal.SIGKILL, -signal.SIGKILL}:
            return "it computed for too long, or was killed"
        return f"the program ended itself (status {status})"

    def _end(self) -> None:
        """Kill whatever still runs; bubblewrap's own process takes all others with it."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            with suppress(BrokenPipeError):
                stream.close()


def _memory(pid: int) -> int:
    """Return the bytes of memory that a process and its descendants have to themselves."""
    total = 0
    with suppress(psutil.Error):
        for process in psutil.Process(pid).children(recursive=True):
            with suppress(psutil.Error):
                usage = process.memory_info()
                total += usage.rss - usage.shared
    return total


def _text(data: bytearray) -> str:
    return bytes(data).decode("utf-8", "replace")

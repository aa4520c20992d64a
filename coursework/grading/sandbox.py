"""Run a notebook's cells where they can do no harm: bubblewrap, with limits on all that a program can use up.

No network, no other processes, a read-only system, a small private /tmp, no file of the course. If the grader is
started as root, the cells run under a user id of their own. The grader reads what comes out and believes none of
it.
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

from coursework.grading import usage
from coursework.grading.bubblewrap import PLACES, SandboxError, command, with_cure
from coursework.grading.limits import LIMITS, Limits

POLL = 0.1
INTERRUPT = signal.SIGUSR1  # ends a cell: the runner expects it
PATIENCE = 10  # how often a cell is interrupted before the program is ended
LEAST = 0.1  # the fraction of its time that a cell still gets once the notebook's time is used up


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


class Unfinished(RuntimeError):
    """The machine was too busy: this says nothing about the cells."""


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
    Unfinished
        If the cells did not come to their end in `limits.clock` seconds: this says nothing about them either.
    """
    outcomes = [Outcome() for _ in cells]
    with _Program(limits, data, hints, safe) as program:
        for index, (cell, outcome) in enumerate(zip(cells, outcomes, strict=True)):
            try:
                program.execute(cell, outcome)
            except Ended as end:
                outcome.ended = str(end)
                for late in outcomes[index + 1 :]:
                    late.ended, late.ran = f"not run; an earlier cell ended the program: {end}", False
                break
    return outcomes


class _Program:
    """The interpreter in the sandbox and the pipes that lead to it."""

    process: Any  # a subprocess.Popen whose three streams are pipes

    def __init__(self, limits: Limits, data: Path | None, hints: Path | None, safe: bool) -> None:
        self.limits, self.data, self.hints, self.safe = limits, data, hints, safe
        self.left = limits.output
        self.lines = b""  # what came through the channel and was not read yet
        self.watched = time.monotonic()
        self.deadline = self.watched + limits.clock
        self.computed = self.waited = 0.0  # in seconds, summed over all cells
        self.ends = (0.0, 0.0)  # the values of `computed` and `waited` at which the cell is interrupted
        self.interrupted = 0
        self.runner = 0  # the process that runs the cells
        self.group: Path | None = None

    def __enter__(self) -> "_Program":
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="grading-")))
            self.channel, write = os.pipe()
            stack.callback(os.close, self.channel)
            given = [write]
            try:
                words, inherited = command(self.limits, write, folder, self.data, self.hints, self.safe)
                given += inherited
                if not usage.knows_families():
                    raise SandboxError(
                        "grading needs a kernel that lists child processes (CONFIG_PROC_CHILDREN)"
                    )
                if self.safe and (group := usage.make_group(folder.name, self.limits.memory)):
                    self.group = group
                    stack.callback(usage.remove_group, group)
                    words = ["sh", "-c", 'echo $$ > "$0" && exec "$@"', str(group / "cgroup.procs"), *words]
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

    def __exit__(self, *_: object) -> None:
        self.stack.close()

    def _await_start(self) -> None:
        outcome = Outcome()
        try:
            self._exchange(b"", outcome)
        except Ended as end:
            said = with_cure(outcome.stderr.strip() or str(end))
            raise SandboxError(f"the sandbox does not start: {said}") from None
        self.runner = usage.family(self.process.pid)[-1]

    def execute(self, cell: dict, outcome: Outcome) -> None:
        """Run one cell; what comes out until it is done belongs to it."""
        limits, self.interrupted = self.limits, 0
        self.computed = usage.computing(usage.family(self.process.pid))
        self.ends = (
            self.computed + limits.cell * (1 if self.computed < limits.notebook else LEAST),
            self.waited + limits.wait * (1 if self.waited < 2 * limits.wait else LEAST),
        )
        self._exchange((json.dumps(cell) + "\n").encode(), outcome)

    def _exchange(self, data: bytes, outcome: Outcome) -> None:
        """Send `data` and collect what comes back until the program says that it is done."""
        streams = {self.process.stdout.fileno(): bytearray(), self.process.stderr.fileno(): bytearray()}
        try:
            while not self._done(outcome):
                data = self._send(data)
                for key, _ in self.selector.select(0.01 if data else POLL):
                    self._receive(key.fd, streams)
                self._watch()
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
            raise Ended(f"it printed and displayed more than {self.limits.output >> 20} MB")
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

    def _watch(self) -> None:
        """Interrupt a cell that takes too long; end a program that takes too much, or cannot be interrupted."""
        now = time.monotonic()
        passed = now - self.watched
        if passed < POLL:
            return
        self.watched = now
        if now > self.deadline:
            raise Unfinished(
                f"{self.limits.clock:g} s on the clock were not enough: is the machine overloaded?"
            )
        if not self.runner:
            return
        pids = usage.family(self.process.pid)
        self.computed = max(self.computed, usage.computing(pids))
        if usage.waits(pids):
            self.waited += min(passed, 2 * POLL)  # if more has passed, this process was kept from looking
        if self.group is None and usage.memory(pids, self.limits.memory) > self.limits.memory:
            raise Ended(self._too_much())
        if self.safe and usage.files(self.runner, PLACES) > self.limits.files:
            raise Ended(f"it made more than {self.limits.files} files")
        self._interrupt_if_late(pids)

    def _interrupt_if_late(self, pids: list[int]) -> None:
        limits, (computed, waited) = self.limits, self.ends
        again = (
            self.interrupted / PATIENCE
        )  # each further interrupt comes after another tenth of a cell's time
        if self.computed < computed + again * limits.cell and self.waited < waited + again * limits.wait:
            return
        self.interrupted += 1
        if self.interrupted > PATIENCE:
            raise Ended("it took too long, and could not be interrupted")
        if self.runner in pids:
            with suppress(ProcessLookupError):
                os.kill(self.runner, INTERRUPT)

    def _too_much(self) -> str:
        return f"it used more than {self.limits.memory >> 20} MB of memory"

    def _last_words(self) -> str:
        """Return why the program ended without being asked to."""
        try:
            status = self.process.wait(timeout=POLL)
        except subprocess.TimeoutExpired:
            return "the program closed its line to the grader"
        if self.group and usage.overflowed(self.group):
            return self._too_much()
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


def _text(data: bytearray) -> str:
    return bytes(data).decode("utf-8", "replace")

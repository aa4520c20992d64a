"""What an instructor reads during a run and after it: how far it is, how many, whom to look at and why."""

import sys
import time
from collections import defaultdict

from coursework.grading.grade import CONTROL
from coursework.grading.records import Result


def twins(results: list[Result]) -> list[list[str]]:
    """Return groups of students who handed in the same bytes."""
    groups = defaultdict(list)
    for result in results:
        if result.digest:
            groups[result.digest].append(result.student)
    return [group for group in groups.values() if len(group) > 1]


def attention(results: list[Result]) -> list[str]:
    """Return a line for each thing that a person must look at."""
    marks = {True: "no new marks", False: "no marks"}
    look = [f"{r.student}: SET ASIDE, {marks[r.failed]}: {r.aside}" for r in results if r.aside]
    look += [f"{r.student}: {note}" for r in results if not r.aside for note in r.notes]
    look += [f"{', '.join(group)}: handed in the same file" for group in twins(results)]
    shown = [line.encode("utf-8", "replace").decode() for line in look]  # students choose some of these words
    return [" ".join(CONTROL.sub(" ", line).split()) for line in shown]


def summary(results: list[Result]) -> str:
    """Return what a person should know after a run: how many, and whom to look at and why."""
    graded = [result for result in results if not result.aside]
    open_ = sum(any(mark.points is None for mark in result.marks.values()) for result in graded)
    lines = [f"{len(results)} submissions: {len(graded)} graded, {len(results) - len(graded)} set aside."]
    lines += [f"{open_} have a written answer that waits for your marks (formgrader)."] if open_ else []
    look = [f"  {line}" for line in attention(results)]
    return "\n".join([*lines, *(["Please look at:", *look] if look else [])])


class Progress:
    """A line on standard error that says how far a run is."""

    def __init__(self, stream=None):
        self.stream = stream or sys.stderr
        self.start = time.monotonic()
        self.shown = 0.0
        self.known: int | None = None  # how many an earlier run had graded

    def __call__(self, done: int, total: int, result: Result) -> None:
        """Show that one more is done; a terminal gets a moving line, a file one line in ten seconds."""
        self.known = done - 1 if self.known is None else self.known
        now = time.monotonic()
        pause = 0.1 if self.stream.isatty() else 10.0
        if done < total and now - self.shown < pause:
            return
        self.shown = now
        left = (now - self.start) / (done - self.known) * (total - done)
        bar = "#" * (30 * done // total)
        line = f"[{bar:<30}] {done} of {total}, {int(left) // 60}:{int(left) % 60:02} left"
        end = "\r" if self.stream.isatty() and done < total else "\n"
        print(line, end=end, file=self.stream, flush=True)

"""What an instructor reads during a run and after it: how far it is, how many, whom to look at and why."""

import sys
import time
from collections import defaultdict
from typing import TextIO

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
    others, read = [r.student for r in results if r.named], [r for r in results if not r.aside]
    if len(others) > max(2, len(read) / 4):
        look.append(
            f"{len(others)} of {len(read)} notebooks name an id other than the one that handed them in. "
            "If nobody said "
            "which id counts, write ID_AS_TYPED = True into marks.py and grade again"
        )
    shown = [line.encode("utf-8", "replace").decode() for line in look]  # students choose some of these words
    return [" ".join(CONTROL.sub(" ", line).split()) for line in shown]


def summary(results: list[Result], new: int | None = None) -> str:
    """Return what a person should know after a run: how many, and whom to look at and why.

    Parameters
    ----------
    results : list of Result
        One for each submission.
    new : int, optional
        How many of the graded submissions were graded in this run; by default all.
    """
    graded = [result for result in results if not result.aside]
    open_ = sum(any(mark.points is None for mark in result.marks.values()) for result in graded)
    now = "" if new in {None, len(graded)} else f"; {new or 'none'} of them in this run"
    lines = [
        f"{len(results)} submissions: {len(graded)} graded, {len(results) - len(graded)} set aside{now}."
    ]
    lines += [f"{open_} have an answer that is for you to mark (formgrader)."] if open_ else []
    look = [f"  {line}" for line in attention(results)]
    return "\n".join([*lines, *(["Please look at:", *look] if look else [])])


class Progress:
    """A line on standard error that says how far a run is."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stderr
        self.start = time.monotonic()
        self.shown = 0.0
        self.known: int | None = None  # how many an earlier run had graded
        self.new = 0  # how many this one has

    def __call__(self, done: int, total: int, result: Result) -> None:
        """Show that one more is done; a terminal gets a moving line, a file one line in ten seconds."""
        self.known = done - 1 if self.known is None else self.known
        self.new += not result.aside
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

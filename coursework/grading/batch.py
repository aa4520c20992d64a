"""Grade a whole class: fan out to processes or a cluster, and enter the marks in the gradebook.

One submission is one task. It writes its result to a file of its own, under a key of everything that the marks
depend on; so a run can be stopped, a worker can die, and what is graded is not graded again. Only the process that
was started writes to the gradebook.
"""

import hashlib
import traceback
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

from coursework.grading.executors import WorkerDied, fan_out, process_pool
from coursework.grading.grade import draw_cases, grade_notebook, read_assignment
from coursework.grading.limits import LIMITS, Limits
from coursework.grading.marking import portable, read_secret
from coursework.grading.rebuild import Unreadable
from coursework.grading.records import (
    Result,
    common_key,
    keep_graded,
    keep_result,
    known_result,
    read_submission,
    submissions,
)
from coursework.grading.sandbox import run

ANYBODY = "anybody"  # an error in the cases drawn for this id is the assignment's, not a student's


def grade_class(
    course: Path,
    assignment: str,
    executor: Callable[[], AbstractContextManager[Executor]] | None = None,
    limits: Limits = LIMITS,
    safe: bool = True,
    report: Callable[[int, int, Result], None] = lambda done, total, result: None,
    local: bool = True,
) -> list[Result]:
    """Grade every submission of an assignment and enter the marks in the gradebook.

    Parameters
    ----------
    course : Path
        The folder of the course; work is in `submitted/<student>/<assignment>/`.
    assignment : str
        Which assignment.
    executor : callable, optional
        Returns a `concurrent.futures.Executor`; by default a pool of as many processes as there are cores. It is
        called again if its workers die.
    limits, safe :
        As for `grade_notebook`.
    report : callable, optional
        Called with how many submissions are done, how many there are, and the newest result.
    local : bool, default True
        Whether the executor works on this machine, whose sandbox is then tried first.

    Returns
    -------
    list of Result
        One for each submission, in the order of the students' ids. Whatever goes wrong while one is graded, it is
        set aside with the reason, and all others get their marks. If it is the grader that fails, the marks of an
        earlier run stay.

    Raises
    ------
    ChecksError, FileNotFoundError
        If the assignment has a mistake, which would affect everybody: nothing was graded.
    SandboxError
        If the sandbox does not work on this machine: nothing was graded.
    """
    from coursework.grading.gradebook import enter  # a second to import, which no worker needs

    course = Path(course).resolve()
    *_, questions = read_assignment(course, assignment)
    secret = read_secret(course)  # read only by this process, so that keys and cases agree on every machine
    students = submissions(course, assignment)
    common = common_key(course, assignment, limits, safe, secret)
    results = {s: result for s in students if (result := known_result(course, assignment, common, s))}
    new = [student for student in students if student not in results]
    if new:
        portable([*draw_cases(questions, assignment, ANYBODY, secret).values()])
    if new and local:
        run([], limits, safe=safe)
    task = partial(grade_submission, course, assignment, common, limits, safe, secret)
    for result in fan_out(task, failed, new, executor or process_pool()):
        results[result.student] = result
        report(len(results), len(students), result)
    ordered = [results[student] for student in students]
    enter(course, assignment, ordered)
    return ordered


def grade_submission(
    course: Path, assignment: str, common: str, limits: Limits, safe: bool, secret: str, student: str
) -> Result:
    """Grade one submission and write its result and its graded notebook; the task of one worker.

    An unforeseen error becomes the result of this submission only. That result has no key, so the next run
    grades the submission again.
    """
    try:
        return _grade_submission(course, assignment, common, limits, safe, secret, student)
    except Exception as error:
        return keep_result(course, assignment, failed(student, error))


def failed(student: str, error: BaseException) -> Result:
    """Return the result of a submission that could not be graded: its worker died, or the grader failed."""
    if isinstance(error, WorkerDied):
        return Result(student, "", aside=str(error), failed=True)
    frames = traceback.extract_tb(error.__traceback__)
    where = f" ({Path(frames[-1].filename).name}, line {frames[-1].lineno})" if frames else ""
    aside = f"grading it failed with {type(error).__name__}: {str(error)[:500]}{where}"
    return Result(student, "", aside=aside, failed=True)


def _grade_submission(
    course: Path, assignment: str, common: str, limits: Limits, safe: bool, secret: str, student: str
) -> Result:
    try:
        work = read_submission(course, assignment, common, student)
    except Unreadable as error:
        return keep_result(course, assignment, Result(student, "", aside=str(error)))
    key, notes, digest = work.key, list(work.notes), hashlib.sha256(work.notebook).hexdigest()
    try:
        report = grade_notebook(course, assignment, work.notebook, student, limits, safe, secret)
    except Unreadable as error:
        aside = Result(student, key, notes=notes, aside=str(error), digest=digest)
        return keep_result(course, assignment, aside)
    keep_graded(course, assignment, student, report.notebook)
    graded = Result(
        student,
        key,
        dict(report.marks),
        [*notes, *report.notes],
        digest=digest if report.answered else "",  # unanswered, it is the same for everybody
        named=report.named,
    )
    return keep_result(course, assignment, graded)

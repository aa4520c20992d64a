"""Grade a whole class: fan out to processes or a cluster, enter the marks in the gradebook, say what happened.

One submission is one task. It writes its result to a file of its own, under a key of everything that the marks
depend on; so a run can be stopped, a worker can die, and what is graded is not graded again. Only the process that
was started writes to the gradebook.
"""

import hashlib
import json
import os
import shutil
import sys
import tempfile
import time
import traceback
from collections import defaultdict
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor, as_completed
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from functools import partial
from multiprocessing import get_context
from multiprocessing.context import BaseContext
from pathlib import Path

import nbformat

from coursework.grading.bubblewrap import PROJECT, data_files
from coursework.grading.grade import CONTROL, grade_notebook
from coursework.grading.marking import load_checks, read_secret
from coursework.grading.rebuild import Unreadable, find_notebook
from coursework.grading.sandbox import LIMITS, Limits, run

TRIES = 3
EXCHANGE_FILES = (
    "timestamp.txt",
    "submission_secret.txt",
)  # by which nbgrader's exchange finds whose feedback it is
HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Result:
    """What became of one submission."""

    student: str
    key: str
    marks: dict[str, dict] = field(default_factory=dict)  # as Mark: points, out_of, reason
    notes: list[str] = field(default_factory=list)
    aside: str | None = None  # why a person must look at it: it has no marks then
    digest: str = ""  # of the notebook's bytes


def grade_class(
    course: Path,
    assignment: str,
    executor: Callable[[], AbstractContextManager[Executor]] | None = None,
    limits: Limits = LIMITS,
    safe: bool = True,
    report: Callable[[int, int, Result], None] = lambda done, total, result: None,
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

    Returns
    -------
    list of Result
        One for each submission, in the order of the students' ids. Whatever goes wrong while one is graded, it is
        set aside with the reason, and all others get their marks.

    Raises
    ------
    SandboxError
        If the sandbox does not work on this machine: nothing was graded.
    """
    from coursework.grading.gradebook import enter

    course = Path(course).resolve()
    students = submissions(course, assignment)
    common = _common_key(course, assignment, limits, safe)
    results = {s: result for s in students if (result := known_result(course, assignment, common, s))}
    new = [student for student in students if student not in results]
    if new:
        load_checks(course, assignment)
        run([], limits, safe=safe)
    task = partial(grade_submission, course, assignment, common, limits, safe)
    for result in _fan_out(task, new, executor or process_pool()):
        results[result.student] = result
        report(len(results), len(students), result)
    ordered = [results[student] for student in students]
    enter(course, assignment, ordered)
    return ordered


def submissions(course: Path, assignment: str) -> list[str]:
    """Return the ids of the students who handed something in."""
    folders = sorted(path for path in (Path(course) / "submitted").glob("*") if not path.name.startswith("."))
    return [folder.name for folder in folders if os.path.lexists(folder / assignment)]


def is_valid_student_id(student: str) -> bool:
    """Return whether the name of a folder can be a student's id in the gradebook."""
    if len(student) > 120 or not student.isprintable() or student.startswith("."):
        return False
    return len(student.encode()) <= 200  # with .json behind it, it is the name of a file


class _Pool(ProcessPoolExecutor):
    """Worker processes that begin when told to: Python 3.11 can hang if one dies while work is handed out."""

    def __init__(self, workers: int | None, context: BaseContext):
        self.begin = context.Event()
        super().__init__(workers, mp_context=context, initializer=self.begin.wait)

    def shutdown(self, *args, **options) -> None:
        """Close the pool; workers that still wait could not end."""
        self.begin.set()
        super().shutdown(*args, **options)


def process_pool(workers: int | None = None) -> Callable[[], Executor]:
    """Return what makes a pool of worker processes, forked from one that has imported what they need."""
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return partial(_Pool, workers or os.cpu_count(), context)


def dask_cluster(address: str) -> Callable[[], AbstractContextManager[Executor]]:
    """Return what connects to a Dask scheduler; its workers must see the course's folder under the same path."""
    from contextlib import contextmanager

    from distributed import Client

    @contextmanager
    def connect() -> Iterator[Executor]:
        with Client(address) as client, client.get_executor(retries=TRIES, pure=False) as executor:
            yield executor

    return connect


def _fan_out(
    task: Callable[[str], Result], students: list[str], executor, tries: int = TRIES
) -> Iterator[Result]:
    """Yield a result for each student.

    A worker that dies takes its pool with it, and all who wait there. They are tried again in halves, until whoever
    kills it is alone; that one is set aside at the last of the tries.
    """
    failed = (yield from _grade_together(task, students, executor)) if students else {}
    left = list(failed)
    if len(left) > 1:
        half = len(left) // 2
        yield from _fan_out(task, left[:half], executor)
        yield from _fan_out(task, left[half:], executor)
    elif left and tries > 1:
        yield from _fan_out(task, left, executor, tries - 1)
    elif left:
        yield Result(left[0], "", aside=f"its worker died {TRIES} times: {failed[left[0]]}")


def _grade_together(
    task: Callable[[str], Result], students: list[str], executor
) -> Generator[Result, None, dict[str, BaseException]]:
    """Yield the results that one pool comes to; return {student: why there is none} for those whose worker died."""
    left, futures = dict.fromkeys(students), {}
    with executor() as pool:
        try:
            for student in students:
                futures[pool.submit(task, student)] = student
            if isinstance(pool, _Pool):
                pool.begin.set()
            for future in as_completed(futures):
                error = future.exception()
                if error is None:
                    del left[futures[future]]
                    yield future.result()
                elif isinstance(error, BrokenExecutor) or not isinstance(error, Exception):
                    raise error
                elif _worker_died(error):
                    left[futures[future]] = error
                else:
                    del left[futures[future]]
                    yield _failed(futures[future], error)
        except BrokenExecutor as error:  # no more will come of this pool
            return dict.fromkeys(left, error)
        except BaseException:  # a mistake, or Ctrl-C: what has not begun is left for the next run
            for future in futures:
                future.cancel()
            raise
    return left


def _worker_died(error: BaseException) -> bool:
    return any(kind.__name__ in {"BrokenExecutor", "KilledWorker"} for kind in type(error).__mro__)


def grade_submission(
    course: Path, assignment: str, common: str, limits: Limits, safe: bool, student: str
) -> Result:
    """Grade one submission and write its result and its graded notebook; the task of one worker.

    An error that nobody foresaw is the result of this submission, and of no other. It has no key, so the next run
    grades the submission again.
    """
    try:
        return _grade_submission(course, assignment, common, limits, safe, student)
    except Exception as error:
        return _keep(course, assignment, _failed(student, error))


def _failed(student: str, error: Exception) -> Result:
    """Return the result of a submission that could not be graded because of an error in the program."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" ({Path(frames[-1].filename).name}, line {frames[-1].lineno})" if frames else ""
    return Result(
        student, "", aside=f"grading it failed with {type(error).__name__}: {str(error)[:500]}{where}"
    )


def _grade_submission(
    course: Path, assignment: str, common: str, limits: Limits, safe: bool, student: str
) -> Result:
    try:
        data, notes, key = _handed_in(course, assignment, common, student)
    except (Unreadable, OSError) as error:
        return _keep(course, assignment, Result(student, "", aside=str(error)))
    digest = hashlib.sha256(data).hexdigest()
    try:
        report = grade_notebook(course, assignment, data, student, limits, safe)
    except Unreadable as error:
        return _keep(course, assignment, Result(student, key, notes=notes, aside=str(error), digest=digest))
    _write_graded(course, assignment, student, report.notebook)
    for name, content in _exchange_files(course, assignment, student).items():
        (_graded_folder(course, assignment, student) / name).write_bytes(content)
    marks = {name: asdict(mark) for name, mark in report.marks.items()}
    return _keep(course, assignment, Result(student, key, marks, [*notes, *report.notes], digest=digest))


def _handed_in(course: Path, assignment: str, common: str, student: str) -> tuple[bytes, list[str], str]:
    """Return the bytes of a submission, notes on it, and a digest of all that its marks depend on."""
    if not is_valid_student_id(student):
        raise Unreadable("an id is at most 120 characters that can be printed, and 200 bytes")
    path, notes = find_notebook(course / "submitted" / student / assignment, assignment)
    data = path.read_bytes()
    parts = [common, student, *notes, hashlib.sha256(data).hexdigest()]
    parts += map(str, _exchange_files(course, assignment, student).items())
    return data, notes, hashlib.sha256("|".join(parts).encode("utf-8", "replace")).hexdigest()


def _exchange_files(course: Path, assignment: str, student: str) -> dict[str, bytes]:
    """Return the small files that nbgrader's exchange puts beside a submission."""
    paths = [course / "submitted" / student / assignment / name for name in EXCHANGE_FILES]
    plain = [path for path in paths if path.is_file() and not path.is_symlink()]
    return {path.name: path.read_bytes()[:1000] for path in plain}


def known_result(course: Path, assignment: str, common: str, student: str) -> Result | None:
    """Return the result of an earlier run if nothing that it depends on has changed since."""
    try:
        _, _, key = _handed_in(course, assignment, common, student)
        text = _result_file(course, assignment, student).read_text("utf-8")
        result = Result(**json.loads(text))
    except Exception:  # grading it again says what is wrong
        return None
    graded = _graded_folder(course, assignment, student) / f"{assignment}.ipynb"
    return result if result.key == key and (result.aside or graded.is_file()) else None


def _common_key(course: Path, assignment: str, limits: Limits, safe: bool) -> str:
    """Return a digest of what all marks of an assignment depend on, apart from the submissions."""
    release = course / "release" / assignment
    files = [folder / f"{assignment}.ipynb" for folder in (course / "source" / assignment, release)]
    files += [course / "checks" / f"{assignment}.py", *data_files(release), *sorted(HERE.rglob("*.py"))]
    for package in ("regsoft", "regsoft/check"):  # which the checks and the notebooks import
        files += sorted((PROJECT / package).glob("*.py"))
    parts = [f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in files]
    parts += [repr(limits), repr(safe), read_secret(course)]
    return hashlib.sha256("|".join(parts).encode("utf-8", "replace")).hexdigest()


def _result_file(course: Path, assignment: str, student: str) -> Path:
    return course / "results" / assignment / f"{student}.json"


def _graded_folder(course: Path, assignment: str, student: str) -> Path:
    return course / "autograded" / student / assignment


def _keep(course: Path, assignment: str, result: Result) -> Result:
    """Write a result in one step: a file is whole or not there."""
    if not is_valid_student_id(result.student):
        return result
    path = _result_file(course, assignment, result.student)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        "w", dir=path.parent, prefix=".", delete=False, encoding="utf-8"
    ) as file:
        json.dump(asdict(result), file)
    os.replace(file.name, path)
    if result.aside:
        shutil.rmtree(_graded_folder(course, assignment, result.student), ignore_errors=True)
    return result


def _write_graded(course: Path, assignment: str, student: str, notebook: nbformat.NotebookNode) -> None:
    folder = _graded_folder(course, assignment, student)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=folder, prefix=".", delete=False, encoding="utf-8") as file:
        nbformat.write(notebook, file)
    os.chmod(file.name, 0o444)
    os.replace(file.name, folder / f"{assignment}.ipynb")


def twins(results: list[Result]) -> list[list[str]]:
    """Return groups of students who handed in the same bytes."""
    groups = defaultdict(list)
    for result in results:
        if result.digest:
            groups[result.digest].append(result.student)
    return [group for group in groups.values() if len(group) > 1]


def attention(results: list[Result]) -> list[str]:
    """Return a line for each thing that a person must look at."""
    look = [f"{r.student}: SET ASIDE, no marks: {r.aside}" for r in results if r.aside]
    look += [f"{r.student}: {note}" for r in results if not r.aside for note in r.notes]
    look += [f"{', '.join(group)}: handed in the same file" for group in twins(results)]
    shown = [line.encode("utf-8", "replace").decode() for line in look]  # students choose some of these words
    return [" ".join(CONTROL.sub(" ", line).split()) for line in shown]


def summary(results: list[Result]) -> str:
    """Return what a person should know after a run: how many, and whom to look at and why."""
    graded = [result for result in results if not result.aside]
    open_ = sum(any(mark["points"] is None for mark in result.marks.values()) for result in graded)
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

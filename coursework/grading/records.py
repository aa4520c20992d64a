"""A class on disk: its submissions and their results."""

import hashlib
import json
import os
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path

import nbformat

from coursework.grading.collected import handed_in_as
from coursework.grading.config import PROJECT
from coursework.grading.files import data_files, write_in_one_step
from coursework.grading.limits import Limits
from coursework.grading.marking import Mark
from coursework.grading.rebuild import Unreadable, find_notebook

EXCHANGE_FILES = ("timestamp.txt", "submission_secret.txt")  # used by nbgrader to route feedback
HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Result:
    """What became of one submission."""

    student: str
    key: str
    marks: dict[str, Mark] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    aside: str | None = None  # why a person must look at it: it has no marks then
    digest: str = ""  # of the notebook's bytes, if anything in it is answered
    named: str = ""  # the id that the notebook names, if it is another one
    failed: bool = False  # whether the grader failed: this says nothing about the submission


@dataclass(frozen=True)
class Submission:
    """What one student handed in."""

    notebook: bytes
    notes: list[str]
    key: str  # a digest of all that its marks depend on


def submissions(course: Path, assignment: str) -> list[str]:
    """Return the ids of the students who handed something in."""
    folders = sorted(path for path in (Path(course) / "submitted").glob("*") if not path.name.startswith("."))
    return [folder.name for folder in folders if os.path.lexists(folder / assignment)]


def is_valid_student_id(student: str) -> bool:
    """Return whether the name of a folder can be a student's id in the gradebook."""
    if len(student) > 120 or not student.isprintable() or student.startswith("."):
        return False
    if set(student) & set("*?["):  # nbgrader's commands would take these for wildcards
        return False
    return len(student.encode()) <= 200  # with .json appended, it becomes a file name


def read_submission(course: Path, assignment: str, common: str, student: str) -> Submission:
    """Return what a student handed in; `common` is what `common_key` returns.

    Raises
    ------
    Unreadable
        If a person must look at it.
    """
    if not is_valid_student_id(student):
        raise Unreadable("an id is at most 120 characters that can be printed, and 200 bytes, without * ? [")
    path, notes = find_notebook(course / "submitted" / student / assignment, assignment)
    data = path.read_bytes()
    parts = [common, handed_in_as(course, assignment, student), *notes, hashlib.sha256(data).hexdigest()]
    parts += map(str, exchange_files(course, assignment, student).items())
    return Submission(data, notes, hashlib.sha256("|".join(parts).encode("utf-8", "replace")).hexdigest())


def exchange_files(course: Path, assignment: str, student: str) -> dict[str, bytes]:
    """Return the small files that nbgrader's exchange puts beside a submission."""
    paths = [course / "submitted" / student / assignment / name for name in EXCHANGE_FILES]
    plain = [path for path in paths if path.is_file() and not path.is_symlink()]
    return {path.name: path.read_bytes()[:1000] for path in plain}


def common_key(course: Path, assignment: str, limits: Limits, safe: bool, secret: str) -> str:
    """Return a digest of what all marks of an assignment depend on, apart from the submissions."""
    release = course / "release" / assignment
    files = [folder / f"{assignment}.ipynb" for folder in (course / "source" / assignment, release)]
    hints = course / assignment / "hints.py"
    files += [course / assignment / "marks.py", *([hints] if hints.exists() else []), *data_files(release)]
    files += [*sorted(HERE.rglob("*.py")), *sorted((PROJECT / "regsoft").glob("*.py"))]
    parts = [f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in files]
    parts += [repr(limits), repr(safe), secret]
    return hashlib.sha256("|".join(parts).encode("utf-8", "replace")).hexdigest()


def known_result(course: Path, assignment: str, common: str, student: str) -> Result | None:
    """Return the result of an earlier run if nothing that it depends on has changed since."""
    try:
        key = read_submission(course, assignment, common, student).key
        fields = json.loads(_result_file(course, assignment, student).read_text("utf-8"))
        marks = {name: Mark(**mark) for name, mark in fields.pop("marks").items()}
        result = Result(**fields, marks=marks)
    except Exception:  # grading it again says what is wrong
        return None
    graded = _graded_folder(course, assignment, student) / f"{assignment}.ipynb"
    return result if result.key == key and (result.aside or graded.is_file()) else None


def keep_result(course: Path, assignment: str, result: Result) -> Result:
    """Write a result to its file and return it.

    What was set aside has no graded notebook; if the grader failed, the one of an earlier run stays.
    """
    if not is_valid_student_id(result.student):
        return result
    path = _result_file(course, assignment, result.student)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_in_one_step(path, json.dumps(asdict(result)), 0o600)
    if result.aside and not result.failed:
        shutil.rmtree(_graded_folder(course, assignment, result.student), ignore_errors=True)
    return result


def keep_graded(course: Path, assignment: str, student: str, notebook: nbformat.NotebookNode) -> None:
    """Write a graded notebook where nbgrader looks for it, with the files by which feedback finds its way."""
    folder = _graded_folder(course, assignment, student)
    folder.mkdir(parents=True, exist_ok=True)
    write_in_one_step(folder / f"{assignment}.ipynb", nbformat.writes(notebook) + "\n", 0o444)
    for name, content in exchange_files(course, assignment, student).items():
        (folder / name).write_bytes(content)


def _result_file(course: Path, assignment: str, student: str) -> Path:
    return course / "results" / assignment / f"{student}.json"


def _graded_folder(course: Path, assignment: str, student: str) -> Path:
    return course / "autograded" / student / assignment

"""Enter the marks of a class in nbgrader's gradebook, as its own autograder would, in one go.

Entering twice changes nothing: existing entries stay, and manual marks and comments are never touched. When a
deadline has moved, only what is taken off late work is decided again.
"""

import hashlib
import json
from pathlib import Path

from nbformat import v4
from nbgrader.api import (
    Assignment,
    Comment,
    Grade,
    Gradebook,
    MissingEntry,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import parse_utc

from coursework.grading.config import COURSE_ID, configuration, database
from coursework.grading.files import write_in_one_step
from coursework.grading.records import Result, is_valid_student_id

BATCH = 200


def enter(course: Path, assignment: str, results: list[Result]) -> int:
    """Write results to the gradebook and return for how many students something changed.

    Parameters
    ----------
    course : Path
        The folder of the course.
    assignment : str
        An assignment that the gradebook knows.
    results : list of Result
        One for each student; a submission that was set aside gets an entry without marks, never a zero. Where the
        grader failed, an existing entry stays as it is.

    Raises
    ------
    ValueError
        If the gradebook does not know the assignment.
    """
    configuration(course)  # so that nbgrader finds alembic, with which it sets up a new gradebook
    with Gradebook(database(course), COURSE_ID) as gradebook:
        try:
            record = gradebook.find_assignment(assignment)
        except MissingEntry:
            raise ValueError(f"the gradebook does not know {assignment!r}: build the course first") from None
        entered = _read_entered(course, assignment)
        there = _submissions(gradebook, record)
        states = {student: entered.get(student, "") for student in there}
        marked = {r.student for r in results if r.key and states.get(r.student, "").startswith(r.key)}
        new = [
            r
            for r in results
            if is_valid_student_id(r.student)
            and not (r.failed and r.student in there)
            and (r.student not in marked or states[r.student] != _state(r, record))
        ]
        for start in range(0, len(new), BATCH):
            batch = new[start : start + BATCH]
            _enter_batch(gradebook, record, batch, there, marked, course)
            entered |= {result.student: _state(result, record) for result in batch}
            _write_entered(course, assignment, entered)
    return len(new)


def _state(result: Result, record: Assignment) -> str:
    """Return what an entry depends on: the result's key and, for what is taken off late work, the deadline."""
    return f"{result.key} {record.duedate or ''}"


def _submissions(gradebook: Gradebook, record: Assignment) -> dict[str, str]:
    """Return {student: id of the submission} of an assignment."""
    query = gradebook.db.query(SubmittedAssignment.student_id, SubmittedAssignment.id)
    return dict(map(tuple, query.filter(SubmittedAssignment.assignment_id == record.id)))


def _enter_batch(gradebook, record, batch: list[Result], there: dict, marked: set, course: Path) -> None:
    """Enter some results and commit them together; where the marks are there already, the penalties alone."""
    session = gradebook.db
    names = [result.student for result in batch]
    known = {row[0] for row in session.query(Student.id).filter(Student.id.in_(names))}
    session.add_all(Student(id=name) for name in names if name not in known)
    late = []
    for result in batch:
        if result.student in there:
            submission = session.get(SubmittedAssignment, there[result.student])
        else:
            submission = _new_submission(record, result.student)
            session.add(submission)
        submission.timestamp = _timestamp(course / "submitted" / result.student / record.name)
        if result.student not in marked:
            _set_marks(submission, result)
        for notebook in submission.notebooks:
            notebook.late_submission_penalty = None
        late += [result.student] if _is_late(submission, record) and not result.aside else []
    session.commit()
    for result in batch:
        there.setdefault(result.student, gradebook.find_submission(record.name, result.student).id)
    for student in late:
        _penalise(course, record.name, student)
    session.expire_all()


def _new_submission(record: Assignment, student: str) -> SubmittedAssignment:
    """Return an entry with room for all marks and comments of an assignment."""
    submission = SubmittedAssignment(assignment_id=record.id, student_id=student)
    for notebook in record.notebooks:
        copy = SubmittedNotebook(notebook_id=notebook.id, assignment=submission)
        for cell in notebook.grade_cells:
            Grade(cell_id=cell.id, cell=cell, notebook=copy)
        for cell in notebook.solution_cells:
            Comment(cell_id=cell.id, cell=cell, notebook=copy)
    return submission


def _set_marks(submission: SubmittedAssignment, result: Result) -> None:
    for notebook in submission.notebooks:
        for grade in notebook.grades:
            mark = result.marks.get(grade.cell.name)
            grade.auto_score = mark.points if mark else None
            grade.needs_manual_grade = grade.auto_score is None or grade.manual_score is not None
        for comment in notebook.comments:
            mark = result.marks.get(comment.cell.name)
            comment.auto_comment = "No response." if mark and not mark.answered else None


def _timestamp(folder: Path):
    """Return when the work was handed in, as nbgrader's timestamp.txt says; None if it does not."""
    path = folder / "timestamp.txt"
    try:
        return None if path.is_symlink() else parse_utc(path.read_text("utf-8")[:100].strip())
    except (OSError, ValueError, OverflowError):
        return None


def _is_late(submission: SubmittedAssignment, record: Assignment) -> bool:
    return bool(submission.timestamp and record.duedate and submission.timestamp > record.duedate)


def _penalise(course: Path, assignment: str, student: str) -> None:
    """Take off what nbgrader's plugin for late work says."""
    names = {"student": student, "assignment": assignment, "notebook": assignment, "db_url": database(course)}
    AssignLatePenalties(config=configuration(course)).preprocess(v4.new_notebook(), {"nbgrader": names})


def _entered_file(course: Path, assignment: str) -> Path:
    place = database(course).replace(str(Path(course).resolve()), "")  # a course that is moved stays the same
    which = hashlib.sha256(place.encode()).hexdigest()[:12]
    return course / "results" / assignment / f".entered-{which}"


def _read_entered(course: Path, assignment: str) -> dict[str, str]:
    """Return {student: state of the entry that this gradebook has}."""
    try:
        return dict(json.loads(_entered_file(course, assignment).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


def _write_entered(course: Path, assignment: str, entered: dict[str, str]) -> None:
    path = _entered_file(course, assignment)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_in_one_step(path, json.dumps(entered))

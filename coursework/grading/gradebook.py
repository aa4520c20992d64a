"""Enter the marks of a class in nbgrader's gradebook, as its own autograder would, in one go.

Entering twice changes nothing: existing entries stay, and manual marks and comments are never lost. A person is
asked again only for what has changed: a proof or its points, a mark that was overruled. What is taken off late work
is decided anew each time, since the deadline, the policy and the marks may all have changed.
"""

import hashlib
import json
from datetime import datetime
from pathlib import Path

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
from coursework.grading.lateness import extensions
from coursework.grading.marking import Mark
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
        new = [
            r
            for r in results
            if is_valid_student_id(r.student)
            and not (r.failed and r.student in there)
            and not (r.key and r.student in there and entered.get(r.student, {}).get("key") == r.key)
        ]
        _set_points(record, results)
        for start in range(0, len(new), BATCH):
            batch = new[start : start + BATCH]
            _enter_batch(gradebook, record, batch, there, entered)
            _write_entered(course, assignment, entered)
        changed = {result.student for result in new} | _decide_penalties(gradebook, record, course, there)
    return len(changed)


def decide_penalties(course: Path, assignment: str) -> None:
    """Decide again what is taken off late work, from the current marks, deadline and policy."""
    with Gradebook(database(course), COURSE_ID) as gradebook:
        record = gradebook.find_assignment(assignment)
        _decide_penalties(gradebook, record, course, _submissions(gradebook, record))


def _submissions(gradebook: Gradebook, record: Assignment) -> dict[str, str]:
    """Return {student: id of the submission} of an assignment."""
    query = gradebook.db.query(SubmittedAssignment.student_id, SubmittedAssignment.id)
    return dict(map(tuple, query.filter(SubmittedAssignment.assignment_id == record.id)))


def _set_points(record: Assignment, results: list[Result]) -> None:
    """Set the points of each question to what it counts now: 0 if it was taken out."""
    points = next(({name: mark.out_of for name, mark in r.marks.items()} for r in results if r.marks), {})
    for notebook in record.notebooks:
        for cell in notebook.grade_cells:
            cell.max_score = points.get(cell.name, cell.max_score)


def _enter_batch(
    gradebook: Gradebook,
    record: Assignment,
    batch: list[Result],
    there: dict[str, str],
    entered: dict[str, dict],
) -> None:
    """Enter some results and commit them together."""
    session = gradebook.db
    names = [result.student for result in batch]
    known = {row[0] for row in session.query(Student.id).filter(Student.id.in_(names))}
    session.add_all(Student(id=name) for name in names if name not in known)
    for result in batch:
        if result.student in there:
            submission = session.get(SubmittedAssignment, there[result.student])
        else:
            submission = _new_submission(record, result.student)
            session.add(submission)
        _set_marks(submission, result, entered.setdefault(result.student, {}))
    session.commit()
    for result in batch:
        there.setdefault(result.student, gradebook.find_submission(record.name, result.student).id)
        entered[result.student] = _state(result, entered[result.student])
    session.expire_all()


def _state(result: Result, before: dict) -> dict:
    """Return what an entry was made from: the result's key, what each mark was based on, and marks put aside."""
    basis = {name: mark.basis for name, mark in result.marks.items()}
    return {"key": result.key, "basis": basis or before.get("basis", {}), "aside": before.get("aside", {})}


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


def _set_marks(submission: SubmittedAssignment, result: Result, before: dict) -> None:
    """Enter the marks of a result; a person's decision lasts until the work that it judged changes."""
    for notebook in submission.notebooks:
        for grade in notebook.grades:
            mark = result.marks.get(grade.cell.name)
            _put_aside(grade, mark, before.setdefault("aside", {}))
            grade.auto_score = mark.points if mark else None
            asked = grade.auto_score is None or grade.manual_score is not None
            same = mark and mark.basis == before.get("basis", {}).get(grade.cell.name)
            grade.needs_manual_grade = asked and not (same and not grade.needs_manual_grade)
        for comment in notebook.comments:
            mark = result.marks.get(comment.cell.name)
            comment.auto_comment = "No response." if mark and not mark.answered else None


def _put_aside(grade: Grade, mark: Mark | None, aside: dict[str, float]) -> None:
    """Keep a manual mark out of the sum where the course has decided for all, and put it back when that ends."""
    name = grade.cell.name
    if mark and mark.decided_for_all and grade.manual_score is not None:
        aside[name], grade.manual_score = grade.manual_score, None
    elif mark and not mark.decided_for_all and name in aside:
        grade.manual_score = aside.pop(name) if grade.manual_score is None else grade.manual_score


def _timestamp(folder: Path) -> datetime | None:
    """Return when the work was handed in, as nbgrader's timestamp.txt says; None if it does not."""
    path = folder / "timestamp.txt"
    try:
        return None if path.is_symlink() else parse_utc(path.read_text("utf-8")[:100].strip())
    except (OSError, ValueError, OverflowError):
        return None


def _decide_penalties(
    gradebook: Gradebook, record: Assignment, course: Path, there: dict[str, str]
) -> set[str]:
    """Take off what nbgrader's plugin for late work says, and return for whom something changed."""
    session, changed = gradebook.db, set()
    policy = AssignLatePenalties(config=configuration(course))
    policy.init_plugin()
    ours = SubmittedAssignment.assignment_id == record.id
    stamps = dict(
        map(tuple, session.query(SubmittedAssignment.student_id, SubmittedAssignment.timestamp).filter(ours))
    )
    lose = session.query(SubmittedAssignment.student_id).join(SubmittedAssignment.notebooks).filter(ours)
    penalised = {row[0] for row in lose.filter(SubmittedNotebook.late_submission_penalty.isnot(None))}
    until = extensions(course, record.name) if record.duedate else {}
    for student in there:
        now = _timestamp(course / "submitted" / student / record.name)
        late = bool(now and record.duedate and now > record.duedate)
        if now == stamps[student] and not late and student not in penalised:
            continue
        submission = session.get(SubmittedAssignment, there[student])
        before = (submission.timestamp, [n.late_submission_penalty for n in submission.notebooks])
        submission.timestamp = now
        submission.extension = until[student] - record.duedate if student in until else None
        session.flush()
        seconds = submission.total_seconds_late
        for notebook in submission.notebooks:
            penalty = (
                policy.plugin_inst.late_submission_penalty(student, notebook.score, seconds)
                if seconds
                else None
            )
            notebook.late_submission_penalty = (
                None if penalty is None else min(max(0.0, penalty), notebook.score)
            )
        if before != (submission.timestamp, [n.late_submission_penalty for n in submission.notebooks]):
            changed.add(student)
    session.commit()
    return changed


def _entered_file(course: Path, assignment: str) -> Path:
    place = database(course).replace(str(Path(course).resolve()), "")  # the same for a course that was moved
    which = hashlib.sha256(place.encode()).hexdigest()[:12]
    return course / "results" / assignment / f".entered-{which}"


def _read_entered(course: Path, assignment: str) -> dict[str, dict]:
    """Return {student: what the entry of this gradebook was made from}."""
    try:
        entered = dict(json.loads(_entered_file(course, assignment).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return {}
    return {student: state for student, state in entered.items() if isinstance(state, dict)}


def _write_entered(course: Path, assignment: str, entered: dict[str, dict]) -> None:
    path = _entered_file(course, assignment)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_in_one_step(path, json.dumps(entered))

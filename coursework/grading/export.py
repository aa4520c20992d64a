"""Tables of grades, for Canvas, Moodle and spreadsheets."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nbgrader.api import Assignment, Gradebook, Student, SubmittedAssignment

from coursework.grading.collected import read_collected, whose_work
from coursework.grading.config import COURSE_ID, database
from coursework.grading.files import write_in_one_step
from coursework.grading.gradebook import decide_penalties
from coursework.grading.lists import Person, Roster, TableError, read_roster

CANVAS_COLUMNS = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]


def export(
    course: Path,
    path: Path,
    layout: str,
    assignments: list[str] | None = None,
    roster: Path | None = None,
    id_column: str | None = None,
    questions: bool = False,
) -> list[str]:
    """Write the grades as a table and return what a person should know.

    Parameters
    ----------
    course : Path
        The folder of the course.
    path : Path
        The file to write.
    layout : {"canvas", "moodle", "csv"}
        For whom.
    assignments : list of str, optional
        Which; by default those that somebody has handed in.
    roster, id_column : optional
        As for `read_roster`, the platform's list as it is today: its students get a row, and nobody else. Moodle's
        worksheet comes back with the grades of one assignment in it.
    questions : bool, default False
        Whether there is also a column for each question, and one for what was taken off late work; in "csv".

    Returns
    -------
    list of str
        Which grades are left empty, because a person has still to decide them, and who is left out. A student who
        handed in nothing has 0, or the grade of the group.

    Raises
    ------
    TableError
        If the gradebook does not have one of the assignments, or there is nothing to write. No file is written.
    """
    if (layout == "csv" and roster) or (questions and layout != "csv"):
        raise TableError("--roster works only with --for canvas or moodle, --questions only with --for csv")
    listed = read_roster(roster, layout, id_column) if roster else None
    with Gradebook(database(course), COURSE_ID) as gradebook:
        known = sorted(a.name for a in gradebook.assignments)
        if not set(assignments or ()) <= set(known):
            raise TableError(f"the gradebook has the assignments {known}; asked for {assignments}")
        for name in assignments or known:
            decide_penalties(course, name)
        chosen = [
            a for a in gradebook.assignments if (a.name in assignments if assignments else a.submissions)
        ]
        students = {student.id: student for student in gradebook.students}
        if not chosen or not students:
            raise TableError("nothing to export: the gradebook has no marks yet; grade an assignment first")
        grades, notes = Grades(course, chosen), list[str]()
        if listed and layout == "moodle":
            rows = _worksheet(listed, grades, chosen, notes)
        elif listed:
            rows = _canvas_list(listed, grades, chosen, notes)
        else:
            rows = _LAYOUTS[layout](students, grades, chosen, notes, questions)
        if listed:
            here = {person.id for person in listed.people.values()}
            gone = sorted(grades.handed_in - here)
            notes += [f"{student}: has marks, but is not on the list, and was left out" for student in gone]
    table = io.StringIO()
    csv.writer(table).writerows(rows)
    write_in_one_step(Path(path), table.getvalue())
    return notes


class Grades:
    """The grades of some assignments: what each student has, whichever member of the group handed it in."""

    def __init__(self, course: Path, chosen: list[Assignment]) -> None:
        self.submissions = {a.name: {s.student_id: s for s in a.submissions} for a in chosen}
        self.collected = {a.name: read_collected(course, a.name) for a in chosen}
        self.handed_in = {student for found in self.submissions.values() for student in found}
        self.read = {  # who handed in something that could be graded: it takes precedence over what was set aside
            name: {student for student, submission in found.items() if _was_read(submission)}
            for name, found in self.submissions.items()
        }

    def work(self, student: str, assignment: str) -> tuple[SubmittedAssignment | None, str | None]:
        """Return the submission that counts for a student, or the reason why a person must decide which."""
        found, collected = self.submissions[assignment], self.collected[assignment]
        whose = whose_work(collected, student, self.read[assignment]) or whose_work(collected, student, found)
        if len(whose) > 1:
            return None, f"not decided, since {' and '.join(whose)} of the group handed in different work"
        return (found[whose[0]], None) if whose else (None, None)

    def of(self, student: str, assignment: str, notes: list[str]) -> float | None:
        """Return the points, 0 if nothing was handed in, None while a person has to decide; say so in `notes`."""
        submission, why = self.work(student, assignment)
        if submission is None and why is None:
            return 0.0
        if submission is None or submission.needs_manual_grade:
            notes.append(f"{student}, {assignment}: {why or 'a mark is still to be decided'}")
            return None
        return max(0.0, submission.score - submission.late_submission_penalty)


def _was_read(submission: SubmittedAssignment) -> bool:
    grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
    return any(grade.auto_score is not None or grade.manual_score is not None for grade in grades)


def _canvas(
    students: dict[str, Student], grades: Grades, chosen: list[Assignment], notes: list[str], questions: bool
) -> list[list[Any]]:
    rows = [[*CANVAS_COLUMNS, *(a.name for a in chosen)], _possible(CANVAS_COLUMNS, chosen)]
    for name, student in sorted(students.items()):
        facts = [_full_name(student), student.lms_user_id, "", name, ""]
        rows.append([*map(_harmless, facts), *(grades.of(name, a.name, notes) for a in chosen)])
    return rows


def _canvas_list(
    listed: Roster, grades: Grades, chosen: list[Assignment], notes: list[str]
) -> list[list[Any]]:
    """Return Canvas's own list with the grades of today, under the names that it has for the assignments."""
    places = [listed.head.index(column) for column in CANVAS_COLUMNS if column in listed.head]
    columns = [listed.head[place] for place in places]
    titles = []
    for a in chosen:
        there = [name for name in listed.head if re.fullmatch(rf"{re.escape(a.name)}( \(\d+\))?", name)]
        titles.append(there[0] if len(there) == 1 else a.name)
    rows = [[*columns, *titles], _possible(columns, chosen)]
    for row, person in _rows(listed, notes):
        points = [grades.of(person.id, a.name, notes) if person.id else None for a in chosen]
        rows.append([*(_harmless(row[place]) for place in places), *points])
    return rows


def _possible(columns: list[str], chosen: list[Assignment]) -> list[Any]:
    return ["    Points Possible", *[""] * (len(columns) - 1), *(a.max_score for a in chosen)]


def _worksheet(listed: Roster, grades: Grades, chosen: list[Assignment], notes: list[str]) -> list[list[Any]]:
    """Return Moodle's grading worksheet with its grades filled in."""
    if len(chosen) != 1:
        raise TableError("Moodle's worksheet is for one assignment: name it with --assignments")
    if "grade" not in listed.columns:
        raise TableError(f"the list has no column for the grade; it has {', '.join(listed.head)}")
    rows: list[list[Any]] = [[*listed.head]]
    for row, person in _rows(listed, notes):
        points = grades.of(person.id, chosen[0].name, notes) if person.id else None
        filled: list[Any] = [*map(_harmless, row)]
        filled[listed.columns["grade"]] = points
        rows.append(filled)
    return rows


def _rows(listed: Roster, notes: list[str]) -> Iterator[tuple[list[str], Person]]:
    """Yield the rows of a list that are about a student; say who has no id."""
    for row in listed.rows:
        if person := listed.person(row):
            if not person.id:
                notes.append(f"{person.name or person.number!r}: no {listed.id_name}, so no grade")
            yield row, person


def _moodle(
    students: dict[str, Student], grades: Grades, chosen: list[Assignment], notes: list[str], questions: bool
) -> list[list[Any]]:
    rows = [["ID number", "Email address", *(a.name for a in chosen)]]
    for name, student in sorted(students.items()):
        points = [grades.of(name, a.name, notes) for a in chosen]
        rows.append([_harmless(name), _harmless(student.email), *points])
    return rows


def _plain(
    students: dict[str, Student], grades: Grades, chosen: list[Assignment], notes: list[str], questions: bool
) -> list[list[Any]]:
    head = ["id", "last name", "first name", "email"]
    for a in chosen:
        head.append(f"{a.name} (of {a.max_score:g})")
        if questions:
            head += [f"{a.name}: {cell.name} (of {cell.max_score:g})" for cell in _cells(a)]
            head.append(f"{a.name}: taken off for lateness")
    rows: list[list[Any]] = [head]
    for name, student in sorted(students.items()):
        row: list[Any] = [*map(_harmless, (name, student.last_name, student.first_name, student.email))]
        for a in chosen:
            row.append(grades.of(name, a.name, notes))
            row += _by_question(grades.work(name, a.name)[0], a) if questions else []
        rows.append(row)
    return rows


def _cells(assignment: Assignment) -> list[Any]:
    return sorted((c for n in assignment.notebooks for c in n.grade_cells), key=lambda cell: cell.name)


def _by_question(submission: SubmittedAssignment | None, assignment: Assignment) -> list[float | None]:
    """Return the points of each question and what was taken off; empty where there are none."""
    marks = {g.name: g for n in submission.notebooks for g in n.grades} if submission else {}
    points = [marks[c.name].score if c.name in marks else None for c in _cells(assignment)]
    undecided = [c.name in marks and marks[c.name].needs_manual_grade for c in _cells(assignment)]
    taken = submission.late_submission_penalty if submission else None
    return [*(None if u else p for u, p in zip(undecided, points, strict=True)), taken]


def _harmless(text: str | None) -> str:
    """Return a text that no spreadsheet takes for a formula; Moodle's "-" for an empty field stays."""
    text = text or ""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} and text != "-" else text


def _full_name(student: Student) -> str:
    return ", ".join(part for part in (student.last_name, student.first_name) if part) or student.id


_LAYOUTS = {"canvas": _canvas, "moodle": _moodle, "csv": _plain}

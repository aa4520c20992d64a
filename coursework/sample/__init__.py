"""A course with one problem set and a class that has handed it in.

For trying out a whole round, and for the tests: seven students, each with a habit that a real class has.
"""

import csv
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from coursework.grading.assign import copy_and_build

SET = "ps1"
MARKERS = re.compile(
    r"### BEGIN MARK SCHEME.*### END MARK SCHEME|^ *### (BEGIN|END) SOLUTION\n?", re.DOTALL | re.MULTILINE
)


@dataclass(frozen=True)
class Student:
    """A student and what is handed in: the solution with changes, as (answer cell, words in it, other words)."""

    id: str
    name: str
    habit: str
    changes: tuple[tuple[str, str, str], ...] = ()
    leaves_out: tuple[str, ...] = ()
    deletes: tuple[str, ...] = ()
    file: str = f"{SET}.ipynb"


CLASS = (
    Student("ann01", "Lee, Ann", "everything right"),
    Student("ben02", "Okafor, Ben", "softmax overflows", changes=(("q2", " - np.max(x)", ""),)),
    Student("cho03", "Nguyen, Cho", "stops half-way", leaves_out=("q4", "q5", "q6")),
    Student(
        "dan04",
        "Ruiz, Dan",
        "hands in Ann's work under his own name",
        changes=(("student", "dan04", "ann01"),),
    ),
    Student(
        "eve05",
        "O'Neil, Eve",
        "renames the file and deletes a check",
        deletes=("q2-check",),
        file="my work (2).ipynb",
    ),
    Student("fay06", "Kaya, Fay", "hands in a photograph", file="proof.jpg"),
    Student("gus07", "Berg, Gus", "hands in nothing", file=""),
)


def write_class(course: Path) -> None:
    """Write a course and, as Canvas gives them, its submissions and its list of students.

    Parameters
    ----------
    course : Path
        A folder, empty or not there yet. It gets `ps1/`, what `build` makes of it, `submissions.zip`
        and `roster.csv`.

    Raises
    ------
    FileExistsError
        If the folder holds something.
    """
    course = Path(course)
    if course.exists() and any(course.iterdir()):
        raise FileExistsError(f"{course} is not empty; name a new folder")
    copy_and_build(course, [SET])
    source, release = (
        nbformat.read(course / kind / SET / f"{SET}.ipynb", as_version=4) for kind in ("source", "release")
    )
    with zipfile.ZipFile(course / "submissions.zip", "w") as archive:
        for number, student in enumerate(CLASS, 1001):
            if student.file:
                who = "".join(filter(str.isalnum, student.name)).lower()
                archive.writestr(
                    f"{who}_{number}_{number + 4000}_{student.file}", _work(student, source, release)
                )
    with (course / "roster.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["Student", "ID", "SIS User ID", "SIS Login ID", "Section"])
        rows.writerow(["    Points Possible", "", "", "", ""])
        rows.writerows(
            [student.name, number, "", student.id, "A"] for number, student in enumerate(CLASS, 1001)
        )


def _work(student: Student, source: NotebookNode, release: NotebookNode) -> bytes:
    """Return the file that a student hands in."""
    if not student.file.endswith(".ipynb"):
        return b"\xff\xd8\xff\xe0 a photograph"
    written = (cell for cell in source.cells if cell.metadata.nbgrader["solution"])
    answers = {_name(cell): MARKERS.sub("", cell.source).strip() for cell in written}
    answers["student"] = f'student = "{student.id}"'
    for cell, old, new in student.changes:
        if answers[cell].count(old) != 1:
            raise ValueError(f"{student.id}: {old!r} is not once in the solution of {cell}")
        answers[cell] = answers[cell].replace(old, new)
    answers = {name: text for name, text in answers.items() if name not in student.leaves_out}
    notebook = nbformat.from_dict(release)
    notebook.cells = [
        nbformat.from_dict({**cell, "source": answers.get(_name(cell), cell.source)})
        for cell in release.cells
        if _name(cell) not in student.deletes
    ]
    return nbformat.writes(notebook).encode()


def _name(cell: NotebookNode) -> str:
    return cell.metadata.nbgrader["grade_id"]

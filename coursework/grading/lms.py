"""To and from learning platforms: the zips and lists that Canvas and Moodle give, the tables that they take."""

import csv
import io
import re
import stat
import zipfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook

from coursework.grading.config import COURSE_ID, database
from coursework.grading.files import write_in_one_step
from coursework.grading.rebuild import LARGEST
from coursework.grading.records import is_valid_student_id

# Whose file it is, from its name in the zip: the platform's own number for the student.
CANVAS_NAME = re.compile(r"(?P<who>[^_/]*)_(?:LATE_)?(?P<number>\d+)_\d+_(?P<file>[^/]+)")
MOODLE_NAME = re.compile(r"(?P<who>[^/]*)_(?P<number>\d+)_assignsubmission_file_?/(?:.*/)?(?P<file>[^/]+)")
NAMES = {"canvas": CANVAS_NAME, "moodle": MOODLE_NAME}


class TableError(ValueError):
    """A list of students or a zip file is not what the platform gives, or a table cannot be made."""


@dataclass(frozen=True)
class Person:
    """A student as the platform knows one."""

    number: str
    id: str
    name: str
    email: str


def read_roster(path: Path, platform: str) -> dict[str, Person]:
    """Return {the platform's number: person} from the list that the platform exports.

    Canvas: Grades, Export Entire Gradebook. Moodle: the assignment's Download grading worksheet.
    """
    columns = {
        "canvas": ("ID", "SIS Login ID", "Student"),
        "moodle": ("Identifier", "ID number", "Full name"),
    }[platform]
    with Path(path).open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    missing = [column for column in columns if not rows or column not in rows[0]]
    if missing:
        raise TableError(
            f"{path} is not a {platform.title()} list of students: it lacks the columns {', '.join(missing)}"
        )
    people = {}
    for row in rows:
        number, identifier, name = ((row[column] or "").strip() for column in columns)
        number = number.rpartition(" ")[2]  # Moodle writes "Participant 123"
        if number.isdigit():
            email = (row.get("Email address") or "").strip()
            people[number] = Person(number, identifier, name, email)
    count = Counter(person.id for person in people.values())
    unfit = [
        p
        for p in people.values()
        if not p.id or not is_valid_student_id(p.id) or "/" in p.id or count[p.id] > 1
    ]
    if unfit:
        look = ", ".join(f"{person.name!r} with {person.id!r}" for person in unfit[:3])
        raise TableError(f"{path}: each student needs a different id, without slashes; look at {look}")
    return people


def collect(course: Path, assignment: str, archive: Path, platform: str, roster: Path) -> list[str]:
    """Take the notebooks of a platform's zip file into `submitted/` and return what a person should know.

    The names in the zip are chosen by students: none of them becomes a path, and no link is followed.

    Raises
    ------
    TableError
        If the zip or the list is not the platform's.
    """
    people = read_roster(roster, platform)
    notes: list[str] = []
    found: dict[str, list[zipfile.ZipInfo]] = defaultdict(list)
    try:
        with zipfile.ZipFile(archive) as files:
            for entry in files.infolist():
                _take(entry, NAMES[platform], people, found, notes)
            for student, entries in sorted(found.items()):
                _put(files, entries, course / "submitted" / student / assignment, assignment)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise TableError(f"{archive} cannot be read: {error}") from error
    _enter_people(course, people.values())
    return [f"{len(found)} submissions of {len(people)} students", *notes]


def _take(entry: zipfile.ZipInfo, pattern, people, found, notes) -> None:
    """Note whose notebook a file of a zip is, or why it is not taken."""
    if entry.is_dir():
        return
    name = entry.filename
    match = pattern.fullmatch(name)
    if match is None or match["number"] not in people:
        notes.append(f"{name!r}: not from anybody on the list of students")
    elif stat.S_ISLNK(entry.external_attr >> 16):
        notes.append(f"{name!r}: a link, not taken")
    elif not name.lower().endswith(".ipynb"):
        notes.append(f"{name!r}: not a notebook, not taken")
    elif entry.file_size > LARGEST:
        notes.append(f"{name!r}: {entry.file_size >> 20} MB, not taken; {LARGEST >> 20} are allowed")
    else:
        found[people[match["number"]].id].append(entry)


def _put(files: zipfile.ZipFile, entries: list[zipfile.ZipInfo], folder: Path, assignment: str) -> None:
    """Write the notebooks of one student; once all are read, they take the place of what was there."""
    contents = []
    for entry in entries:
        with files.open(entry) as file:  # which may be larger than the zip says
            contents.append(file.read(LARGEST + 1))
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.ipynb"):
        old.unlink()
    for count, content in enumerate(contents):
        name = f"{assignment}.ipynb" if len(contents) == 1 else f"upload-{count}.ipynb"
        (folder / name).write_bytes(content)


def _enter_people(course: Path, people: Iterable[Person]) -> None:
    """Enter the students of a list in the gradebook, so that those who hand in nothing are there too."""
    with Gradebook(database(course), COURSE_ID) as gradebook:
        for person in people:
            last, _, first = person.name.partition(", ")
            first, last = (first, last) if first else (last.rpartition(" ")[0], last.rpartition(" ")[2])
            facts = {"first_name": first, "last_name": last, "lms_user_id": person.number}
            gradebook.update_or_create_student(person.id, email=person.email or None, **facts)


def export(course: Path, path: Path, layout: str, assignments: list[str] | None = None) -> list[str]:
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

    Returns
    -------
    list of str
        Which grades are left empty, because a person has still to decide them. A student who handed in nothing
        has 0.

    Raises
    ------
    TableError
        If the gradebook does not have one of the assignments, or there is nothing to write. No file is written.
    """
    with Gradebook(database(course), COURSE_ID) as gradebook:
        known = sorted(a.name for a in gradebook.assignments)
        if not set(assignments or ()) <= set(known):
            raise TableError(f"the gradebook has the assignments {known}; asked for {assignments}")
        chosen = [
            a for a in gradebook.assignments if (a.name in assignments if assignments else a.submissions)
        ]
        if not chosen or not gradebook.students:
            raise TableError("nothing to export: the gradebook has no marks yet; grade an assignment first")
        scores = {a.name: {s.student_id: s for s in a.submissions} for a in chosen}
        head, line = _LAYOUTS[layout]
        rows, notes = [head(chosen)], []
        if layout == "canvas":
            rows.append(["    Points Possible", "", "", "", "", *(a.max_score for a in chosen)])
        for student in sorted(gradebook.students, key=lambda s: s.id):
            grades = [_score(scores[a.name].get(student.id)) for a in chosen]
            notes += [
                f"{student.id}, {a.name}: not decided"
                for a, g in zip(chosen, grades, strict=True)
                if g is None
            ]
            rows.append([*map(_harmless, line(student)), *grades])
    table = io.StringIO()
    csv.writer(table).writerows(rows)
    write_in_one_step(Path(path), table.getvalue())
    return notes


def _score(submission) -> float | None:
    """Return the points of a submission, 0 if nothing was handed in, None while a person has to decide."""
    if submission is None:
        return 0.0
    if submission.needs_manual_grade:
        return None
    return max(0.0, submission.score - submission.late_submission_penalty)


def _harmless(text: str | None) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    text = text or ""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def _full_name(student) -> str:
    return ", ".join(part for part in (student.last_name, student.first_name) if part) or student.id


_LAYOUTS = {
    "canvas": (
        lambda chosen: ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *(a.name for a in chosen)],
        lambda s: [_full_name(s), s.lms_user_id, "", s.id, ""],
    ),
    "moodle": (
        lambda chosen: ["ID number", "Email address", *(a.name for a in chosen)],
        lambda s: [s.id, s.email],
    ),
    "csv": (
        lambda chosen: [
            "id",
            "last name",
            "first name",
            "email",
            *(f"{a.name} (of {a.max_score:g})" for a in chosen),
        ],
        lambda s: [s.id, s.last_name, s.first_name, s.email],
    ),
}
